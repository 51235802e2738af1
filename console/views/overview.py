"""The overview of a place: what was awarded, accepted, checked and revoked, what waits, and what needs attention."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalogue.models import Achievement
from catalogue.selectors import titles_of
from console.charts import Chart, bar_chart
from console.notices import Attention, notices_of
from console.seen_nodes import Crumb, SeenNode, actor_in, entry_address, place_of
from console.views.frame import console_page, page
from issuing.attention import newest_files
from issuing.figures import Figure, by_achievement, by_time, counts_below
from issuing.models import Measure
from registry.dates import day_in_short, month_in_short
from registry.errors import NotFoundError
from registry.paging import page_of
from registry.spreadsheets import spreadsheet

OLD_DAYS = 30
FILES, FILES_LOOKED_AT, ENTRIES = 5, 50, 25
SHOWN: tuple[Measure, ...] = (Measure.AWARDED, Measure.CLAIMED, Measure.CHECKED, Measure.REVOKED)
WORDS: dict[str, Promise] = {
    Measure.AWARDED: _("Awarded"),
    Measure.CLAIMED: _("Accepted"),
    Measure.UNCLAIMED: _("Not yet accepted"),
    Measure.CHECKED: _("Checked by others"),
    Measure.REVOKED: _("Revoked"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """For how long figures are shown, and by what: `months` of them, or that many `days`."""

    name: str
    words: Promise
    days: int = 0
    months: int = 0

    def steps(self, today: dt.date) -> list[dt.date]:
        """Return the days, or the first days of the months, the oldest first."""
        if self.days:
            return [today - dt.timedelta(days=number) for number in reversed(range(self.days))]
        last = today.year * 12 + today.month - 1
        return [dt.date(number // 12, number % 12 + 1, 1) for number in range(last - self.months + 1, last + 1)]

    def label(self, step: dt.date) -> str:
        """Return how a step is called, in the reader's language."""
        return day_in_short(step) if self.days else month_in_short(step)


