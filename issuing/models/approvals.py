"""Who let an award go on beside who made it: second persons and co-awarding bodies, and where that is asked for."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Achievement, AchievementVersion, Party
from issuing.models.awards import Award
from issuing.models.batches import Batch
from registry.models import Node, Organisation


class ApprovalKind(models.TextChoices):
    """How awards come about: whom they have to wait for, and whether learners apply for them."""

    SECOND_PERSON = "second_person", _("a second person")
    AWARDING_BODIES = "awarding_bodies", _("every awarding body")
    LEARNER_APPLIES = "learner_applies", _("learners may apply")
    ONLY_ON_REQUEST = "only_on_request", _("only who has applied is awarded")


WAITED_FOR = frozenset({ApprovalKind.SECOND_PERSON, ApprovalKind.AWARDING_BODIES})
"""What lets an award wait once it is made."""
ON_REQUEST = frozenset({ApprovalKind.LEARNER_APPLIES, ApprovalKind.ONLY_ON_REQUEST})
"""What opens the page on which learners apply."""


class ApprovalPolicy(models.Model):
    """What is asked for of awards made at a node (and below it) or of an achievement. No row: nothing is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="approval_policies")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, null=True, blank=True, related_name="approval_policies")
    achievement = models.ForeignKey(
        Achievement, on_delete=models.PROTECT, null=True, blank=True, related_name="approval_policies"
    )
    kind = models.CharField(max_length=16, choices=ApprovalKind)

    class Meta:
        verbose_name_plural = "approval policies"
        constraints = [
            models.CheckConstraint(
                condition=Q(node__isnull=False, achievement=None) | Q(node=None, achievement__isnull=False),
                name="approval_policy_of_one_place",
            ),
            models.UniqueConstraint("node", "kind", name="approval_policy_once_a_node"),
            models.UniqueConstraint("achievement", "kind", name="approval_policy_once_an_achievement"),
        ]

    def __str__(self) -> str:
        return self.kind

    def holds_for(self, achievement: Achievement) -> bool:
        """Tell whether it asks for approval of an achievement's awards; its issuer's node must be loaded, and our own."""
        if self.node is None:
            return self.achievement_id == achievement.pk
        return achievement.issuer.node.path.startswith(self.node.path)


class ApprovalAsked(models.Model):
    """An award waits for an approval: a row as long as it does, so that what waits is found among nothing else.

    `batch` is empty where the award is decided by itself: it came from no file, or its facts were fixed anew since.
    """

    award = models.OneToOneField(Award, on_delete=models.PROTECT, primary_key=True, related_name="approval_asked")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="approvals_asked", db_index=False
    )
    version = models.ForeignKey(
        AchievementVersion, on_delete=models.PROTECT, related_name="approvals_asked", db_index=False
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="approvals_asked", db_index=False
    )
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "approvals asked"
        indexes = [
            models.Index(fields=["version", "batch", "asked_at", "award"], name="approval_asked_by_version"),
            models.Index(fields=["organisation", "asked_at"], condition=Q(batch=None), name="approval_asked_single"),
        ]

    def __str__(self) -> str:
        return str(self.award_id)


class Decision(models.TextChoices):
    """What somebody who is asked for approval decides."""

    RELEASE = "release", _("released")
    REFUSE = "refuse", _("refused")


class Approval(models.Model):
    """One decision about an award or a file's awards; rows are only ever added.

    Without a party it is that of a second person, with one that of a co-awarding body. A body without an organisation
    here cannot decide itself: `ground`, `decided_on` and `reference` are then the awarder's record of what it decided,
    and every page says so. A trigger keeps everything else from who fixed the facts.
    """

    id = models.BigAutoField(primary_key=True)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, null=True, blank=True, related_name="approvals")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="approvals")
    revision = models.PositiveSmallIntegerField(default=0, help_text="of the award's facts")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="approvals")
    decision = models.CharField(max_length=8, choices=Decision)
    reason = models.CharField(max_length=500, blank=True)
    by_kind = models.CharField(max_length=12)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    ground = models.CharField(max_length=1000, blank=True, help_text="on what a recorded decision rests")
    decided_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(award__isnull=False, batch=None) | Q(award=None, batch__isnull=False),
                name="approval_of_award_or_batch",
            ),
            models.CheckConstraint(
                condition=Q(ground="", decided_on=None)
                | Q(party__isnull=False, decided_on__isnull=False) & ~Q(ground="") & ~Q(reference=""),
                name="approval_recorded_with_ground_day_and_reference",
            ),
            models.CheckConstraint(
                condition=Q(decision="release") | ~Q(reason=""), name="approval_refused_with_reason"
            ),
            models.UniqueConstraint(
                "award", "revision", condition=Q(party=None, award__isnull=False), name="approval_once_an_award"
            ),
            models.UniqueConstraint(
                "award", "revision", "party", condition=Q(award__isnull=False), name="approval_once_a_party"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.award_id or self.batch_id}"
