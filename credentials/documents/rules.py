"""What a fact may look like before it is signed: one refusal per rule, each naming the field.

Facts are checked where they are built, so that whatever holds an `AwardFacts` holds a valid one and
the signing path does not look again.
"""

import re
from collections.abc import Collection
from datetime import date, datetime, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache

from credentials.errors import DataModelError

# Line breaks and tabs are the only control characters with a meaning in prose; a name has none. PyLD departs
# from RDFC-1.0 on the others, so a document that carried one would be signed differently by different engines.
_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_PROSE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# RFC 3987 without IP literals and user names: what is stricter here could only fail later, when RDF is made of it.
_WIDE = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd"
_UNIT = rf"(?:[-A-Za-z0-9._~!$&'()*+,;=:@/{_WIDE}]|%[0-9A-Fa-f]{{2}})"
_IRI = re.compile(
    rf"(?:https?://[-A-Za-z0-9._~{_WIDE}]+(?::[0-9]{{1,5}})?(?=[/?#]|$)|urn:[a-z0-9][a-z0-9-]{{1,31}}:|did:[a-z0-9]+:)"
    rf"{_UNIT}*(?:\?(?:{_UNIT}|\?)*)?(?:#(?:{_UNIT}|\?)*)?"
)
# A resolver may rewrite `/../`, and what was signed would differ from what is read.
_DOT_SEGMENT = re.compile(r"/\.\.?(?:[/?#]|$)")
_PLAIN_SEGMENT = re.compile("[A-Za-z0-9-]+")
_URN_UUID = re.compile("urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_IDENTITY_HASH = re.compile("sha256\\$[0-9a-f]{64}")
_SALT = re.compile("[0-9A-Za-z_-]{22,128}")
_LANGUAGE = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_COUNTRY = re.compile("[A-Z]{2}")
_EXTENSION = re.compile("ext:[A-Za-z0-9._-]+")

LINE_CHARACTERS = 1_000
PROSE_CHARACTERS = 50_000
IRI_CHARACTERS = 2_000
MOST_CREDITS = 9_999
SECONDS_PER_MINUTE = 60


def check_line(value: str | None, field: str) -> None:
    """Refuse an empty line of text, one over 1,000 characters, or one with control characters or surrogates."""
    _check_text(value, field, _NOT_IN_A_LINE, LINE_CHARACTERS)


def check_prose(value: str | None, field: str) -> None:
    """Refuse empty prose, prose over 50,000 characters, or with control characters beyond tab and line breaks."""
    _check_text(value, field, _NOT_IN_PROSE, PROSE_CHARACTERS)


def _check_text(value: str | None, field: str, forbidden: re.Pattern[str], most: int) -> None:
    if value is None:
        return
    if not value or value.isspace():
        raise DataModelError(f"{field} is empty; leave it out instead")
    if len(value) > most:
        raise DataModelError(f"{field} is longer than {most} characters")
    if found := forbidden.search(value):
        raise DataModelError(f"{field} has a forbidden character U+{ord(found[0]):04X} at place {found.start()}")


def check_iri(value: str | None, field: str) -> None:
    """Refuse anything but an absolute http(s), urn or did address without blanks or `/../`."""
    if value is None:
        return
    if len(value) > IRI_CHARACTERS or not _is_address(value):
        raise DataModelError(f"{field} is not an absolute http, https, urn or did address: {value[:80]!r}")


def _is_address(value: str) -> bool:
    head, _, tail = value.rpartition("/")
    return _starts_iri(head) if _PLAIN_SEGMENT.fullmatch(tail) else _is_iri(value)


def _is_iri(value: str) -> bool:
    return _IRI.fullmatch(value) is not None and _DOT_SEGMENT.search(value) is None


# A batch shares all of its addresses but the last segment.
@lru_cache(maxsize=1024)
def _starts_iri(head: str) -> bool:
    """Tell whether a slash and a plain segment after `head` make an address."""
    return _is_iri(f"{head}/x")


def check_email(value: str | None, field: str) -> None:
    """Refuse an address without exactly one `@` between non-empty parts."""
    check_line(value, field)
    if value is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        raise DataModelError(f"{field} is not an e-mail address")


def check_subject_id(value: str) -> None:
    """Refuse a subject id other than a lower-case `urn:uuid:`: it must correlate with nothing."""
    if not _URN_UUID.fullmatch(value):
        raise DataModelError(f"subject_id is not a urn:uuid: {value[:80]!r}")


def check_identity_hash(value: str | None, field: str) -> None:
    """Refuse anything but `sha256$` and 64 lower-case hexadecimal digits (Open Badges 3.0, IdentityHash)."""
    if value is not None and not _IDENTITY_HASH.fullmatch(value):
        raise DataModelError(f"{field} is not an identity hash")


def check_salt(value: str | None, field: str) -> None:
    """Refuse a salt below 128 bit (22 base64url characters) or outside that alphabet."""
    if value is not None and not _SALT.fullmatch(value):
        raise DataModelError(f"{field} is not 22 to 128 characters of base64url or hexadecimal")


def check_language(value: str | None, field: str) -> None:
    """Refuse what does not look like a BCP 47 tag."""
    if value is not None and not _LANGUAGE.fullmatch(value):
        raise DataModelError(f"{field} is not a language tag: {value[:40]!r}")


def check_term(value: str | None, field: str, terms: Collection[str]) -> None:
    """Refuse a value that is neither in the closed list nor an extension `ext:…`."""
    if value is not None and value not in terms and not _EXTENSION.fullmatch(value):
        raise DataModelError(f"{field} is neither in the list of Open Badges 3.0 nor an ext: term: {value[:80]!r}")


def check_country(value: str | None, field: str) -> None:
    """Refuse what does not look like a country's code of ISO 3166-1 alpha-2."""
    if value is not None and not _COUNTRY.fullmatch(value):
        raise DataModelError(f"{field} is not the code of a country: {value[:40]!r}")


def check_time(value: datetime | None, field: str) -> None:
    """Refuse a time without a zone, or with a fraction of a second (it would not survive every reader).

    The zone is an offset in whole minutes (XML Schema writes no other), for a named zone has another one next spring.
    """
    if value is None:
        return
    if value.tzinfo is None:
        raise DataModelError(f"{field} has no time zone")
    if not _is_fixed(value.tzinfo):
        raise DataModelError(f"{field} has no fixed offset of whole minutes")
    if value.microsecond:
        raise DataModelError(f"{field} has a fraction of a second")


@lru_cache(maxsize=1024)
def _is_fixed(zone: tzinfo) -> bool:
    return isinstance(zone, timezone) and not zone.utcoffset(None).total_seconds() % SECONDS_PER_MINUTE


def check_day(value: date | None, field: str) -> None:
    """Refuse a day with a time zone that is not told by its first moment there."""
    if isinstance(value, datetime):
        check_time(value, field)
        if value.hour or value.minute or value.second:
            raise DataModelError(f"{field} is not the first moment of a day")


def check_chronology(first: date | None, last: date | None, fields: str) -> None:
    """Refuse a period that ends before it starts."""
    try:
        is_reversed = first is not None and last is not None and last < first
    except TypeError as error:
        raise DataModelError(f"{fields}: one has a time zone, the other has none") from error
    if is_reversed:
        raise DataModelError(f"{fields}: the end lies before the start")


def check_credits(value: Decimal | None, field: str) -> None:
    """Refuse credits that are negative, not finite, over 9,999 or finer than two decimals."""
    if value is None:
        return
    if not value.is_finite() or not 0 <= value <= MOST_CREDITS:
        raise DataModelError(f"{field} is not a number from 0 to {MOST_CREDITS:,}")
    if value != value.quantize(Decimal("0.01")):
        raise DataModelError(f"{field} has more than two decimals")
