"""Acts on mandates: an issuer's owner asks, an owner of the other organisation confirms, either of them ends it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from registry.actors import Actor
from registry.audit import record_act
from registry.errors import AskedTooOftenError, LimitError, MandateEndedError, MandateStandsError, OrderRefusedError
from registry.models import Issuer, Mandate, NewsKind, Node, Organisation, Role
from registry.permissions import has_role, require_role
from registry.refusals import Faults, gettext_noop
from registry.telling_staff import note_news
from registry.throttle import Rate, count_request

UNKNOWN: Final = gettext_noop("No organisation here has this short address. It stands in the addresses of its pages.")
ITSELF: Final = gettext_noop("This is the issuer's own organisation: it needs no mandate of itself.")
ORDER: Final = gettext_noop("The end lies before the start.")
ASKED_OF_ONE: Final = Rate("mandate-asked-of-one", requests=10, seconds=86_400)
ASKED_OF_ALL: Final = Rate("mandate-asked-of-all", requests=60, seconds=86_400)
"""Each is news for the owners of another organisation: so often an organisation asks one other, and all others, a day."""
OVER: Final = gettext_noop("Name an end that is still to come: this one is over already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateOrder:
    """Which issuer is to award on behalf of which organisation (its slug), from which day to which, both included."""

    issuer: Issuer
    on_behalf_of: str
    since: dt.date
    until: dt.date | None = None


@transaction.atomic
def ask_mandate(*, order: MandateOrder, actor: Actor) -> Mandate:
    """Ask another organisation for a mandate; its owners are told. Safe to repeat.

    Raises:
        RoleRequiredError: `actor` is no owner at the issuer's place.
        OrderRefusedError: code `mandate-refused`: nobody has this address, or the period is none.
        MandateStandsError: one for another period stands.
        AskedTooOftenError: the organisation has asked this one, or others, as often as one may in a day.
    """
    issuers = Issuer.objects.select_for_update(no_key=True, of=("self",)).select_related("node", "organisation")
    issuer = issuers.get(pk=order.issuer.pk)
    require_role(actor, issuer.node, Role.OWNER)
    body = _checked(order, issuer)
    open_ones = Mandate.objects.filter(Q(until=None) | Q(until__gte=timezone.localdate()), ended_at=None)
    standing = open_ones.filter(issuer=issuer, on_behalf_of=body).first()
    if standing is not None:
        if (standing.since, standing.until) != (order.since, order.until):
            raise MandateStandsError
        return standing
    _count_asked(issuer, body)
    made = Mandate.objects.create(
        organisation=issuer.organisation,
        issuer=issuer,
        on_behalf_of=body,
        since=order.since,
        until=order.until,
        asked_by_id=actor.user_id,
        asked_at=timezone.now(),
    )
    note_news(NewsKind.MANDATE_ASKED, _root(body), about=f"mandate:{made.pk}")
    _record(actor, "mandate.asked", made)
    return made


def _count_asked(issuer: Issuer, body: Organisation) -> None:
    """Count what is asked for, in the caller's transaction: only what is written down counts. Raises AskedTooOftenError."""
    asking, now = issuer.organisation_id, timezone.now()
    try:
        count_request(rate=ASKED_OF_ONE, caller=f"{asking}:{body.pk}", at=now)
        count_request(rate=ASKED_OF_ALL, caller=str(asking), at=now)
    except LimitError as error:
        raise AskedTooOftenError(**error.facts) from error


def _checked(order: MandateOrder, issuer: Issuer) -> Organisation:
    faults, body = Faults(), Organisation.objects.filter(slug=order.on_behalf_of).first()
    if body is None:
        faults.add("on_behalf_of", "unknown", UNKNOWN)
    elif body.pk == issuer.organisation_id:
        faults.add("on_behalf_of", "itself", ITSELF)
    if order.until is not None and order.until < order.since:
        faults.add("until", "before-start", ORDER)
    elif order.until is not None and order.until < timezone.localdate():
        faults.add("until", "over", OVER)
    if faults.refusals or body is None:
        raise OrderRefusedError("mandate-refused", faults.refusals)
    return body


@transaction.atomic
def confirm_mandate(*, mandate: Mandate, actor: Actor) -> Mandate:
    """Let the issuer award in one's organisation's name from the mandate's first day on. Safe to repeat.

    Raises:
        RoleRequiredError: `actor` is no owner of the organisation in whose name it is.
        MandateEndedError: it was withdrawn or ended.
    """
    held = _held(mandate)
    require_role(actor, _root(held.on_behalf_of), Role.OWNER)
    if held.ended_at is not None:
        raise MandateEndedError
    if held.confirmed_at is None:
        held.confirmed_at, held.confirmed_by_id = timezone.now(), actor.user_id
        held.save(update_fields=["confirmed_at", "confirmed_by"])
        _record(actor, "mandate.confirmed", held)
    return held


@transaction.atomic
def end_mandate(*, mandate: Mandate, actor: Actor) -> Mandate:
    """End a mandate at once, or what was asked for; what was awarded under it stays. Safe to repeat.

    Raises:
        RoleRequiredError: `actor` is an owner of neither side.
    """
    held = _held(mandate)
    if not has_role(actor, _root(held.on_behalf_of), Role.OWNER):
        require_role(actor, held.issuer.node, Role.OWNER)
    if held.ended_at is None:
        held.ended_at, held.ended_by_id = timezone.now(), actor.user_id
        held.save(update_fields=["ended_at", "ended_by"])
        _record(actor, "mandate.ended", held)
    return held


def _held(mandate: Mandate) -> Mandate:
    rows = Mandate.objects.select_for_update(of=("self",))
    return rows.select_related("issuer__node", "organisation", "on_behalf_of").get(pk=mandate.pk)


def _root(organisation: Organisation) -> Node:
    return Node.objects.get(organisation=organisation, parent=None)


def _record(actor: Actor, act: str, mandate: Mandate) -> None:
    """Leave an entry in the trails of both sides."""
    for side in (mandate.organisation, mandate.on_behalf_of):
        record_act(actor, act, mandate, organisation=side)
