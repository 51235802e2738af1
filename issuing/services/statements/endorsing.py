"""Endorsing an achievement, a profile or a credential, in the name of an issuer."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from credentials.statements import EndorsementFacts, SignerFacts
from credentials.timestamps import format_timestamp
from issuing.models import StatementKind
from issuing.services.statements.asking import (
    Asked,
    address_of,
    ask_for,
    place_for,
    refused_unless_fit,
    signed_language,
    signer_of,
)
from registry.actors import Actor
from registry.models import Issuer, Role
from registry.permissions import require_role
from registry.selectors import canonical_base_url

SUBJECT_CHARACTERS = 88
"""What a reference to an address keeps of it, in a column of 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorsementOrder:
    """An endorsement as asked for: who endorses, what (its address or DID), and in which words."""

    issuer: Issuer
    about: str
    comment: str
    language: str = "en"
    valid_until: dt.datetime | None = None


@transaction.atomic
def request_endorsement(*, order: EndorsementOrder, actor: Actor) -> uuid.UUID:
    """Ask for a signed endorsement (EndorsementCredential of Open Badges 3.0).

    Returns:
        The id of the `SignedDocument`, which waits to be signed.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` is not an administrator at the issuer's place; no machine is.
        FactsRefusedError: it could not be signed.
    """
    require_role(actor, order.issuer.node, Role.ADMIN)
    base_url, number = canonical_base_url(), uuid.uuid4()
    columns, place = place_for(order.issuer, base_url)
    language = signed_language(order.language)
    facts = refused_unless_fit(
        EndorsementFacts,
        id=address_of(base_url, number),
        signer=SignerFacts(**signer_of(order.issuer, language)),
        language=language,
        subject_id=order.about.strip(),
        comment=order.comment.strip(),
        made_at=format_timestamp(timezone.now()),
        valid_until=order.valid_until and format_timestamp(order.valid_until),
        **place,
    )
    asked = Asked(
        id=number,
        kind=StatementKind.ENDORSEMENT,
        facts=facts,
        subject_ref=f"address:{facts.subject_id[:SUBJECT_CHARACTERS]}",
        organisation=order.issuer.organisation,
        issuer=order.issuer,
        place=columns,
    )
    return ask_for(asked, actor).pk
