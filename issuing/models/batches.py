"""Files of awards: a draft first, then checked, confirmed and worked off; the file itself is kept for a while."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import AchievementVersion
from registry.models import Organisation

FIRST_ROW_OF_FILES = 2
"""A spreadsheet counts its heading as row 1, so the first person stands in row 2."""


class BatchState(models.TextChoices):
    """Where a batch stands. `columns`: somebody has to say what its headings mean. `ready`: checked, to be confirmed."""

    DRAFT = "draft", _("draft")
    COLUMNS = "columns", _("waits for its columns")
    CHECKING = "checking", _("being checked")
    READY = "ready", _("checked")
    CONFIRMED = "confirmed", _("confirmed")
    RUNNING = "running", _("being awarded")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class ResultsFile(models.Model):
    """A file of results that decides about several achievements: each of them has a batch of its own, a part of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="results_files")
    file_sha = models.CharField(max_length=64, help_text="of the file and the achievements that it decides about")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "file_sha", name="results_file_once")]

    def __str__(self) -> str:
        return str(self.id)


class Batch(models.Model):
    """A file of awards. The same file for the same version is the same batch, unless that was cancelled.

    A corrected file is another batch, which `follows` the one before it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="batches")
    version = models.ForeignKey(AchievementVersion, on_delete=models.PROTECT, related_name="batches")
    file_sha = models.CharField(max_length=64)
    first_row = models.PositiveSmallIntegerField(
        default=FIRST_ROW_OF_FILES,
        help_text="the number of the first person in awards' row_number: 2 in a file, else 1",
    )
    made_by_kind = models.CharField(max_length=12, default="system")
    made_by = models.CharField(max_length=64, blank=True)
    made_by_scopes = models.JSONField(default=list, blank=True, help_text="what a machine was allowed when it asked")
    mapping = models.JSONField(default=dict, blank=True, help_text="the file's heading → the column that is meant")
    options = models.JSONField(default=dict, blank=True, help_text="on_error, duplicates, send_at, valid_until")
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        help_text="the earlier edition of this file, which this one brings up to date",
    )
    edition = models.PositiveSmallIntegerField(default=1, help_text="1 for a file that follows none")
    results_file = models.ForeignKey(
        ResultsFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text="the file of results of which this is one achievement's part",
    )
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.DRAFT)
    ended_code = models.CharField(max_length=60, blank=True, help_text="why it was cancelled, or stopped")
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0, help_text="of the step that goes on: checked, or awarded")
    counts = models.JSONField(default=dict, blank=True)
    kinds = models.JSONField(
        default=dict, blank=True, help_text="refused rows by kind; they add up to those that were refused"
    )
    groups = models.JSONField(
        default=list, blank=True, help_text="what was found, by code and column: how many, where"
    )
    report = models.JSONField(default=list, blank=True, help_text="rows that need an eye: row, state, every fault")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True, help_text="what still waits for its day goes no further")

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(
                "organisation", "file_sha", "version", condition=~Q(state="cancelled"), name="batch_once"
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "-created_at", "id"], name="batch_newest"),
            models.Index(fields=["made_by"], condition=Q(made_by_kind="user"), name="batch_by_maker"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class BatchFile(models.Model):
    """What was sent, compressed, until `kept_until`; it names people, so it goes before the batch does."""

    batch = models.OneToOneField(Batch, on_delete=models.CASCADE, primary_key=True, related_name="file")
    kind = models.CharField(max_length=6, help_text="csv, xlsx or orders")
    content = models.BinaryField()
    first_rows = models.JSONField(
        default=list, blank=True, help_text="its heading and the rows behind it, as they were read: {row, cells}"
    )
    kept_until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} of {self.batch_id}"


class ColumnMapping(models.Model):
    """What an organisation said that the headings of its files mean: the next file with these headings is read so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="column_mappings")
    headings_sha = models.CharField(max_length=64, help_text="of the headings, as they are compared")
    mapping = models.JSONField(
        default=dict, help_text="heading → the column that is meant, empty where it is left out"
    )
    chosen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "headings_sha", name="column_mapping_once"),
        ]

    def __str__(self) -> str:
        return str(self.id)
