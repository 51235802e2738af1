"""The checks of a credential: values in, a report out. No Django, no network, no clock."""

from verification.checks.judging import verify_credential
from verification.checks.materials import (
    AskedHolder,
    DocumentKind,
    HeldProof,
    Identity,
    IssuerReading,
    KeyLife,
    ListReading,
    Materials,
    OwnRecord,
    Problem,
    ProofReading,
    Reading,
    Resemblance,
    StatusEvent,
    Voucher,
)
from verification.checks.report import Check, Finding, Outcome, Report, Verdict

__all__ = [
    "AskedHolder",
    "Check",
    "DocumentKind",
    "Finding",
    "HeldProof",
    "Identity",
    "IssuerReading",
    "KeyLife",
    "ListReading",
    "Materials",
    "Outcome",
    "OwnRecord",
    "Problem",
    "ProofReading",
    "Reading",
    "Report",
    "Resemblance",
    "StatusEvent",
    "Verdict",
    "Voucher",
    "verify_credential",
]
