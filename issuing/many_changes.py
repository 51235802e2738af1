"""Reading changes of many awards: which there are, and what became of each award."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Final

from django.db.models import Q, QuerySet

from issuing.models import BulkChange, BulkChangeItem, ChangeFate
from issuing.services.changing_many import MOST_AT_ONCE
from registry.actors import Actor
from registry.errors import NotFoundError
from registry.models import Role
from registry.permissions import nodes_of
from registry.refusals import gettext_noop
from registry.tables import read_table

ITEMS_SHOWN: Final = 100


def changes_for(actor: Actor) -> QuerySet[BulkChange]:
    """Return the changes of many at places where `actor` awards or approves, newest first."""
    places = Q(node__in=nodes_of(actor, Role.AWARDER)) | Q(node__in=nodes_of(actor, Role.APPROVER))
    return BulkChange.objects.filter(places).select_related("organisation", "node").order_by("-made_at", "pk")


def change_in(actor: Actor, organisation: str, change_id: uuid.UUID) -> BulkChange:
    """Return a change of the organisation with this slug.

    Raises:
        NotFoundError: there is none there, or `actor` neither awards nor approves at its place.
    """
    found = changes_for(actor).filter(pk=change_id, organisation__slug=organisation).first()
    if found is None:
        raise NotFoundError
    return found


def items_of(change: BulkChange, *fates: ChangeFate, after: int = 0) -> list[BulkChangeItem]:
    """Return the items of a change with one of these fates behind a position, each with its award.

    At most `ITEMS_SHOWN` and one more, which tells that there are others.
    """
    rows = change.items.filter(fate__in=fates, position__gt=after).order_by("position")
    return list(rows.select_related("award__version__achievement__issuer", "award__organisation")[: ITEMS_SHOWN + 1])


def numbers_in_table(data: bytes) -> Iterator[str]:
    """Yield what the first column of a CSV or XLSX names; a heading may stand above it.

    Raises:
        RuleBrokenError: no table, or one with too many rows; see `read_table`.
    """
    too_many = gettext_noop("The file has more than 10,000 rows: split it into several files.")
    table = read_table(data, most_rows=MOST_AT_ONCE, too_many=too_many)
    first = table.heading[0].strip()
    if any(sign.isdigit() for sign in first):
        yield first
    for _row, cells in table.lines:
        yield cells[0].strip() if cells else ""
