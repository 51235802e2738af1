"""What an award may say. Pure: values in, values out; refusals are raised as `RuleBrokenError`."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from credentials.documents.rules import check_language
from credentials.errors import DataModelError
from credentials.timestamps import parse_timestamp
from issuing.stated import DayOrMoment
from registry.addresses import normal_address
from registry.dates import DayOutOfRangeError, meant_day, read_day
from registry.encodings import GARBLED, is_garbled
from registry.refusals import Faults, RuleBrokenError, gettext_noop

LONGEST_NAME: Final = 200
LONGEST_REASON: Final = 500
LONGEST_IDENTIFIER: Final = 255
LONGEST_TYPED: Final = 4_000
"""The longest text whose letters are composed."""
LONGEST_LANGUAGE: Final = 12
ISO_DAY_CHARACTERS: Final = len("2026-01-31")

# Control characters, lone surrogates, and marks that turn the direction of what follows (a name that reads
# differently from what was typed); a zero-width joiner is part of many scripts and stays.
_UNWANTED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_BLANKS = re.compile(r"\s+")
_DECIMAL = re.compile(r"[+-]?(?:\d{1,12}(?:\.\d{1,12})?|\.\d{1,12})", re.ASCII)


class CleanText(NamedTuple):
    """A text as it will be signed, and how many characters were left out of it."""

    text: str
    removed: int


_EMAIL_REMEDY: Final = gettext_noop(
    "Type the e-mail address again, with plain letters before the @ and nothing invisible in it; it looks like name@example.org."
)
LANGUAGE_REMEDY: Final = gettext_noop("Name a language by its tag, for example de or en-NZ.")
DAY_REMEDY: Final = gettext_noop("Correct the date: it lies before 1900, or more than a hundred years away.")
_HASH_STARTS: Final = ("sha256$", "md5$")


def cleaned(text: str) -> CleanText:
    """Return a line in NFC without control characters and direction marks, blanks collapsed."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return CleanText(text.strip(), 0)
    # Tabs and line breaks count as blanks, not as something left out.
    spaced = _BLANKS.sub(" ", text)
    kept = _UNWANTED.sub("", spaced)
    line = _BLANKS.sub(" ", kept).strip()
    # What is longer is refused in whatever form; composing heaps of marks takes quadratic time.
    if len(line) <= LONGEST_TYPED:
        line = unicodedata.normalize("NFC", line)
    return CleanText(line, len(spaced) - len(kept))


def clean_name(text: str) -> CleanText:
    """Return a person's name as it will be signed.

    Raises:
        RuleBrokenError: nothing is left of it, it is longer than 200 characters, letters of it were lost, or readers
            would take it for a hash.
    """
    name = cleaned(text)
    check_legible(text, "name")
    if not name.text:
        raise RuleBrokenError("name", "name-missing", gettext_noop("Give the name as it shall stand on the award."))
    if len(name.text) > LONGEST_NAME:
        raise RuleBrokenError("name", "name-too-long", gettext_noop("Shorten the name to 200 characters."))
    _refuse_hash(name.text)
    return name


def check_legible(text: str, column: str) -> None:
    """Refuse a text of which letters were lost.

    Raises:
        RuleBrokenError: code `garbled-text`.
    """
    if is_garbled(text):
        raise RuleBrokenError(column, "garbled-text", GARBLED)


def _refuse_hash(name: str) -> None:
    """Refuse what readers would take for a hash of a name (Open Badges 3.0, IdentityHash)."""
    if name.startswith(_HASH_STARTS):
        raise RuleBrokenError("name", "name-is-a-hash", gettext_noop("Give the person's name, not a hash of it."))


def checked_email(text: str, *, is_needed: bool = True) -> str:
    """Return an e-mail address, trimmed; empty where there is none and something else names the person.

    Raises:
        RuleBrokenError: it is missing, or no mail can be sent to it.
    """
    email = text.strip()
    if not email and is_needed:
        remedy = gettext_noop("Give the recipient's e-mail address, or a number that identifies them.")
        raise RuleBrokenError("email", "email-missing", remedy)
    if not email:
        return ""
    try:
        normal_address(email)
    except ValueError as error:
        raise RuleBrokenError("email", "bad-email", _EMAIL_REMEDY) from error
    return email


def check_identifier(value: str, scope: str) -> None:
    """Refuse a number beside the e-mail address that people and machines would tell apart differently.

    Raises:
        RuleBrokenError: it or its scope has invisible, control or full-width characters, or is too long to be kept.
    """
    for text in (value, scope):
        if text.isascii() and text.isprintable() and len(text) <= LONGEST_IDENTIFIER:
            continue
        composed = unicodedata.normalize("NFC", text.strip()[:LONGEST_TYPED])
        plain = composed.isprintable() and composed == unicodedata.normalize("NFKC", composed)
        if not plain or len(composed) > LONGEST_IDENTIFIER:
            remedy = gettext_noop(
                "Type the number again, in plain letters and digits without anything invisible, at most 255 characters."
            )
            raise RuleBrokenError("identifier", "bad-identifier", remedy)


