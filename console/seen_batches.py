"""A file of awards as a page shows it: where it stands, what became of its rows, and how its columns were read."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalogue.selectors import titles_of
from console.column_words import target_words
from console.seen_nodes import SeenNode, actor_in, place_of
from issuing.models import Batch
from issuing.selectors import batches_for
from issuing.services import MAKER_LEFT, MANDATE_OVER, ColumnUse, column_uses, kind_of_fault, reported_groups
from registry.actors import Actor
from registry.errors import NotFoundError

ENDED = {
    "by-hand": _("It was forgotten by hand. Nothing of it was awarded."),
    "undone": _("All of it was undone before it was signed."),
    "not-confirmed": _("Nobody confirmed it in time, so it was forgotten."),
    "file-refused": _("The file could not be read as a whole."),
    "rows-refused": _("Some rows were refused, so none was awarded."),
    "version-replaced": _("The achievement has a newer version since. Send the file again."),
    "mandate-missing": _(
        "It is awarded on behalf of another organisation, whose mandate does not hold today. Ask for it under "
        "Administration, Mandates, and send the file again."
    ),
    "agreement-missing": _(
        "The organisation has not accepted an agreement that is needed. An owner accepts it under Administration, "
        "Agreements; then send the file again."
    ),
    MANDATE_OVER: _(
        "Its awards stopped on their day: the organisation on whose behalf they are awarded gives no mandate for that any "
        "more. Nothing of it is lost. They go on by themselves once there is one; or undo them."
    ),
    MAKER_LEFT: _(
        "Its awards stopped on their day: who sent it holds no role any more. Nothing of it is lost. Send them, undo them, "
        "or let somebody take over what that person left."
    ),
    "role-required": _("Whoever confirmed it lost the role to award meanwhile. What was awarded before stays."),
}
HOW_KNOWN = {
    "recognised": _("recognised"),
    "remembered": _("as your last file"),
    "chosen": _("you chose this"),
    "unknown": _("not recognised"),
    "not-used": _("not used"),
}


@dataclass(frozen=True, slots=True)
class Sums:
    """How many rows of a file ended how; all but `rows` and `refused` add up to `rows`. `good` could be awarded.

    `refused` are those of `errors`, `twice`, `no_result` and `no_evidence` together. `nothing` and `others`: rows of a
    file of results that reach no achievement, or others of it.
    """

    rows: int
    good: int
    accepted: int
    refused: int
    errors: int
    twice: int
    no_result: int
    no_evidence: int
    held: int
    nothing: int
    others: int
    stopped: int

    @classmethod
    def of(cls, shown: Batch) -> Sums:
        """Return those of a batch."""
        counts: dict[str, int] = dict(shown.counts)
        kinds: dict[str, int] = dict(shown.kinds)
        refused = counts.get("refused", 0)
        twice, no_result, no_evidence = (kinds.get(kind, 0) for kind in ("duplicate", "no-result", "no-evidence"))
        return cls(
            rows=sum(counts.values()),
            good=counts.get("good", 0),
            accepted=counts.get("accepted", 0),
            refused=refused,
            errors=refused - twice - no_result - no_evidence,
            twice=twice,
            no_result=no_result,
            no_evidence=no_evidence,
            held=counts.get("already-awarded", 0),
            nothing=counts.get("no-outcome", 0),
            others=counts.get("other-outcome", 0),
            stopped=counts.get("not-accepted", 0),
        )


KINDS = (
    ("error", _("with an error"), "octagon", "stop"),
    ("no-result", _("without a result"), "diamond", "care"),
    ("no-evidence", _("without evidence"), "diamond", "care"),
    ("duplicate", _("twice in the file: the first row counts"), "arrow", "mute"),
    ("already-awarded", _("already awarded"), "dash", "mute"),
    ("other", _("to look at"), "question", "mute"),
)


@dataclass(frozen=True, slots=True)
class FileFinding:
    """Rows of one kind: in words, its mark, how many rows there are of it, and what was found, by code and column."""

    kind: str
    words: object
    mark: str
    family: str
    count: int | None
    groups: list[dict[str, Any]]


def findings_of(shown: Batch) -> list[FileFinding]:
    """Return what was found in a file by kind, in the order in which somebody has to act."""
    sums, by_kind = Sums.of(shown), dict[str, list[dict[str, Any]]]()
    for group in reported_groups(shown):
        by_kind.setdefault(_kind_of(group), []).append(group)
    counts = {
        "error": sums.errors or None,
        "no-result": sums.no_result,
        "no-evidence": sums.no_evidence,
        "duplicate": sums.twice,
        "already-awarded": sums.held,
    }
    return [
        FileFinding(kind, words, mark, family, counts.get(kind), by_kind[kind])
        for kind, words, mark, family in KINDS
        if kind in by_kind
    ]


def _kind_of(group: dict[str, Any]) -> str:
    if group["state"] == "refused":
        return kind_of_fault(group["column"], group["code"])
    return "already-awarded" if group["state"] == "already-awarded" else "other"


@dataclass(frozen=True, slots=True)
class ShownUse:
    """A column of a file as the page tells it: its heading, its first value, where it goes, and how that is known."""

    heading: str
    first: str
    target: str
    known: str


def shown_uses(shown: Batch) -> list[ShownUse]:
    """Return a file's columns in words."""
    return [_shown(use) for use in column_uses(shown)]


def _shown(use: ColumnUse) -> ShownUse:
    return ShownUse(use.heading, use.first, target_words(use.target) if use.target else "", str(HOW_KNOWN[use.known]))


def seen_batch(request: HttpRequest, slug: str, batch_id: uuid.UUID) -> tuple[SeenNode, Batch, str]:
    """Return a file, the place that issues what it awards, and the title of that.

    Raises:
        NotFoundError: there is none there, or whoever asks may not know of it.
    """
    actor = actor_in(request)
    rows = batches_for(actor).select_related("file", "version__achievement__issuer__node", "organisation")
    shown = rows.defer("file__content").filter(organisation__slug=slug, pk=batch_id).first()
    if shown is None:
        raise NotFoundError
    achievement = shown.version.achievement
    titles = titles_of([achievement.pk], get_language() or "")
    place = place_of(actor, slug, achievement.issuer.node_id)
    place.stand_at(achievement, str(titles[achievement.pk]))
    return place, shown, str(titles[achievement.pk])


def ended_words(shown: Batch) -> str:
    """Return in words why a file went no further."""
    return str(ENDED.get(shown.ended_code, _("It could not go on: {code}.").format(code=shown.ended_code)))


def was_sent_before(batch: Batch, actor: Actor, *, begun: dt.datetime) -> bool:
    """Say whether a file is an earlier one's, or was sent by somebody else in this very moment."""
    return batch.created_at < begun or (batch.made_by_kind, batch.made_by) != (actor.kind, actor.id)
