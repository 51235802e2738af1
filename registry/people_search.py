"""Finding an organisation's records of people: each way is one range of an index, cut off after so many rows."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from registry.addresses import normal_address
from registry.models import IdentifierType, Learner, LearnerIdentifier
from registry.name_keys import words_of_name
from registry.services.people import normalised_identifier

MOST: Final = 200
MOST_WORDS: Final = 4
LAST_SIGN: Final = chr(0x10FFFF)


def learners_like(organisation_id: uuid.UUID, text: str) -> list[uuid.UUID]:
    """Return the records to which an e-mail address, a number or the beginning of a name leads, at most `MOST` of each.

    A name is known by its first words or its last one, in any order in which people type them, without accents and case.
    """
    named = _by_address(organisation_id, text) if "@" in text else _by_number(organisation_id, text)
    found = [*named.values_list("learner_id", flat=True)[:MOST]]
    return list(dict.fromkeys([*found, *_by_name(organisation_id, text)]))


def _by_address(organisation_id: uuid.UUID, text: str) -> QuerySet[LearnerIdentifier]:
    rows = LearnerIdentifier.objects.filter(organisation=organisation_id, type=IdentifierType.EMAIL, scope="")
    try:
        return rows.filter(value=normal_address(text))
    except ValueError:
        return rows.none()


def _by_number(organisation_id: uuid.UUID, text: str) -> QuerySet[LearnerIdentifier]:
    value = normalised_identifier(IdentifierType.OTHER, text)
    return LearnerIdentifier.objects.filter(~Q(type="email"), organisation=organisation_id, value=value)


def _by_name(organisation_id: uuid.UUID, text: str) -> list[uuid.UUID]:
    words = words_of_name(text)[:MOST_WORDS]
    if not words:
        return []
    rows = Learner.objects.filter(organisation=organisation_id, erased_at=None)
    turns = [" ".join(words[turn:] + words[:turn]) for turn in range(len(words))]
    parts = [
        rows.filter(_begins(column, turn)).values_list("pk", "name_said") for turn in turns for column in _COLUMNS
    ]
    if len(words) > 1:
        # Of several first or last names one may be left out: then one word leads there, and the others are looked for.
        parts += [rows.filter(_begins("name_turned", word)).values_list("pk", "name_said") for word in words]
    return [pk for pk, said in _read(parts) if _has_all(words, said)]


_COLUMNS: Final = ("name_said", "name_turned")


def _begins(column: str, text: str) -> Q:
    """Return the condition that an index answers as one range, whatever order the database gives to letters."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__startswith": text})
    return Q(**{f"{column}__gte": text, f"{column}__lt": text + LAST_SIGN})


def _read(parts: list[QuerySet[Learner, tuple[uuid.UUID, str]]]) -> list[tuple[uuid.UUID, str]]:
    cut = [part[:MOST] for part in parts]
    if connection.features.supports_slicing_ordering_in_compound and len(cut) > 1:
        return list(dict.fromkeys(cut[0].union(*cut[1:], all=True)))
    return list(dict.fromkeys(row for part in cut for row in part))


def _has_all(words: list[str], said: str) -> bool:
    own = said.split(" ")
    return all(any(one.startswith(word) for one in own) for word in words)