PERIODS = {
    one.name: one
    for one in (
        Period("months", _("12 months"), months=12),
        Period("days", _("30 days"), days=30),
        Period("years", _("5 years"), months=60),
    )
}


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A row of a table: what it is of, where that leads, and the numbers; `share` of the longest bar in hundredths."""

    name: str
    measures: tuple[Measure, ...]
    numbers: list[int]
    address: str = ""
    share: int = 0

    @property
    def labelled(self) -> list[tuple[Promise, int]]:
        """The numbers, each with what it counts."""
        return [(WORDS[name], number) for name, number in zip(self.measures, self.numbers, strict=True)]


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """The figures of a place over a period: totals by measure, how many wait for long, and a line for each step."""

    period: Period
    totals: dict[str, int]
    old: int
    lines: list[FigureLine]


@console_page
@require_safe
def overview(request: HttpRequest, slug: str, node_id: uuid.UUID | None = None) -> HttpResponse:
    """Show how a place does, and what waits there for somebody."""
    place = place_of(actor_in(request), slug, node_id)
    figures = figures_of(place, _period(request))
    listed = _achievements(place, request)
    files = newest_files(place.node, FILES_LOOKED_AT)
    shown = {row.pk for row in listed.object_list} | {one.version.achievement_id for one in files[:FILES]}
    titles = {key: title.text for key, title in titles_of(shown, get_language() or "").items()}
    context = {
        "figures": figures,
        "periods": PERIODS.values(),
        "below": place.below,
        "measures": [WORDS[name] for name in SHOWN],
        "awarded": _chart(figures, (Measure.AWARDED, Measure.CLAIMED)),
        "checked": _chart(figures, (Measure.CHECKED,)),
        "page": listed,
        "entries": _entries(place, listed.object_list, titles, figures.period),
        "entry_measures": [WORDS[name] for name in OF_ENTRIES],
        "notices": notices_of(Attention(place, files)),
        "files": [(one, titles.get(one.version.achievement_id, "")) for one in files[:FILES]],
        "numbers": [(name, WORDS[name], figures.totals[name]) for name in (*SHOWN[:2], Measure.UNCLAIMED, *SHOWN[2:])],
    }
    return page(request, "console/overview.html", place, context, crumbs=(Crumb(str(_("Overview"))),), nav="overview")


@console_page
@require_safe
def overview_file(request: HttpRequest, slug: str, node_id: uuid.UUID, table: str) -> HttpResponse:
    """Return a table of the overview as CSV: `time`, or a page of `achievements` as the page has it."""
    place = place_of(actor_in(request), slug, node_id)
    figures = figures_of(place, _period(request))
    if table == "time":
        heading, lines, measures = _("From"), figures.lines, SHOWN
    elif table == "achievements":
        rows = _achievements(place, request).object_list
        titles = {key: title.text for key, title in titles_of([row.pk for row in rows], get_language() or "").items()}
        heading, lines, measures = _("Achievement"), _entries(place, rows, titles, figures.period), OF_ENTRIES
    else:
        raise NotFoundError
    return _csv([str(heading), *(str(WORDS[name]) for name in measures)], lines, f"{table}.csv")


OF_ENTRIES: tuple[Measure, ...] = (
    Measure.AWARDED,
    Measure.CLAIMED,
    Measure.UNCLAIMED,
    Measure.CHECKED,
    Measure.REVOKED,
)


def figures_of(place: SeenNode, period: Period) -> PlaceFigures:
    """Return the figures of a place over a period: sums of counts, whatever the number of awards."""
    today = timezone.now().date()
    steps = period.steps(today)
    counts = by_time(
        counts_below(place.node), since=steps[0], old=today - dt.timedelta(days=OLD_DAYS), by_day=bool(period.days)
    )
    return PlaceFigures(
        period,
        {name: sum(one.number for one in counts if one.measure == name) for name in WORDS},
        sum(one.number for one in counts if one.measure == Measure.UNCLAIMED and one.is_old),
        [FigureLine(period.label(step), SHOWN, _at(step, counts)) for step in steps],
    )


def _at(step: dt.date, counts: Iterable[Figure]) -> list[int]:
    own = [one for one in counts if one.time == step]
    return [sum(one.number for one in own if one.measure == name) for name in SHOWN]


def _period(request: HttpRequest) -> Period:
    """Return the period that is asked for; one that is not offered is no page."""
    period = PERIODS.get(request.GET.get("period", "months"))
    if period is None:
        raise NotFoundError
    return period


def _chart(figures: PlaceFigures, measures: Sequence[Measure]) -> Chart:
    places = [SHOWN.index(name) for name in measures]
    series = [(kind, [line.numbers[at] for line in figures.lines]) for kind, at in zip("ab", places, strict=False)]
    return bar_chart([line.name for line in figures.lines], series)


def _achievements(place: SeenNode, request: HttpRequest) -> Page[Any]:
    # Who sees a place sees all that is below it.
    rows = Achievement.objects.filter(organisation=place.organisation).select_related("issuer")
    if not place.is_top:
        rows = rows.filter(issuer__node__path__startswith=place.node.path)
    return page_of(rows.order_by("created_at", "pk"), ENTRIES, request.GET.get("page", ""))  # type: ignore[arg-type]


def _entries(
    place: SeenNode, rows: Iterable[Achievement], titles: dict[uuid.UUID, str], period: Period
) -> list[FigureLine]:
    listed = list(rows)
    since = period.steps(timezone.now().date())[0]
    counts = by_achievement(counts_below(place.node), [row.pk for row in listed], since=since)
    most = max([1, *(own.get(Measure.AWARDED, 0) for own in counts.values())])
    return [
        FigureLine(
            titles.get(row.pk, row.slug),
            OF_ENTRIES,
            [counts.get(row.pk, {}).get(name, 0) for name in OF_ENTRIES],
            entry_address(place.organisation, row),
            counts.get(row.pk, {}).get(Measure.AWARDED, 0) * 100 // most,
        )
        for row in listed
    ]


def _csv(heading: Sequence[str], lines: Iterable[FigureLine], name: str) -> HttpResponse:
    """Return a table as a file."""
    rows = [heading, *([line.name, *map(str, line.numbers)] for line in lines)]
    answer = HttpResponse(spreadsheet(rows).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
