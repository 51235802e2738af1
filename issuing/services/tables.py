"""From the rows of a file to orders."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import islice
from typing import Final

from catalogue.models import Achievement
from issuing.file_layouts import MEASURES
from issuing.formats import AwardTable, TableRow
from issuing.services.deciding import Deciding
from issuing.services.naming import broken_by, names_of_known
from issuing.services.orders import AwardOrder, BatchRow
from registry.errors import LearnerUnknownError
from registry.models import IdentifierType
from registry.refusals import Faults, RuleBrokenError, gettext_noop
from registry.services import IdentifierOrder, Recipient

LOOKED_UP_AT_ONCE = 5_000


def rows_of_table(table: AwardTable, achievement: Achievement, deciding: Deciding | None = None) -> Iterator[BatchRow]:
    """Return an order per row, of what could be read; what could not stands beside it.

    Of results, the one is stated that the outcome rule measures; `deciding` is how those of a file decide.
    """
    if table.measures.isdisjoint(MEASURES):
        rows = (_row(row, achievement) for row in table.rows)
    else:
        deciding = deciding or Deciding(_rule_of(achievement))
        rows = (deciding.decided(row, _row(row, achievement)) for row in table.rows)
    return _with_known_names(rows, achievement) if table.nameless else rows


def _with_known_names(rows: Iterator[BatchRow], achievement: Achievement) -> Iterator[BatchRow]:
    """Yield the rows of a file that has no names: people are called as the organisation knows them."""
    while part := list(islice(rows, LOOKED_UP_AT_ONCE)):
        orders = [row.order for row in part if row.order]
        named = iter(names_of_known([order.recipient for order in orders], achievement.organisation))
        yield from (row._replace(order=row.order.naming(next(named))) if row.order else row for row in part)


def _rule_of(achievement: Achievement) -> dict[str, str]:
    """Return the outcome rule of the newest published version, {} where it has none."""
    newest = achievement.versions.exclude(published_at=None).order_by("-number").first()
    return newest.outcome_rule if newest else {}


def _row(row: TableRow, achievement: Achievement) -> BatchRow:
    if not row.whole:
        return BatchRow(row.number, None, row.faults)
    identifiers: tuple[IdentifierOrder, ...] = ()
    record, faults = None, row.faults
    if row.person.identifier or row.person.learner:
        found = Faults(faults)
        with found:
            identifiers = _identifiers(row, achievement)
        with found:
            record = _record(row.person.learner)
        faults = tuple(found.refusals)
    recipient = Recipient(
        name=row.person.name,
        email=row.person.email,
        learner=record,
        language=row.stated.get("language", "en"),
        identifiers=identifiers,
    )
    order = AwardOrder(achievement=achievement, recipient=recipient, send_at=row.send_at, **row.stated)
    return BatchRow(row.number, order, faults)


def _identifiers(row: TableRow, achievement: Achievement) -> tuple[IdentifierOrder, ...]:
    """A number in a file is the organisation's own unless it says whose; equal numbers of two are two people."""
    number = row.person.identifier.strip()
    if not number:
        return ()
    scope = row.person.identifier_scope.strip() or achievement.organisation.slug
    return (IdentifierOrder(_kind(row.person.identifier_type.strip()), scope, number),)


def _kind(text: str) -> IdentifierType:
    if not text:
        return IdentifierType.MATRICULATION
    try:
        return _KINDS[text.lower()]
    except KeyError as error:
        remedy = gettext_noop("Write eduID, ESI, NSN, matriculation or other; without a type it is a matriculation.")
        raise RuleBrokenError("identifier_type", "unknown-type", remedy) from error


_KINDS: Final = {kind.value.lower(): kind for kind in IdentifierType if kind is not IdentifierType.EMAIL}


def _record(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.strip()) if text.strip() else None
    except ValueError as error:
        raise broken_by(LearnerUnknownError()) from error
