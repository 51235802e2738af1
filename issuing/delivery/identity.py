"""What letters carry of the organisation that writes them: its addresses, its signature, its own words."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from issuing.models import MailIdentity, OwnParagraph
from registry.language_maps import text_in
from registry.models import Organisation


@dataclass(frozen=True, slots=True)
class LetterStyle:
    """What one kind of letter carries in one language; empty where nothing was said.

    Args:
        reply_to: where answers go.
        contact: for a wrong name and questions.
        privacy: for data protection.
        signature: lines under the letter.
        paragraph: the organisation's own words, shown as its own.
        logo: PNG, sent along.
    """

    reply_to: str = ""
    contact: str = ""
    privacy: str = ""
    signature: str = ""
    paragraph: str = ""
    logo: bytes = b""


PLAIN = LetterStyle()
"""Of an organisation that has said nothing."""


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of some organisations, read by two queries."""

    identities: Mapping[uuid.UUID, MailIdentity]
    paragraphs: Mapping[tuple[uuid.UUID, str, str], str]

    def of(self, organisation_id: uuid.UUID, kind: str, language: str) -> LetterStyle:
        """Return what a letter carries."""
        paragraph = self.paragraphs.get((organisation_id, kind, language.partition("-")[0]), "")
        identity = self.identities.get(organisation_id)
        if identity is None:
            return LetterStyle(paragraph=paragraph) if paragraph else PLAIN
        return LetterStyle(
            reply_to=identity.reply_to,
            contact=identity.contact,
            privacy=identity.privacy_contact,
            signature=text_in(identity.signature, language) if identity.signature else "",
            paragraph=paragraph,
            logo=bytes(identity.logo),
        )


def styles_of(organisation_ids: Collection[uuid.UUID]) -> Styles:
    """Return what letters of these organisations carry."""
    ids = list(organisation_ids)
    rows = OwnParagraph.objects.filter(organisation__in=ids)
    return Styles(
        identities=MailIdentity.objects.in_bulk(ids),
        paragraphs={(one.organisation_id, one.kind, one.language): one.text for one in rows},
    )


def logo_of(organisation: Organisation) -> bytes:
    """Return the logo of an organisation's letters, as PNG; empty where it has none."""
    kept = MailIdentity.objects.filter(pk=organisation.pk).values_list("logo", flat=True).first()
    return bytes(kept or b"")
