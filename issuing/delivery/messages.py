"""A letter as a mail. Rendered once per edition, language and matter, then filled in for each recipient."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from email.utils import formataddr, parseaddr
from functools import lru_cache
from html import escape

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from catalogue.documents import image_url
from catalogue.models import AchievementVersion
from catalogue.parties import bodies_beside, roles_beside
from catalogue.selectors import versions
from catalogue.wording import eqf_label, number_text
from issuing.claim_links import claim_url
from issuing.delivery.calendar import link_until
from issuing.delivery.facts import facts_in, name_in
from issuing.delivery.fates import BadAddressError
from issuing.delivery.handfuls import Handful, Standing
from issuing.delivery.identity import PLAIN, LetterStyle
from issuing.delivery.logos import LOGO_ADDRESS, attach_logo
from issuing.delivery.words import Matter, Names, words_of
from issuing.models import Award, AwardState, Letter, LetterKind, StatusReason
from issuing.rules import ISO_DAY_CHARACTERS, cleaned
from registry.addresses import sendable_address
from registry.dates import day_in_words
from registry.language_maps import text_in
from registry.models import IssuerProfile

KEPT_EDITIONS = 500
# Stand for what differs between recipients; letters only, so that no escaping touches them.
NAME_MARK = "HolderNameStandsHereQzX"
LINK_MARK = "https://ClaimLinkStandsHereQzX"


@dataclass(frozen=True, slots=True)
class Mailing:
    """What letters of one text have in common beside their matter; `notice` stands above them, where they are none."""

    version_id: uuid.UUID
    profile_id: uuid.UUID
    language: str
    awarded_on: dt.date
    base_url: str
    style: LetterStyle = PLAIN
    notice: str = ""


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """The texts of a mail, with marks where name and link go; addresses and `logo` (PNG) are empty where there is none."""

    subject: str
    text: str
    html: str
    sender: str
    contact: str
    reply_to: str
    logo: bytes = b""


def mail_for(
    letter: Letter, address: str, connection: BaseEmailBackend, *, handful: Handful
) -> EmailMultiAlternatives:
    """Return the mail of a letter to `address`.

    Beside what the entry says to everybody it holds what this award says, and nothing of the learner's record: whoever
    awards chooses the address, and may not be the one who wrote that.

    Raises:
        BadAddressError: no mail can be sent to the address.
        UnwantedError, UnsendableError: as `Handful.standing_of`.
    """
    standing = handful.standing_of(letter)
    award = standing.award
    try:
        to = sendable_address(address)
    except ValueError as error:
        raise BadAddressError from error
    style = handful.styles.of(award.organisation_id, letter.kind, letter.language)
    edition = Mailing(
        award.version_id, award.issuer_profile_id, letter.language, award.awarded_on, handful.base_url, style
    )
    matter = matter_of(letter, standing, handful)
    number = handful.withdrawals.get(award.pk, 0)
    link = claim_url(award.pk, base_url=handful.base_url, until=matter.link_until, number=number)
    filling = Filling(to=to, name=str(facts_in(award)["holder_name"]), link=link, message_id=letter.message_id)
    return filled_in(rendered_mail(edition, matter), filling, connection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What differs between the recipients of one text."""

    to: str
    name: str
    link: str
    message_id: str


