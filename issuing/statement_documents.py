"""From a statement's row to its unsigned document, and the lint that asking and signing both apply."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

from credentials.data_model import check_data_model, check_presentation
from credentials.documents import AwardFacts
from credentials.errors import DataModelError
from credentials.schema import check_schema
from credentials.statements import PresentationFacts, PresentedCredential, digest_of, facts_of
from credentials.strict_json import JsonObject, parse_json_object
from credentials.timestamps import parse_timestamp
from issuing.editions import edition_of
from issuing.models import Award, Credential, SignedDocument


def document_of(statement: SignedDocument) -> JsonObject:
    """Return the unsigned document of a statement.

    Raises:
        DataModelError: its facts cannot be read or stated, or a credential to be shown is gone.
    """
    if not statement.schema:
        return parse_json_object(statement.facts)
    facts = facts_of(statement.schema, statement.facts)
    if isinstance(facts, PresentationFacts):
        return facts.presenting([_stored(one) for one in facts.shown])
    return facts.build()


def document_in_time(statement: SignedDocument, at: dt.datetime) -> JsonObject:
    """Return the unsigned document of a statement that is about to be signed.

    Raises:
        DataModelError: as `document_of`; or a presentation whose time has passed while it waited.
    """
    if statement.schema == PresentationFacts.SCHEMA:
        facts = facts_of(statement.schema, statement.facts)
        if isinstance(facts, PresentationFacts) and parse_timestamp(facts.ends_at) <= at:
            raise DataModelError("the presentation's time has passed", code="presentation-ended")
    return document_of(statement)


def _stored(shown: PresentedCredential) -> JsonObject:
    credential = Credential.objects.filter(pk=uuid.UUID(shown.number), sha256=shown.sha256, erased_at=None).first()
    if credential is None or credential.document is None:
        raise DataModelError(f"the credential {shown.number} is not there any more")
    return parse_json_object(credential.document)


def lint_statement(document: JsonObject) -> None:
    """Apply the data model, and to credentials the schema of their type.

    Raises:
        DataModelError, SchemaError, TermError, UnknownContextError: it cannot be signed.
    """
    if "VerifiablePresentation" in document.get("type", []):
        check_presentation(document)
    else:
        check_data_model(document)
        check_schema(document)


class Released(NamedTuple):
    """What a release speaks of: the credential's address, and the digest of what it says."""

    credential_id: str
    digest: str


def released_digest(award: Award) -> Released:
    """Return what signing an award as its facts stand now would say, without the proof.

    Raises:
        DataModelError, SchemaError: the award cannot be signed.
    """
    facts = AwardFacts.from_json(award.facts)
    base_url = facts.credential_id.rpartition("/c/")[0]
    edition = edition_of(award.version_id, award.issuer_profile_id, award.builder_version, facts.language, base_url)
    return Released(facts.credential_id, digest_of(edition.writer.build(facts)))
