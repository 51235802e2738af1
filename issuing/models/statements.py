"""Signed statements beside credentials: releases, endorsements, reports, presentations."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from issuing.models.keys import SigningKey, StatusList
from registry.models import Issuer, Organisation


class StatementKind(models.TextChoices):
    """What a statement says."""

    RELEASE = "release", _("release by a co-awarding body")
    ENDORSEMENT = "endorsement", _("endorsement")
    REPORT = "report", _("verification report")
    PRESENTATION = "presentation", _("presentation for a named recipient")


class StatementState(models.TextChoices):
    """Where a statement stands. Withdrawing one that is signed is a time, and a bit in its list, never a state."""

    ASKED = "asked", _("waiting to be signed")
    SIGNED = "signed", _("signed")
    REFUSED = "refused", _("refused")


class SignedDocument(models.Model):
    """A signed statement that is not a credential: the asking room fixes facts and id, the worker signs.

    `facts` is the canonical JSON of the facts of `schema`, which builds the document: bytes = f(facts, schema, key, time).
    A schema is empty in statements of before there were any: their facts are the document without its proof.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="signed_documents"
    )
    issuer = models.ForeignKey(
        Issuer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signed_documents",
        help_text="who signs; empty: this installation itself",
    )
    kind = models.CharField(max_length=40, choices=StatementKind)
    subject_ref = models.CharField(max_length=100, help_text="kind:id of what is spoken of")
    facts = models.TextField()
    schema = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=StatementState, default=StatementState.ASKED)
    refused_code = models.CharField(max_length=60, blank=True)
    asked_by_kind = models.CharField(max_length=12, blank=True)
    asked_by = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField(auto_now_add=True)
    document = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    key = models.ForeignKey(
        SigningKey, on_delete=models.PROTECT, null=True, blank=True, related_name="signed_documents"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    status_list = models.ForeignKey(
        StatusList, on_delete=models.PROTECT, null=True, blank=True, related_name="signed_documents", db_index=False
    )
    status_index = models.PositiveIntegerField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("status_list", "status_index", name="statement_status_index_once"),
            models.CheckConstraint(
                condition=Q(state="signed", key__isnull=False) & ~Q(document="") | ~Q(state="signed") & Q(document=""),
                name="statement_signed_has_a_document",
            ),
            models.CheckConstraint(
                condition=Q(status_list=None, status_index=None)
                | Q(status_list__isnull=False, status_index__isnull=False),
                name="statement_place_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["subject_ref", "kind"], name="statement_by_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
