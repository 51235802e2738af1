"""Awards of a given shape with invented values: the sentinels of a template, and its trial fills."""

import random
import string
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from credentials.builders.v2.shapes import AwardShape, ResultShape
from credentials.documents import AwardFacts, EvidenceFacts, IdentifierFacts, ResultFacts

# Years that no catalogue speaks of: sentinels are looked up as text.
_LONG_AGO: Final = datetime(1600, 1, 1, 1, 1, 1, tzinfo=UTC)
_SECONDS: Final = 6 * 10**9
_EVIDENCE_TEXTS: Final = ("name", "description", "narrative", "genre", "audience")


def invented_award(
    shape: AwardShape, chance: random.Random, *, characters: str = string.ascii_lowercase
) -> AwardFacts:
    """Return an award of this shape whose slot values are all invented, each unlike any other.

    Args:
        shape: the structure to fill.
        chance: where the values come from.
        characters: what free text consists of.
    """
    line_characters = [character for character in characters if character not in "\t\n\r"]

    def line() -> str:
        return "x" + "".join(chance.choices(line_characters, k=24)) + "x"

    return AwardFacts(
        credential_id=shape.address + _letters(chance),
        subject_id=_subject(chance),
        holder_name=line(),
        awarded_on=_moment(chance).date(),
        status_list_url=shape.status_list_url,
        suspension_list_url=shape.suspension_list_url,
        status_index=chance.randrange(10**14, 10**15),
        language=shape.language,
        narrative=f"x{''.join(chance.choices(characters, k=24))}x" if shape.has_narrative else None,
        credits_earned=shape.credits_earned,
        evidence=tuple(_evidence(entry, line, chance) for entry in shape.evidence),
        results=tuple(_result(entry, line) for entry in shape.results),
        **_identity(shape, chance),
        **_times(shape, chance),
    )


def _letters(chance: random.Random) -> str:
    return "".join(chance.choices(string.ascii_lowercase, k=24))


def _hexadecimal(chance: random.Random, digits: int) -> str:
    return "".join(chance.choices("0123456789abcdef", k=digits))


def _moment(chance: random.Random) -> datetime:
    return _LONG_AGO + timedelta(seconds=chance.randrange(_SECONDS))


def _subject(chance: random.Random) -> str:
    return "urn:uuid:" + "-".join(_hexadecimal(chance, digits) for digits in (8, 4, 4, 4, 12))


def _identity(shape: AwardShape, chance: random.Random) -> dict[str, Any]:
    if not shape.hashed:
        return {}
    entries = [(kind, "sha256$" + _hexadecimal(chance, 64)) for kind in shape.hashed]
    email = entries.pop(0)[1] if entries[0][0] == "emailAddress" else None
    return {
        "salt": _letters(chance),
        "email_hash": email,
        "identifiers": tuple(IdentifierFacts(identity_type=kind, identity_hash=digest) for kind, digest in entries),
    }


def _times(shape: AwardShape, chance: random.Random) -> dict[str, Any]:
    valid_from, valid_until = sorted((_moment(chance), _moment(chance)))
    learning_from, learning_to = sorted((_moment(chance).date(), _moment(chance).date()))
    return {
        "valid_from": valid_from,
        "valid_until": valid_until if shape.has_valid_until else None,
        "learning_from": learning_from if shape.has_learning_from else None,
        "learning_to": learning_to if shape.has_learning_to else None,
    }


def _evidence(present: tuple[bool, ...], text: Callable[[], str], chance: random.Random) -> EvidenceFacts:
    has_address, *has_texts = present
    texts = {name: text() for name, has in zip(_EVIDENCE_TEXTS, has_texts, strict=True) if has}
    address = f"https://{_letters(chance)}.example/" if has_address else None
    return EvidenceFacts(id=address, **texts)


def _result(shape: ResultShape, text: Callable[[], str]) -> ResultFacts:
    return ResultFacts(
        description_id=shape.description_id,
        status=shape.status,
        achieved_level=shape.achieved_level,
        value=text() if shape.has_value else None,
    )
