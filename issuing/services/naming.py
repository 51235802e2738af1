"""Whom the rows of one file name: told apart before anything is accepted, row by row."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from registry.errors import IdentifierConflictError, LearnerUnknownError, RegistryError
from registry.models import Learner, Organisation
from registry.refusals import RuleBrokenError, gettext_noop
from registry.services import Recipient, known_identifiers
from registry.services.people import Key

CONFLICT_REMEDY: Final = gettext_noop(
    "The identifiers of this row belong to two people: leave out the one that is not this person's, or have the two "
    "records joined first."
)
UNKNOWN_REMEDY: Final = gettext_noop(
    "There is no record of a person with this id: name them by their e-mail address or number instead."
)
REPEATED_REMEDY: Final = gettext_noop("An earlier row names the same person: keep one of the two.")


def names_of_known(recipients: Sequence[Recipient], organisation: Organisation) -> list[Recipient]:
    """Return the same people with the names that the organisation knows them by; strangers stay without one.

    At most three queries, whatever their number.
    """
    known = known_identifiers(recipients, organisation=organisation)
    names = dict(Learner.objects.filter(pk__in=set(known.values())).values_list("pk", "preferred_name"))
    named = []
    for one in recipients:
        record = next((known[key] for key in one.keys if key in known), None)
        named.append(replace(one, name=names.get(record, "")) if record else one)
    return named


class NamedPeople:
    """The people of a file so far: a record of the organisation, or the number of the first row that names them."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._whose: dict[Key, uuid.UUID | int] = {}
        self._named: set[uuid.UUID | int] = set()

    def look_up(self, recipients: Iterable[Recipient]) -> None:
        """Learn whose the identifiers of some rows are; at most two queries, whatever the number of rows."""
        for key, learner in known_identifiers(recipients, organisation=self._organisation).items():
            self._whose.setdefault(key, learner)

    def record_of(self, recipient: Recipient, *, row: int, again: bool) -> uuid.UUID | None:
        """Return the record of a row's person, None where the organisation has none yet; they were looked up before.

        Raises:
            RuleBrokenError: their identifiers lead to two people, of the records or of rows further up; there is no
                such record; or an earlier row names them too, and this one may not do so `again`.
        """
        whose, keys = self._whose, recipient.keys
        theirs = {whose[key] for key in keys if key in whose}
        if len(theirs) > 1:
            raise broken_by(IdentifierConflictError())
        if recipient.learner and keys[0] not in whose:
            raise broken_by(LearnerUnknownError())
        person = theirs.pop() if theirs else row
        if person in self._named and not again:
            raise repeated(recipient)
        self._named.add(person)
        for key in keys:
            whose[key] = person
        return None if isinstance(person, int) else person


def broken_by(refusal: RegistryError) -> RuleBrokenError:
    """Return why a row is refused whose recipient is not one person of the records."""
    if isinstance(refusal, LearnerUnknownError):
        return RuleBrokenError("learner", refusal.code, UNKNOWN_REMEDY)
    return RuleBrokenError("identifier", refusal.code, CONFLICT_REMEDY)


def repeated(recipient: Recipient) -> RuleBrokenError:
    """Return why a row is refused whose person an earlier row names."""
    column = "email" if recipient.email else "learner" if recipient.learner else "identifier"
    return RuleBrokenError(column, "duplicate-row", REPEATED_REMEDY)
