"""What a claim e-mail says. Rendered once per edition and language, then filled in for each recipient."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from catalogue.documents import image_url, plain_number
from catalogue.models import AchievementVersion
from catalogue.selectors import versions
from catalogue.wording import eqf_label
from issuing.claim_links import claim_url
from issuing.models import Delivery
from issuing.rules import cleaned
from registry.language_maps import text_in
from registry.models import IssuerProfile

CHANNEL = "claim"
KEPT_EDITIONS = 500
# Stand for what differs between recipients; letters only, so that no escaping touches them.
NAME_MARK = "HolderNameStandsHereQzX"
LINK_MARK = "https://ClaimLinkStandsHereQzX"


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """The texts of an edition's mail, with marks where name and link go."""

    subject: str
    text: str
    html: str
    sender: str
    contact: str


def message_id_of(credential_url: str) -> str:
    """Return the Message-ID of a credential's claim mail: always the same one, so that a repeat is recognised."""
    host, _, number = credential_url.rpartition("/")
    return f"<{number}.{CHANNEL}@{_host_of(host)}>"


@lru_cache(maxsize=KEPT_EDITIONS)
def _host_of(address: str) -> str | None:
    return urlsplit(address).hostname


def mail_for(
    delivery: Delivery, address: str, connection: BaseEmailBackend, *, base_url: str
) -> EmailMultiAlternatives:
    """Return the mail of a delivery to `address`, its link under `base_url`; award and learner must be loaded."""
    award = delivery.credential.award
    learner = award.learner
    if learner is None:
        raise ValueError("an erased learner gets no mail")
    edition = (award.version_id, award.issuer_profile_id, learner.language, award.awarded_on)
    mail = rendered_mail(*edition, base_url)
    link = claim_url(award.pk, base_url=base_url)
    name = learner.preferred_name
    message = EmailMultiAlternatives(
        subject=mail.subject.replace(NAME_MARK, name),
        body=mail.text.replace(NAME_MARK, name).replace(LINK_MARK, link),
        from_email=mail.sender,
        to=[address],
        reply_to=[mail.contact],
        connection=connection,
        headers={
            "Message-ID": delivery.message_id,
            "List-Unsubscribe": f"<mailto:{mail.contact}?subject=unsubscribe>",
            "Auto-Submitted": "auto-generated",
        },
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
    contact = profile.email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    with translation.override(language):
        context = _context(version, profile, language, base_url) | {"awarded_on": awarded_on} | _ways_back(contact)
        subject = cleaned(render_to_string("issuing/mail/claim_subject.txt", context)).text
        text = render_to_string("issuing/mail/claim.txt", context).strip() + "\n"
        html = render_to_string("issuing/mail/claim.html", context).strip()
    sender = formataddr((cleaned(text_in(profile.name, language)).text, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    return RenderedMail(subject, text, html, sender, contact)


def _context(version: AchievementVersion, profile: IssuerProfile, language: str, base_url: str) -> dict[str, object]:
    provider = version.facts.get("provider", {})
    return {
        "issuer_name": text_in(profile.name, language),
        "holder_name": NAME_MARK,
        "achievement_name": text_in(version.texts["name"], language),
        "kind_label": version.achievement.get_kind_display(),
        "facts_line": ", ".join(_facts(version, language)),
        "provider_line": text_in(provider["value"], language) if provider.get("state") == "value" else "",
        "image_url": image_url(version.image_sha, base_url),
        "claim_url": LINK_MARK,
        "claim_before": None,
        "sample": version.achievement.organisation.is_sample,
        "language": language,
    }


def _ways_back(contact: str) -> dict[str, object]:
    """Return how a recipient reaches the issuer, and ends such mails."""
    return {"contact": contact, "stop_url": f"mailto:{contact}?subject=unsubscribe", "rights_url": ""}


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
