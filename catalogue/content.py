"""What a version of an achievement says, as one typed value: from a form, an API body or a file to the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

LanguageMap = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyContent:
    """Somebody named on an entry; `organisation` is the slug of a tenant of this installation, where it is one."""

    role: str
    name: str
    organisation: str = ""
    url: str = ""
    signatory_name: str = ""
    signatory_role: str = ""
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContent:
    """One run of a course: when, where, in which language; every part may be left open."""

    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    enrol_until: dt.date | None = None
    place: str = ""
    language: str = ""
    url: str = ""
    price: LanguageMap = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementContent:
    """Everything of an entry that may differ from version to version; the shapes are AchievementVersion's.

    Credits, points and hours are exact decimals. `workload_text` keeps what the provider wrote ("approx. 21 hours")
    beside the numbers that sort it. The typed values have their codes in `catalogue.codes`; empty: not stated.
    """

    texts: Mapping[str, LanguageMap]
    language: str = "en"
    outcomes: tuple[LanguageMap, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    alignments: tuple[Mapping[str, str], ...] = ()
    result_descriptions: tuple[Mapping[str, Any], ...] = ()
    ects_credits: Decimal | None = None
    national_credits: Decimal | None = None
    national_credit_system: str = ""
    other_points: Decimal | None = None
    other_points_name: str = ""
    other_points_body: str = ""
    workload_hours_min: Decimal | None = None
    workload_hours_max: Decimal | None = None
    workload_text: LanguageMap = field(default_factory=dict)
    level_eqf: int | None = None
    level_eqf_basis: str = ""
    level_eqf_source: str = ""
    level_national: str = ""
    suspendable: bool = False
    valid_for_days: int | None = None
    outcome_rule: Mapping[str, str] = field(default_factory=dict)
    assessment_kinds: tuple[str, ...] = ()
    summative: bool | None = None
    voluntary: bool | None = None
    supervision_kind: str = ""
    mode: str = ""
    period: str = ""
    objective: str = ""
    intended_use: tuple[str, ...] = ()
    qa_kind: str = ""
    credit_bearing: str = "not_stated"
    qualifications: tuple[Mapping[str, Any], ...] = ()
    accessibility: LanguageMap = field(default_factory=dict)
    materials_licence: str = ""
    price_amount: Decimal | None = None
    price_unit: str = ""
    price_tax_included: bool | None = None
    funding: tuple[Mapping[str, Any], ...] = ()
    start: str = ""
    access_period: str = ""
    badge: Mapping[str, str] = field(default_factory=dict)
    image_alt: LanguageMap = field(default_factory=dict)
    evidence_required: bool = False
    result_required: bool = False
    parties: tuple[PartyContent, ...] = ()
    runs: tuple[RunContent, ...] = ()

    def columns(self) -> dict[str, Any]:
        """Return the values of AchievementVersion's columns; parties and runs are rows of their own."""
        return {name: _plain(getattr(self, name)) for name in COLUMNS}


COLUMNS = tuple(part.name for part in fields(AchievementContent) if part.name not in {"parties", "runs"})
RUN_FIELDS = tuple(part.name for part in fields(RunContent))


def _plain(value: Any) -> Any:
    """Turn read-only maps and tuples into what a JSON column holds, so that equal contents compare equal."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(entry) for entry in value]
    return value


def state_of(facts: Mapping[str, Any], item: str) -> str:
    """Return the state of an information item: value, not_applicable, none or not_stated."""
    return str(facts.get(item, {}).get("state", "not_stated"))
