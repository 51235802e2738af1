"""The public register: what was found, narrowed by facets with their counts, in order, one page at a time.

Four queries whatever the size: the texts found, then the shown page's versions, parties and issuer profiles.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Page
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalogue import code_words
from catalogue.codes import ASSESSMENT_KINDS, MODES
from catalogue.models import AchievementKind, AchievementVersion
from catalogue.pages import Card, card
from catalogue.search import folded, matching_texts, query_words
from catalogue.selectors import profiles_of, versions
from catalogue.wording import eqf_label, language_name
from registry.language_maps import best_language, text_in
from registry.paging import page_of

PAGE_SIZE: Final = 12
SORTS: Final = ("name", "newest", "provider")
_COLUMNS: Final = {
    "version": "version_id",
    "language": "language",
    "title": "title",
    "kind": "version__achievement__kind",
    "organisation": "version__achievement__organisation__slug",
    "organisation_name": "version__achievement__organisation__name",
    "level_eqf": "version__level_eqf",
    "level_national": "version__level_national",
    "taught_in": "version__language",
    "hours": "version__workload_hours_min",
    "mode": "version__mode",
    "assessment": "version__assessment_kinds",
    "published_at": "version__published_at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a visitor asks for. `chosen` maps a facet's key to the values ticked; unknown values find nothing."""

    query: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: str = "1"
    language: str = "en"

    def address(self, *, page: int = 1) -> str:
        """Return the address that holds this wish; the page stands in it where it is not the first."""
        pairs = [("q", self.query), *((key, value) for key, values in self.chosen.items() for value in values)]
        pairs += [("sort", self.sort), ("page", str(page) if page > 1 else "")]
        query = urlencode([(key, value) for key, value in pairs if value])
        return f"/catalogue/?{query}" if query else "/catalogue/"


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet, with how many entries it would leave."""

    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of a filter; `open` when something in it is ticked."""

    key: str
    name: str
    options: list[Option]
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of the register. `total` counts all entries, the paginator those that are left."""

    page: Page[Card]
    facets: list[Facet]
    chosen: list[tuple[str, str]]
    sorts: list[tuple[str, str, bool]]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What filtering and sorting know of an entry."""

    version: uuid.UUID
    title: str
    organisation: str
    organisation_name: str
    published_at: datetime | None
    values: Mapping[str, tuple[str, ...]]


def list_entries(wish: Wish) -> Listing:
    """Return the register as a visitor asks for it.

    Raises:
        NoSuchPageError: there is no page of this number.
    """
    rows = _rows(wish)
    fitting = [row for row in rows if _fits(row, wish.chosen)]
    fitting.sort(key=_order(wish))
    page = page_of([row.version for row in fitting], PAGE_SIZE, wish.page)
    cards = cards_of(list(page.object_list), wish.language)
    facets = _facets(rows, wish)
    return Listing(
        page=Page(cards, page.number, page.paginator),
        facets=facets,
        chosen=_chosen(wish, facets),
        sorts=[(value, label, value == (wish.sort or "name")) for value, label in _sort_labels()],
        total=len(rows),
    )


def cards_of(ids: Sequence[uuid.UUID], language: str) -> list[Card]:
    """Return the cards of versions, in the order given, with a fixed number of queries."""
    known: dict[uuid.UUID, AchievementVersion] = {version.pk: version for version in versions().filter(pk__in=ids)}
    profiles = profiles_of({version.achievement.issuer_id for version in known.values()})
    return [card(known[pk], profiles[known[pk].achievement.issuer_id], language) for pk in ids if pk in known]


def newest_cards(count: int, language: str) -> tuple[list[Card], int]:
    """Return the entries published last, and how many there are in all."""
    rows = sorted(_rows(Wish(language=language)), key=_newest_first)
    published = [row.version for row in rows if row.published_at]
    return cards_of(published[:count], language), len(rows)


def _rows(wish: Wish) -> list[_Row]:
    """Return one row per entry found, its title in the reader's language."""
    texts: dict[uuid.UUID, dict[str, dict[str, Any]]] = {}
    for values in matching_texts(wish.query).values_list(*_COLUMNS.values()):
        text = dict(zip(_COLUMNS, values, strict=True))
        texts.setdefault(text["version"], {})[text["language"]] = text
    return [_row(by_language, wish.language) for by_language in texts.values()]


def _row(by_language: Mapping[str, dict[str, Any]], language: str) -> _Row:
    text = by_language[best_language(list(by_language), language) or ""]
    return _Row(
        version=text["version"],
        title=text["title"],
        organisation=text["organisation"],
        organisation_name=text_in(text["organisation_name"], language),
        published_at=text["published_at"],
        values={
            "level": (level_value(text["level_eqf"], text["level_national"]),),
            "institution": (text["organisation"],),
            "kind": (text["kind"],),
            "language": (text["taught_in"].split("-")[0],),
            "workload": (workload_value(text["hours"]),),
            "mode": (text["mode"] or "none",),
            "assessment": tuple(text["assessment"]) or ("none",),
        },
    )


