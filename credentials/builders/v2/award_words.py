"""The few words that the builder itself adds to a signed narrative, in the award's language.

They belong to the builder version: a changed word is a new version, since old documents are rebuilt from
their facts. So they stand here and not in a message catalogue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Wording:
    """Labels of the award's own facts that Open Badges 3.0 has no field for."""

    learning_period: str
    participation: str
    supervision: str
    language_of_assessment: str
    ground: str


_WORDINGS: Final[Mapping[str, Wording]] = {
    "en": Wording(
        learning_period="Learning period",
        participation="Mode of participation",
        supervision="Supervision and identity check",
        language_of_assessment="Language of assessment",
        ground="Awarded on the ground of",
    ),
    "de": Wording(
        learning_period="Lernzeitraum",
        participation="Form der Teilnahme",
        supervision="Aufsicht und Identitätsprüfung",
        language_of_assessment="Sprache der Prüfung",
        ground="Verliehen auf Grundlage von",
    ),
}


@lru_cache(maxsize=256)
def wording_for(language: str) -> Wording:
    """Return the labels in a BCP 47 language, English where there are none."""
    return _WORDINGS.get(language.partition("-")[0].lower(), _WORDINGS["en"])
