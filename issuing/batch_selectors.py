"""Reading files of awards: what of them waits for a second person, and the parts of files of results."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from catalogue.models import Achievement, AchievementVersion
from issuing.models import Approval, ApprovalAsked, Award, AwardState, Batch, Decision, ResultsFile
from issuing.selectors import batches_for
from registry.actors import Actor
from registry.models import Role


def waits_for_approval(batch: Batch) -> bool:
    """Tell whether awards of a file wait for an approval; those of its achievement that wait are all that is read."""
    return ApprovalAsked.objects.filter(version=batch.version_id, award__batch=batch).exists()


def waiting_rows(batch: Batch, *, after: int, most: int) -> list[Award]:
    """Return the awards of a file that wait for an approval, in its order, from behind a row on."""
    waiting = Award.objects.filter(batch=batch, state=AwardState.AWAITING_APPROVAL, row_number__gt=after)
    return list(waiting.select_related("organisation", "version").order_by("row_number")[:most])


def refusals_of(batch: Batch, *, most: int = 100) -> list[tuple[int | None, str]]:
    """Return what a second person refused of a file, and why: (row, reason), the row None for all of it."""
    told = list(Approval.objects.filter(batch=batch, decision=Decision.REFUSE).order_by("id").values_list("reason"))
    refused = Award.objects.filter(batch=batch, state=AwardState.REFUSED).order_by("row_number")
    rows = dict(refused.values_list("pk", "row_number")[:most])
    own = Approval.objects.filter(award__in=list(rows), decision=Decision.REFUSE).order_by("id")
    return [(None, reason) for (reason,) in told] + [
        (rows[pk], reason) for pk, reason in own.values_list("award", "reason")
    ]


def was_decided(batch: Batch) -> bool:
    """Tell whether somebody has decided on a file as a whole."""
    return Approval.objects.filter(batch=batch).exists()


def results_files_for(actor: Actor, role: Role = Role.VIEWER) -> QuerySet[ResultsFile]:
    """Return the files of results of which `actor` may see a part."""
    parts = batches_for(actor, role).filter(results_file=OuterRef("pk"))
    return ResultsFile.objects.filter(Exists(parts)).select_related("organisation")


def parts_for(actor: Actor, results: ResultsFile) -> list[Batch]:
    """Return a file of results' newest part for each achievement that `actor` may see, by the least that it asks for."""
    newest: dict[uuid.UUID, Batch] = {}
    for part in batches_for(actor).filter(results_file=results).order_by("created_at", "pk"):
        newest[part.version_id] = part
    return sorted(newest.values(), key=_asks_for)


def _asks_for(part: Batch) -> tuple[bool, Decimal, str]:
    rule = part.version.outcome_rule
    return rule.get("measure") == "score", Decimal(rule.get("at_least", "0")), str(part.pk)


def newest_published(achievement: Achievement) -> AchievementVersion | None:
    """Return an achievement's newest published version; its versions are read once where they were fetched before."""
    published = [one for one in achievement.versions.all() if one.published_at]
    return max(published, key=lambda one: one.number, default=None)


def outcome_rule_of(achievement: Achievement) -> dict[str, str]:
    """Return the outcome rule of an achievement's newest published version, {} where it has none."""
    newest = newest_published(achievement)
    return dict(newest.outcome_rule) if newest else {}
