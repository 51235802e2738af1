"""Facts of one award: everything of a signed document that differs from learner to learner."""

import hashlib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Self

import orjson

from credentials.documents import rules, terms
from credentials.errors import DataModelError
from credentials.timestamps import offset_timestamp


def identity_hash(identifier: str, salt: str) -> str:
    """Return `sha256$` and the hexadecimal SHA-256 of the identifier (NFC, stripped, lower case) and the salt.

    Source: https://www.imsglobal.org/spec/ob/v3p0/#identityhash
    """
    plain = unicodedata.normalize("NFC", identifier.strip().lower())
    return "sha256$" + hashlib.sha256((plain + salt).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierFacts:
    """A further identifier of the holder (student number, eduID …), hashed with the award's salt."""

    identity_type: str
    identity_hash: str

    def __post_init__(self) -> None:
        rules.check_term(self.identity_type, "identifier.identity_type", terms.IDENTITY_TYPES)
        rules.check_identity_hash(self.identity_hash, "identifier.identity_hash")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFacts:
    """One piece of evidence; `id` is its address, where it has one."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    narrative: str | None = None
    genre: str | None = None
    audience: str | None = None

    def __post_init__(self) -> None:
        rules.check_iri(self.id, "evidence.id")
        for field in ("name", "genre", "audience"):
            rules.check_line(getattr(self, field), f"evidence.{field}")
        for field in ("description", "narrative"):
            rules.check_prose(getattr(self, field), f"evidence.{field}")
        if not any((self.id, self.name, self.description, self.narrative, self.genre, self.audience)):
            raise DataModelError("evidence is empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFacts:
    """One result; `description_id` points to a result description of the same achievement."""

    description_id: str | None = None
    value: str | None = None
    status: str | None = None
    achieved_level: str | None = None

    def __post_init__(self) -> None:
        rules.check_iri(self.description_id, "result.description_id")
        rules.check_line(self.value, "result.value")
        rules.check_iri(self.achieved_level, "result.achieved_level")
        if self.status is not None and self.status not in terms.RESULT_STATUSES:
            raise DataModelError(f"result.status is not in the list of Open Badges 3.0: {self.status[:40]!r}")
        if self.value is None and self.status is None and self.achieved_level is None:
            raise DataModelError("result states nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundFacts:
    """Why the award was made without a course taken: the deciding body, its date and its file reference."""

    body: str
    decided_on: date | None = None
    reference: str | None = None

    def __post_init__(self) -> None:
        rules.check_line(self.body, "ground.body")
        rules.check_line(self.reference, "ground.reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardFacts:
    """What is signed about one award, fixed when the award is accepted and never changed.

    `credential_id` is the absolute `/c/…` address, `subject_id` a random `urn:uuid:`. Text is in `language`. Times keep
    the offset of the place where they were counted; a day is its first moment there, or, without a zone, a bare date.
    `sample` records that the names already carry the sample notice; it adds nothing to the document.
    """

    credential_id: str
    subject_id: str
    holder_name: str
    awarded_on: date
    valid_from: datetime
    status_list_url: str
    status_index: int
    language: str
    email_hash: str | None = None
    salt: str | None = None
    identifiers: tuple[IdentifierFacts, ...] = ()
    valid_until: datetime | None = None
    suspension_list_url: str | None = None
    learning_from: date | None = None
    learning_to: date | None = None
    learning_period: str | None = None
    participation: str | None = None
    supervision: str | None = None
    language_of_assessment: str | None = None
    ground: GroundFacts | None = None
    credits_earned: Decimal | None = None
    narrative: str | None = None
    evidence: tuple[EvidenceFacts, ...] = ()
    results: tuple[ResultFacts, ...] = ()
    sample: bool = False

    def __post_init__(self) -> None:
        rules.check_iri(self.credential_id, "credential_id")
        rules.check_iri(self.status_list_url, "status_list_url")
        rules.check_iri(self.suspension_list_url, "suspension_list_url")
        rules.check_line(self.holder_name, "holder_name")
        rules.check_line(self.learning_period, "learning_period")
        rules.check_line(self.participation, "participation")
        rules.check_line(self.supervision, "supervision")
        rules.check_subject_id(self.subject_id)
        rules.check_prose(self.narrative, "narrative")
        rules.check_language(self.language, "language")
        rules.check_language(self.language_of_assessment, "language_of_assessment")
        rules.check_credits(self.credits_earned, "credits_earned")
        if self.status_index < 0:
            raise DataModelError("status_index is negative")
        self._check_identity()
        self._check_times()

    def _check_identity(self) -> None:
        rules.check_identity_hash(self.email_hash, "email_hash")
        rules.check_salt(self.salt, "salt")
        if self.salt is None and (self.email_hash or self.identifiers):
            raise DataModelError("salt is missing: a hash without one can be guessed")

    def _check_times(self) -> None:
        rules.check_day(self.awarded_on, "awarded_on")
        rules.check_time(self.valid_from, "valid_from")
        # Asked once per award of a chunk: most have no end and no period.
        if self.valid_until is not None:
            rules.check_time(self.valid_until, "valid_until")
            rules.check_chronology(self.valid_from, self.valid_until, "valid_from, valid_until")
        if self.learning_from is not None or self.learning_to is not None:
            rules.check_day(self.learning_from, "learning_from")
            rules.check_day(self.learning_to, "learning_to")
            rules.check_chronology(self.learning_from, self.learning_to, "learning_from, learning_to")

    def to_json(self) -> str:
        """Return the canonical text of these facts: one line, sorted keys, nothing that is absent.

        `from_json(to_json())` equals the facts; equal facts have equal text, but for the offsets of their times.
        """
        return facts_text({name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def from_json(cls, facts: str | Mapping[str, Any]) -> Self:
        """Rebuild facts from `to_json()`, as text or already parsed.

        Raises:
            DataModelError: an unknown, missing or invalid fact.
        """
        try:
            values = dict(orjson.loads(facts) if isinstance(facts, str) else facts)
            for name, read in _READERS.items():
                if name in values:
                    values[name] = read(values[name])
            return cls(**values)
        except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
            raise DataModelError(f"award facts cannot be read: {error}") from error


def facts_text(values: Mapping[str, Any]) -> str:
    """Return what `AwardFacts(**values).to_json()` does, without building and checking the facts.

    For values that were checked one by one; whoever reads the text again checks them all.
    """
    return orjson.dumps(_plain(values), option=orjson.OPT_SORT_KEYS).decode()


DAY_CHARACTERS = len("2026-06-01")
_NUMBERS = (int, Decimal)
"""Nought is a fact; what else is empty, absent or false is left out."""


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the present facts as JSON values; absent, empty and false ones are left out."""
    return {
        name: value if value.__class__ is str else _plain_value(value)
        for name, value in values.items()
        if value or value.__class__ in _NUMBERS
    }


def _plain_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain_facts(entry) for entry in value]
    if isinstance(value, datetime):
        return offset_timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return _plain_facts(value) if isinstance(value, GroundFacts) else value


def _plain_facts(facts: Any) -> dict[str, Any]:
    return _plain({name: getattr(facts, name) for name in facts.__slots__})


# Thousands reach the same results; one that is known has been checked.
@lru_cache(maxsize=4096)
def _result(*members: tuple[str, str | None]) -> ResultFacts:
    return ResultFacts(**dict(members))


# A batch shares its dates.
@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return date.fromisoformat(text) if len(text) == DAY_CHARACTERS else datetime.fromisoformat(text)


_moment = lru_cache(maxsize=4096)(datetime.fromisoformat)


def _ground(values: dict[str, Any]) -> GroundFacts:
    decided_on = values.get("decided_on")
    return GroundFacts(**{**values, "decided_on": decided_on and date.fromisoformat(decided_on)})


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "awarded_on": _day,
    "valid_from": _moment,
    "valid_until": _moment,
    "learning_from": _day,
    "learning_to": _day,
    "credits_earned": Decimal,
    "ground": _ground,
    "identifiers": lambda entries: tuple(IdentifierFacts(**entry) for entry in entries),
    "evidence": lambda entries: tuple(EvidenceFacts(**entry) for entry in entries),
    "results": lambda entries: tuple([_result(*entry.items()) for entry in entries]),
}
