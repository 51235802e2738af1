"""What the headings of a file of awards mean: our own columns, other systems' layouts, words of other languages. Pure.

A heading leads to a *target*: a column, with the form of its days where that is another than year-month-day:
`awarded_on (mm/dd/yy)`. Such a target may stand as a heading itself.

Sources: Credly, "How do I issue badges in bulk"; Canvas Badges/Credentials, "Awarding badges to a group of recipients in
bulk"; edubadges, template of direct awards (all as of 2026).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

LEFT_OUT: Final = ""
"""The target of a heading that is not read."""
NAME_PARTS: Final = ("first_name", "middle_name", "last_name")
"""Columns that make up a name where the file has none as a whole."""
EVIDENCE_PARTS: Final = ("evidence_name", "evidence_description", "evidence_narrative")
"""Columns that say more of the piece of evidence that a row names."""
MEASURES: Final = ("score", "content")
"""Columns of a results file, in percent: the achievement's outcome rule says which one is the result."""
TEMPLATE_ID: Final = "template_id"
"""The column in which another system names its badge: the same in every row, since a file awards one achievement."""
FURTHER_COLUMNS: Final = (*NAME_PARTS, *EVIDENCE_PARTS, *MEASURES, TEMPLATE_ID)

_OTHER_SIGNS: Final = re.compile(r"[\W_]+")
_WITH_FORM: Final = re.compile(r"(\w+?)[ _]?\((mm/dd/yy|dd\.mm\.yyyy|dd/mm/yyyy)\)")
_PIVOT: Final = 69
"""Years of two digits: 69 to 99 are of the last century (POSIX strptime, `%y`)."""


class ColumnTarget(NamedTuple):
    """A column, and the form of its days; empty: year-month-day."""

    column: str
    form: str = ""

    def __str__(self) -> str:
        return f"{self.column} ({self.form})" if self.form else self.column


def target_of(text: str) -> ColumnTarget:
    """Return the target that a text names."""
    found = _WITH_FORM.fullmatch(text)
    return ColumnTarget(found[1], found[2]) if found else ColumnTarget(text)


def _named(year: str, month: str, day: str) -> dt.date:
    number = int(year)
    century = 0 if len(year) > 2 else 1900 if number >= _PIVOT else 2000  # noqa: PLR2004 - digits of a year
    return dt.date(century + number, int(month), int(day))


_SLASHES: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})", re.ASCII)
_DOTS: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
FORMS: Final[Mapping[str, Callable[[str], dt.date | None]]] = {
    "mm/dd/yy": lambda text: _named(m[3], m[1], m[2]) if (m := _SLASHES.fullmatch(text)) else None,
    "dd.mm.yyyy": lambda text: _named(m[3], m[2], m[1]) if (m := _DOTS.fullmatch(text)) else None,
    "dd/mm/yyyy": lambda text: _named(m[3], m[2], m[1]) if (m := _SLASHES.fullmatch(text)) else None,
}
"""Form → the day that a text names in it; None: it is not in this form; ValueError: there is no such day."""


def iso_of(text: str, form: str) -> str:
    """Return a day of a form as year-month-day; what is not in that form is returned as it is.

    Raises:
        ValueError: there is no such day.
    """
    day = FORMS[form](text)
    return text if day is None else day.isoformat()


@dataclass(frozen=True, slots=True)
class Layout:
    """How another system lays a file out: known by headings that it has together, and by those that it does not have."""

    name: str
    known_by: tuple[frozenset[str], ...]
    columns: Mapping[str, str]
    without: frozenset[str] = frozenset()
    constants: Mapping[str, str] = field(default_factory=dict)
    nameless: bool = False

    def is_of(self, keys: frozenset[str]) -> bool:
        """Tell whether a file with these headings is laid out so."""
        return not keys & self.without and any(together <= keys for together in self.known_by)


_NAMES: Final = {
    "first_name": "first_name",
    "middle_name": "middle_name",
    "last_name": "last_name",
    "first": "first_name",
    "last": "last_name",
    "issued_to_first_name": "first_name",
    "issued_to_middle_name": "middle_name",
    "issued_to_last_name": "last_name",
}