def filled_in(mail: RenderedMail, filling: Filling, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """Return a rendered mail as one person gets it."""
    name, link = filling.name, filling.link
    unsubscribe = {"List-Unsubscribe": f"<mailto:{mail.contact}?subject=unsubscribe>"} if mail.contact else {}
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text.replace(NAME_MARK, name).replace(LINK_MARK, link),
        from_email=mail.sender,
        to=[filling.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        connection=connection,
        headers={"Message-ID": filling.message_id, "Auto-Submitted": "auto-generated", **unsubscribe},
    )
    message.attach_alternative(mail.html.replace(NAME_MARK, escape(name)).replace(LINK_MARK, link), "text/html")
    attach_logo(message, mail.logo)
    return message


def matter_of(letter: Letter, standing: Standing, handful: Handful) -> Matter:
    """Return what a letter tells beside its edition; days of ours are those of UTC, that of an end is the issuer's."""
    award, change = standing.award, standing.change_of(letter)
    matter = Matter(
        kind=letter.kind,
        link_until=link_until(timezone.now(), award.claim_until),
        waiting=award.state == AwardState.AWAITING_CLAIM,
        again=letter.kind == LetterKind.CLAIM and (bool(letter.occasion) or award.pk in handful.heard_before),
        accept_by=award.claim_until.date() if award.claim_until else None,
        valid_until=_last_day(award),
    )
    if change is not None:
        superseded = change.reason == StatusReason.SUPERSEDED
        reason = "" if superseded else change.reason
        return replace(matter, changed_on=change.at.date(), reason=reason, readdressed=superseded)
    if letter.kind == LetterKind.CORRECTED:
        older = name_in(handful.corrected[award.pk]) if award.pk in handful.corrected else None
        renamed = older is not None and older != name_in(award)
        return replace(matter, changed_on=award.accepted_at.date(), renamed=renamed)
    return matter


def _last_day(award: Award) -> dt.date | None:
    """Return the last day of a validity as the certificate writes it: by the issuer's calendar."""
    stated = facts_in(award).get("valid_until")
    return dt.date.fromisoformat(str(stated)[:ISO_DAY_CHARACTERS]) if stated else None


@lru_cache(maxsize=KEPT_EDITIONS)
def rendered_mail(edition: Mailing, matter: Matter) -> RenderedMail:
    """Render a mail; versions and profiles never change once published."""
    version = versions().get(pk=edition.version_id)
    profile = IssuerProfile.objects.select_related("issuer__organisation").get(pk=edition.profile_id)
    with translation.override(edition.language):
        names = _names(version, profile, edition)
        words = words_of(matter, names)
        logo = LOGO_ADDRESS if edition.style.logo else image_url(profile.image_sha, edition.base_url)
        context = _context(version, names, edition) | {"words": words, "logo_url": logo}
        text = render_to_string("issuing/mail/letter.txt", context).strip() + "\n"
        html = render_to_string("issuing/mail/letter.html", context).strip()
    sender = formataddr((cleaned(names.issuer).text, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    reply_to = _sendable(edition.style.reply_to) or names.contact
    return RenderedMail(cleaned(words.subject).text, text, html, sender, names.contact, reply_to, edition.style.logo)


def _names(version: AchievementVersion, profile: IssuerProfile, edition: Mailing) -> Names:
    issuer, style = text_in(profile.name, edition.language), edition.style
    contact = _sendable(style.contact) or _sendable(profile.email)
    facts = ", ".join([version.achievement.get_kind_display(), *_facts(version, edition.language)])
    return Names(
        issuer=issuer,
        title=text_in(version.texts["name"], edition.language),
        holder=NAME_MARK,
        awarded_on=edition.awarded_on,
        contact=contact,
        privacy=_sendable(style.privacy) or contact,
        facts=(
            facts,
            f"{_provider(version, edition.language) or issuer}, {day_in_words(edition.awarded_on)}",
            *(f"{role}: {who}" for role, who in roles_beside(version, issuer)),
        ),
    )


def _context(version: AchievementVersion, names: Names, edition: Mailing) -> dict[str, object]:
    sample = _("Sample - not issued by this institution. This mail is part of a demonstration.")
    together = bodies_beside(version, names.issuer)
    return {
        "greeting": _("Hello %(holder_name)s,") % {"holder_name": NAME_MARK},
        "issuer_name": names.issuer,
        "title": names.title,
        "together_with": _("together with %(together_with)s") % {"together_with": together} if together else "",
        "image_url": image_url(version.image_sha, edition.base_url),
        "image_alt": text_in(version.image_alt, edition.language) or _("Badge: %(name)s") % {"name": names.title},
        "logo_alt": _("Logo: %(name)s") % {"name": names.issuer},
        "link": LINK_MARK,
        "sample": edition.notice or (sample if version.achievement.organisation.is_sample else ""),
        "language": edition.language,
        "paragraph": edition.style.paragraph.split("\n") if edition.style.paragraph else [],
        "signature": edition.style.signature.split("\n") if edition.style.signature else [],
    }


def _provider(version: AchievementVersion, language: str) -> str:
    provider = version.facts.get("provider", {})
    return text_in(provider["value"], language) if provider.get("state") == "value" else ""


def _sendable(address: str) -> str:
    """Return an address by which a person is reached; empty where there is none: then none is promised."""
    try:
        return sendable_address(address)
    except ValueError:
        return ""


def _facts(version: AchievementVersion, language: str) -> list[str]:
    """Return how much and how hard, in a few words."""
    facts = []
    if version.ects_credits is not None:
        facts.append(f"{number_text(version.ects_credits)} ECTS")
    if version.workload_text:
        facts.append(text_in(version.workload_text, language))
    if version.level_eqf is not None:
        facts.append(eqf_label(version.level_eqf))
    return facts
