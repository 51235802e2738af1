"""Lists of awards narrowed to a state. No index knows the state, so a list looks through so many awards at a time.

A page costs the same however many awards there are: of the newest `WINDOW` awards, those that fit; then further back.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalogue.models import Achievement, AchievementVersion
from issuing.models import Award, AwardState, Letter, LetterState, StatusChange, StatusPurpose, StatusReason
from issuing.selectors import NEWEST_ACCEPTED, awarded_versions_for
from issuing.way import ENDED, SIGNED, WAITING
from registry.actors import Actor
from registry.keyset import Apart, Cursor, KeysetPage, keyset_page
from registry.models import Node, Organisation

WINDOW: Final = 1_000
"""So many awards are looked at for one page, and counted."""
Narrowing = Callable[[], Q]


@dataclass(frozen=True)
class AwardList:
    """Which awards: of an organisation, of one achievement, or those to whose people something that was typed leads.

    `below` leaves out what is issued elsewhere than at or below a place.
    """

    actor: Actor
    organisation: Organisation
    achievement: Achievement | None = None
    among: QuerySet[Award] | None = None
    below: Node | None = None

    def rows(self) -> tuple[QuerySet[Award], Apart | None]:
        """Return its awards, and what they are told apart by so that an index reads them in their order."""
        if self.among is not None:
            return self.among.filter(version__in=self._versions), None
        return Award.objects.all(), Apart("version", self._versions)

    def window(self, cursor: Cursor | None = None) -> KeysetPage[Award]:
        """Return the ids and times of so many of its awards, the newest first, or from a place on."""
        rows, apart = self.rows()
        return keyset_page(rows.only("pk", "accepted_at"), NEWEST_ACCEPTED, size=WINDOW, cursor=cursor, apart=apart)

    @cached_property
    def newest(self) -> KeysetPage[Award]:
        """The window of the newest ones: read once for a page and its numbers."""
        return self.window()

    @property
    def _versions(self) -> QuerySet[AchievementVersion]:
        versions = awarded_versions_for(self.actor).filter(achievement__organisation=self.organisation)
        if self.achievement is not None:
            versions = versions.filter(achievement=self.achievement)
        if self.below is not None:
            versions = versions.filter(achievement__issuer__node__path__startswith=self.below.path)
        return versions


def _of_credential(purpose: StatusPurpose, **more: str) -> Exists:
    return Exists(StatusChange.objects.filter(credential=OuterRef("pk"), purpose=purpose, **more))


def _revoked() -> Exists:
    return _of_credential(StatusPurpose.REVOCATION)


def _came_back() -> Exists:
    rows = Letter.objects.filter(award=OuterRef("pk"))
    return Exists(rows.filter(Q(bounced_at__isnull=False) | Q(state=LetterState.FAILED)))


STANDS: Final = Q(state__in=SIGNED)
NARROWINGS: Final[Mapping[str, tuple[str | Promise, Narrowing]]] = {
    "all": (_("All"), Q),
    "waiting": (_("Not signed yet"), lambda: Q(state__in=WAITING)),
    "approval": (_("Waiting for approval"), lambda: Q(state=AwardState.AWAITING_APPROVAL)),
    "scheduled": (_("Scheduled"), lambda: Q(state=AwardState.SCHEDULED)),
    "signed": (_("Signed"), lambda: STANDS),
    "accepted": (_("Accepted by the holder"), lambda: Q(claimed_at__isnull=False)),
    "unclaimed": (
        _("Not yet accepted"),
        lambda: STANDS & Q(claimed_at=None, declined_at=None) & ~Q(_revoked()),
    ),
    "returned": (_("E-mail came back"), lambda: Q(_came_back())),
    "declined": (_("Declined"), lambda: Q(declined_at__isnull=False)),
    "revoked": (_("Revoked"), lambda: Q(_revoked()) & Q(credential__successor=None)),
    "corrected": (_("Corrected"), lambda: Q(credential__successor__isnull=False)),
    "ended": (_("Ended unsigned"), lambda: Q(state__in=ENDED)),
}
"""What a list can be narrowed to: its words, and the condition."""


def award_list_page(asked: AwardList, narrowing: str, *, cursor: Cursor | None, size: int) -> KeysetPage[Award]:
    """Return a page of a list, newest first.

    A page may hold fewer than `size` awards, or none, and yet have a next one: it looked through `WINDOW` awards.
    """
    if narrowing == "all" and cursor:
        rows, apart = asked.rows()
        loaded = rows.select_related("version__achievement__issuer", "organisation")
        return keyset_page(loaded, NEWEST_ACCEPTED, size=size, cursor=cursor, apart=apart)
    window = asked.window(cursor) if cursor else asked.newest
    forward = cursor is None or cursor.forward
    fitting = Award.objects.filter(NARROWINGS[narrowing][1](), pk__in=[row.pk for row in window.rows])
    loaded = fitting.select_related("version__achievement__issuer", "organisation")
    ordered = loaded.order_by("-accepted_at", "-pk") if forward else loaded.order_by("accepted_at", "pk")
    found = list(ordered[: size + 1])
    return _cut(found if forward else found[::-1], window, size=size, forward=forward)


def _cut(fitting: Sequence[Award], window: KeysetPage[Award], *, size: int, forward: bool) -> KeysetPage[Award]:
    """Return the awards that fit on a page, and where to go on: behind them, or behind what was looked through."""
    if len(fitting) <= size:
        return KeysetPage(fitting, window.next, window.previous)
    if forward:
        shown = fitting[:size]
        return KeysetPage(shown, _at(shown[-1], forward=True), window.previous)
    shown = fitting[-size:]
    return KeysetPage(shown, window.next, _at(shown[0], forward=False))


def _at(award: Award, *, forward: bool) -> str:
    return Cursor(forward, award.accepted_at, str(award.pk)).text()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the newest `looked_at` awards fit each narrowing; `whole`: these are all of the list."""

    by_name: Mapping[str, int]
    looked_at: int
    whole: bool


