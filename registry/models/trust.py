"""The register of trusted issuers and providers' accreditations."""

from __future__ import annotations

import uuid

from django.db import models

from registry.models.fields import LanguageMapField
from registry.models.organisations import Organisation


class TrustedIssuer(models.Model):
    """Who vouches for an issuer: for what, since when, on what source."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    did = models.CharField(max_length=255)
    host = models.CharField(max_length=255, blank=True)
    name = LanguageMapField()
    vouched_by = models.CharField(max_length=200)
    for_what = models.CharField(max_length=300, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=500, help_text="address or name of the list, with its date")

    class Meta:
        constraints = [models.UniqueConstraint("did", "vouched_by", name="trusted_issuer_once")]

    def __str__(self) -> str:
        return self.did


class Accreditation(models.Model):
    """A provider's quality assurance decision, valid for a scope and a period."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="accreditations")
    body = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    scope = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    report_url = models.URLField(max_length=500, blank=True)
    eqar_registered = models.BooleanField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} by {self.body}"
