"""Trials: credentials that are worth nothing, apart from every table of awards. Nothing that counts or lists awards sees them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from catalogue.models import AchievementVersion
from registry.models import Issuer, IssuerProfile, Organisation


class TrialIssuer(models.Model):
    """Who signs an issuer's trials: a DID and a key of their own, in no register and among no keys of the issuer.

    It is made with the first trial; the worker makes its key before it signs that one.
    """

    issuer = models.OneToOneField(Issuer, on_delete=models.PROTECT, primary_key=True, related_name="trial_issuer")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    did = models.CharField(max_length=255, unique=True)
    public_multibase = models.CharField(
        max_length=255, blank=True, help_text="empty until the worker has made the key"
    )
    private_sealed = models.BinaryField(default=b"")
    nonce = models.BinaryField(default=b"")
    kek_id = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "public_multibase", condition=~Q(public_multibase=""), name="trial_key_is_nobody_elses"
            )
        ]

    def __str__(self) -> str:
        return self.did

    @property
    def method(self) -> str:
        """The address of its key."""
        return f"{self.did}#{self.public_multibase}"


class Trial(models.Model):
    """A trial credential: made out to the member who tries, signed by the worker, and deleted when its time is over.

    `unsigned` is the document without its proof, `document` the signed text. It has no place in a status list, no
    letter, no learner and no line: whatever is deleted here leaves nothing behind but two entries of the audit trail.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    issuer = models.ForeignKey(TrialIssuer, on_delete=models.PROTECT, related_name="trials")
    version = models.ForeignKey(AchievementVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    issuer_profile = models.ForeignKey(IssuerProfile, on_delete=models.PROTECT, related_name="+", db_index=False)
    language = models.CharField(max_length=35)
    made_by = models.UUIDField(help_text="the account of the member who tries: whom it names and who gets the mail")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True, help_text="when it is deleted")
    unsigned = models.TextField()
    document = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    unmailed_code = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="why its letter was given up"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(document="", signed_at=None) | ~Q(document="") & Q(signed_at__isnull=False),
                name="trial_signed_has_a_document",
            )
        ]
        indexes = [models.Index(fields=["organisation", "-made_at"], name="trial_by_organisation")]

    def __str__(self) -> str:
        return f"trial {self.id}"
