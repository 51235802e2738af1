"""What at a place waits for somebody: asked along indexes, and no more of it than a page tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone

from catalogue.models import PartyRole
from issuing.models import (
    Approval,
    ApprovalAsked,
    ApprovalKind,
    ApprovalPolicy,
    Award,
    Batch,
    BulkChange,
    ChangeState,
    Decision,
    Letter,
)
from registry.actors import Actor
from registry.models import ApiKey, Issuer, IssuerState, Node, OAuthClient, Role
from registry.permissions import has_role, paths_of
from registry.row_counts import RowCount
from registry.telling_staff import ENDS_SOON

M = TypeVar("M", Award, Batch)
MOST = 100
"""So many are counted; what is more is told as more."""
CHANGES_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """How many wait at a place and below, each up to `MOST` + 1; approvals are those that wait for the reader.

    `returned`: letters that came back. `awards`: single ones, for a second person. `releases`: awards of others, for the
    organisation. `files` and `changes`: files, and changes of many awards, for a second person. `keys` and `clients`: of
    other systems, about to end.
    """

    returned: int = 0
    awards: int = 0
    releases: int = 0
    files: int = 0
    changes: int = 0
    keys: int = 0
    clients: int = 0


def what_waits(actor: Actor, node: Node, files: Sequence[Batch]) -> WaitingCounts:
    """Count what waits at a place and below it, one query for all; `files` are those that are looked at."""
    rows: dict[str, QuerySet[Any] | None] = {
        "returned": _returned(node),
        "awards": _awards(actor, node),
        "releases": _releases(actor, node),
        "files": _files(actor, node, files),
        "changes": _changes(actor, node),
        "keys": _ending(ApiKey.objects.all(), node) if has_role(actor, node, Role.ADMIN) else None,
        "clients": _ending(OAuthClient.objects.all(), node) if has_role(actor, node, Role.ADMIN) else None,
    }
    counted = {
        name: RowCount(some.order_by().values("pk")[: MOST + 1]) for name, some in rows.items() if some is not None
    }
    named = {f"n_{name}": one for name, one in counted.items()}
    found: dict[str, Any] = Node.objects.filter(pk=node.pk).annotate(**named).values(*named).get()
    return WaitingCounts(**{name.removeprefix("n_"): count for name, count in found.items()})


def newest_files(node: Node, size: int) -> list[Batch]:
    """Return the newest files of awards of what is issued at a place and below it."""
    files = Batch.objects.filter(organisation=node.organisation_id).select_related("version__achievement__issuer")
    return list(_below(files, node).order_by("-created_at", "id")[:size])


def issuers_that_do_not_sign(node: Node) -> list[Issuer]:
    """Return the issuers at a place and below that have no key yet, or whose signing was stopped."""
    below = Issuer.objects.filter(organisation=node.organisation_id, node__path__startswith=node.path)
    kept = below.filter(Q(signing_stopped_at__isnull=False) | Q(state=IssuerState.KEY_PENDING))
    return list(kept.select_related("node").order_by("slug")[:MOST])


def _returned(node: Node) -> QuerySet[Any]:
    returned = Letter.objects.filter(organisation=node.organisation_id, bounced_at__isnull=False, award__isnull=False)
    newest = returned.order_by("-id")
    if node.parent_id is None:
        return newest
    # Of the newest ones alone: whose they are is looked up one by one.
    return _below(Award.objects.filter(pk__in=newest.values("award_id")[: MOST + 1]), node)


def _awards(actor: Actor, node: Node) -> QuerySet[Any] | None:
    """Return the single awards that wait for `actor` as a second person."""
    within = _within(node, paths_of(actor, Role.APPROVER))
    if not within:
        return None
    single = ApprovalAsked.objects.filter(
        _issued_at(within, "version__"), organisation=node.organisation_id, batch=None
    )
    waiting = single.exclude(award__accepted_by_kind=actor.kind, award__accepted_by=actor.id)
    released = Approval.objects.filter(
        decision=Decision.RELEASE, party=None, award=OuterRef("award"), revision=OuterRef("award__revision")
    )
    return waiting.filter(_asked(ApprovalKind.SECOND_PERSON), ~Exists(released))


def _files(actor: Actor, node: Node, files: Sequence[Batch]) -> QuerySet[Any] | None:
    """Return those of some files of a place whose awards wait for `actor` as a second person."""
    within = _within(node, paths_of(actor, Role.APPROVER))
    others = [one.pk for one in files if (one.made_by_kind, one.made_by) != (actor.kind, actor.id)]
    if not within or not others:
        return None
    released = Approval.objects.filter(decision=Decision.RELEASE, party=None, batch=OuterRef("pk"))
    asked = ApprovalAsked.objects.filter(version=OuterRef("version"), batch=OuterRef("pk"))
    waiting = Batch.objects.filter(_issued_at(within, "version__"), pk__in=others)
    return waiting.filter(_asked(ApprovalKind.SECOND_PERSON), Exists(asked), ~Exists(released))


def _releases(actor: Actor, node: Node) -> QuerySet[Any] | None:
    """Return the awards of others that wait for the release of the organisation whose topmost place this is."""
    if node.parent_id is not None or not has_role(actor, node, Role.APPROVER):
        return None
    joint = Q(version__parties__organisation=node.organisation_id, version__parties__role=PartyRole.CO_AWARDS)
    decided = Approval.objects.filter(decision=Decision.RELEASE, party__organisation=node.organisation_id)
    of_award = decided.filter(award=OuterRef("award"), revision=OuterRef("award__revision"))
    of_file = decided.filter(batch=OuterRef("batch"))
    waiting = ApprovalAsked.objects.filter(joint, _asked(ApprovalKind.AWARDING_BODIES))
    others = waiting.exclude(version__achievement__organisation=node.organisation_id)
    return others.filter(~Exists(of_award), ~Exists(of_file))


def _changes(actor: Actor, node: Node) -> QuerySet[Any] | None:
    """Return those of an organisation's newest changes of many that wait for `actor` as a second person."""
    within = _within(node, [*paths_of(actor, Role.AWARDER), *paths_of(actor, Role.APPROVER)])
    if not within:
        return None
    every = BulkChange.objects.filter(organisation=node.organisation_id)
    newest = every.order_by("-made_at").values("pk")[:CHANGES_LOOKED_AT]
    placed = reduce(or_, (Q(node__path__startswith=path) for path in within))
    waiting = BulkChange.objects.filter(placed, pk__in=newest, state=ChangeState.WAITING)
    return waiting.exclude(made_by_kind=actor.kind, made_by=actor.id)


