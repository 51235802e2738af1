"""Changing many awards as one act: drafted, confirmed with the count typed, let go on by a second person, worked off.

1. A draft keeps which awards are meant; what a file names and is not there is told. 2. Whoever confirms it types how many
they are. 3. More than the organisation's `second_person_over` wait for somebody else. 4. The worker changes one after the
other by the act of each kind: what is refused is one award's fate and keeps no other from its turn. It may be begun again.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from issuing.errors import (
    ChangeStateError,
    CountWrongError,
    CredentialNotFoundError,
    NothingToChangeError,
    SecondPersonError,
    TooManyAtOnceError,
)
from issuing.models import Award, BulkChange, BulkChangeItem, ChangeFate, ChangeKind, ChangeState
from issuing.notes import LONGEST_NOTE
from issuing.services.status import checked_reason
from issuing.status_reasons import Reason
from registry.actors import Actor
from registry.audit import record_act
from registry.bulk import insert_values
from registry.models import NewsKind, Node, Organisation, Role
from registry.outbox import Topic, publish
from registry.permissions import has_role, nodes_of, require_role
from registry.selectors import as_now
from registry.telling_staff import note_news

MOST_AT_ONCE: Final = 10_000
LONGEST_NAMED: Final = 80
AT_WORK: Final = (ChangeState.RUNNING, ChangeState.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrder:
    """What is to be done with many awards.

    `named` are their numbers, as a page or a file has them. `reason_code` is one of `issuing.status_reasons.Reason`, told in
    each award's language; `reason` one's own words instead. `note` is for the file. `stated` are facts to correct, typed as
    `issuing.stated` has them; None takes one away.
    """

    organisation: Organisation
    kind: ChangeKind
    named: Sequence[str]
    reason_code: str = ""
    reason: str = ""
    note: str = ""
    stated: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def draft_change(*, order: ChangeOrder, actor: Actor) -> BulkChange:
    """Keep which awards are meant, and why; nothing is changed before `confirm_change`.

    What `named` has twice is taken once; what leads to no award that `actor` may see is kept as refused.

    Raises:
        CredentialNotFoundError: the organisation is none of `actor`'s.
        RoleRequiredError, ScopeRequiredError: `actor` may not award at the place that all of them are of.
        ReasonRequiredError: a change of status without a reason, or with one over 500 characters.
        NothingToChangeError: nothing is named, or a correction states nothing.
        TooManyAtOnceError: more than `MOST_AT_ONCE` are named.
    """
    named = list(dict.fromkeys(one.strip() for one in order.named if one.strip()))
    if len(named) > MOST_AT_ONCE:
        raise TooManyAtOnceError(most=MOST_AT_ONCE)
    known = _known(named, order.organisation, actor)
    place = _place_of(list(known.values()), order.organisation)
    if not nodes_of(actor).filter(organisation=order.organisation).exists():
        raise CredentialNotFoundError
    require_role(actor, place, Role.AWARDER)
    if not named or (order.kind == ChangeKind.CORRECT and not order.stated):
        raise NothingToChangeError
    change = BulkChange.objects.create(
        organisation=order.organisation,
        node=place,
        kind=order.kind,
        reason_code=order.reason_code,
        reason=checked_reason(order.reason) if _is_in_own_words(order) else "",
        note=order.note.strip()[:LONGEST_NOTE],
        stated={name: None if value is None else str(value) for name, value in order.stated.items()},
        made_at=timezone.now(),
        made_by_kind=actor.kind,
        made_by=actor.id,
    )
    _insert_items(change, named, known)
    record_act(actor, "change.made", change, organisation=order.organisation, kind=order.kind, named=len(named))
    return change


def _is_in_own_words(order: ChangeOrder) -> bool:
    of_status = order.kind in (ChangeKind.REVOKE, ChangeKind.SUSPEND, ChangeKind.REINSTATE)
    return of_status and order.reason_code not in set(Reason) - {Reason.OTHER}


def _known(named: Sequence[str], organisation: Organisation, actor: Actor) -> dict[uuid.UUID, Node]:
    """Return the awards that are named and that `actor` may see, each with the place that issues it."""
    numbers = [number for text in named if (number := number_in(text)) is not None]
    rows = Award.objects.filter(id__any_of=numbers, organisation=organisation)
    places = dict(rows.order_by().values_list("pk", "version__achievement__issuer__node"))
    seen = {node.pk: node for node in nodes_of(actor).filter(pk__in=set(places.values()))}
    return {pk: seen[node_id] for pk, node_id in places.items() if node_id in seen}


def _place_of(places: Sequence[Node], organisation: Organisation) -> Node:
    """Return the lowest place at or below which all of them are; the topmost where there is none."""
    nodes = list(organisation.nodes.order_by("-path"))
    above = [one for one in nodes if all(place.path.startswith(one.path) for place in places)]
    return max(above, key=lambda one: len(one.path)) if places else next(one for one in nodes if one.parent_id is None)


def _insert_items(change: BulkChange, named: Sequence[str], known: Mapping[uuid.UUID, Node]) -> None:
    """Keep each award once, in the order in which it is named, and what leads to none."""
    items = {text if (number := number_in(text)) not in known else number: text for text in reversed(named)}
    rows = [
        (place, key, "", ChangeFate.WAITING.value, "")
        if isinstance(key, uuid.UUID)
        else (place, None, text[:LONGEST_NAMED], ChangeFate.REFUSED.value, "not-found")
        for place, (key, text) in enumerate(reversed(items.items()), start=1)
    ]
    insert_values(
        BulkChangeItem, ("position", "award_id", "named", "fate", "code"), rows, shared={"change_id": change.pk}
    )


def number_in(text: str) -> uuid.UUID | None:
    """Return the award that a number or the address of a certificate names; None for anything else."""
    try:
        return uuid.UUID(text.rstrip("/").rpartition("/")[2])
    except ValueError:
        return None


@transaction.atomic
def confirm_change(*, change_id: uuid.UUID, count: int, actor: Actor) -> BulkChange:
    """Let a draft be done by the worker, or wait for a second person where it is of many. Safe to repeat.

    Raises:
        CredentialNotFoundError: there is no such change, or `actor` may not know of it.
        RoleRequiredError, ScopeRequiredError: `actor` may not award at its place.
        CountWrongError: `count` is not the number of awards.
        NothingToChangeError: there is none.
        ChangeStateError: it was cancelled.
    """
    change = _held(change_id, actor, Role.AWARDER)
    if change.state in (*AT_WORK, ChangeState.WAITING):
        return change
    _require_state(change, ChangeState.DRAFT)
    waiting = change.items.filter(fate=ChangeFate.WAITING).count()
    if not waiting:
        raise NothingToChangeError
    if count != waiting:
        raise CountWrongError(count=waiting)
    change.made_by_kind, change.made_by = actor.kind, actor.id
    many = waiting > change.organisation.second_person_over
    _go_on(change, ChangeState.WAITING if many else ChangeState.RUNNING)
    if many:
        note_news(NewsKind.APPROVAL_ASKED, change.node, count=waiting, maker=actor)
    record_act(actor, "change.confirmed", change, organisation=change.organisation, awards=waiting)
    return change


@transaction.atomic
def approve_change(*, change_id: uuid.UUID, actor: Actor) -> BulkChange:
    """Let a change of many go on that waits for a second person. Safe to repeat.

    Raises:
        CredentialNotFoundError, ChangeStateError: as `confirm_change`.
        RoleRequiredError, ScopeRequiredError: `actor` may neither approve nor award at its place.
        SecondPersonError: `actor` confirmed it.
    """
    change = _held(change_id, actor, Role.APPROVER, Role.AWARDER)
    if change.state in AT_WORK:
        return change
    _require_state(change, ChangeState.WAITING)
    if (change.made_by_kind, change.made_by) == (actor.kind, actor.id):
        raise SecondPersonError
    change.decided_at, change.decided_by_kind, change.decided_by = timezone.now(), actor.kind, actor.id
    _go_on(change, ChangeState.RUNNING)
    record_act(actor, "change.approved", change, organisation=change.organisation)
    return change


@transaction.atomic
def cancel_change(*, change_id: uuid.UUID, actor: Actor) -> BulkChange:
    """End a change that has not begun: nothing of it is done. Safe to repeat.

    Raises:
        CredentialNotFoundError, RoleRequiredError, ScopeRequiredError: as `approve_change`.
        ChangeStateError: it has begun.
    """
    change = _held(change_id, actor, Role.APPROVER, Role.AWARDER)
    if change.state == ChangeState.CANCELLED:
        return change
    _require_state(change, ChangeState.DRAFT, ChangeState.WAITING)
    change.state, change.ended_at = ChangeState.CANCELLED, timezone.now()
    change.save()
    record_act(actor, "change.cancelled", change, organisation=change.organisation)
    return change


def _held(change_id: uuid.UUID, actor: Actor, *roles: Role) -> BulkChange:
    """Return a change, its row held, for somebody who holds one of the roles at its place."""
    rows = BulkChange.objects.select_for_update(of=("self",)).select_related("organisation", "node")
    change, actor = rows.filter(pk=change_id).first(), as_now(actor)
    if change is None or not has_role(actor, change.node, Role.VIEWER):
        raise CredentialNotFoundError
    if not any(has_role(actor, change.node, role) for role in roles):
        require_role(actor, change.node, roles[-1])
    return change


def _require_state(change: BulkChange, *states: ChangeState) -> None:
    if change.state not in states:
        raise ChangeStateError(state=change.state, called=change.get_state_display())


def _go_on(change: BulkChange, state: ChangeState) -> None:
    change.state = state
    change.save()
    if state == ChangeState.RUNNING:
        publish(Topic.CHANGE_ASKED, {"change_id": str(change.pk)}, tenant=change.organisation_id)
