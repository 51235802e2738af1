"""What of an award decides the structure of its document (the shape), and what merely fills it (the slots)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from credentials.builders.v2.documents import full_narrative
from credentials.builders.v2.times import first_moment, moment
from credentials.documents import AwardFacts, EvidenceFacts, ResultFacts


class ResultShape(NamedTuple):
    """One result without its value: enumerated facts are structure."""

    description_id: str | None
    status: str | None
    achieved_level: str | None
    has_value: bool


class AwardShape(NamedTuple):
    """The structure of one award's document.

    Addresses that a whole batch shares, numbers (their canonical form is not their text) and enumerated
    facts belong to it; so only strings are left to fill, and the order of most lines is known beforehand.
    """

    address: str
    language: str
    status_list_url: str
    suspension_list_url: str | None
    credits_earned: Decimal | None
    hashed: tuple[str, ...]
    has_valid_until: bool
    has_learning_from: bool
    has_learning_to: bool
    has_narrative: bool
    evidence: tuple[tuple[bool, ...], ...]
    results: tuple[ResultShape, ...]


class SlotValues(NamedTuple):
    """What fills a shape: `plain` needs no escaping anywhere, `texts` is free text."""

    plain: list[str]
    texts: list[str]


def shape_of(award: AwardFacts) -> AwardShape:
    """Return the shape; documents of equal shape (and issuer, achievement) differ in slot values alone."""
    hashed = tuple([entry.identity_type for entry in award.identifiers]) if award.identifiers else ()
    return AwardShape(
        award.credential_id[: award.credential_id.rindex("/") + 1],
        award.language,
        award.status_list_url,
        award.suspension_list_url,
        award.credits_earned,
        ("emailAddress", *hashed) if award.email_hash is not None else hashed,
        award.valid_until is not None,
        award.learning_from is not None,
        award.learning_to is not None,
        _has_narrative(award),
        tuple([_evidence_shape(entry) for entry in award.evidence]) if award.evidence else (),
        tuple([_result_shape(entry) for entry in award.results]) if award.results else (),
    )


def slot_values(award: AwardFacts) -> SlotValues:
    """Return the slot values in the order that the shape fixes."""
    plain = [
        award.credential_id[award.credential_id.rindex("/") + 1 :],
        award.subject_id[9:],
        str(award.status_index),
        first_moment(award.awarded_on),
        moment(award.valid_from),
    ]
    texts = [award.holder_name]
    _add_identity(plain, award)
    _add_times(plain, award)
    if _has_narrative(award):
        texts.append(full_narrative(award) or "")
    if award.evidence:
        plain.extend([entry.id for entry in award.evidence if entry.id is not None])
        texts.extend(_evidence_texts(award.evidence))
    if award.results:
        texts.extend([entry.value for entry in award.results if entry.value is not None])
    return SlotValues(plain, texts)


def _add_identity(plain: list[str], award: AwardFacts) -> None:
    if award.email_hash is not None:
        plain.append(award.email_hash)
    elif not award.identifiers:
        return
    plain.extend([entry.identity_hash for entry in award.identifiers])
    # Facts with a hash have a salt
    plain.append(award.salt or "")


def _add_times(plain: list[str], award: AwardFacts) -> None:
    if award.valid_until is not None:
        plain.append(moment(award.valid_until))
    if award.learning_from is not None:
        plain.append(first_moment(award.learning_from))
    if award.learning_to is not None:
        plain.append(first_moment(award.learning_to))


def _has_narrative(award: AwardFacts) -> bool:
    """Tell whether `full_narrative` will say anything, without composing it."""
    return any(
        (
            award.narrative,
            award.participation,
            award.supervision,
            award.learning_period,
            award.language_of_assessment,
            award.ground,
        )
    )


def _evidence_shape(evidence: EvidenceFacts) -> tuple[bool, ...]:
    return (
        evidence.id is not None,
        evidence.name is not None,
        evidence.description is not None,
        evidence.narrative is not None,
        evidence.genre is not None,
        evidence.audience is not None,
    )


def _evidence_texts(entries: tuple[EvidenceFacts, ...]) -> Iterator[str]:
    for entry in entries:
        for text in (entry.name, entry.description, entry.narrative, entry.genre, entry.audience):
            if text is not None:
                yield text


def _result_shape(result: ResultFacts) -> ResultShape:
    return ResultShape(result.description_id, result.status, result.achieved_level, result.value is not None)
