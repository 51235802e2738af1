"""Keys and status lists. Private halves are sealed; only the worker can open them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from registry.models import Issuer


class KeyKind(models.TextChoices):
    """Kinds of signing keys."""

    ED25519 = "Ed25519", "Ed25519"


class SigningKey(models.Model):
    """One signing key of an issuer, or of the platform when `issuer` is empty. History is kept for ever."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey(
        Issuer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signing_keys",
    )
    kind = models.CharField(max_length=10, choices=KeyKind, default=KeyKind.ED25519)
    public_multibase = models.CharField(max_length=255, unique=True)
    private_sealed = models.BinaryField()
    nonce = models.BinaryField()
    kek_id = models.CharField(
        max_length=64,
        help_text="first 16 hex digits of SHA-256 of the key-encryption key",
    )
    valid_from = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    compromised_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "issuer",
                "kind",
                condition=Q(retired_at=None),
                name="signing_key_one_current",
            ),
            models.UniqueConstraint(
                "kind",
                condition=Q(retired_at=None, issuer=None),
                name="platform_key_one_current",
            ),
        ]

    def __str__(self) -> str:
        return self.public_multibase


class StatusPurpose(models.TextChoices):
    """Purposes of status lists (Bitstring Status List v1.0 §2.1)."""

    REVOCATION = "revocation", "revocation"
    SUSPENSION = "suspension", "suspension"


class StatusList(models.Model):
    """Places for credentials' status, given out through a keyed permutation. Public address: /status/<id>."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="status_lists")
    suspension_id = models.UUIDField(
        unique=True,
        default=uuid.uuid4,
        editable=False,
        help_text="public id of the same places for suspension",
    )
    base_url = models.CharField(max_length=255, help_text="under which the addresses were built and stay")
    size = models.PositiveIntegerField(default=131_072)
    next = models.PositiveIntegerField(default=0)
    feistel_key = models.BinaryField()
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("issuer", condition=Q(closed_at=None), name="status_list_one_open"),
            models.CheckConstraint(condition=Q(next__lte=models.F("size")), name="status_list_not_overfull"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class PublishedStatusList(models.Model):
    """A signed status list credential as served; the newest version counts."""

    id = models.BigAutoField(primary_key=True)
    list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="published")
    purpose = models.CharField(max_length=12, choices=StatusPurpose)
    version = models.PositiveIntegerField()
    document = models.TextField()
    etag = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("list", "purpose", "version", name="published_list_version_once")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"
