"""Saying whose mail it is: addresses, signature and own words of an organisation's letters, and trying them out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models import AchievementVersion
from issuing.delivery.identity import LetterStyle
from issuing.delivery.messages import Mailing, RenderedMail, rendered_mail
from issuing.delivery.words import WRITERS, Matter
from issuing.errors import NothingPublishedError
from issuing.models import LetterKind, MailIdentity, OwnParagraph
from issuing.rules import cleaned
from registry.actors import Actor
from registry.addresses import normal_address
from registry.audit import record_act
from registry.errors import ConflictError
from registry.models import IssuerProfile, Organisation, Role, SigningPolicy
from registry.permissions import require_role
from registry.refusals import Faults, gettext_noop
from registry.selectors import link_base_url

LONGEST_PARAGRAPH: Final = 1_000
LONGEST_SIGNATURE: Final = 500
MOST_LINES: Final = 12
ADDRESSES: Final = ("reply_to", "contact", "privacy_contact")
# What mail programs make a link of: schemes, www, addresses, and words joined by a full stop.
_LINK: Final = re.compile(r"://|\bwww\.|@|[^\W_]\.[^\W\d_]{2,}", re.IGNORECASE)


class EditedMeanwhileError(ConflictError):
    """Somebody else has saved the letters since they were opened."""

    code = "edited-meanwhile"
    message = _("Somebody else has changed this since you opened it. Open the page again, and make your change there.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailIdentityOrder:
    """What an organisation's letters shall carry.

    Args:
        signature: {language: text}.
        paragraphs: {(kind of letter, language): text}; those of other kinds and languages are taken away.
        revision: of what was changed; somebody else's change since then is not undone unseen.
    """

    organisation: Organisation
    reply_to: str = ""
    contact: str = ""
    privacy_contact: str = ""
    signature: Mapping[str, str] = field(default_factory=dict)
    paragraphs: Mapping[tuple[str, str], str] = field(default_factory=dict)
    revision: int = 0


def set_mail_identity(*, order: MailIdentityOrder, actor: Actor) -> MailIdentity:
    """Say whose mail it is; letters that have not left yet carry it.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` does not administer the organisation.
        RuleBrokenError: something of it cannot be sent; every fault with its place.
        EditedMeanwhileError: it was changed since it was read.
    """
    with transaction.atomic():
        house = Organisation.objects.select_for_update().get(pk=order.organisation.pk)
        require_role(actor, house.nodes.get(parent=None), Role.ADMIN)
        wanted = checked_identity(order)
        kept = MailIdentity.objects.filter(pk=house.pk).first() or MailIdentity(organisation=house)
        if kept.revision != order.revision:
            raise EditedMeanwhileError
        for name in ADDRESSES:
            setattr(kept, name, getattr(wanted, name))
        kept.signature, kept.revision = dict(wanted.signature), kept.revision + 1
        kept.save()
        OwnParagraph.objects.filter(organisation=house).delete()
        OwnParagraph.objects.bulk_create(
            OwnParagraph(organisation=house, kind=kind, language=language, text=text)
            for (kind, language), text in wanted.paragraphs.items()
        )
        record_act(actor, "mail.identity_set", house, organisation=house, paragraphs=len(wanted.paragraphs))
        return kept


def checked_identity(order: MailIdentityOrder) -> MailIdentityOrder:
    """Return an order as it can be kept: trimmed, without what is empty.

    Raises:
        RuleBrokenError: with every fault; places are `contact`, `signature.en`, `paragraphs.claim.en`.
    """
    faults = Faults()
    addresses = {name: _address(name, getattr(order, name), faults) for name in ADDRESSES}
    signature = {
        language: _text(f"signature.{language}", text, LONGEST_SIGNATURE, faults)
        for language, text in order.signature.items()
    }
    paragraphs = {
        (kind, language): _text(f"paragraphs.{kind}.{language}", text, LONGEST_PARAGRAPH, faults)
        for (kind, language), text in order.paragraphs.items()
        if kind in WRITERS
    }
    faults.tell()
    return MailIdentityOrder(
        organisation=order.organisation,
        **addresses,
        signature={language: text for language, text in signature.items() if text},
        paragraphs={about: text for about, text in paragraphs.items() if text},
        revision=order.revision,
    )


def _address(name: str, text: str, faults: Faults) -> str:
    try:
        return normal_address(text) if text.strip() else ""
    except ValueError:
        remedy = gettext_noop("Write an address that mail can be sent to, for example office@example.org.")
        faults.add(name, "bad-email", remedy)
        return ""


def _text(place: str, text: str, longest: int, faults: Faults) -> str:
    """Return lines as they are kept: no letter of them can act as a link or end the letter."""
    lines = [cleaned(line).text for line in text.replace("\r\n", "\n").strip().split("\n")]
    plain = "\n".join(lines).strip()
    if len(plain) > longest or len(lines) > MOST_LINES:
        faults.add(place, "too-long", gettext_noop("Shorten the text: fewer lines, fewer words."))
    if holds_a_link(plain):
        remedy = gettext_noop(
            "Leave addresses out, and put a space behind each full stop: letters carry one link and the contact alone,"
            " so that nobody learns to follow others."
        )
        faults.add(place, "link-in-text", remedy)
    return plain


def holds_a_link(text: str) -> bool:
    """Return whether mail programs would make a link of something in a text."""
    return _LINK.search(text) is not None


def example_letter(*, organisation: Organisation, kind: str, language: str, style: LetterStyle) -> RenderedMail:
    """Return a letter of a kind as the organisation's newest entry would have it, with marks for name and link.

    Raises:
        NothingPublishedError: it has published nothing of which a letter could tell.
    """
    published = AchievementVersion.objects.filter(achievement__organisation=organisation, published_at__isnull=False)
    version = published.select_related("achievement").order_by("-published_at").first()
    profiles = IssuerProfile.objects.filter(issuer=version.achievement.issuer_id) if version else None
    profile = profiles.order_by("-version").first() if profiles is not None else None
    if version is None or profile is None:
        raise NothingPublishedError
    today = timezone.now().date()
    waiting = organisation.signing_policy == SigningPolicy.AT_CLAIM
    soon = today + dt.timedelta(days=30)
    matter = Matter(
        kind=kind,
        link_until=today + dt.timedelta(days=180),
        waiting=waiting,
        accept_by=soon if waiting or kind == LetterKind.REMINDER else None,
        changed_on=today,
        valid_until=soon,
    )
    return rendered_mail(Mailing(version.pk, profile.pk, language, today, link_base_url(), style), matter)
