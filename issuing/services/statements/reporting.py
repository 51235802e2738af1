"""Reports of our own engine, signed by this installation: what was checked, when, with which verdict."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from credentials.statements import FindingFacts, ReportFacts, SignerFacts
from credentials.timestamps import format_timestamp
from issuing.models import StatementKind
from issuing.selectors import platform_did
from issuing.services.statements.asking import Asked, address_of, ask_for, refused_unless_fit
from registry.actors import Actor
from registry.errors import ForbiddenError
from registry.models import Organisation
from registry.selectors import canonical_base_url

PLATFORM = "Testamur"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrder:
    """What a verification found: the SHA-256 (hex) of the bytes, and (check, outcome, reason) of every check, in codes."""

    document_sha256: str
    checked_at: dt.datetime
    verdict: str
    findings: Sequence[tuple[str, str, str]]


@transaction.atomic
def request_report(*, order: ReportOrder, actor: Actor) -> uuid.UUID:
    """Ask for a signed report of a verification that was just made; the document itself is not kept.

    Returns:
        The id of the `SignedDocument`, which waits to be signed.

    Raises:
        ForbiddenError: `actor` is nobody: signing for strangers would be work without an end.
        FactsRefusedError: it could not be signed.
    """
    if actor.kind == "anonymous":
        raise ForbiddenError
    base_url, number = canonical_base_url(), uuid.uuid4()
    facts = refused_unless_fit(
        ReportFacts,
        id=address_of(base_url, number),
        signer=SignerFacts(id=platform_did(), name=PLATFORM, url=base_url),
        document_sha256=order.document_sha256,
        checked_at=format_timestamp(order.checked_at),
        verdict=order.verdict,
        findings=tuple(
            FindingFacts(check=check, outcome=outcome, reason=why) for check, outcome, why in order.findings
        ),
    )
    asked = Asked(
        id=number,
        kind=StatementKind.REPORT,
        facts=facts,
        subject_ref=f"sha256:{order.document_sha256}",
        organisation=Organisation.objects.filter(pk=actor.organisation_id).first() if actor.organisation_id else None,
    )
    return ask_for(asked, actor).pk