LAYOUTS: Final = (
    Layout(
        "Credly",
        (frozenset({"badge_template_id", "recipient_email"}),),
        {
            **_NAMES,
            "badge_template_id": TEMPLATE_ID,
            "recipient_email": "email",
            "issued_at": "awarded_on (mm/dd/yy)",
            "issued_at_date": "awarded_on (mm/dd/yy)",
            "issued_at_mm_dd_yy": "awarded_on (mm/dd/yy)",
            "expires_at": "valid_until (mm/dd/yy)",
            "expiration_date": "valid_until (mm/dd/yy)",
            "issuer_earner_id": "identifier",
            "locale": "language",
            "evidence_name": "evidence_name",
            "evidence_url": "evidence_url",
            **dict.fromkeys(
                (
                    "country", "country_name", "state_or_province", "state", "group_tag", "text_evidence_name",
                    "text_evidence_url", "text_evidence_title", "text_evidence_description", "id_evidence_title",
                    "id_evidence_description",
                ),
                LEFT_OUT,
            ),
        },
    ),
    Layout(
        "Canvas",
        (
            frozenset({"identifier", "badge_class_id"}),
            frozenset({"identifier", "narrative", "evidence_url"}),
            frozenset({"identifier", "narrative", "evidence"}),
            frozenset({"identifier", "first_name", "last_name", "issue_date"}),
        ),
        {
            **_NAMES,
            "badge_class_id": TEMPLATE_ID,
            "identifier": "email",
            "narrative": "narrative",
            "evidence": "evidence_url",
            "evidence_url": "evidence_url",
            "evidence_narrative": "evidence_narrative",
            "issue": "awarded_on",
            "issue_date": "awarded_on",
            "expiry": "valid_until",
            "expiration_date": "valid_until",
        },
        without=frozenset({"email", "e_mail", "name"}),
    ),
    Layout(
        "edubadges",
        (frozenset({"recipient_mailadres"}),),
        {
            "recipient_mailadres": "email",
            "recipient_eppn": "identifier",
            "recipient_name": "name",
            "narrative": "narrative",
            "evidence_url": "evidence_url",
            "evidence_name": "evidence_name",
            "evidence_description": "evidence_description",
            "grade": "result",
        },
        constants={"identifier_type": "other", "identifier_scope": "eppn"},
        nameless=True,
    ),
)  # fmt: skip

COMMON: Final[Mapping[str, str]] = {
    **dict.fromkeys(("full_name", "recipient_name", "learner_name", "vorname_nachname", "vollständiger_name"), "name"),
    **dict.fromkeys(("firstname", "given_name", "given_names", "vorname", "vornamen"), "first_name"),
    **dict.fromkeys(("lastname", "surname", "family_name", "nachname", "familienname"), "last_name"),
    **dict.fromkeys(
        ("e_mail", "email_address", "e_mail_address", "e_mail_adresse", "mailadresse", "mail", "recipient_email"),
        "email",
    ),
    **dict.fromkeys(
        ("matrikelnummer", "matr_nr", "matrikel_nr", "matriculation_number", "student_id", "student_number"),
        "identifier",
    ),
    **dict.fromkeys(("date_of_award", "issue_date", "issued_on"), "awarded_on"),
    **dict.fromkeys(("ausgestellt_am", "abschluss_am", "verliehen_am", "datum"), "awarded_on (dd.mm.yyyy)"),
    **dict.fromkeys(("expiry_date", "expiration_date", "valid_to"), "valid_until"),
    "gültig_bis": "valid_until (dd.mm.yyyy)",
    **dict.fromkeys(("ergebnis", "ergebnis_in_prozent"), "result"),
    **dict.fromkeys(("score_percent", "points_percent", "punkte_in_prozent"), "score"),
    **dict.fromkeys(("content_percent", "visited_percent", "inhalte_in_prozent"), "content"),
    "sprache": "language",
}  # fmt: skip
"""Headings of student systems and spreadsheets that can mean one thing only."""


def key_of(heading: str) -> str:
    """Return what headings are compared by: lower case, everything but letters and digits taken for one blank."""
    return _OTHER_SIGNS.sub("_", heading.casefold()).strip("_")


def layout_of(heading: Sequence[str]) -> Layout | None:
    """Return the other system's layout that a file has; None where it is none that is known."""
    keys = frozenset(map(key_of, heading))
    return next((layout for layout in LAYOUTS if layout.is_of(keys)), None)
