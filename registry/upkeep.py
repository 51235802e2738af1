"""Upkeep: what has to be done again and again, and when it was done last. The operator's page of health tells it."""

from __future__ import annotations

from enum import StrEnum

from django.utils import timezone

from registry.models import Upkeep


class Chore(StrEnum):
    """What is done again and again."""

    WORKER = "worker"
    """The worker did something that the beat asked for: once a minute."""
    FSCK = "fsck"
    BACKUP = "backup"


def note_upkeep(chore: Chore, *, well: bool = True, **counts: int) -> None:
    """Note that it was done now, whether it went well, and what was counted."""
    done = {"at": timezone.now(), "well": well, "counts": counts}
    Upkeep.objects.update_or_create(name=chore.value, defaults=done)


def upkeep_by_chore() -> dict[Chore, Upkeep]:
    """Return when each was done last; what never was is missing."""
    rows = Upkeep.objects.in_bulk()
    return {chore: rows[chore.value] for chore in Chore if chore.value in rows}
