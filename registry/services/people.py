"""Acts on learners: finding or making an organisation's record of a person."""

from __future__ import annotations

import os
import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, connection

from registry.addresses import normal_address
from registry.bulk import insert_values
from registry.models import IdentifierType, Learner, LearnerIdentifier, Organisation


@dataclass(frozen=True, slots=True)
class IdentifierOrder:
    """An identifier beside the e-mail address: its type, who gives it out, and the number."""

    type: IdentifierType
    scope: str
    value: str


Key = tuple[str, str, str]
Known = dict[Key, uuid.UUID]


@dataclass(slots=True, kw_only=True)
class Recipient:
    """The person an award names; never changed once `keys` were asked for."""

    name: str
    email: str
    language: str = "en"
    identifiers: tuple[IdentifierOrder, ...] = ()
    _keys: list[Key] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def keys(self) -> list[Key]:
        """(type, scope, value) of everything that identifies the person, the surest first."""
        if self._keys is None:
            self._keys = self._identified_by()
        return self._keys

    def _identified_by(self) -> list[Key]:
        email = (EMAIL, "", normalised_identifier(IdentifierType.EMAIL, self.email))
        if not self.identifiers:
            return [email]
        numbers = [
            (i.type.value, i.scope, normalised_identifier(i.type, i.value)) for i in self.identifiers if i.value
        ]
        return [*numbers, email]


EMAIL = IdentifierType.EMAIL.value


def normalised_identifier(kind: IdentifierType, value: str) -> str:
    """Return an identifier as it is stored and compared: NFC, trimmed; an e-mail address as `normal_address` says.

    Raises:
        ValueError: an address to which no mail can be sent.
    """
    if kind is IdentifierType.EMAIL:
        return normal_address(value)
    return (value if value.isascii() else unicodedata.normalize("NFC", value)).strip()


def learners_for(
    recipients: Sequence[Recipient], *, organisation: Organisation, known: Known | None = None
) -> list[uuid.UUID]:
    """Return the organisation's record of each recipient, in order, made where there is none.

    A constant number of queries for any number of recipients; call it inside the act's transaction. Two
    recipients that share an identifier are one person; equal numbers of two scopes are two.

    Args:
        recipients: whom to find.
        organisation: whose records.
        known: what was found a moment ago, so that the database is not asked again.

    Raises:
        IntegrityError: another act has made or deleted one of them since: try again, without `known`.
    """
    found = _known_learners({key for r in recipients for key in r.keys}, organisation) if known is None else {**known}
    learners: list[tuple[uuid.UUID, str, str]] = []
    identifiers: list[tuple[uuid.UUID, uuid.UUID, str, str, str]] = []
    fresh = fresh_ids(sum(len(r.keys) + 1 for r in recipients))
    ids: list[uuid.UUID] = []
    for recipient in recipients:
        learner_id = next((found[key] for key in recipient.keys if key in found), None) if found else None
        if learner_id is None:
            learner_id = next(fresh)
            learners.append((learner_id, recipient.name, recipient.language))
        for key in recipient.keys:
            if key not in found:
                found[key] = learner_id
                identifiers.append((next(fresh), learner_id, *key))
        ids.append(learner_id)
    _keep(set(ids) - {learner_id for learner_id, *_names in learners})
    shared = {"organisation_id": organisation.pk}
    insert_values(Learner, ("id", "preferred_name", "language"), learners, shared=shared)
    insert_values(LearnerIdentifier, ("id", "learner_id", "type", "scope", "value"), identifiers, shared=shared)
    return ids


def _keep(learner_ids: set[uuid.UUID]) -> None:
    """Hold records that were found until the act ends, so that none is deleted under what it writes (DECISIONS 41)."""
    if not learner_ids or connection.vendor != "postgresql":
        return
    table = Learner._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE id = ANY(%s) FOR KEY SHARE) AS kept",  # noqa: S608 - ours
            [list(learner_ids)],
        )
        (kept,) = cursor.fetchone()
    if kept != len(learner_ids):
        raise IntegrityError("a learner was deleted since")


def fresh_ids(count: int) -> Iterator[uuid.UUID]:
    """Yield random ids; the randomness of all is drawn at once."""
    random = os.urandom(16 * count)
    for start in range(0, len(random), 16):
        yield uuid.UUID(bytes=random[start : start + 16], version=4)


def known_learners(recipients: Sequence[Recipient], *, organisation: Organisation) -> list[uuid.UUID | None]:
    """Return the organisation's record of each recipient, in order, None where there is none; one query."""
    known = _known_learners({key for r in recipients for key in r.keys}, organisation)
    if not known:
        return [None] * len(recipients)
    return [next((known[key] for key in r.keys if key in known), None) for r in recipients]


def _known_learners(wanted: set[Key], organisation: Organisation) -> Known:
    rows = LearnerIdentifier.objects.filter(
        organisation=organisation, value__any_of=list({value for _type, _scope, value in wanted})
    ).values_list("type", "scope", "value", "learner_id")
    return {key: learner_id for *parts, learner_id in rows if (key := tuple(parts)) in wanted}
