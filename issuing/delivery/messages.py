"""What a claim e-mail says. Rendered once per edition and language, then filled in for each recipient."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from functools import lru_cache
from html import escape

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from catalogue.documents import image_url, plain_number
from catalogue.models import AchievementVersion, PartyRole
from catalogue.parties import parties_of
from catalogue.selectors import versions
from catalogue.wording import eqf_label
from issuing.claim_links import claim_url
from issuing.models import Letter
from issuing.rules import cleaned
from registry.addresses import sendable_address
from registry.language_maps import text_in
from registry.models import IssuerProfile

KEPT_EDITIONS = 500
# Stand for what differs between recipients; letters only, so that no escaping touches them.
NAME_MARK = "HolderNameStandsHereQzX"
LINK_MARK = "https://ClaimLinkStandsHereQzX"


class UnsendableAddressError(ValueError):
    """A stored address to which no mail can be sent."""


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """The texts of an edition's mail, with marks where name and link go; `contact` is empty where there is none."""

    subject: str
    text: str
    html: str
    sender: str
    contact: str


def mail_for(letter: Letter, address: str, connection: BaseEmailBackend, *, base_url: str) -> EmailMultiAlternatives:
    """Return the mail of a letter to `address`, its link under `base_url`; the award must be loaded.

    Beside what the entry says to everybody it holds what this award says, and nothing of the learner's record: whoever
    awards chooses the address, and may not be the one who wrote that.

    Raises:
        UnsendableAddressError: no mail can be sent to the address.
    """
    award = letter.award
    if award is None:
        raise NotImplementedError(letter.kind)
    try:
        to = sendable_address(address)
    except ValueError as error:
        raise UnsendableAddressError from error
    mail = rendered_mail(award.version_id, award.issuer_profile_id, award.language, award.awarded_on, base_url)
    link = claim_url(award.pk, base_url=base_url)
    name = str(json.loads(award.facts)["holder_name"])
    unsubscribe = {"List-Unsubscribe": f"<mailto:{mail.contact}?subject=unsubscribe>"} if mail.contact else {}
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text.replace(NAME_MARK, name).replace(LINK_MARK, link),
        from_email=mail.sender,
        to=[to],
        reply_to=[mail.contact] if mail.contact else None,
        connection=connection,
        headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated", **unsubscribe},
    )
    message.attach_alternative(mail.html.replace(NAME_MARK, escape(name)).replace(LINK_MARK, link), "text/html")
    return message


@lru_cache(maxsize=KEPT_EDITIONS)
def rendered_mail(
    version_id: uuid.UUID, profile_id: uuid.UUID, language: str, awarded_on: dt.date, base_url: str
) -> RenderedMail:
    """Render the mail of an edition in a language; versions and profiles never change once published."""
    version = versions().get(pk=version_id)
    profile = IssuerProfile.objects.select_related("issuer__organisation").get(pk=profile_id)
    contact = _contact(profile)
    with translation.override(language):
        context = _context(version, profile, language, base_url) | {"awarded_on": awarded_on, "contact": contact}
        subject = cleaned(render_to_string("issuing/mail/claim_subject.txt", context)).text
        text = render_to_string("issuing/mail/claim.txt", context).strip() + "\n"
        html = render_to_string("issuing/mail/claim.html", context).strip()
    sender = formataddr((cleaned(text_in(profile.name, language)).text, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    return RenderedMail(subject, text, html, sender, contact)


def _context(version: AchievementVersion, profile: IssuerProfile, language: str, base_url: str) -> dict[str, object]:
    provider = version.facts.get("provider", {})
    issuer_name = text_in(profile.name, language)
    return {
        "issuer_name": issuer_name,
        "together_with": _together_with(version, issuer_name),
        "holder_name": NAME_MARK,
        "achievement_name": text_in(version.texts["name"], language),
        "kind_label": version.achievement.get_kind_display(),
        "facts_line": ", ".join(_facts(version, language)),
        "provider_line": text_in(provider["value"], language) if provider.get("state") == "value" else "",
        "image_url": image_url(version.image_sha, base_url),
        "claim_url": LINK_MARK,
        "sample": version.achievement.organisation.is_sample,
        "language": language,
    }


def _contact(profile: IssuerProfile) -> str:
    """Return the issuer's own address, by which a person is reached; empty where it gives none: then none is promised."""
    try:
        return sendable_address(profile.email)
    except ValueError:
        return ""


def _together_with(version: AchievementVersion, issuer_name: str) -> str:
    """Name the bodies that award it jointly with the issuer."""
    others = [party.name for party in parties_of(version) if party.role == PartyRole.CO_AWARDS]
    return ", ".join(name for name in others if name != issuer_name)


def _facts(version: AchievementVersion, language: str) -> list[str]:
    """Return how much and how hard, in a few words."""
    facts = []
    if version.ects_credits is not None:
        facts.append(f"{plain_number(version.ects_credits)} ECTS")
    if version.workload_text:
        facts.append(text_in(version.workload_text, language))
    if version.level_eqf is not None:
        facts.append(eqf_label(version.level_eqf))
    return facts
