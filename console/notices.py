"""What needs attention at a place, as data: one function for each kind of thing; ADD YOURS to `NOTICES`.

Each asks bounded lists, and what cannot be acted on by the reader is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.seen_nodes import SeenNode, address_of, name_of
from issuing.attention import MOST, WaitingCounts, issuers_that_do_not_sign, what_waits
from issuing.models import Batch, BatchState
from issuing.request_lists import counted, waiting_below
from issuing.services import STOPPED_ON_THEIR_DAY
from registry.agreed import agreements_seen_by
from registry.dates import day_in_words
from registry.models import NewsKind, Role
from registry.telling_staff import said


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that waits for somebody: in words, why, where it is dealt with; `family` is the mark's (stop, care, mute)."""

    words: str
    why: str
    address: str
    mark: str = "clock"
    family: str = "care"


@dataclass(frozen=True)
class Attention:
    """Where attention is asked for: the place, and its newest files, which the page shows as well."""

    place: SeenNode
    files: Sequence[Batch]

    @cached_property
    def waiting(self) -> WaitingCounts:
        """How many of each kind wait there."""
        return what_waits(self.place.actor, self.place.node, self.files)


def files_to_confirm(attention: Attention) -> Iterator[Notice]:
    """Yield a notice of files that were checked and wait to be confirmed."""
    waiting = [one for one in attention.files if one.state == BatchState.READY]
    if waiting and attention.place.may_award:
        count = len(waiting)
        words = ngettext("One file waits to be confirmed", "{count} files wait to be confirmed", count)
        why = _("Checked; nothing is awarded before somebody says so. What waits for 30 days is forgotten.")
        yield Notice(words.format(count=count), why, _file_address(attention, waiting))


def files_that_stopped(attention: Attention) -> Iterator[Notice]:
    """Yield a notice of files that could not go on."""
    stopped = [one for one in attention.files if one.ended_code in STOPPED]
    if stopped and attention.place.may_award:
        words = ngettext("One file was stopped", "{count} files were stopped", len(stopped)).format(count=len(stopped))
        yield Notice(
            words, _("The page of the file says why, and what to do."), _file_address(attention, stopped), "octagon"
        )


STOPPED = {
    "file-refused",
    "rows-refused",
    "version-replaced",
    *STOPPED_ON_THEIR_DAY,
    "mandate-missing",
    "agreement-missing",
}
"""Why a file ended without anybody wanting that."""


def letters_that_came_back(attention: Attention) -> Iterator[Notice]:
    """Yield a notice of letters that reached nobody."""
    count = attention.waiting.returned
    if count:
        words = ngettext("One e-mail came back", "{count} e-mails came back", count).format(count=_bounded(count))
        address = reverse("console:returned", args=[attention.place.organisation.slug])
        yield Notice(words, _("Correct the address; no new award is needed."), address, "octagon", "stop")


def issuers_without_signature(attention: Attention) -> Iterator[Notice]:
    """Yield a notice for each issuer that has no key yet, or whose signing was stopped."""
    for issuer in issuers_that_do_not_sign(attention.place.node):
        name = name_of(issuer.node, attention.place.organisation)
        if issuer.signing_stopped_at:
            words = _("{name} does not sign").format(name=name)
            why = _("Signing was stopped because a signed text differed from its facts. An operator looks into it.")
            yield Notice(words, why, address_of(attention.place.organisation, issuer.node), "octagon", "stop")
        else:
            words = _("The key of {name} is being made").format(name=name)
            yield Notice(
                words,
                _("Awards are signed once it is there. Nobody has to wait here."),
                address_of(attention.place.organisation, issuer.node),
            )


def agreements_to_accept(attention: Attention) -> Iterator[Notice]:
    """Yield a notice of each agreement that nobody has accepted for the organisation; owners alone can."""
    place = attention.place
    if not place.is_top or Role.OWNER not in place.held:
        return
    for one in agreements_seen_by(place.organisation):
        if one.accepted is None:
            words = _("Version {number} of the {kind} waits for an owner")
            day = one.agreement.required_from
            why = _("Nothing is blocked until then.")
            if day is not None:
                why = _("From {day} nothing new can be awarded without it.").format(day=date_format(day))
            yield Notice(
                words.format(number=one.agreement.version, kind=one.agreement.get_kind_display()),
                why,
                reverse("console:agreement", args=[place.organisation.slug, one.agreement.pk]),
            )


def awards_to_approve(attention: Attention) -> Iterator[Notice]:
    """Yield a notice of single awards that wait for the reader, as a second person or for the organisation."""
    count = attention.waiting.awards + attention.waiting.releases
    if count:
        words = ngettext("One award waits for your approval", "%(count)d awards wait for your approval", count)
        yield Notice(
            words.replace("%(count)d", _bounded(count)),
            _("Nothing of it is signed before."),
            reverse("console:approvals", args=[attention.place.organisation.slug]),
        )


def files_to_approve(attention: Attention) -> Iterator[Notice]:
    """Yield a notice of files whose awards wait for the reader as a second person."""
    count = attention.waiting.files
    if count:
        words = ngettext("One file waits for your approval", "{count} files wait for your approval", count)
        address = reverse("console:approvals", args=[attention.place.organisation.slug])
        yield Notice(words.format(count=_bounded(count)), _("Nothing of it is signed before."), address)


def changes_to_approve(attention: Attention) -> Iterator[Notice]:
    """Yield a notice of changes of many awards that wait for the reader as a second person."""
    count = attention.waiting.changes
    if count:
        words = ngettext(
            "One change of many awards waits for a second person",
            "{count} changes of many awards wait for a second person",
            count,
        )
        address = reverse("console:approvals", args=[attention.place.organisation.slug])
        yield Notice(words.format(count=_bounded(count)), _("Nothing is changed before."), address)


def keys_that_end(attention: Attention) -> Iterator[Notice]:
    """Yield a notice of keys of systems that end within two weeks."""
    count = attention.waiting.keys + attention.waiting.clients
    if count:
        address = reverse("console:machines", args=[attention.place.organisation.slug])
        why = _("Its system stands still then, unless it has another key.")
        yield Notice(said(NewsKind.KEY_ENDING, count), why, address)


def requests_to_decide(attention: Attention) -> Iterator[Notice]:
    """Yield a notice of requests of learners that wait for a decision."""
    place = attention.place
    moments = waiting_below(place.actor, place.node)
    if moments:
        count = len(moments)
        words = ngettext("One request to decide", "{count} requests to decide", count).format(count=counted(count))
        why = _("The oldest is of {day}.").format(day=day_in_words(moments[0].date()))
        yield Notice(words, why, reverse("console:requests", args=[place.organisation.slug]))


NOTICES: tuple[Callable[[Attention], Iterable[Notice]], ...] = (
    letters_that_came_back,
    issuers_without_signature,
    awards_to_approve,
    files_to_approve,
    changes_to_approve,
    requests_to_decide,
    files_to_confirm,
    files_that_stopped,
    agreements_to_accept,
    keys_that_end,
)
"""In the order in which the page tells them."""


def notices_of(attention: Attention) -> list[Notice]:
    """Return what needs attention at a place, or below it."""
    return [notice for ask in NOTICES for notice in ask(attention)]


def _bounded(count: int) -> str:
    return f"{MOST}+" if count > MOST else str(count)


def _file_address(attention: Attention, files: Sequence[Batch]) -> str:
    slug = attention.place.organisation.slug
    if len(files) == 1:
        return reverse("console:batch", args=[slug, files[0].pk])
    return reverse("console:batches", args=[slug])
