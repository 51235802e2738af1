"""What issuers and entries of the catalogue state, in one language: plain values that a builder puts into words.

A builder reads what it knows and passes over what it does not, so members are only ever added here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from credentials.documents.definitions import AlignmentFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedIssuer:
    """An issuer as its profile names it. `description` may be empty; `is_sample`: it belongs to a demonstration."""

    did: str
    name: str
    url: str
    description: str = ""
    image_url: str | None = None
    email: str | None = None
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class StatedItem:
    """An information item: `state` is value, none, not_applicable or not_stated; `text` stands with a value."""

    state: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedParty:
    """Somebody named on an entry beside its issuer, and in which role; who signs for it may be empty."""

    role: str
    name: str
    signatory_name: str = ""
    signatory_role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedLevel:
    """One level of a result's rubric."""

    key: str
    name: str
    points: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedResult:
    """A result that an award may state; `type` is of Open Badges 3.0."""

    key: str
    name: str
    type: str
    required_value: str | None = None
    value_min: str | None = None
    value_max: str | None = None
    levels: tuple[StatedLevel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedEntry:
    """One published version of an entry, in one language. Empty text is absent text.

    `url` is the version's permanent address, `earlier_url` that of the version before; `outcome_rule` is
    (measure, least in per cent as an exact decimal); hours, credits and levels are as stated, never computed.
    """

    url: str
    number: int
    language: str
    kind: str
    name: str
    is_sample: bool = False
    earlier_url: str | None = None
    image_url: str | None = None
    description: str = ""
    criteria: str = ""
    outcome_rule: tuple[str, str] | None = None
    outcomes: tuple[str, ...] = ()
    items: Mapping[str, StatedItem] = field(default_factory=dict)
    ects_credits: Decimal | None = None
    national_credits: Decimal | None = None
    national_credit_system: str = ""
    other_points: Decimal | None = None
    other_points_name: str = ""
    other_points_body: str = ""
    workload_hours_min: Decimal | None = None
    workload_hours_max: Decimal | None = None
    workload_text: str = ""
    level_eqf: int | None = None
    level_eqf_basis: str = ""
    level_eqf_source: str = ""
    level_national: str = ""
    alignments: tuple[AlignmentFacts, ...] = ()
    results: tuple[StatedResult, ...] = ()
    parties: tuple[StatedParty, ...] = ()
