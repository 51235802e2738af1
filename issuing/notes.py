"""Notes for the file: what was noted when an award was changed, beside the reason that everybody reads."""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from issuing.models import Award, FileNote
from registry.actors import Actor

LONGEST_NOTE: Final = 4_000


def keep_note(award: Award, note: str, act: str, actor: Actor) -> None:
    """Write a note in the caller's transaction; an empty one is none."""
    text = note.strip()[:LONGEST_NOTE]
    if text:
        FileNote.objects.create(
            award=award,
            organisation_id=award.organisation_id,
            act=act,
            text=text,
            at=timezone.now(),
            by_kind=actor.kind,
            by=actor.id,
        )


def notes_of(award: Award) -> list[FileNote]:
    """Return an award's notes, the newest first; who may read them is asked before (`issuing.grounds.may_read_file`)."""
    return list(FileNote.objects.filter(award=award).order_by("-pk"))
