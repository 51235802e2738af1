"""Changes of many awards at once, each award with a fate of its own; and notes for the file."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from issuing.models.awards import Award
from registry.models import Node, Organisation


class ChangeKind(models.TextChoices):
    """What is done with many awards."""

    REVOKE = "revoke", _("revoke")
    SUSPEND = "suspend", _("suspend")
    REINSTATE = "reinstate", _("end the suspension")
    CORRECT = "correct", _("correct a fact")
    LINK = "link", _("send the link again")
    SIGN_AGAIN = "sign_again", _("sign again")


class ChangeState(models.TextChoices):
    """Where a change of many stands."""

    DRAFT = "draft", _("not confirmed")
    WAITING = "waiting", _("waits for a second person")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class ChangeFate(models.TextChoices):
    """What became of one award of a change."""

    WAITING = "waiting", _("waits")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")


class BulkChange(models.Model):
    """One act on many awards, worked off by the worker: for whom, why, by whom, and who let it go on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="bulk_changes")
    node = models.ForeignKey(
        Node, on_delete=models.PROTECT, related_name="bulk_changes", help_text="at or below which all of it is issued"
    )
    kind = models.CharField(max_length=10, choices=ChangeKind)
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.DRAFT)
    reason_code = models.CharField(max_length=24, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="in one's own words; holders read it")
    note = models.TextField(blank=True, help_text="for the file")
    stated = models.JSONField(default=dict, blank=True, help_text="facts that are corrected, as text")
    made_at = models.DateTimeField()
    made_by_kind = models.CharField(max_length=12)
    made_by = models.CharField(max_length=64)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_kind = models.CharField(max_length=12, blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-made_at"], name="bulk_change_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class BulkChangeItem(models.Model):
    """One award of a change, or what a file named where there is none."""

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(BulkChange, on_delete=models.PROTECT, related_name="items", db_index=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    position = models.PositiveIntegerField(help_text="in the file, or on the page")
    named = models.CharField(max_length=80, blank=True, help_text="what a file says where it leads to no award")
    fate = models.CharField(max_length=10, choices=ChangeFate, default=ChangeFate.WAITING)
    code = models.CharField(max_length=60, blank=True, help_text="why it was refused")

    class Meta:
        constraints = [models.UniqueConstraint("change", "position", name="bulk_change_item_once")]
        indexes = [models.Index(fields=["change", "fate", "position"], name="bulk_change_item_by_fate")]

    def __str__(self) -> str:
        return f"{self.position} of {self.change_id}"


class FileNote(models.Model):
    """What was noted for the file when an award was changed; nobody reads it but who reads grounds."""

    id = models.BigAutoField(primary_key=True)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="file_notes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="file_notes", db_index=False)
    act = models.CharField(max_length=32, help_text="as the audit trail calls it")
    text = models.TextField()
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"note on {self.award_id}"
