"""From the rows of a file to orders."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from catalogue.models import Achievement
from issuing.formats import AwardFields, AwardTable
from issuing.rules import RuleBrokenError, gettext_noop
from issuing.services.naming import broken_by
from issuing.services.orders import AwardOrder, BatchRow, EvidenceOrder, ResultOrder
from registry.errors import LearnerUnknownError
from registry.models import IdentifierType
from registry.services import IdentifierOrder, Recipient

LAST_MOMENT = dt.time(23, 59, 59)


def rows_of_table(table: AwardTable, achievement: Achievement) -> Iterator[BatchRow]:
    """Yield an order per row; one that could not be read carries why."""
    zone = ZoneInfo(achievement.organisation.timezone)
    for row in table.rows:
        try:
            order = None if row.fields is None else _order(row.fields, achievement, zone)
            yield BatchRow(row.number, order, row.broken)
        except RuleBrokenError as broken:
            yield BatchRow(row.number, broken=broken)


def _order(fields: AwardFields, achievement: Achievement, zone: ZoneInfo) -> AwardOrder:
    return AwardOrder(
        achievement=achievement,
        recipient=Recipient(
            name=fields.name,
            email=fields.email,
            learner=None if fields.learner is None else _record(fields.learner),
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
    """A number in a file is the organisation's own unless it says whose; equal numbers of two are two people."""
    if fields.identifier is None:
        return ()
    scope = fields.identifier_scope or achievement.organisation.slug
    return (IdentifierOrder(_kind(fields.identifier_type), scope, fields.identifier),)


def _kind(text: str | None) -> IdentifierType:
    if text is None:
        return IdentifierType.MATRICULATION
    try:
        return _KINDS[text.lower()]
    except KeyError as error:
        remedy = gettext_noop("Write eduID, ESI, NSN, matriculation or other; without a type it is a matriculation.")
        raise RuleBrokenError("identifier_type", "unknown-type", remedy) from error


_KINDS: Final = {kind.value.lower(): kind for kind in IdentifierType if kind is not IdentifierType.EMAIL}


def _record(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise broken_by(LearnerUnknownError()) from error


def _end_of_day(day: dt.date | None, zone: ZoneInfo) -> dt.datetime | None:
    return None if day is None else dt.datetime.combine(day, LAST_MOMENT, tzinfo=zone)
