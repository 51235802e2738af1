"""N5: what the database says of revocation and suspension stands in the newest published lists."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from issuing.fsck.breaches import Breach, breach_of
from issuing.fsck.decoder import set_places
from issuing.models import (
    Award,
    PublishedStatusList,
    SignedDocument,
    StatementState,
    StatusChange,
    StatusList,
    StatusPurpose,
)
from issuing.way import ENDED

PUBLISHING_SECONDS = 10


def lists_agree() -> Iterator[Breach]:
    """N5: compare every list's bits with the changes that are old enough to be in it."""
    for status_list in StatusList.objects.order_by("opened_at").iterator():
        for purpose in StatusPurpose:
            yield from _list_agrees(status_list, purpose)


def _list_agrees(status_list: StatusList, purpose: StatusPurpose) -> Iterator[Breach]:
    due, recent = _expected_places(status_list, purpose)
    newest = PublishedStatusList.objects.filter(list=status_list, purpose=purpose).order_by("-version").first()
    if newest is None:
        if due or (purpose == StatusPurpose.REVOCATION and _is_named(status_list)):
            yield from breach_of("N5", f"no published {purpose} list", [status_list.pk])
        return
    try:
        published = set_places(json.loads(newest.document)["credentialSubject"]["encodedList"])
    except (ValueError, KeyError, TypeError):
        yield from breach_of("N5", f"published {purpose} list cannot be read", [status_list.pk])
        return
    missing, extra = due - published - recent, published - due - recent
    yield from breach_of("N5", f"{purpose} missing in the published list", _awards_at(status_list, missing))
    yield from breach_of("N5", f"{purpose} published and not in the database", _awards_at(status_list, extra))


def _is_named(status_list: StatusList) -> bool:
    """Tell whether a signed document names the list."""
    signed = Award.objects.filter(status_list=status_list).exclude(credential=None)
    return (
        signed.exists() or SignedDocument.objects.filter(status_list=status_list, state=StatementState.SIGNED).exists()
    )


def _expected_places(status_list: StatusList, purpose: StatusPurpose) -> tuple[set[int], set[int]]:
    """Return the places that must be set, and those changed within the time that publishing may take."""
    newest_by_place: dict[int, bool] = {}
    recent: set[int] = set()
    limit = timezone.now() - dt.timedelta(seconds=PUBLISHING_SECONDS)
    changes = StatusChange.objects.filter(credential__award__status_list=status_list, purpose=purpose).order_by("id")
    for place, value, at in changes.values_list("credential__award__status_index", "value", "at").iterator():
        newest_by_place[place] = value
        if at > limit:
            recent.add(place)
    due = {place for place, value in newest_by_place.items() if value}
    if purpose == StatusPurpose.REVOCATION:
        due |= _burnt(status_list)
        due |= _statements(status_list, Q(withdrawn_at__isnull=False))
        recent |= _statements(status_list, Q(withdrawn_at__gt=limit))
    return due, recent


def _burnt(status_list: StatusList) -> set[int]:
    """Return the places of awards and statements that ended unsigned, and of erased credentials: set for good."""
    gone = Q(state__in=ENDED) | Q(credential__erased_at__isnull=False)
    awards = Award.objects.filter(gone, status_list=status_list).values_list("status_index", flat=True)
    return set(awards) | _statements(status_list, Q(state=StatementState.REFUSED))


def _statements(status_list: StatusList, condition: Q) -> set[int]:
    """Return the places of a list's statements that a condition holds for."""
    rows = SignedDocument.objects.filter(condition, status_list=status_list, status_index__isnull=False)
    return {place for place in rows.values_list("status_index", flat=True) if place is not None}


def _awards_at(status_list: StatusList, places: set[int]) -> list[str]:
    known = dict(
        Award.objects.filter(status_list=status_list, status_index__in=places).values_list("status_index", "id")
    )
    return [str(known.get(place, f"place {place}")) for place in sorted(places)]
