"""What an award may say. Pure: values in, values out; refusals are raised as `RuleBrokenError`."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

LONGEST_NAME: Final = 200
LONGEST_EMAIL: Final = 254
LONGEST_REASON: Final = 500
ISO_DAY_CHARACTERS: Final = len("2026-01-31")

# Control characters, lone surrogates, and marks that turn the direction of what follows (a name that reads
# differently from what was typed); a zero-width joiner is part of many scripts and stays.
_UNWANTED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_BLANKS = re.compile(r"\s+")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\u00a1-\uffff-]{1,64}"
    r"@(?:[A-Za-z0-9\u00a1-\uffff](?:[A-Za-z0-9\u00a1-\uffff-]{0,61}[A-Za-z0-9\u00a1-\uffff])?\.)+"
    r"[A-Za-z\u00a1-\uffff][A-Za-z0-9\u00a1-\uffff-]{0,62}"
)
_DECIMAL = re.compile(r"[+-]?(?:\d{1,12}(?:\.\d{1,12})?|\.\d{1,12})", re.ASCII)


class RuleBrokenError(ValueError):
    """A value breaks a rule: which column, a stable code, and what to do about it."""

    def __init__(self, column: str, code: str, remedy: str) -> None:
        super().__init__(f"{column}: {code}")
        self.column = column
        self.code = code
        self.remedy = remedy


class CleanText(NamedTuple):
    """A text as it will be signed, and how many characters were left out of it."""

    text: str
    removed: int


def gettext_noop(text: str) -> str:
    """Mark a text for the message catalogue; who shows it translates it."""
    return text


def cleaned(text: str) -> CleanText:
    """Return a line in NFC without control characters and direction marks, blanks collapsed."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return CleanText(text.strip(), 0)
    # Tabs and line breaks count as blanks, not as something left out.
    spaced = _BLANKS.sub(" ", text)
    kept = _UNWANTED.sub("", spaced)
    line = unicodedata.normalize("NFC", _BLANKS.sub(" ", kept).strip())
    return CleanText(line, len(spaced) - len(kept))


def clean_name(text: str) -> CleanText:
    """Return a person's name as it will be signed.

    Raises:
        RuleBrokenError: nothing is left of it, or it is longer than 200 characters.
    """
    name = cleaned(text)
    if not name.text:
        raise RuleBrokenError("name", "name-missing", gettext_noop("Give the name as it shall stand on the award."))
    if len(name.text) > LONGEST_NAME:
        raise RuleBrokenError("name", "name-too-long", gettext_noop("Shorten the name to 200 characters."))
    return name


def checked_email(text: str) -> str:
    """Return an e-mail address, trimmed.

    Raises:
        RuleBrokenError: it is missing or cannot be an address.
    """
    email = text.strip()
    if not email:
        raise RuleBrokenError("email", "email-missing", gettext_noop("Give the e-mail address of the recipient."))
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email) or ".." in email or ".@" in email or email[0] == ".":
        raise RuleBrokenError(
            "email", "bad-email", gettext_noop("Correct the e-mail address; it looks like name@example.org.")
        )
    return email


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
        RuleBrokenError: it has not come yet.
    """
    if awarded_on is None:
        return today
    if awarded_on > today:
        raise RuleBrokenError(
            "awarded_on",
            "awarded-in-future",
            gettext_noop("The award date lies in the future: award on the day itself."),
        )
    return awarded_on


def checked_end(valid_until: dt.datetime | None, *, valid_from: dt.datetime) -> dt.datetime | None:
    """Return the end of validity, which must not lie before its start.

    Raises:
        RuleBrokenError: it does, it has no time zone, or lies beyond the last day of the calendar in UTC.
    """
    if valid_until is not None and (valid_until.tzinfo is None or valid_until < valid_from):
        raise RuleBrokenError(
            "valid_until", "period-reversed", gettext_noop("The award would end before it begins: give a later end.")
        )
    try:
        return valid_until and valid_until.astimezone(dt.UTC).replace(microsecond=0)
    except OverflowError as error:
        raise RuleBrokenError(
            "valid_until", "too-late", gettext_noop("Leave the end of validity out: this one never comes.")
        ) from error


class LearningPeriod(NamedTuple):
    """When someone learned: full dates where both ends given are full dates, else the words as stated."""

    first: dt.date | None = None
    last: dt.date | None = None
    words: str | None = None


_NO_PERIOD: Final = LearningPeriod()


def learning_period(first: dt.date | str | None, last: dt.date | str | None) -> LearningPeriod:
    """Return the period of learning; partial values such as 08/2019 stay words.

    Raises:
        RuleBrokenError: the end lies before the start.
    """
    if first is None and last is None:
        return _NO_PERIOD
    start, end = _date_or_words(first), _date_or_words(last)
    if isinstance(start, str) or isinstance(end, str):
        parts = [str(part) for part in (start, end) if part]
        return LearningPeriod(words=" – ".join(parts))
    if start and end and end < start:
        raise RuleBrokenError(
            "learning_to", "period-reversed", gettext_noop("The learning ended before it began: correct the dates.")
        )
    return LearningPeriod(first=start, last=end)


def _date_or_words(value: dt.date | str | None) -> dt.date | str | None:
    if not isinstance(value, str):
        return value
    words = cleaned(value).text
    try:
        return dt.date.fromisoformat(words) if len(words) == ISO_DAY_CHARACTERS else words or None
    except ValueError:
        return words
