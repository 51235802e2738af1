"""Whose mail it is: what an organisation's letters carry beside their fixed parts."""

from __future__ import annotations

import uuid

from django.db import models

from issuing.models.letters import LetterKind
from registry.models import Organisation
from registry.models.fields import LanguageMapField


class MailIdentity(models.Model):
    """Addresses, signature and logo of an organisation's letters. No row: its issuer's address, and neither of the others."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, primary_key=True, related_name="mail_identity"
    )
    reply_to = models.EmailField(blank=True, help_text="where answers to letters go; empty: the contact")
    contact = models.EmailField(
        blank=True, help_text="for a wrong name and questions; empty: the issuer's own address"
    )
    privacy_contact = models.EmailField(blank=True, help_text="for data protection; empty: the contact")
    signature = LanguageMapField(blank=True)
    logo = models.BinaryField(default=bytes, blank=True, help_text="PNG, made anew from what was sent; empty: none")
    revision = models.PositiveIntegerField(default=0, help_text="grows with each change")

    class Meta:
        verbose_name_plural = "mail identities"

    def __str__(self) -> str:
        return str(self.organisation_id)


class OwnParagraph(models.Model):
    """An organisation's own words in letters of a kind and language; they stand apart, as its words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="own_paragraphs", db_index=False
    )
    kind = models.CharField(max_length=24, choices=LetterKind)
    language = models.CharField(max_length=12)
    text = models.CharField(max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "kind", "language", name="own_paragraph_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"
