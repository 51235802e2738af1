"""Invitations: a role at a place, offered by mail to an address."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from registry.models.organisations import Node, Organisation
from registry.models.people import Role, User


class Invitation(models.Model):
    """A role offered to an address. Its link works until a day and once; only the token's SHA-256 is kept.

    It is open until it is used or withdrawn; one that has ended stays open, so that it can be sent again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role)
    email = models.CharField(max_length=254, help_text="normalised")
    language = models.CharField(max_length=12, default="en")
    valid_until = models.DateTimeField(null=True, blank=True, help_text="when the role will end")
    stands_in_for = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    sendings = models.PositiveSmallIntegerField(default=1, help_text="each letter has a link of its own")
    invited_by_kind = models.CharField(max_length=12)
    invited_by = models.CharField(max_length=64, blank=True)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "node", "role", "email", condition=Q(used_at=None, withdrawn_at=None), name="invitation_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.node_id}"

    @property
    def is_over(self) -> bool:
        """Whether its link has ended."""
        return self.expires_at <= timezone.now()
