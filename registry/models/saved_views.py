"""Filters of a list that somebody keeps under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from registry.models.organisations import Organisation


class SavedView(models.Model):
    """How somebody narrows the list of an organisation's awards, kept for that person alone."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="saved_views")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_views", db_index=False
    )
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=3000, help_text="what follows the question mark in the list's address")

    class Meta:
        constraints = [models.UniqueConstraint("user", "organisation", "name", name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