def award_counts(asked: AwardList) -> Counts:
    """Return how many awards fit each narrowing, among the newest of the list."""
    window = asked.newest
    ids = [row.pk for row in window.rows]
    counted = {
        f"of_{name}": Count("pk", filter=fits()) for name, (_words, fits) in NARROWINGS.items() if name != "all"
    }
    sums = Award.objects.filter(pk__in=ids).aggregate(**counted) if ids else {}
    by_name = {name: sums.get(f"of_{name}", 0) for name in NARROWINGS} | {"all": len(ids)}
    return Counts(by_name, len(ids), not window.next)


@dataclass(frozen=True, slots=True)
class ListedStanding:
    """What a list says of an award beside its state; `family` is the colour of its mark."""

    words: str | Promise
    family: str
    mark: str


REVOKED: Final = ListedStanding(_("Revoked"), "stop", "octagon")
REPLACED: Final = ListedStanding(_("Corrected"), "mute", "arrow")
SUSPENDED: Final = ListedStanding(_("Suspended"), "care", "clock")
RETURNED: Final = ListedStanding(_("E-mail came back"), "stop", "octagon")
DECLINED: Final = ListedStanding(_("Declined"), "mute", "dash")
UNCLAIMED: Final = ListedStanding(_("Not yet accepted"), "mute", "question")
ACCEPTED: Final = ListedStanding(_("Accepted by the holder"), "ok", "circle")


def standings_of(awards: Sequence[Award]) -> dict[uuid.UUID, ListedStanding]:
    """Return how signed awards of a page stand, where their state does not say it; two queries."""
    ids = [award.pk for award in awards]
    letters = Letter.objects.filter(award__in=ids).filter(Q(bounced_at__isnull=False) | Q(state=LetterState.FAILED))
    standings = dict.fromkeys(letters.values_list("award_id", flat=True), RETURNED)
    for award in awards:
        if award.declined_at or award.claimed_at:
            standings[award.pk] = DECLINED if award.declined_at else ACCEPTED
    changes = StatusChange.objects.filter(credential__in=ids).order_by("pk")
    for award_id, purpose, value, reason in changes.values_list("credential_id", "purpose", "value", "reason"):
        if purpose == StatusPurpose.REVOCATION:
            standings[award_id] = REPLACED if reason == StatusReason.SUPERSEDED else REVOKED
        elif value:
            standings[award_id] = SUSPENDED
        elif standings.get(award_id) is SUSPENDED:
            del standings[award_id]
    return standings
