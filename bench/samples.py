"""The fixed credential that signing and verifying are measured on: 93 n-quads, about 4 KB; and a richer one.

Its figures are comparable over time only while it stays as it is.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from credentials.documents import (
    AchievementFacts,
    AlignmentFacts,
    AwardFacts,
    InformationFacts,
    IssuerFacts,
    LevelFacts,
    ResultDescriptionFacts,
    ResultFacts,
    identity_hash,
)

_HOST: Final = "https://credentials.example.edu"
_VERSION: Final = f"{_HOST}/catalogue/bench/data-literacy/v/1/"
_NAMES: Final = ("Mika Muster", "Zoë Sample", "Jörg Beispiel", "李 样本", "Ana 'Ani' Primer", 'Max "M" Muster')

VERIFICATION_METHOD: Final = "did:web:credentials.example.edu:issuers:bench#key-1"
CREATED: Final = datetime(2026, 11, 21, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sample:
    """What one measurement signs: a name for the table, and facts of one achievement with many awards."""

    name: str
    issuer: IssuerFacts
    achievement: AchievementFacts
    awards: Sequence[AwardFacts]


def fixed_sample(count: int = 1_000) -> Sample:
    """Return the yardstick with `count` different awards; the first one is the document kept as a file."""
    return Sample("fixed", _ISSUER, _FIXED, _awards(count))


def rich_sample(count: int = 1_000) -> Sample:
    """Return a rich credential: 20 alignments, a rubric, all labelled information."""
    return Sample("rich", _ISSUER, _RICH, _awards(count))


_ISSUER: Final = IssuerFacts(
    id="did:web:credentials.example.edu:issuers:bench",
    name="Example University of Measurement",
    url="https://www.example.edu/",
    description="A made-up university to measure with.",
    image_url=f"{_HOST}/media/2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881.png",
    email="registry@example.edu",
    official="Prof. Dr. Erika Beispiel",
)


def _alignment(number: int) -> AlignmentFacts:
    return AlignmentFacts(
        target_name=f"Competence {number}: working with data",
        target_url=f"https://skills.example.org/framework/competence/{number}",
        target_code=f"DL-{number}",
        target_description="Collects, checks and presents data.",
        target_framework="Example Framework of Data Literacy",
        target_type="CFItem",
    )


_FIXED: Final = AchievementFacts(
    id=_VERSION,
    name="Data Literacy for Everyone",
    description="Reading, judging and presenting data at work and in society.",
    language="en",
    achievement_type="MicroCredential",
    criteria="Four assignments and a supervised written examination, passed with at least 60 per cent.",
    criteria_url=f"{_VERSION}#criteria",
    image_url=f"{_HOST}/media/9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0.png",
    version="1",
    human_code="DL-101",
    field_of_study="Data science",
    specialization="Statistics",
    credits_available=Decimal(5),
    tags=("data", "statistics", "society"),
    alignments=tuple(_alignment(number) for number in (1, 2, 3)),
    result_descriptions=(
        ResultDescriptionFacts(
            id=f"{_VERSION}#score",
            name="Score of the examination",
            result_type="Percent",
            value_min="0",
            value_max="100",
            required_value="60",
        ),
    ),
)

_RICH: Final = AchievementFacts(
    id=_VERSION,
    name="Data Literacy for Everyone",
    description="Reading, judging and presenting data at work and in society.",
    language="en",
    achievement_type="MicroCredential",
    criteria="Four assignments and a supervised written examination, passed with at least 60 per cent.",
    image_url=_FIXED.image_url,
    version="1",
    credits_available=Decimal("2.5"),
    tags=tuple(f"topic {number}" for number in range(8)),
    alignments=tuple(_alignment(number) for number in range(1, 21)),
    result_descriptions=(
        ResultDescriptionFacts(
            id=f"{_VERSION}#score",
            name="Score",
            result_type="RubricCriterionLevel",
            allowed_values=("failed", "passed", "passed with merit"),
            levels=tuple(
                LevelFacts(id=f"{_VERSION}#level-{number}", name=f"Level {number}", points=str(number))
                for number in range(4)
            ),
        ),
    ),
    information=tuple(
        InformationFacts(label=label, text="As described in the module handbook, edition of 2026.")
        for label in ("Prerequisites", "Learning resources", "Type of assessment", "Quality assurance")
    ),
)


def _awards(count: int) -> tuple[AwardFacts, ...]:
    chance = random.Random(93)  # noqa: S311 the same awards in every run, not a secret
    return tuple(_award(number, chance) for number in range(count))


def _uuid(chance: random.Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _award(number: int, chance: random.Random) -> AwardFacts:
    salt = f"{chance.getrandbits(128):032x}"
    return AwardFacts(
        credential_id=f"{_HOST}/c/{_uuid(chance)}",
        subject_id=f"urn:uuid:{_uuid(chance)}",
        holder_name=_NAMES[number % len(_NAMES)],
        email_hash=identity_hash(f"learner-{number}@example.org", salt),
        salt=salt,
        awarded_on=date(2026, 11, 20),
        valid_from=datetime(2026, 11, 20, 12, tzinfo=UTC),
        valid_until=datetime(2031, 11, 20, 12, tzinfo=UTC),
        status_list_url=f"{_HOST}/status/1d3c1c44-77b6-4fd2-9b2c-3a50a2b2a2a7",
        status_index=chance.randrange(131_072),
        language="en",
        participation="online",
        learning_from=date(2026, 9, 1),
        learning_to=date(2026, 11, 15),
        credits_earned=Decimal(5),
        results=(ResultFacts(description_id=f"{_VERSION}#score", value=str(60 + number % 41)),),
    )
