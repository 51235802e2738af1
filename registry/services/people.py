"""Acts on learners: finding or making an organisation's record of a person."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.bulk import insert_values
from registry.models import IdentifierType, Learner, LearnerIdentifier, Organisation


@dataclass(frozen=True, slots=True)
class IdentifierOrder:
    """An identifier beside the e-mail address: its type, who gives it out, and the number."""

    type: IdentifierType
    scope: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """The person an award names."""

    name: str
    email: str
    language: str = "en"
    identifiers: tuple[IdentifierOrder, ...] = ()


def normalised_identifier(kind: IdentifierType, value: str) -> str:
    """Return an identifier as it is stored and compared: NFC, trimmed; e-mail in lower case."""
    text = unicodedata.normalize("NFC", value).strip()
    return text.lower() if kind == IdentifierType.EMAIL else text


Key = tuple[str, str, str]


def keys_of(recipient: Recipient) -> list[Key]:
    """Return (type, scope, value) of everything that identifies a recipient, the surest first."""
    numbers = [
        (str(i.type), i.scope, normalised_identifier(i.type, i.value)) for i in recipient.identifiers if i.value
    ]
    email = normalised_identifier(IdentifierType.EMAIL, recipient.email)
    return [*numbers, (str(IdentifierType.EMAIL), "", email)]


def learners_for(recipients: Sequence[Recipient], *, organisation: Organisation) -> list[Learner]:
    """Return the organisation's record of each recipient, in order, made where there is none.

    A constant number of queries for any number of recipients; call it inside the act's transaction. Two
    recipients that share an identifier are one person; equal numbers of two scopes are two.
    """
    known = _known_learners({key for r in recipients for key in keys_of(r)}, organisation)
    made: list[Learner] = []
    identifiers: list[tuple[Key, uuid.UUID]] = []
    found: list[Learner] = []
    for recipient in recipients:
        keys = keys_of(recipient)
        learner = next((known[key] for key in keys if key in known), None)
        if learner is None:
            learner = _new_learner(recipient, organisation)
            made.append(learner)
        for key in keys:
            if key not in known:
                known[key] = learner
                identifiers.append((key, learner.pk))
        found.append(learner)
    _insert(made, identifiers, organisation)
    return found


def _insert(made: Sequence[Learner], identifiers: Sequence[tuple[Key, uuid.UUID]], organisation: Organisation) -> None:
    insert_values(
        Learner,
        ("id", "organisation_id", "preferred_name", "language"),
        [(one.pk, organisation.pk, one.preferred_name, one.language) for one in made],
    )
    insert_values(
        LearnerIdentifier,
        ("id", "learner_id", "organisation_id", "type", "scope", "value"),
        [(uuid.uuid4(), learner_id, organisation.pk, *key) for key, learner_id in identifiers],
    )


def known_learners(recipients: Sequence[Recipient], *, organisation: Organisation) -> list[Learner | None]:
    """Return the organisation's record of each recipient, in order, None where there is none; one query."""
    known = _known_learners({key for r in recipients for key in keys_of(r)}, organisation)
    return [next((known[key] for key in keys_of(r) if key in known), None) for r in recipients]


def _known_learners(keys: Iterable[Key], organisation: Organisation) -> dict[Key, Learner]:
    wanted = set(keys)
    rows = LearnerIdentifier.objects.filter(
        organisation=organisation, value__any_of=list({value for _type, _scope, value in wanted})
    ).select_related("learner")
    return {key: row.learner for row in rows if (key := (row.type, row.scope, row.value)) in wanted}


def _new_learner(recipient: Recipient, organisation: Organisation) -> Learner:
    return Learner(
        id=uuid.uuid4(),
        organisation_id=organisation.pk,
        preferred_name=recipient.name,
        language=recipient.language,
    )
