"""Whose award a line of the catalogue is: the award that stands holds its key, and nobody gets a second one.

The successor of a replacement takes the key over when it is signed; until then the old award stands.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from django.db import IntegrityError
from django.db.models import F

from issuing.models import Award
from issuing.way import WAITING


def give_up_lines(award_ids: Sequence[uuid.UUID]) -> None:
    """Free the lines of awards that ended or were revoked, in the caller's transaction.

    A replacement that waits for one of them holds the line from now on: the award that it would have replaced is gone.
    """
    held = {"replaces_id__any_of": award_ids, "replaces__dedupe_key__isnull": False}
    waiting = Award.objects.filter(**held, state__in=WAITING, dedupe_key=None, learner=F("replaces__learner"))
    heirs = dict(waiting.values_list("replaces_id", "id"))
    for old, heir in heirs.items():
        pass_line_on(old, to=heir)
    Award.objects.filter(id__any_of=award_ids, dedupe_key__isnull=False).update(dedupe_key=None)


def close_ranks(award_ids: Sequence[uuid.UUID]) -> None:
    """Let what waits to replace an award that ended unsigned replace what that one would have replaced."""
    behind = Award.objects.filter(replaces_id__any_of=award_ids, state__in=WAITING)
    while heirs := list(behind.values_list("id", "replaces__replaces_id")):
        for heir, older in heirs:
            Award.objects.filter(pk=heir).update(replaces_id=older)


def pass_line_on(award_id: uuid.UUID, *, to: uuid.UUID) -> None:
    """Let another award of the same learner hold the line that this one holds, in the caller's transaction."""
    held = Award.objects.filter(pk=award_id, dedupe_key__isnull=False)
    for key, learner_id in held.values_list("dedupe_key", "learner_id"):
        held.update(dedupe_key=None)
        Award.objects.filter(pk=to, dedupe_key=None, learner_id=learner_id).update(dedupe_key=key)


def newest_replacements(award_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return {award: the award that waits to take its place}, through chains, for those that have one; few queries."""
    newest: dict[uuid.UUID, uuid.UUID] = {}
    asked = list(award_ids)
    origin = {pk: pk for pk in asked}
    while asked:
        waiting = Award.objects.filter(replaces_id__any_of=asked, state__in=WAITING).order_by("accepted_at", "id")
        found = dict(waiting.values_list("replaces_id", "id"))
        origin = {new: origin[old] for old, new in found.items()}
        newest |= {first: new for new, first in origin.items()}
        asked = list(found.values())
    return newest


def newest_of(standing: Mapping[int, uuid.UUID]) -> dict[int, uuid.UUID]:
    """Return {place: the award that is to be replaced}: the newest of those that wait to replace the standing one.

    The standing awards are held until the act ends, so that two acts do not replace the same one.

    Raises:
        IntegrityError: one of them stands no longer; try again.
    """
    ids = list(standing.values())
    held = Award.objects.select_for_update().filter(id__any_of=ids, dedupe_key__isnull=False).order_by("id")
    if len(held.values_list("id", flat=True)) != len(set(ids)):
        raise IntegrityError("an award that was to be replaced has lost its line meanwhile")
    newest = newest_replacements(ids)
    return {place: newest.get(award_id, award_id) for place, award_id in standing.items()}
