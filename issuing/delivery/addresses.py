"""Where a letter goes: read when it is sent, so that nothing keeps an address but the learner's own record.

The award names the person by a hash of the address; a letter goes to an address with that hash or nowhere. Whoever
changed a learner's record, or joined it with another's, sends nobody's mail to somebody else.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from credentials.documents import identity_hash
from credentials.strict_json import JsonObject
from issuing.delivery.fates import NoAddressError, UnwantedError
from issuing.models import Award
from registry.addresses import sendable_address
from registry.models import IdentifierType, LearnerIdentifier


def addresses_of(awards: Iterable[Award]) -> dict[uuid.UUID, list[str]]:
    """Return {learner: e-mail addresses} of the awards' learners; one query."""
    learners = [award.learner_id for award in awards if award.learner_id]
    rows = LearnerIdentifier.objects.filter(learner__any_of=learners, type=IdentifierType.EMAIL)
    known: dict[uuid.UUID, list[str]] = {}
    for learner_id, value in rows.values_list("learner_id", "value"):
        known.setdefault(learner_id, []).append(value)
    return known


def address_named(award: Award, facts: JsonObject, known: Mapping[uuid.UUID, Sequence[str]]) -> str:
    """Return the one of the learner's addresses that the award names.

    Raises:
        UnwantedError: the award names none: it is in the holder's record, and no mail was asked for.
        NoAddressError: it names one that the learner does not have (any more).
    """
    named, salt = facts.get("email_hash"), str(facts.get("salt") or "")
    if named is None:
        raise UnwantedError
    for value in known.get(award.learner_id, ()) if award.learner_id else ():
        if named in {identity_hash(spelling, salt) for spelling in _spellings(value)}:
            return value
    raise NoAddressError


def _spellings(value: str) -> list[str]:
    """Return an address as stated, and with its domain as servers write it: the award hashes either."""
    spellings = [value]
    with suppress(ValueError):
        spellings.append(sendable_address(value))
    return spellings
