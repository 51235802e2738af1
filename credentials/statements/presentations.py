"""Presentations of credentials for one named recipient and one question, good for a short time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from credentials.documents import rules
from credentials.errors import DataModelError
from credentials.statements.facts import CREDENTIALS, StatementFacts, check_moment
from credentials.strict_json import JsonObject
from credentials.timestamps import parse_timestamp

MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedCredential:
    """A credential to be shown: its number here, and the SHA-256 of its stored bytes, so that no other one is."""

    number: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationFacts(StatementFacts):
    """Who shows which credentials to whom: `domain` names the recipient, `challenge` is what the recipient asked with.

    The holder is this installation, which shows on behalf of whoever asked it: people have no keys here. The documents
    themselves are not among the facts; `build` is given them. The proof ends at `ends_at`.
    """

    SCHEMA: ClassVar[str] = "presentation/1"

    id: str
    holder: str
    domain: str
    challenge: str
    starts_at: str
    ends_at: str
    shown: tuple[PresentedCredential, ...]

    def __post_init__(self) -> None:
        for field in ("id", "holder"):
            rules.check_iri(getattr(self, field), field)
        for field in ("domain", "challenge"):
            rules.check_line(getattr(self, field), field)
        for field in ("starts_at", "ends_at"):
            check_moment(getattr(self, field), field)
        if parse_timestamp(self.ends_at) <= parse_timestamp(self.starts_at):
            raise DataModelError("ends_at is not after starts_at")
        if not 0 < len(self.shown) <= MOST_SHOWN:
            raise DataModelError(f"a presentation shows 1 to {MOST_SHOWN} credentials")

    @classmethod
    def from_members(cls, members: JsonObject) -> Self:
        """Make the facts again."""
        return cls(**{**members, "shown": tuple(PresentedCredential(**entry) for entry in members["shown"])})

    def build(self) -> JsonObject:
        """Return the presentation without its credentials; `presenting` puts them in."""
        return {
            "@context": [CREDENTIALS],
            "id": self.id,
            "type": ["VerifiablePresentation"],
            "holder": self.holder,
        }

    def presenting(self, credentials: list[JsonObject]) -> JsonObject:
        """Return the unsigned presentation of these signed credentials, in the order of `shown`."""
        return {**self.build(), "verifiableCredential": credentials}
