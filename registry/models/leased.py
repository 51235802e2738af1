"""The columns of every table whose rows are worked on under a lease; what is done with them: `registry.leases`."""

from __future__ import annotations

from django.db import models


class LeasedRow(models.Model):
    """Work that waits, is somebody's for a while, and is tried again when that somebody dies."""

    not_before = models.DateTimeField()
    claimed_by = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0, help_text="how often it was claimed")
    failures = models.PositiveIntegerField(
        default=0, db_default=0, help_text="how often it failed, or its worker was lost"
    )
    failing_since = models.DateTimeField(null=True, help_text="since when it fails, or waits for what is not there")
    last_error = models.CharField(max_length=120, blank=True, help_text="the error's type or code, never its text")

    class Meta:
        abstract = True
