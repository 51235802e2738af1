"""Giving out places in status lists: one statement per chunk, through a keyed permutation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from credentials.permutation import permuted
from issuing.high_water import given_out, raise_mark
from issuing.models import StatusList
from issuing.services.facts import Place
from issuing.services.restoring import close_restored
from registry.actors import SYSTEM
from registry.models import Issuer

FEISTEL_KEY_BYTES = 32
ATTEMPTS = 20


def reserve_places(*, issuer: Issuer, count: int, base_url: str) -> list[Place]:
    """Return `count` places that nobody else is given; the next list is opened when one is full.

    Call it inside the act's transaction, late: the list's row stays locked until that ends.
    """
    places: list[Place] = []
    for _attempt in range(ATTEMPTS):
        places.extend(_from_open_list(issuer, count - len(places), base_url))
        if len(places) == count:
            return places
        _open_next_list(issuer, base_url)
    raise RuntimeError("no place in a status list could be reserved")


def _from_open_list(issuer: Issuer, wanted: int, base_url: str) -> Iterator[Place]:
    """Take what is wanted from the open list in one statement, or else all that is left, and close it."""
    table = StatusList._meta.db_table
    sql = (
        f"UPDATE {table} SET next = next + %s "  # noqa: S608 - the table is ours
        "WHERE issuer_id = %s AND closed_at IS NULL AND base_url = %s AND next + %s <= size RETURNING *"
    )
    key = Issuer._meta.pk.get_db_prep_value(issuer.pk, connection)
    taken = list(StatusList.objects.raw(sql, [wanted, key, base_url, wanted]))
    if taken:
        (status_list,) = taken
        return _unless_restored(status_list, status_list.next - wanted, wanted)
    return _last_places(issuer, wanted, base_url)


def _last_places(issuer: Issuer, wanted: int, base_url: str) -> Iterator[Place]:
    status_list = StatusList.objects.select_for_update().filter(issuer=issuer, closed_at=None).first()
    if status_list is None:
        return iter(())
    this_list = StatusList.objects.filter(pk=status_list.pk)
    if status_list.base_url != base_url:
        # This installation has moved: what is awarded from now on must not rest on the old host.
        this_list.update(closed_at=timezone.now())
        return iter(())
    first = status_list.next
    # Another act may have opened the next list since: then it has room, and is asked in the ordinary way.
    if status_list.size - first >= wanted:
        return iter(())
    this_list.update(next=status_list.size, closed_at=timezone.now())
    return _unless_restored(status_list, first, status_list.size - first)


def _unless_restored(status_list: StatusList, first: int, count: int) -> Iterator[Place]:
    """Give out places, or close the list where some of them were given out before an older backup was restored."""
    if given_out(status_list.pk) > first:
        close_restored(status_list, known=first, actor=SYSTEM)
        return iter(())
    transaction.on_commit(partial(raise_mark, status_list.pk, first + count), robust=True)
    return _places(status_list, first, count)


def _places(status_list: StatusList, first: int, count: int) -> Iterator[Place]:
    key = bytes(status_list.feistel_key)
    revocation = list_url(status_list.base_url, status_list.id)
    suspension = list_url(status_list.base_url, status_list.suspension_id)
    for position in range(first, first + count):
        index = permuted(position, key=key, size=status_list.size)
        yield Place(status_list.id, index, revocation, suspension)


def _open_next_list(issuer: Issuer, base_url: str) -> None:
    """Open a list unless another act has just done so."""
    try:
        with transaction.atomic():
            StatusList.objects.create(issuer=issuer, base_url=base_url, feistel_key=os.urandom(FEISTEL_KEY_BYTES))
    except IntegrityError:
        return


def list_url(base_url: str, list_id: object) -> str:
    """Return the public address of a status list."""
    return f"{base_url}/status/{list_id}"
