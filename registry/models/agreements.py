"""What an organisation agrees with whoever runs this installation, in numbered versions, and who accepted it for it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.fields import LanguageMapField
from registry.models.organisations import Organisation
from registry.models.people import User


class AgreementKind(models.TextChoices):
    """What an agreement is about."""

    TERMS = "terms", _("terms of use")
    DATA_PROCESSING = "data-processing", _("data processing agreement")


class Agreement(models.Model):
    """One published version; its text never changes. `required_from`: who has not accepted it then awards nothing new."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=AgreementKind)
    version = models.PositiveSmallIntegerField()
    text = LanguageMapField(help_text="in Markdown")
    published_at = models.DateTimeField()
    required_from = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("kind", "version", name="agreement_version_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class AgreementAccepted(models.Model):
    """An owner accepted a version for an organisation. Rows are only ever added."""

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="acceptances")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements_accepted")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "agreements accepted"
        constraints = [models.UniqueConstraint("organisation", "agreement", name="agreement_accepted_once")]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.organisation_id}"
