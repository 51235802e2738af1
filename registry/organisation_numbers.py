"""Official numbers of organisations: what each kind looks like, and the one form in which it is kept. Pure.

Sources: ROR identifier pattern and checksum (https://ror.readme.io/docs/identifier), SCHAC 1.6 schacHomeOrganization
(RFC 1035 names), Erasmus institution codes (EU programme guide), participant identification codes (nine digits), DUO's BRIN,
ETER ids, DEQAR ids, NZQA provider numbers, CRICOS provider codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

LONGEST: Final = 200
_ROR_SIGNS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, as ROR counts."""
_ROR: Final = re.compile(r"(?:https?://)?(?:ror\.org/)?(0[0-9a-hj-km-np-tv-z]{6}[0-9]{2})", re.IGNORECASE)
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_FORMS: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "SCHAC": (re.compile(rf"(?:{_LABEL}\.)+[a-z]{{2,63}}"), "vu.nl"),
    "PIC": (re.compile(r"[0-9]{9}"), "999999999"),
    "BRIN": (re.compile(r"[0-9]{2}[A-Z]{2}"), "21PL"),
    "ETER": (re.compile(r"[A-Z]{2}[0-9]{4}"), "NL0001"),
    "DEQAR": (re.compile(r"DEQARINST[0-9]{4,6}"), "DEQARINST0001"),
    "NZ-provider": (re.compile(r"[0-9]{4}"), "7001"),
    "CRICOS": (re.compile(r"[0-9]{5}[A-Z]"), "00113B"),
    "LinkedIn": (re.compile(r"[1-9][0-9]{0,14}"), "1234567"),
    "other": (re.compile(r"[^\s:][^:]{0,59}: ?\S.{0,130}"), "UKPRN: 10007774"),
}
_ERASMUS: Final = re.compile(r"([A-Z]{1,3}) +([A-Z-]{2,8}[0-9]{2,3})|(IRL|LUX)([A-Z-]{2,8}[0-9]{2,3})")
_EXAMPLES: Final = {"ROR": "https://ror.org/008xxew50", "Erasmus": "NL AMSTERD02"}


class NumberFormError(ValueError):
    """A number is not of its kind's form; `kind` is empty where no such kind is known, `example` is one that would do."""

    def __init__(self, kind: str, example: str) -> None:
        super().__init__(kind)
        self.kind, self.example = kind, example


def kept_number(kind: str, value: str) -> str:
    """Return an official number in the form in which it is kept and compared.

    Args:
        kind: one of OrganisationIdentifierType.
        value: as somebody typed it: blanks around it, small or large letters, ROR with or without its address.

    Raises:
        NumberFormError: the kind is unknown, or the number has not its form (ROR: its checksum).
    """
    text = " ".join(value.split())
    if kind in _READERS:
        kept = _READERS[kind](text)
    elif kind in _FORMS:
        folded = _FOLDED.get(kind, str.upper)(text)
        kept = folded if _FORMS[kind][0].fullmatch(folded) else ""
    else:
        raise NumberFormError("", ", ".join(sorted({*_READERS, *_FORMS})))
    if not kept or len(kept) > LONGEST or not kept.isprintable():
        raise NumberFormError(kind, _EXAMPLES.get(kind) or _FORMS[kind][1])
    return kept


def _ror(text: str) -> str:
    """Read a ROR: seven signs of base 32 and their checksum, ISO/IEC 7064 mod 97-10."""
    found = _ROR.fullmatch(text)
    if found is None:
        return ""
    signs = found[1].lower()
    number = 0
    for sign in signs[:7]:
        number = number * 32 + _ROR_SIGNS.index(sign)
    checksum = 98 - number * 100 % 97
    return f"https://ror.org/{signs}" if int(signs[7:]) == checksum else ""


def _erasmus(text: str) -> str:
    """Read an Erasmus code: the country's letters fill three places, as the programme writes it."""
    found = _ERASMUS.fullmatch(text.upper())
    if found is None:
        return ""
    country, place = (found[1], found[2]) if found[1] else (found[3], found[4])
    return f"{country:<3}{place}"


_READERS: Final[Mapping[str, Callable[[str], str]]] = {"ROR": _ror, "Erasmus": _erasmus}
_FOLDED: Final[Mapping[str, Callable[[str], str]]] = {"SCHAC": str.lower, "other": str}
