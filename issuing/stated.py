"""The list of what an award may state beside its recipient. It stands here once; others read it from here. Pure.

Orders carry these facts (`AwardOrder.stated`), files have their columns (`issuing.formats`), the API its fields
(`integrations.api.orders`), checks their rules by kind (`issuing.services.facts`); what is signed has the same names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final, NamedTuple, TypedDict

DayOrMoment = dt.date | dt.datetime
"""A day, or a moment with a zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOrder:
    """One piece of evidence; `url` is its address where it has one."""

    url: str | None = None
    name: str | None = None
    description: str | None = None
    narrative: str | None = None
    genre: str | None = None
    audience: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultOrder:
    """One result. `description` is the key of the version's result description; empty = the first one.

    `status` is one of Open Badges 3.0 ResultStatusType; `level` the key of a rubric level.
    """

    value: str | None = None
    description: str | None = None
    status: str | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundOrder:
    """Why an award is made: who decided, when, under which reference. For the file; it is not signed."""

    body: str
    date: dt.date | None = None
    reference: str | None = None


class Stated(TypedDict, total=False):
    """What an award states, typed. Dates are of the organisation's time zone; what is absent is not stated.

    `valid_until` as a day counts to its end. `learning_from` and `learning_to` may be words ("08/2019").
    """

    awarded_on: dt.date
    valid_until: DayOrMoment
    learning_from: dt.date | str
    learning_to: dt.date | str
    participation: str
    supervision: str
    credits_earned: Decimal
    language: str
    language_of_assessment: str
    results: tuple[ResultOrder, ...]
    evidence: tuple[EvidenceOrder, ...]
    narrative: str
    ground: GroundOrder


class FactKind(Enum):
    """How a fact is read and checked."""

    DAY = "a day"
    END = "a day, or a time with a zone"
    WHEN = "a day, or words"
    LINE = "one line of text"
    NUMBER = "a decimal"
    LANGUAGE = "a language tag"
    RESULTS = "results"
    EVIDENCE = "pieces of evidence"
    PROSE = "text"
    GROUND = "why it is awarded"


class Fact(NamedTuple):
    """How a fact is read, and the column that states it in a file; empty where only the API can."""

    kind: FactKind
    column: str = ""
    help: str = ""


FACTS: Final[Mapping[str, Fact]] = {
    "awarded_on": Fact(FactKind.DAY, "awarded_on", "today unless given; from 1900, never in the future"),
    "valid_until": Fact(FactKind.END, "valid_until"),
    "learning_from": Fact(FactKind.WHEN, "learning_from", "a date, or words such as 08/2019"),
    "learning_to": Fact(FactKind.WHEN, "learning_to"),
    "participation": Fact(FactKind.LINE, "participation"),
    "supervision": Fact(FactKind.LINE, "supervision"),
    "credits_earned": Fact(FactKind.NUMBER, "credits_earned"),
    "language": Fact(FactKind.LANGUAGE, "language", "of the award, BCP 47"),
    "results": Fact(FactKind.RESULTS, "result"),
    "evidence": Fact(FactKind.EVIDENCE, "evidence_url"),
    "language_of_assessment": Fact(FactKind.LANGUAGE),
    "narrative": Fact(FactKind.PROSE, "narrative", "in Markdown"),
    "ground": Fact(FactKind.GROUND),
}
"""Every fact, in the order in which faults are told."""

COLUMN_OF: Final[Mapping[str, str]] = {fact.column: name for name, fact in FACTS.items() if fact.column}
"""Column of a file → the fact that it states."""
