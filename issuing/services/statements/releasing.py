"""A co-awarding body's release of one award, signed by that body: what "released by" on a page rests on."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Protocol

from django.db import transaction

from catalogue.models import Party
from credentials.statements import ReleaseFacts, SignerFacts
from credentials.timestamps import format_timestamp
from issuing.errors import IssuerMissingError
from issuing.models import Award, StatementKind
from issuing.services.statements.asking import (
    Asked,
    address_of,
    ask_for,
    place_for,
    refused_unless_fit,
    signed_language,
    signer_of,
)
from issuing.statement_documents import released_digest
from registry.actors import Actor
from registry.models import Issuer, IssuerState
from registry.selectors import canonical_base_url


class DatedDecision(Protocol):
    """What a release needs of the approval that it rests on: when the body decided."""

    at: dt.datetime


@transaction.atomic
def request_release(*, award: Award, party: Party, approval: DatedDecision, actor: Actor) -> uuid.UUID:
    """Ask for the signed release of an award by a co-awarding body, in the caller's transaction; its role was checked there.

    The release names the award's credential as its facts stand now: when they are fixed anew, release again.

    Returns:
        The id of the `SignedDocument`, which waits to be signed by the body's own issuer.

    Raises:
        IssuerMissingError: the body has no issuer here. Its decision can be recorded, and is told as such.
        FactsRefusedError: it could not be signed.
    """
    issuer = office_of(party)
    base_url, number = canonical_base_url(), uuid.uuid4()
    columns, place = place_for(issuer, base_url)
    language = signed_language(award.language)
    document = released_digest(award)
    facts = refused_unless_fit(
        ReleaseFacts,
        id=address_of(base_url, number),
        signer=SignerFacts(**signer_of(issuer, language)),
        language=language,
        credential_id=document.credential_id,
        digest=document.digest,
        decided_at=format_timestamp(approval.at),
        **place,
    )
    asked = Asked(
        id=number,
        kind=StatementKind.RELEASE,
        facts=facts,
        subject_ref=f"award:{award.pk}",
        organisation=issuer.organisation,
        issuer=issuer,
        place=columns,
    )
    return ask_for(asked, actor).pk


def office_of(party: Party) -> Issuer:
    """Return the office that signs for a body: the one nearest to the root of its tree, the oldest of several.

    Raises:
        IssuerMissingError: it has none here.
    """
    offices = Issuer.objects.select_related("organisation").filter(organisation=party.organisation_id)
    found = offices.exclude(state=IssuerState.CLOSED).order_by("node__path", "created_at").first()
    if party.organisation_id is None or found is None:
        raise IssuerMissingError(name=party.name)
    return found
