"""From the rows of a file to orders."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Final

from catalogue.models import Achievement
from issuing.formats import AwardTable, TableRow
from issuing.services.naming import broken_by
from issuing.services.orders import AwardOrder, BatchRow
from registry.errors import LearnerUnknownError
from registry.models import IdentifierType
from registry.refusals import Faults, RuleBrokenError, gettext_noop
from registry.services import IdentifierOrder, Recipient


def rows_of_table(table: AwardTable, achievement: Achievement) -> Iterator[BatchRow]:
    """Yield an order per row, of what could be read; what could not stands beside it."""
    for row in table.rows:
        yield _row(row, achievement)


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
