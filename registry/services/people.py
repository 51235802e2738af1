"""Acts on learners: finding or making an organisation's record of a person."""

from __future__ import annotations

import os
import unicodedata
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Final

from django.db import IntegrityError, connection
from django.db.models import Q

from registry.addresses import normal_address
from registry.bulk import insert_values
from registry.errors import IdentifierConflictError, LearnerUnknownError, RegistryError
from registry.models import IdentifierType, Learner, LearnerIdentifier, Organisation
from registry.name_keys import name_keys


@dataclass(frozen=True, slots=True)
class IdentifierOrder:
    """An identifier beside the e-mail address: its type, who gives it out, and the number."""

    type: IdentifierType
    scope: str
    value: str


Key = tuple[str, str, str]
Known = dict[Key, uuid.UUID]

EMAIL: Final = IdentifierType.EMAIL.value
MOST_KINDS: Final = 16
"""So many kinds of identifiers (type and scope) are asked for one by one."""
RECORD: Final = "learner"
"""First part of the key of somebody who is named by the id of their record."""


@dataclass(slots=True, kw_only=True)
class Recipient:
    """The person an award names, by at least one of record, e-mail address and identifiers.

    Never changed once `keys` were asked for.
    """

    name: str
    email: str = ""
    learner: uuid.UUID | None = None
    language: str = "en"
    identifiers: tuple[IdentifierOrder, ...] = ()
    _keys: list[Key] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def is_named(self) -> bool:
        """Tell whether anything says who the person is; a name does not."""
        return bool(self.learner or self.email.strip() or any(i.value.strip() for i in self.identifiers))

    @property
    def keys(self) -> list[Key]:
        """(type, scope, value) of everything that identifies the person, the surest first."""
        if self._keys is None:
            self._keys = self._identified_by()
        return self._keys

    def _identified_by(self) -> list[Key]:
        if not self.identifiers and not self.learner:
            return [(EMAIL, "", normal_address(self.email))] if self.email else []
        record = [(RECORD, "", str(self.learner))] if self.learner else []
        numbers = [
            (i.type.value, i.scope, normalised_identifier(i.type, i.value)) for i in self.identifiers if i.value
        ]
        email = [(EMAIL, "", normal_address(self.email))] if self.email else []
        return list(dict.fromkeys([*record, *numbers, *email]))


class NotOnePersonError(Exception):
    """Some recipients are not one person of the organisation's records: `refusals` has why, by their place."""

    def __init__(self, refusals: Mapping[int, RegistryError]) -> None:
        super().__init__(f"{len(refusals)} recipients")
        self.refusals = dict(refusals)


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
        NotOnePersonError: identifiers of one recipient belong to two records, whether these stood before or come
            from recipients further up; or a record is named that is not there. Nothing was written.
        IntegrityError: another act has made or deleted one of them since: try again, without `known`.
    """
    found = known_identifiers(recipients, organisation=organisation) if known is None else {**known}
    people = _People()
    refusals: dict[int, RegistryError] = {}
    fresh = fresh_ids(sum(len(r.keys) + 1 for r in recipients))
    for place, recipient in enumerate(recipients):
        try:
            learner_id = _owner(recipient, found)
        except RegistryError as refusal:
            refusals[place] = refusal
            continue
        if learner_id is None:
            learner_id = next(fresh)
            people.learners.append((learner_id, recipient.name, recipient.language, *name_keys(recipient.name)))
        for key in recipient.keys:
            if key not in found:
                found[key] = learner_id
                people.identifiers.append((next(fresh), learner_id, *key))
        people.ids.append(learner_id)
    if refusals:
        raise NotOnePersonError(refusals)
    people.write(organisation)
    return people.ids


def learner_known(recipient: Recipient, *, organisation: Organisation) -> uuid.UUID | None:
    """Return the organisation's record of a recipient, None where there is none yet; nothing is made.

    Raises:
        IdentifierConflictError, LearnerUnknownError: as `learners_for` tells them.
    """
    return _owner(recipient, known_identifiers([recipient], organisation=organisation))


def _owner(recipient: Recipient, known: Known) -> uuid.UUID | None:
    """Return the one record to which a recipient's identifiers lead, None where they lead to none."""
    owners = {known[key] for key in recipient.keys if key in known}
    if len(owners) > 1:
        raise IdentifierConflictError(learners=sorted(str(owner) for owner in owners))
    if recipient.learner and recipient.keys[0] not in known:
        raise LearnerUnknownError
    return owners.pop() if owners else None


@dataclass(slots=True)
class _People:
    """The records of some recipients, and what has to be written for them."""

    ids: list[uuid.UUID] = field(default_factory=list)
    learners: list[tuple[uuid.UUID, str, str, str, str]] = field(default_factory=list)
    identifiers: list[tuple[uuid.UUID, uuid.UUID, str, str, str]] = field(default_factory=list)

    def write(self, organisation: Organisation) -> None:
        """Write what is new, and keep what was found."""
        _keep(set(self.ids) - {learner_id for learner_id, *_names in self.learners})
        shared = {"organisation_id": organisation.pk}
        names = ("id", "preferred_name", "language", "name_said", "name_turned")
        insert_values(Learner, names, self.learners, shared=shared)
        insert_values(
            LearnerIdentifier, ("id", "learner_id", "type", "scope", "value"), self.identifiers, shared=shared
        )


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


def known_identifiers(recipients: Iterable[Recipient], *, organisation: Organisation) -> Known:
    """Return {key: record} of what the recipients name and the organisation knows.

    One query; a second one where records are named by their ids. Erased records are not known any more.
    """
    wanted = {key for recipient in recipients for key in recipient.keys}
    values: dict[tuple[str, str], list[str]] = {}
    for kind, scope, value in wanted:
        values.setdefault((kind, scope), []).append(value)
    records = values.pop((RECORD, ""), [])
    found: Known = {}
    if values:
        rows = LearnerIdentifier.objects.filter(_among(values), organisation=organisation)
        named = rows.values_list("type", "scope", "value", "learner_id")
        found = {key: learner_id for *parts, learner_id in named if (key := tuple(parts)) in wanted}
    if records:
        learners = Learner.objects.filter(organisation=organisation, pk__in=records, erased_at=None)
        found |= {(RECORD, "", str(pk)): pk for pk in learners.values_list("pk", flat=True)}
    return found


def _among(values: Mapping[tuple[str, str], list[str]]) -> Q:
    """Return the condition that finds these values of {(type, scope): values}.

    Without type and scope in front the index is no use, and every identifier of the organisation is looked at; that is
    left to those who name people by more kinds of numbers than anybody has.
    """
    if len(values) > MOST_KINDS:
        return Q(value__any_of=[value for several in values.values() for value in several])
    kinds = (Q(type=kind, scope=scope, value__any_of=several) for (kind, scope), several in values.items())
    return reduce(or_, kinds)