def level_value(eqf: int | None, national: str) -> str:
    """Return the level's facet value: an EQF band, a national level alone, or not stated."""
    if eqf is None:
        return "national" if national else "none"
    return str(max(eqf, 5))


def workload_value(hours: Decimal | None) -> str:
    """Return the workload's facet value by its least hours."""
    if hours is None:
        return "none"
    return next((str(most) for most in (10, 30, 100) if hours <= most), "more")


def _fits(row: _Row, chosen: Mapping[str, Iterable[str]]) -> bool:
    return all(any(value in values for value in row.values[key]) for key, values in chosen.items() if values)


def _order(wish: Wish) -> Callable[[_Row], tuple[Any, ...]]:
    """Return the sort key; with a query and no wish, entries that have it in their title come first."""
    if wish.sort == "newest":
        return _newest_first
    if wish.sort == "provider":
        return lambda row: (collated(row.organisation_name), collated(row.title), row.version)
    words = query_words(wish.query) if not wish.sort else []
    return lambda row: (not all(word in folded(row.title) for word in words), collated(row.title), row.version)


def _newest_first(row: _Row) -> tuple[Any, ...]:
    at = row.published_at.timestamp() if row.published_at else 0.0
    return (-at, collated(row.title), row.version)


def collated(text: str) -> str:
    """Return a key that sorts Ä with A, and just behind it, as both our languages' dictionaries do."""
    return f"{folded(text)}\0{unicodedata.normalize('NFKC', text).casefold()}"


def _facets(rows: list[_Row], wish: Wish) -> list[Facet]:
    """Count each group as if nothing were ticked in it, so that ticking a second value widens.

    No group without a choice: what nobody typed would be one long "not stated".
    """
    names = {row.organisation: row.organisation_name for row in rows}
    facets = [
        _facet(key, name, rows, wish, _labels(key, names))
        for key, name in (
            ("level", _("Level")),
            ("institution", _("Institution")),
            ("kind", _("Type")),
            ("language", _("Language")),
            ("workload", _("Workload")),
            ("mode", _("Mode")),
            ("assessment", _("Type of assessment")),
        )
    ]
    return [facet for facet in facets if facet.open or any(option.value not in _UNSTATED for option in facet.options)]


def _facet(key: str, name: str, rows: list[_Row], wish: Wish, labels: Callable[[str], str]) -> Facet:
    others = {other: values for other, values in wish.chosen.items() if other != key}
    counts = Counter(value for row in rows if _fits(row, others) for value in row.values[key])
    ticked = wish.chosen.get(key, ())
    shown = sorted({*counts, *ticked}, key=_rank(key, labels))
    options = [Option(value, labels(value), counts[value], value in ticked) for value in shown]
    return Facet(key, name, options, bool(ticked))


_UNSTATED: Final = frozenset({"none", "und"})
_ORDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "level": ("5", "6", "7", "8", "national"),
    "workload": ("10", "30", "100", "more"),
    "mode": MODES,
    "assessment": ASSESSMENT_KINDS,
}


def _rank(key: str, labels: Callable[[str], str]) -> Callable[[str], tuple[Any, ...]]:
    order = _ORDERS.get(key, ())
    return lambda value: (
        value in _UNSTATED,
        order.index(value) if value in order else 99,
        collated(labels(value)),
    )


def _labels(key: str, names: Mapping[str, str]) -> Callable[[str], str]:
    fixed: dict[str, dict[str, str]] = {
        "level": {
            "5": _("EQF 5 and below"),
            **{str(level): eqf_label(level) for level in (6, 7, 8)},
            "national": _("National level only"),
            "none": _("Not stated"),
        },
        "workload": {
            "10": _("Up to 10 hours"),
            "30": _("10 to 30 hours"),
            "100": _("30 to 100 hours"),
            "more": _("Over 100 hours"),
            "none": _("Not stated"),
        },
        "kind": {value: str(label) for value, label in AchievementKind.choices},
        "institution": dict(names),
        "mode": {**_capital(code_words.MODES), "none": _("Not stated")},
        "assessment": {**_capital(code_words.ASSESSMENT_KINDS), "none": _("Not stated")},
    }
    if key == "language":
        return language_name
    return lambda value: fixed[key].get(value, value)


def _capital(words: code_words.Words) -> dict[str, str]:
    return {code: capfirst(str(word)) for code, word in words.items()}


def _chosen(wish: Wish, facets: list[Facet]) -> list[tuple[str, str]]:
    """Return (label, address without it) of every ticked value."""
    chips = []
    for facet in facets:
        for option in (option for option in facet.options if option.checked):
            left = tuple(value for value in wish.chosen[facet.key] if value != option.value)
            without = replace(wish, chosen={**wish.chosen, facet.key: left})
            chips.append((f"{facet.name}: {option.label}", without.address()))
    return chips


def _sort_labels() -> list[tuple[str, str]]:
    return [("name", _("Name")), ("newest", _("Newest")), ("provider", _("Provider"))]
