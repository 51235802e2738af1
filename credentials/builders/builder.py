"""What a builder is: everything that decides what a document says, under one number."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from credentials.documents import AchievementFacts, AwardFacts, IssuerFacts, StatedEntry, StatedIssuer
from credentials.strict_json import JsonObject

Shape = Any
"""The structure of one award's document: a tuple that each builder defines for itself; equal shapes, equal structure."""


class CredentialWriter(Protocol):
    """Writes the documents of one issuer and achievement; what all awards share is made once."""

    @property
    def version(self) -> int:
        """The builder's number."""

    @property
    def issuer(self) -> IssuerFacts:
        """Whose documents they are."""

    @property
    def achievement(self) -> AchievementFacts:
        """What they are about."""

    def build(self, award: AwardFacts) -> JsonObject:
        """Return the unsigned document of one award.

        Raises:
            DataModelError: the award is in another language than the achievement's text, or points to a result
                description or level that the achievement does not have.
        """

    def text(self, award: AwardFacts) -> str:
        """Return `compact_json(build(award))`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """One version of everything between facts and documents.

    Attributes:
        version: the number that an award keeps.
        languages: in which it can label what an entry states.
        sample_notice: what stands in the name of a demonstration's documents.
        issuer_facts, achievement_facts: put what is stated into words; raise DataModelError for text that cannot be signed.
        writer: writes the credentials of one issuer and achievement.
        achievement_document: the Achievement by itself, with its contexts.
        shape_of: the structure of an award's document.
        slot_values: what fills that structure, in its order: values that need no escaping, and free text.
        invented_award: `(shape, chance, characters=…)`: an award of a shape, unlike any other.
    """

    version: int
    languages: tuple[str, ...]
    sample_notice: str
    issuer_facts: Callable[[StatedIssuer], IssuerFacts]
    achievement_facts: Callable[[StatedEntry], AchievementFacts]
    writer: Callable[[IssuerFacts, AchievementFacts], CredentialWriter]
    achievement_document: Callable[[IssuerFacts, AchievementFacts], JsonObject]
    shape_of: Callable[[AwardFacts], Shape]
    slot_values: Callable[[AwardFacts], tuple[list[str], list[str]]]
    invented_award: Callable[..., AwardFacts]

    def build(self, issuer: IssuerFacts, achievement: AchievementFacts, award: AwardFacts) -> JsonObject:
        """Return the unsigned document of one award, made from nothing but these facts; raises as the writer does."""
        return self.writer(issuer, achievement).build(award)