def changes_to_approve(actor: Actor, node: Node) -> list[BulkChange]:
    """Return the changes of many that wait for `actor` as a second person at a place and below, of the newest ones."""
    waiting = _changes(actor, node)
    return [] if waiting is None else list(waiting.order_by("-made_at", "pk"))


def _ending(machines: QuerySet[Any], node: Node) -> QuerySet[Any]:
    at = timezone.now()
    soon = machines.filter(revoked_at=None, expires_at__gt=at, expires_at__lt=at + ENDS_SOON)
    own = soon.filter(organisation=node.organisation_id)
    return own if node.parent_id is None else own.filter(node__path__startswith=node.path)


def _within(node: Node, paths: Sequence[str]) -> list[str]:
    """Return where at a place and below it one of these roles' places lies: the place itself where one is above."""
    if any(node.path.startswith(path) for path in paths):
        return [node.path]
    return [path for path in paths if path.startswith(node.path)]


def _issued_at(paths: Sequence[str], prefix: str) -> Q:
    return reduce(or_, (Q(**{f"{prefix}achievement__issuer__node__path__startswith": path}) for path in paths))


def _asked(kind: ApprovalKind) -> Exists:
    """Return whether a kind of approval is asked for, as it stands now, of what has a version."""
    policies = ApprovalPolicy.objects.filter(kind=kind, organisation=OuterRef("version__achievement__organisation"))
    issued_at = ExpressionWrapper(OuterRef("version__achievement__issuer__node__path"), CharField())
    placed = policies.alias(issued_at=issued_at)
    return Exists(
        placed.filter(Q(achievement=OuterRef("version__achievement")) | Q(issued_at__startswith=F("node__path")))
    )


def _below(rows: QuerySet[M], node: Node) -> QuerySet[M]:
    if node.parent_id is None:
        return rows
    return rows.filter(version__achievement__issuer__node__path__startswith=node.path)
