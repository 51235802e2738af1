"""What stood before two records of one person were joined, so that it can be undone."""

from __future__ import annotations

import uuid

from django.db import models

from registry.models import Organisation


class LearnerMerge(models.Model):
    """Two records that were joined: which stands, what the other one said, and how both stood.

    `gone_record` is the record that was removed; `moved` has its identifiers and awards by their ids, with the keys of lines
    that every award of both held before and holds since: {"identifiers": [], "awards": {id: [was gone's, key before, key
    since, revision]}, "user": whose account the record that stands was linked to before}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="learner_merges")
    kept = models.UUIDField(db_index=True)
    gone = models.UUIDField()
    gone_record = models.JSONField()
    moved = models.JSONField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.gone} into {self.kept}"
