"""What the bearer of a claim link is offered: an award to accept or to decline, and what became of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from catalogue.models import PartyRole
from catalogue.parties import parties_of
from issuing.models import Award, AwardState
from issuing.selectors import award_facts
from issuing.way import SIGNED
from registry.language_maps import text_in
from verification.checks import Verdict

STANDS = frozenset({Verdict.GENUINE, Verdict.SUSPENDED, Verdict.NOT_YET_VALID, Verdict.EXPIRED})
"""What can be accepted or declined once it is signed."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What the holder of an award has said about it, and the addresses at which it is said."""

    accept: str
    decline: str
    claimed_at: dt.datetime | None
    declined_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Offer:
    """An award that is not signed (yet), as its own page shows it. `state` is that of the award, or `lapsed` before it is."""

    state: str
    consent: Consent
    holder_name: str
    title: str
    kind: str
    issuer_name: str
    together_with: str
    contact: str
    awarded_on: dt.date
    valid_until: dt.datetime | None
    claim_until: dt.datetime | None
    entry: str
    sample: bool


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
    achievement = version.achievement
    issuer_name = text_in(award.issuer_profile.name, language)
    others = (party.name for party in parties_of(version) if party.role == PartyRole.CO_AWARDS)
    over = award.claim_until is not None and award.claim_until <= timezone.now()
    return Offer(
        state=AwardState.LAPSED.value if over and award.state == AwardState.AWAITING_CLAIM else award.state,
        consent=consent_to(award, token),
        holder_name=facts.holder_name,
        title=text_in(version.texts["name"], language),
        kind=achievement.get_kind_display(),
        issuer_name=issuer_name,
        together_with=", ".join(name for name in others if name != issuer_name),
        contact=award.issuer_profile.email,
        awarded_on=award.awarded_on,
        valid_until=award.valid_until,
        claim_until=award.claim_until,
        entry=reverse("catalogue:version", args=[achievement.issuer.slug, achievement.slug, version.number]),
        sample=achievement.organisation.is_sample,
    )
