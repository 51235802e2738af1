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
from issuing.stated import FACTS, EvidenceOrder, FactKind, GroundOrder, ResultOrder, Stated
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
    }


def load_rows(data: bytes, achievement: Achievement) -> Iterator[BatchRow]:
    """Yield the rows that `dump_rows` wrote."""
    for kept in orjson.loads(data):
        person = kept["recipient"]
        identifiers = tuple(IdentifierOrder(IdentifierType(kind), *rest) for kind, *rest in person.pop("identifiers"))
        learner = person.pop("learner")
        recipient = Recipient(**person, learner=learner and uuid.UUID(learner), identifiers=identifiers)
        stated = {name: _READERS.get(FACTS[name].kind, _as_it_is)(value) for name, value in kept["stated"].items()}
        order = AwardOrder(achievement=achievement, recipient=recipient, repeat=kept["repeat"], **cast(Stated, stated))
        yield BatchRow(kept["row"], order)


def _as_it_is(value: Any) -> Any:
    return value


def _end(text: str) -> dt.date | dt.datetime:
    return dt.date.fromisoformat(text) if len(text) == ISO_DAY_CHARACTERS else dt.datetime.fromisoformat(text)


def _ground(kept: Mapping[str, Any]) -> GroundOrder:
    day = kept["date"]
    return GroundOrder(**{**kept, "date": day and dt.date.fromisoformat(day)})


_READERS: Final[Mapping[FactKind, Callable[[Any], Any]]] = {
    FactKind.DAY: dt.date.fromisoformat,
    FactKind.END: _end,
    FactKind.NUMBER: Decimal,
    FactKind.RESULTS: lambda kept: tuple(ResultOrder(**one) for one in kept),
    FactKind.EVIDENCE: lambda kept: tuple(EvidenceOrder(**one) for one in kept),
    FactKind.GROUND: _ground,
}
