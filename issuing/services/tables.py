"""From the rows of a file to orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from catalogue.models import Achievement
from issuing.formats import AwardFields, AwardTable
from issuing.services.orders import AwardOrder, BatchRow, EvidenceOrder, ResultOrder
from registry.models import IdentifierType
from registry.services import IdentifierOrder, Recipient

LAST_MOMENT = dt.time(23, 59, 59)


def rows_of_table(table: AwardTable, achievement: Achievement) -> Iterator[BatchRow]:
    """Yield an order per row; one that could not be read carries why."""
    zone = ZoneInfo(achievement.organisation.timezone)
    for row in table.rows:
        order = None if row.fields is None else _order(row.fields, achievement, zone)
        yield BatchRow(row.number, order, row.broken)


def _order(fields: AwardFields, achievement: Achievement, zone: ZoneInfo) -> AwardOrder:
    return AwardOrder(
        achievement=achievement,
        recipient=Recipient(
            name=fields.name,
            email=fields.email,
            language=fields.language or "en",
            identifiers=_identifiers(fields, achievement),
        ),
        awarded_on=fields.awarded_on,
        valid_until=_end_of_day(fields.valid_until, zone),
        learning_from=fields.learning_from,
        learning_to=fields.learning_to,
        participation=fields.participation,
        supervision=fields.supervision,
        credits_earned=fields.credits_earned,
        language=fields.language,
        results=() if fields.result is None else (ResultOrder(value=fields.result),),
        evidence=() if fields.evidence_url is None else (EvidenceOrder(url=fields.evidence_url),),
    )


def _identifiers(fields: AwardFields, achievement: Achievement) -> tuple[IdentifierOrder, ...]:
    """A number in a file is the organisation's own: equal numbers of two organisations are two people."""
    if fields.identifier is None:
        return ()
    return (IdentifierOrder(IdentifierType.MATRICULATION, achievement.organisation.slug, fields.identifier),)


def _end_of_day(day: dt.date | None, zone: ZoneInfo) -> dt.datetime | None:
    return None if day is None else dt.datetime.combine(day, LAST_MOMENT, tzinfo=zone)
