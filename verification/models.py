"""What verification keeps: documents fetched from elsewhere, and counts without visitors."""

from __future__ import annotations

from django.db import models


class ResolvedDocument(models.Model):
    """A document fetched from another host, kept until it expires."""

    url = models.CharField(max_length=2000, unique=True)
    document = models.TextField()
    fetched_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    etag = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.url


class VerificationCount(models.Model):
    """How often a credential was checked on a day; nothing about who checked."""

    day = models.DateField()
    credential_id = models.UUIDField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("day", "credential_id", name="verification_count_once")]

    def __str__(self) -> str:
        return f"{self.day}"
