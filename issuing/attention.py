"""What at a place waits for somebody: asked along indexes, and no more of it than a page tells."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Q, QuerySet

from issuing.models import Award, Batch, Letter
from registry.models import Issuer, IssuerState, Node

M = TypeVar("M", Award, Batch)
MOST = 100
"""So many are counted; what is more is told as more."""


def newest_files(node: Node, size: int) -> list[Batch]:
    """Return the newest files of awards of what is issued at a place and below it."""
    files = Batch.objects.filter(organisation=node.organisation_id).select_related("version__achievement__issuer")
    return list(_below(files, node).order_by("-created_at", "id")[:size])


def returned_letters(node: Node) -> int:
    """Return how many letters about awards at a place and below came back, up to `MOST` + 1."""
    returned = Letter.objects.filter(organisation=node.organisation_id, bounced_at__isnull=False, award__isnull=False)
    if node.parent_id is None:
        return returned.order_by("-id")[: MOST + 1].count()
    # Of the newest ones alone: whose they are is looked up one by one.
    newest = list(returned.order_by("-id").values_list("award_id", flat=True)[: MOST + 1])
    return _below(Award.objects.filter(id__any_of=newest), node).count() if newest else 0


def issuers_that_do_not_sign(node: Node) -> list[Issuer]:
    """Return the issuers at a place and below that have no key yet, or whose signing was stopped."""
    below = Issuer.objects.filter(organisation=node.organisation_id, node__path__startswith=node.path)
    kept = below.filter(Q(signing_stopped_at__isnull=False) | Q(state=IssuerState.KEY_PENDING))
    return list(kept.select_related("node").order_by("slug")[:MOST])


def _below(rows: QuerySet[M], node: Node) -> QuerySet[M]:
    if node.parent_id is None:
        return rows
    return rows.filter(version__achievement__issuer__node__path__startswith=node.path)
