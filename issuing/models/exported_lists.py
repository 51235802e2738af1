"""Lists as files, of awards or of the audit trail: asked for by somebody, written by the worker, kept for a day."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models import Achievement
from registry.models import Node, Organisation


class ExportFormat(models.TextChoices):
    """What a file is."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"


class ExportState(models.TextChoices):
    """Where a file stands."""

    ASKED = "asked", _("being written")
    DONE = "done", _("ready")


class Export(models.Model):
    """A list as a file: which list, for whom, how many rows it came to, and until when it is kept.

    It is of awards, or of the audit trail where `trail` says to what that is narrowed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="exports", db_index=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", db_index=False)
    format = models.CharField(max_length=4, choices=ExportFormat)
    narrowing = models.CharField(max_length=20)
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    text = models.CharField(max_length=200, blank=True, help_text="what was searched for")
    trail = models.JSONField(null=True, help_text="of the audit trail, narrowed to this; null: of awards")
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=6, choices=ExportState, default=ExportState.ASKED)
    rows = models.PositiveIntegerField(default=0)
    is_cut = models.BooleanField(default=False, db_default=False, help_text="the list has more rows than a file takes")
    taken = models.PositiveIntegerField(default=0, db_default=0, help_text="how often it was downloaded")
    made_by_kind = models.CharField(max_length=12)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.format} {self.pk}"


class ExportPart(models.Model):
    """A piece of a file."""

    id = models.BigAutoField(primary_key=True)
    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("export", "number", name="export_part_once")]

    def __str__(self) -> str:
        return f"part {self.number} of {self.export_id}"
