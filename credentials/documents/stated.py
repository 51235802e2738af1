"""What issuers and entries of the catalogue state, in one language: plain values that a builder puts into words.

A builder reads what it knows and passes over what it does not, so members are only ever added here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from credentials.documents.definitions import AlignmentFacts


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """An official number: `type` is a code of the register's (`ROR`, `PIC` … or `other`)."""

    type: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedOrganisation:
    """The organisation behind an issuer and where it is; `id` an address that never changes, the rest may be empty."""

    id: str
    name: str
    country_code: str = ""
    country: str = ""
    region: str = ""


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
    numbers: tuple[StatedNumber, ...] = ()
    organisation: StatedOrganisation | None = None


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
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedQualification:
    """A formal qualification that an entry leads to; `only_stacked`: only together with other entries."""

    name: str
    provider: str = ""
    level: str = ""
    url: str = ""
    only_stacked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFunding:
    """Who pays a part for whom; `until` is an ISO day."""

    scheme: str
    eligible: str = ""
    amount: str = ""
    until: str = ""


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
    (measure, least in per cent as an exact decimal); hours, credits and levels are as stated, never computed. Typed
    values are codes of the catalogue, absent where nothing is stated; `alignment_levels` are (name of the target, its
    level in its own framework).
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
    alignment_levels: tuple[tuple[str, str], ...] = ()
    results: tuple[StatedResult, ...] = ()
    parties: tuple[StatedParty, ...] = ()
    assessment_kinds: tuple[str, ...] = ()
    summative: bool | None = None
    voluntary: bool | None = None
    supervision_kind: str = ""
    mode: str = ""
    period: str = ""
    objective: str = ""
    intended_use: tuple[str, ...] = ()
    qa_kind: str = ""
    credit_bearing: str = ""
    qualifications: tuple[StatedQualification, ...] = ()
    accessibility: str = ""
    materials_licence: str = ""
    price_amount: Decimal | None = None
    price_unit: str = ""
    price_tax_included: bool | None = None
    funding: tuple[StatedFunding, ...] = ()
    start: str = ""
    access_period: str = ""
