"""Rows that did not come as a file, kept as text until the worker takes them: `issuing.stated` says how each is read."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, cast

import orjson

from catalogue.models import Achievement
from issuing.services.orders import AwardOrder, BatchRow
from issuing.stated import FACTS, DayOrMoment, EvidenceOrder, FactKind, GroundOrder, ResultOrder, Stated
from registry.models import IdentifierType
from registry.services import IdentifierOrder, Recipient

ISO_DAY_CHARACTERS = len("2026-01-31")


def dump_rows(rows: Iterable[BatchRow]) -> bytes:
    """Return rows as text; each has an order, since what cannot be read is refused before."""
    return orjson.dumps([_dumped(row.row, row.order) for row in rows if row.order], default=str)


def _dumped(row: int, order: AwardOrder) -> dict[str, Any]:
    person = order.recipient
    named = {"name": person.name, "email": person.email, "learner": person.learner, "language": person.language}
    return {
        "row": row,
        "recipient": named | {"identifiers": [[one.type.value, one.scope, one.value] for one in person.identifiers]},
        "stated": order.stated,
        "repeat": order.repeat,
        "send_at": order.send_at,
    }


def load_rows(data: bytes, achievement: Achievement) -> Iterator[BatchRow]:
    """Yield the rows that `dump_rows` wrote."""
    for kept in orjson.loads(data):
        person = kept["recipient"]
        identifiers = tuple(IdentifierOrder(IdentifierType(kind), *rest) for kind, *rest in person.pop("identifiers"))
        learner = person.pop("learner")
        recipient = Recipient(**person, learner=learner and uuid.UUID(learner), identifiers=identifiers)
        stated = {name: _READERS.get(FACTS[name].kind, _as_it_is)(value) for name, value in kept["stated"].items()}
        send_at = kept.get("send_at")
        order = AwardOrder(
            achievement=achievement,
            recipient=recipient,
            repeat=kept["repeat"],
            send_at=send_at and read_kept_day(send_at),
            **cast(Stated, stated),
        )
        yield BatchRow(kept["row"], order)


def _as_it_is(value: Any) -> Any:
    return value


def read_kept_day(text: str) -> DayOrMoment:
    """Return a day or a moment that was kept as text."""
    return dt.date.fromisoformat(text) if len(text) == ISO_DAY_CHARACTERS else dt.datetime.fromisoformat(text)


def _ground(kept: Mapping[str, Any]) -> GroundOrder:
    day = kept["date"]
    return GroundOrder(**{**kept, "date": day and dt.date.fromisoformat(day)})


_READERS: Final[Mapping[FactKind, Callable[[Any], Any]]] = {
    FactKind.DAY: dt.date.fromisoformat,
    FactKind.END: read_kept_day,
    FactKind.NUMBER: Decimal,
    FactKind.RESULTS: lambda kept: tuple(ResultOrder(**one) for one in kept),
    FactKind.EVIDENCE: lambda kept: tuple(EvidenceOrder(**one) for one in kept),
    FactKind.GROUND: _ground,
}
