"""Who may issue on behalf of another organisation, and for how long."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from registry.models.organisations import Issuer, Organisation
from registry.models.people import User


class Mandate(models.Model):
    """An issuer awards in another organisation's name: asked for by its owner, confirmed by one of theirs.

    Unconfirmed it allows nothing. `organisation` is the issuer's. Either side ends it, and `ended_at` stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates_held")
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="mandates")
    on_behalf_of = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates_given")
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="its last day")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="mandate_ordered"),
            models.CheckConstraint(condition=~Q(on_behalf_of=F("organisation")), name="mandate_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer_id} for {self.on_behalf_of_id}"