def checked_language(tag: str, column: str = "language") -> str:
    """Return a language tag.

    Raises:
        RuleBrokenError: it does not look like one (BCP 47), or is longer than 12 characters.
    """
    try:
        check_language(tag, column)
    except DataModelError as error:
        raise RuleBrokenError(column, "language-tag", LANGUAGE_REMEDY) from error
    if len(tag) > LONGEST_LANGUAGE:
        raise RuleBrokenError(column, "language-tag", LANGUAGE_REMEDY)
    return tag


def exact_number(text: str, column: str) -> Decimal:
    """Read a decimal with a point; a percent sign may follow. Nothing is rounded.

    Raises:
        RuleBrokenError: not such a number.
    """
    plain = text.strip().removesuffix("%").strip()
    if _DECIMAL.fullmatch(plain):
        try:
            return Decimal(plain)
        except InvalidOperation:
            pass
    raise RuleBrokenError(column, "bad-number", gettext_noop("Write a number with a point, for example 72.5."))


def checked_day(awarded_on: dt.date | None, *, today: dt.date) -> dt.date:
    """Return the day of an award, today where none is given; it may lie in the past, never in the future.

    Raises:
        RuleBrokenError: it has not come yet, or lies before 1900.
    """
    if awarded_on is None:
        return today
    if awarded_on > today:
        raise RuleBrokenError(
            "awarded_on",
            "awarded-in-future",
            gettext_noop("The award date lies in the future: award on the day itself."),
        )
    check_meant(awarded_on, "awarded_on")
    return awarded_on


def checked_end(valid_until: dt.datetime | None, *, valid_from: dt.datetime) -> dt.datetime | None:
    """Return the end of validity, which must not lie before its start.

    Raises:
        RuleBrokenError: it does, it has no time zone, or lies more than a hundred years away.
    """
    if valid_until is None:
        return None
    if valid_until.tzinfo is None or valid_until < valid_from:
        raise RuleBrokenError(
            "valid_until", "period-reversed", gettext_noop("The award would end before it begins: give a later end.")
        )
    try:
        meant_day(valid_until)
    except DayOutOfRangeError as error:
        raise RuleBrokenError(
            "valid_until", "too-late", gettext_noop("Leave the end of validity out: this one never comes.")
        ) from error
    return valid_until.astimezone(dt.UTC).replace(microsecond=0)


def read_day_or_moment(text: str) -> DayOrMoment:
    """Read `2030-12-31` or `2030-12-31T12:00:00Z`.

    Raises:
        DayOutOfRangeError: it cannot be meant.
        ValueError: neither a day nor a time with its zone.
    """
    return read_day(text) if len(text) == ISO_DAY_CHARACTERS else meant_day(parse_timestamp(text))


def check_send_at(moment: dt.datetime, *, day: dt.date, asked_on: dt.date, end: dt.datetime | None) -> None:
    """Refuse a moment to wait for that is of a day before somebody asked, or behind the end of validity.

    Raises:
        RuleBrokenError: it is.
    """
    if day < asked_on:
        remedy = gettext_noop("This day is over: give one to come, or leave it out to award at once.")
        raise RuleBrokenError("send_at", "send-at-past", remedy)
    if end is not None and moment >= end:
        remedy = gettext_noop("The award would end before it is sent: send it earlier, or let it end later.")
        raise RuleBrokenError("send_at", "send-at-after-end", remedy)


def check_meant(day: dt.date, column: str) -> None:
    """Refuse a day that cannot be meant.

    Raises:
        RuleBrokenError: it lies before 1900, or more than a hundred years away.
    """
    try:
        meant_day(day)
    except DayOutOfRangeError as error:
        raise RuleBrokenError(column, "date-out-of-range", DAY_REMEDY) from error


class LearningPeriod(NamedTuple):
    """When someone learned: full dates where both ends given are full dates, else the words as stated."""

    first: dt.date | None = None
    last: dt.date | None = None
    words: str | None = None


_NO_PERIOD: Final = LearningPeriod()


def learning_period(first: dt.date | str | None, last: dt.date | str | None) -> LearningPeriod:
    """Return the period of learning; partial values such as 08/2019 stay words.

    Raises:
        RuleBrokenError: the end lies before the start, or one of them cannot be meant.
    """
    if first is None and last is None:
        return _NO_PERIOD
    faults, start, end = Faults(), None, None
    with faults:
        start = _date_or_words(first, "learning_from")
    with faults:
        end = _date_or_words(last, "learning_to")
    faults.tell()
    if isinstance(start, str) or isinstance(end, str):
        parts = [str(part) for part in (start, end) if part]
        return LearningPeriod(words=" – ".join(parts))
    if start and end and end < start:
        raise RuleBrokenError(
            "learning_to", "period-reversed", gettext_noop("The learning ended before it began: correct the dates.")
        )
    return LearningPeriod(first=start, last=end)


def _date_or_words(value: dt.date | str | None, column: str) -> dt.date | str | None:
    if value is None:
        return None
    if isinstance(value, dt.date):
        check_meant(value, column)
        return value
    words = cleaned(value).text
    try:
        return read_day(words) if len(words) == ISO_DAY_CHARACTERS else words or None
    except DayOutOfRangeError as error:
        raise RuleBrokenError(column, "date-out-of-range", DAY_REMEDY) from error
    except ValueError:
        return words
