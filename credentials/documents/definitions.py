"""Facts of the issuer and of the achievement: what all awards of one achievement version have in common."""

from dataclasses import dataclass
from decimal import Decimal

from credentials.documents import rules, terms
from credentials.errors import DataModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialNumberFacts:
    """A number by which an organisation is officially known; `type` as Open Badges 3.0 lists it, or `ext:ROR`."""

    type: str
    value: str

    def __post_init__(self) -> None:
        rules.check_term(self.type, "official_number.type", terms.IDENTITY_TYPES)
        rules.check_line(self.value, "official_number.value")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts:
    """The organisation that an issuer belongs to, and where it is: `country_code` is of ISO 3166-1, `country` its name."""

    id: str
    name: str
    country_code: str | None = None
    country: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        rules.check_iri(self.id, "organisation.id")
        for field in ("name", "country", "region"):
            rules.check_line(getattr(self, field), f"organisation.{field}")
        rules.check_country(self.country_code, "organisation.country_code")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerFacts:
    """An organisation as an Open Badges Profile: the issuer, or another body that a document names.

    `id` is a DID or an address; `official` the authorised signatory's name; images are content-addressed.
    """

    id: str
    name: str
    url: str | None = None
    description: str | None = None
    image_url: str | None = None
    email: str | None = None
    official: str | None = None
    numbers: tuple[OfficialNumberFacts, ...] = ()
    organisation: OrganisationFacts | None = None

    def __post_init__(self) -> None:
        rules.check_iri(self.id, "issuer.id")
        rules.check_line(self.name, "issuer.name")
        rules.check_iri(self.url, "issuer.url")
        rules.check_prose(self.description, "issuer.description")
        rules.check_iri(self.image_url, "issuer.image_url")
        rules.check_email(self.email, "issuer.email")
        rules.check_line(self.official, "issuer.official")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignmentFacts:
    """One node of a framework (a skill, a level, an outcome) that the achievement is aligned to."""

    target_name: str
    target_url: str
    target_code: str | None = None
    target_description: str | None = None
    target_framework: str | None = None
    target_type: str | None = None

    def __post_init__(self) -> None:
        rules.check_line(self.target_name, "alignment.target_name")
        rules.check_iri(self.target_url, "alignment.target_url")
        rules.check_line(self.target_code, "alignment.target_code")
        rules.check_prose(self.target_description, "alignment.target_description")
        rules.check_line(self.target_framework, "alignment.target_framework")
        rules.check_term(self.target_type, "alignment.target_type", terms.ALIGNMENT_TARGET_TYPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFacts:
    """One rubric level of a result description."""

    id: str
    name: str
    level: str | None = None
    description: str | None = None
    points: str | None = None

    def __post_init__(self) -> None:
        rules.check_iri(self.id, "level.id")
        rules.check_line(self.name, "level.name")
        rules.check_line(self.level, "level.level")
        rules.check_prose(self.description, "level.description")
        rules.check_line(self.points, "level.points")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultDescriptionFacts:
    """A result that an award may state: a grade, a score, a level. `id` is what results point to."""

    id: str
    name: str
    result_type: str
    allowed_values: tuple[str, ...] = ()
    required_value: str | None = None
    required_level: str | None = None
    value_min: str | None = None
    value_max: str | None = None
    levels: tuple[LevelFacts, ...] = ()
    alignments: tuple[AlignmentFacts, ...] = ()

    def __post_init__(self) -> None:
        rules.check_iri(self.id, "result_description.id")
        rules.check_line(self.name, "result_description.name")
        rules.check_term(self.result_type, "result_description.result_type", terms.RESULT_TYPES)
        for value in (*self.allowed_values, self.required_value, self.value_min, self.value_max):
            rules.check_line(value, "result_description value")
        rules.check_iri(self.required_level, "result_description.required_level")


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedFacts:
    """Another edition of the same achievement: an earlier version, or one in another language."""

    id: str
    language: str | None = None
    version: str | None = None

    def __post_init__(self) -> None:
        rules.check_iri(self.id, "related.id")
        rules.check_language(self.language, "related.language")
        rules.check_line(self.version, "related.version")


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationFacts:
    """One labelled item that Open Badges 3.0 has no field for, in the award's language: a line of the criteria.

    Such as type of assessment, prerequisites, quality assurance, a co-awarding body or a signatory.
    """

    label: str
    text: str

    def __post_init__(self) -> None:
        rules.check_line(self.label, "information.label")
        rules.check_prose(self.text, "information.text")


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementFacts:
    """One published version of an achievement in one language.

    `id` is the version's permanent address, `creator` the owner of a shared definition where that is not
    the issuer, `assessor` who assessed for the issuer. `co_awarding_bodies` are the names of those who award it jointly
    with `awarding_body`, which is the issuer where no name stands. `information` carries, labelled, whatever the standard has no field for. `schema_url` is the
    published JSON Schema to name in `credentialSchema`, for consumers that ask for one.
    """

    id: str
    name: str
    description: str
    language: str
    achievement_type: str
    criteria: str
    criteria_url: str | None = None
    image_url: str | None = None
    version: str | None = None
    human_code: str | None = None
    field_of_study: str | None = None
    specialization: str | None = None
    credits_available: Decimal | None = None
    tags: tuple[str, ...] = ()
    alignments: tuple[AlignmentFacts, ...] = ()
    result_descriptions: tuple[ResultDescriptionFacts, ...] = ()
    related: tuple[RelatedFacts, ...] = ()
    information: tuple[InformationFacts, ...] = ()
    creator: IssuerFacts | None = None
    assessor: IssuerFacts | None = None
    awarding_body: str | None = None
    co_awarding_bodies: tuple[str, ...] = ()
    schema_url: str | None = None

    def __post_init__(self) -> None:
        for field in ("id", "criteria_url", "image_url", "schema_url"):
            rules.check_iri(getattr(self, field), f"achievement.{field}")
        for field in ("name", "version", "human_code", "field_of_study", "specialization"):
            rules.check_line(getattr(self, field), f"achievement.{field}")
        for field in ("description", "criteria"):
            rules.check_prose(getattr(self, field), f"achievement.{field}")
        for tag in self.tags:
            rules.check_line(tag, "achievement.tags")
        for body in (self.awarding_body, *self.co_awarding_bodies):
            rules.check_line(body, "achievement.co_awarding_bodies")
        rules.check_language(self.language, "achievement.language")
        rules.check_term(self.achievement_type, "achievement.achievement_type", terms.ACHIEVEMENT_TYPES)
        rules.check_credits(self.credits_available, "achievement.credits_available")
        _check_distinct(tuple(entry.id for entry in self.result_descriptions), "achievement.result_descriptions")


def _check_distinct(ids: tuple[str, ...], field: str) -> None:
    if len(set(ids)) != len(ids):
        raise DataModelError(f"{field} repeats an id")
