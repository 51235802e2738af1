"""Verification reports: what this installation found about a document, which it names by digest alone.

A verifiable credential in terms that every verifier has. Nothing of the document stands in it but its SHA-256, so no
person does: who shows a report shows the document beside it.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from credentials.documents import rules
from credentials.errors import DataModelError
from credentials.statements.facts import (
    CREDENTIALS,
    OPEN_BADGES,
    SignerFacts,
    StatementFacts,
    check_moment,
    signer_from,
)
from credentials.strict_json import JsonObject

_CODE: Final = re.compile("[a-z][a-z0-9_-]{0,59}")
_SHA256: Final = re.compile("[0-9a-f]{64}")
OUTCOMES: Final = ("passed", "failed", "unknown", "not_applicable")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFacts:
    """How one check ended: codes of the report, never its words, which quote the document."""

    check: str
    outcome: str
    reason: str = ""

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.check) or self.outcome not in OUTCOMES:
            raise DataModelError("a finding is a check and its outcome")
        if self.reason and not _CODE.fullmatch(self.reason):
            raise DataModelError("the reason of a finding is a code")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts(StatementFacts):
    """One verification: the document's SHA-256 (hex, of the bytes given), when, the verdict, every check's outcome."""

    SCHEMA: ClassVar[str] = "report/1"

    id: str
    signer: SignerFacts
    document_sha256: str
    checked_at: str
    verdict: str
    findings: tuple[FindingFacts, ...]

    def __post_init__(self) -> None:
        rules.check_iri(self.id, "id")
        if not _SHA256.fullmatch(self.document_sha256):
            raise DataModelError("document_sha256 is not a SHA-256")
        if not _CODE.fullmatch(self.verdict):
            raise DataModelError("verdict is not a code")
        if not self.findings:
            raise DataModelError("a report has findings")
        check_moment(self.checked_at, "checked_at")

    @classmethod
    def from_members(cls, members: JsonObject) -> Self:
        """Make the facts again."""
        findings = tuple(FindingFacts(**finding) for finding in members["findings"])
        return cls(**{**signer_from(members), "findings": findings})

    def build(self) -> JsonObject:
        """Return the unsigned credential; its subject is the document, by digest (RFC 6920)."""
        packed = base64.urlsafe_b64encode(bytes.fromhex(self.document_sha256)).decode().rstrip("=")
        return {
            "@context": [CREDENTIALS, OPEN_BADGES],
            "id": self.id,
            "type": ["VerifiableCredential"],
            "name": "Verification report",
            "description": f"Verdict: {self.verdict}. Checked at {self.checked_at} by {self.signer.name}.",
            "issuer": self.signer.profile(),
            "validFrom": self.checked_at,
            "credentialSubject": {
                "id": f"ni:///sha-256;{packed}",
                "name": "The document that was checked, by the SHA-256 of its bytes",
                "description": f"verdict: {self.verdict}",
            },
            "evidence": [_evidence(finding) for finding in self.findings],
        }


def _evidence(finding: FindingFacts) -> JsonObject:
    because = f" ({finding.reason})" if finding.reason else ""
    return {"type": ["Evidence"], "name": finding.check, "description": f"{finding.outcome}{because}"}
