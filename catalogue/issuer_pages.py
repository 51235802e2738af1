"""The register of issuers and an issuer's own page: who vouches for whom, since when, on what source."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.listing import cards_of, collated
from catalogue.models import Achievement, AchievementState, CatalogueSearchText
from catalogue.pages import Card
from registry.errors import NotFoundError
from registry.language_maps import text_in
from registry.models import Issuer, IssuerState, TrustedIssuer
from registry.selectors import latest_profile, trust_in

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerLine:
    """One line of the register. `url` is empty for an issuer of another installation."""

    name: str
    url: str
    kind_label: str
    vouched_by: str
    since: dt.date
    source: str
    for_what: str
    entries: int
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerPage:
    """An issuer's own page; `vouched` holds (by, for what, since, source)."""

    name: str
    kind_label: str
    closed: bool
    sample: bool
    website: str
    did: str
    did_url: str
    vouched: list[tuple[str, str, dt.date, str]]


def register_page(number: str, language: str) -> Page[IssuerLine]:
    """Return a page of the register as it stands today."""
    lines = register_lines(language)
    return Paginator(lines, PAGE_SIZE).get_page(number)


def register_lines(language: str) -> list[IssuerLine]:
    """Return the whole register in order of names: three queries."""
    today = timezone.now().date()
    trusted = list(TrustedIssuer.objects.filter(Q(until=None) | Q(until__gte=today), since__lte=today))
    issuers = Issuer.objects.select_related("organisation").filter(did__in=[line.did for line in trusted])
    own = {issuer.did: issuer for issuer in issuers}
    counts = Counter(Achievement.objects.filter(state=AchievementState.PUBLISHED).values_list("issuer_id", flat=True))
    lines = [_line(line, own.get(line.did), counts, language) for line in trusted]
    return sorted(lines, key=lambda line: (collated(line.name), line.vouched_by))


def issuer_named(slug: str) -> Issuer:
    """Return an issuer of this installation.

    Raises:
        NotFoundError: no such issuer.
    """
    issuer = Issuer.objects.select_related("organisation").filter(slug=slug).first()
    if issuer is None:
        raise NotFoundError(code="issuer-unknown")
    return issuer


def issuer_page(issuer: Issuer, language: str) -> IssuerPage:
    """Return an issuer's own page."""
    profile = latest_profile(issuer)
    vouched = trust_in(issuer.did, on=timezone.now().date())
    return IssuerPage(
        name=text_in(profile.name, language),
        kind_label=str(issuer.organisation.get_kind_display()),
        closed=issuer.state == IssuerState.CLOSED,
        sample=issuer.organisation.is_sample,
        website=profile.url,
        did=issuer.did,
        did_url=f"/issuers/{issuer.slug}/did.json",
        vouched=[(line.vouched_by, line.for_what, line.since, line.source) for line in vouched],
    )


def issuer_cards(issuer: Issuer, language: str) -> list[Card]:
    """Return what an issuer shows in the catalogue, by title."""
    texts = CatalogueSearchText.objects.filter(version__achievement__issuer=issuer)
    ids = set(texts.values_list("version_id", flat=True))
    return sorted(cards_of(list(ids), language), key=lambda card: collated(card.title))


def _line(line: TrustedIssuer, issuer: Issuer | None, counts: Counter[uuid.UUID], language: str) -> IssuerLine:
    entries = counts[issuer.pk] if issuer else 0
    return IssuerLine(
        name=text_in(line.name, language) or line.did,
        url=f"/issuers/{issuer.slug}/" if issuer else "",
        kind_label=str(issuer.organisation.get_kind_display()) if issuer else _("another installation"),
        vouched_by=line.vouched_by,
        since=line.since,
        source=line.source,
        for_what=line.for_what,
        entries=entries,
        line=ngettext("{n} entry", "{n} entries", entries).format(n=entries),
    )
