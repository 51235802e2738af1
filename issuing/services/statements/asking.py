"""What asking for any statement has in common: an id, an address, a place, the lint, and one piece of work."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from credentials.errors import CredentialError
from credentials.statements import StatementFacts, facts_text
from issuing.errors import FactsRefusedError
from issuing.models import SignedDocument, StatementKind
from issuing.services.places import reserve_places
from issuing.statement_documents import document_of, lint_statement
from registry.actors import Actor
from registry.audit import record_act
from registry.language_maps import text_in
from registry.models import Issuer, Organisation
from registry.outbox import Topic, publish
from registry.selectors import latest_profile

SIGNED_LANGUAGES = ("en", "de")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A statement about to be asked for. Without an issuer this installation itself signs."""

    id: uuid.UUID
    kind: StatementKind
    facts: StatementFacts
    subject_ref: str
    organisation: Organisation | None
    issuer: Issuer | None = None
    place: Mapping[str, Any] | None = None


def ask_for(asked: Asked, actor: Actor) -> SignedDocument:
    """Write a statement down and ask the worker to sign it, in the caller's transaction.

    Raises:
        FactsRefusedError: it could not be signed; what signing applies was applied.
    """
    statement = SignedDocument.objects.create(
        id=asked.id,
        organisation=asked.organisation,
        issuer=asked.issuer,
        kind=asked.kind,
        subject_ref=asked.subject_ref,
        facts=facts_text(asked.facts),
        schema=asked.facts.SCHEMA,
        asked_by_kind=actor.kind,
        asked_by=actor.id,
        **(asked.place or {}),
    )
    try:
        lint_statement(document_of(statement))
    except CredentialError as error:
        raise FactsRefusedError(reason=error.message, column="") from error
    request_statement(document_id=statement.pk, tenant=statement.organisation_id)
    record_act(actor, f"{asked.kind}.asked", statement, organisation=asked.organisation)
    return statement


def request_statement(*, document_id: uuid.UUID, tenant: uuid.UUID | None = None) -> None:
    """Ask the worker to sign a `SignedDocument` whose facts are fixed, in the caller's transaction."""
    publish(Topic.DOCUMENT_REQUESTED, {"kind": "statement", "id": str(document_id)}, tenant=tenant)


def refused_unless_fit(make: Any, **facts: Any) -> Any:
    """Make facts of a schema's class; what breaks a rule is refused before anything is promised.

    Raises:
        FactsRefusedError: it could not be signed.
    """
    try:
        return make(**facts)
    except CredentialError as error:
        raise FactsRefusedError(reason=error.message, column="") from error


def signer_of(issuer: Issuer, language: str) -> dict[str, Any]:
    """Return the issuer as its statements name it: by its newest profile, in a language."""
    profile = latest_profile(issuer)
    return {"id": issuer.did, "name": text_in(profile.name, language), "url": profile.url or None}


def place_for(issuer: Issuer, base_url: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Reserve a place in the issuer's list; returns the row's columns and the facts' members."""
    (place,) = reserve_places(issuer=issuer, count=1, base_url=base_url)
    columns = {"status_list_id": place.list_id, "status_index": place.index}
    return columns, {"status_list_url": place.revocation_url, "status_index": place.index}


def address_of(base_url: str, document_id: uuid.UUID) -> str:
    """Return the permanent address of a statement."""
    return f"{base_url}/statements/{document_id}"


def signed_language(wanted: str) -> str:
    """Return a language that statements have words in."""
    return wanted if wanted in SIGNED_LANGUAGES else SIGNED_LANGUAGES[0]
