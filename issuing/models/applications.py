"""Requests of learners to be awarded something, with their evidence, and what was decided of each."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Achievement
from issuing.models.awards import Award
from registry.models import Organisation


class ApplicationState(models.TextChoices):
    """Where a request stands."""

    OPEN = "open", _("not decided yet")
    GRANTING = "granting", _("is being awarded")
    GRANTED = "granted", _("approved")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


WAITING = (ApplicationState.OPEN, ApplicationState.GRANTING)
"""A person has one of these for an achievement at most."""


class Application(models.Model):
    """Somebody asks for an award. Who asks is an account with a confirmed address; that address becomes the recipient.

    `refused_code`: an approval that was the worker's could not become an award; the request waits for a decision again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="applications", db_index=False
    )
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="applications", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications", db_index=False
    )
    name = models.CharField(max_length=400, help_text="as it shall stand on the certificate")
    language = models.CharField(max_length=12)
    evidence_url = models.CharField(max_length=2000, blank=True)
    evidence_name = models.CharField(max_length=1000, blank=True, help_text="what the evidence is")
    statement = models.TextField(blank=True, help_text="for whoever decides; never signed")
    state = models.CharField(max_length=10, choices=ApplicationState, default=ApplicationState.OPEN)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_kind = models.CharField(max_length=12, blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="why it was declined; the applicant reads it")
    refused_code = models.CharField(max_length=60, blank=True)
    award = models.OneToOneField(Award, on_delete=models.PROTECT, null=True, blank=True, related_name="application")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "achievement", "user", condition=Q(state__in=["open", "granting"]), name="application_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="application_declined_with_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(award__isnull=False), name="application_granted_with_award"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "made_at", "id"],
                condition=Q(state__in=["open", "granting"]),
                name="application_waiting",
            ),
            models.Index(fields=["organisation", "-made_at", "id"], name="application_newest"),
            models.Index(fields=["user", "-made_at"], name="application_by_user"),
            models.Index(fields=["made_at"], name="application_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"
