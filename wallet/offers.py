"""What the bearer of a claim link is offered: an award to accept or to decline, and what became of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.pages import image_path
from catalogue.parties import bodies_beside, roles_beside
from credentials.documents import AwardFacts
from issuing.models import Award, AwardState
from issuing.selectors import award_facts
from issuing.services import unmandated_bodies
from issuing.way import ENDED, SIGNED
from registry.dates import day_in_words
from registry.language_maps import text_in
from registry.models import Visibility
from verification.catalogue_facts import award_values, definition_of
from verification.checks import Verdict
from verification.plain_values import results_in

STANDS = frozenset({Verdict.GENUINE, Verdict.SUSPENDED, Verdict.NOT_YET_VALID, Verdict.EXPIRED})
"""What can be accepted or declined once it is signed."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What the holder of an award has said about it, and the addresses at which it is said."""

    accept: str
    decline: str
    claimed_at: dt.datetime | None
    declined_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An award that is not signed (yet), as its own page shows it. `state` is that of the award, or `lapsed` before it is.

    `says` is what the certificate would say of the person, label by label, word for word; `entry` is empty where
    strangers find no page. `beside` are who delivers, assesses or runs the platform, with their labels. `without_mandate` names in whose
    name it would be signed and who mandates the issuer not today: it cannot be accepted now.
    """

    state: str
    consent: Consent
    holder_name: str
    title: str
    kind: str
    kind_label: str
    issuer_name: str
    together_with: str
    beside: list[tuple[str, str]]
    contact: str
    says: list[tuple[str, str]]
    names_an_address: bool
    effort_line: str
    awarded_on: dt.date
    claim_until: dt.datetime | None
    image: str
    image_alt: str
    entry: str
    private: bool
    sample: bool
    without_mandate: str

    @property
    def ended(self) -> bool:
        """It will never be signed."""
        return self.state in ENDED


def is_signed(award: Award) -> bool:
    """Tell whether an award has a credential to show."""
    return award.state in SIGNED


def consent_to(award: Award, token: str) -> Consent:
    """Return what was said about an award, and where more can be said."""
    accept, decline = (reverse(f"wallet:{name}", args=[token]) for name in ("accept", "decline"))
    return Consent(accept, decline, award.claimed_at, award.declined_at)


def offer_of(award: Award, token: str) -> Offer:
    """Return an award that is not signed as its page shows it, in the reader's language."""
    facts, version, language = award_facts(award), award.version, get_language() or ""
    values = award_values(award, language)
    issuer_name = text_in(award.issuer_profile.name, language)
    over = award.claim_until is not None and award.claim_until <= timezone.now()
    return Offer(
        state=AwardState.LAPSED.value if over and award.state == AwardState.AWAITING_CLAIM else award.state,
        consent=consent_to(award, token),
        holder_name=facts.holder_name,
        title=text_in(version.texts["name"], language),
        kind=values["kind"],
        kind_label=values["kind_label"],
        issuer_name=issuer_name,
        together_with=bodies_beside(version, issuer_name),
        beside=roles_beside(version, issuer_name),
        contact=award.issuer_profile.email,
        says=[*_stated_items(award, language), *_stated_texts(facts)],
        names_an_address=facts.email_hash is not None,
        effort_line=values["effort_line"],
        awarded_on=award.awarded_on,
        claim_until=award.claim_until,
        image=image_path(version.image_sha),
        image_alt=values["image_alt"],
        entry=values["catalogue_url"],
        private=award.organisation.default_visibility == Visibility.PRIVATE,
        sample=version.achievement.organisation.is_sample,
        without_mandate=unmandated_bodies(award) if award.state == AwardState.AWAITING_CLAIM else "",
    )


def _stated_items(award: Award, language: str) -> list[tuple[str, str]]:
    """Return the information items that this award fills in, its day among them."""
    entry = definition_of(award.version_id, language, award.language).items
    filled = award_values(award, language)["items"]
    return [(one[0], one[2]) for one, before in zip(filled, entry, strict=True) if one[1] == "value" and one != before]


def _stated_texts(facts: AwardFacts) -> list[tuple[str, str]]:
    results = {"result": [{"value": one.value, "status": one.status} for one in facts.results]}
    evidence = (one.name or one.description or one.id for one in facts.evidence)
    return [
        *([(_("Expires"), day_in_words(facts.valid_until))] if facts.valid_until else []),
        *((label, value) for label, value, _note in results_in(results, {})),
        *((_("Evidence"), name) for name in evidence if name),
        *([(_("In the issuer's words"), facts.narrative)] if facts.narrative else []),
    ]
