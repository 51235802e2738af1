"""What people of a file hold already, and in what a row differs from it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson
from django.db.models import Q

from issuing.headings import COLUMNS
from issuing.models import Award, Batch, StatusPurpose
from issuing.services.basis import Basis
from issuing.services.facts import DAYS, CheckedOrder, facts_stated
from issuing.services.lines import newest_replacements
from issuing.stated import FACTS
from issuing.way import ENDED

ISO_DAY_CHARACTERS: Final = len("2026-01-31")
_OWN: Final = frozenset(
    {
        "credential_id",
        "subject_id",
        "status_list_url",
        "status_index",
        "suspension_list_url",
        "salt",
        "sample",
        # It follows from the day of award.
        "valid_from",
    }
)
"""Facts of one award that no row states."""
_COLUMNS: Final = {
    "holder_name": "name",
    "email_hash": "email",
    "identifiers": "identifier",
    "learning_period": "learning_from",
}


class StandingAward(NamedTuple):
    """An award that holds a line: the file that made it, its day, and what it states, or what waits to replace it does."""

    id: uuid.UUID
    batch_id: uuid.UUID | None
    awarded_on: dt.date
    facts: Mapping[str, Any]


def standing_facts(award_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, StandingAward]:
    """Return awards that stand, by id; few queries, whatever their number."""
    newest = newest_replacements(list(award_ids))
    stands = {newest.get(pk, pk): pk for pk in award_ids}
    rows = Award.objects.filter(id__any_of=list(stands)).values_list("id", "batch_id", "awarded_on", "facts")
    return {
        stands[pk]: StandingAward(stands[pk], batch, day, orjson.loads(facts) if facts else {})
        for pk, batch, day, facts in rows
    }


def columns_changed(order: CheckedOrder, award: StandingAward, basis: Basis) -> tuple[str, ...]:
    """Return the columns in which an order says something else than the award that stands; none of an erased one."""
    if not award.facts:
        return ()
    now = facts_stated(order, basis, salt=award.facts.get("salt", ""))
    names = (now.keys() | award.facts.keys()) - _OWN
    changed = {_column(name) for name in names if _plain(name, now) != _plain(name, award.facts)}
    return tuple(sorted(changed, key=lambda column: COLUMNS.index(column) if column in COLUMNS else len(COLUMNS)))


def _column(name: str) -> str:
    return _COLUMNS.get(name) or FACTS[name].column or name


def _plain(name: str, facts: Mapping[str, Any]) -> Any:
    """Return a fact so that two builders' ways to write the same are the same."""
    value = facts.get(name)
    if value is None:
        return None
    if name in DAYS:
        return value[:ISO_DAY_CHARACTERS]
    if name == "valid_until":
        return dt.datetime.fromisoformat(value)
    return sorted(entry["identity_hash"] for entry in value) if name == "identifiers" else value


def awards_of_editions(follows: Batch | None, learners: Sequence[uuid.UUID]) -> dict[uuid.UUID | None, uuid.UUID]:
    """Return {learner: award} of what earlier editions awarded them and stands."""
    if follows is None:
        return {}
    awards = Award.objects.filter(batch__in=_editions(follows), learner__any_of=learners).exclude(state__in=ENDED)
    revoked = Q(credential__status_changes__purpose=StatusPurpose.REVOCATION)
    return dict(awards.exclude(revoked).values_list("learner", "id"))


def left_out(follows: Batch, named: Collection[uuid.UUID]) -> dict[uuid.UUID, list[int]]:
    """Return {batch: rows} of earlier editions whose awards stand and are none of those that a file's people hold."""
    standing = Award.objects.filter(batch__in=_editions(follows), dedupe_key__isnull=False)
    rows: dict[uuid.UUID, list[int]] = {}
    for award_id, batch_id, number in standing.order_by("row_number").values_list("id", "batch_id", "row_number"):
        if award_id not in named and batch_id and number is not None:
            rows.setdefault(batch_id, []).append(number)
    return rows


def _editions(batch: Batch | None) -> list[uuid.UUID]:
    editions = []
    while batch is not None:
        editions.append(batch.pk)
        batch = batch.follows
    return editions
