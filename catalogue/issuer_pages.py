"""The register of issuers and an issuer's own page: who vouches for whom, since when, on what source."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Page
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.listing import PAGE_SIZE, cards_of, collated
from catalogue.models import CatalogueSearchText
from catalogue.pages import Card, image_path
from catalogue.search import folded, query_words
from catalogue.services.demo import PURPOSE as DEMO_PURPOSE
from catalogue.services.demo import SOURCE as DEMO_SOURCE
from registry.countries import country_name
from registry.errors import NotFoundError
from registry.language_maps import LanguageText, language_text, text_in
from registry.mandated import published_mandates
from registry.models import Issuer, IssuerState, Organisation, OrganisationState, TrustedIssuer
from registry.paging import page_of
from registry.selectors import latest_profile, organisation_by_identifier, trust_in

LINES_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerLine:
    """One line of the register; `state` as of an organisation, `successor` the name and address of who took over. `url`, `organisation` (its slug) and `country` are empty where the issuer is not of this installation."""

    name: LanguageText
    url: str
    kind_label: str
    vouched_by: str
    since: dt.date
    source: str
    for_what: str
    entries: int
    line: str
    country: str
    organisation: str
    state: str
    successor: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouching:
    """Who says who an issuer is: for what, since when, and where that stands written."""

    by: str
    for_what: str
    since: dt.date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerPage:
    """An issuer's own page. `website`, `contact_email`, `logo_url`, `description` and `place` are empty where it gave none.

    `mandates`: on whose behalf it awards or awarded, from which day to which. `numbers` are its organisation's official ones: (whose, number, address or empty). `stopped_since` is set while the
    organisation may award nothing new, `successor` (name, address) names who has taken over from a closed one.
    """

    name: LanguageText
    description: LanguageText
    kind_label: str
    closed: bool
    stopped_since: dt.datetime | None
    successor: tuple[str, str]
    sample: bool
    website: str
    contact_email: str
    logo_url: str
    did: str
    did_url: str
    place: str
    numbers: list[tuple[str, str, str]]
    vouched: list[Vouching]
    mandates: list[tuple[LanguageText, dt.date, dt.date | None]]


def register_page(number: str, language: str, query: str = "") -> Page[IssuerLine]:
    """Return a page of the register as it stands today: all of it, or what has the words or the official number.

    Raises:
        NoSuchPageError: there is no page of this number.
    """
    lines = register_lines(language)
    if query.strip():
        words, known = query_words(query), organisation_by_identifier(query)
        lines = [line for line in lines if _is_meant(line, words, known)]
    return page_of(lines, LINES_ON_A_PAGE, number)


def unlisted_issuers(query: str, language: str) -> list[tuple[LanguageText, str]]:
    """Return (name, address) of issuers whose organisation has an official number and that nobody vouches for."""
    known = organisation_by_identifier(query) if query.strip() else None
    issuers = Issuer.objects.filter(organisation=known) if known else []
    unlisted = [issuer for issuer in issuers if not trust_in(issuer.did, on=timezone.now().date()).exists()]
    return [(language_text(latest_profile(issuer).name, language), f"/issuers/{issuer.slug}/") for issuer in unlisted]


def _is_meant(line: IssuerLine, words: list[str], known: Organisation | None) -> bool:
    if known is not None and line.organisation == known.slug:
        return True
    return bool(words) and all(word in folded(line.name) for word in words)


def register_lines(language: str) -> list[IssuerLine]:
    """Return the whole register in order of names: three queries."""
    today = timezone.now().date()
    trusted = list(TrustedIssuer.objects.filter(Q(until=None) | Q(until__gte=today), since__lte=today))
    issuers = Issuer.objects.select_related("organisation").filter(did__in=[line.did for line in trusted])
    own = {issuer.did: issuer for issuer in issuers}
    # What the catalogue shows, plans included: the same number as on the issuer's page and in the facet.
    shown = CatalogueSearchText.objects.values_list("version__achievement__issuer_id", "version_id").distinct()
    counts = Counter(issuer for issuer, _version in shown)
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
        name=language_text(profile.name, language),
        description=language_text(profile.description, language),
        kind_label=str(issuer.organisation.get_kind_display()),
        closed=issuer.state == IssuerState.CLOSED or issuer.organisation.state == OrganisationState.CLOSED,
        stopped_since=_stopped_since(issuer.organisation),
        successor=(issuer.organisation.successor_name, issuer.organisation.successor_url),
        sample=issuer.organisation.is_sample,
        website=profile.url,
        contact_email=profile.email,
        logo_url=image_path(profile.image_sha),
        did=issuer.did,
        did_url=f"/issuers/{issuer.slug}/did.json",
        place=place_text(issuer.organisation, language),
        numbers=[
            (
                capfirst(str(number.get_type_display())),
                number.value,
                number.value if number.value.startswith("https://") else "",
            )
            for number in issuer.organisation.identifiers.order_by("type", "value")
        ],
        vouched=[
            Vouching(by=line.vouched_by, for_what=_said(line.for_what), since=line.since, source=_source(line.source))
            for line in vouched
        ],
        mandates=[
            (language_text(one.on_behalf_of.name, language), one.since, last)
            for one, last in published_mandates(issuer)
        ],
    )


def _stopped_since(organisation: Organisation) -> dt.datetime | None:
    return organisation.state_since if organisation.state == OrganisationState.STOPPED else None


def place_text(organisation: Organisation, language: str) -> str:
    """Say where an organisation is: Gelderland, Netherlands; empty where it is not stated."""
    return ", ".join(filter(None, [organisation.region, country_name(organisation.country, language)]))


def issuer_cards(issuer: Issuer, number: str, language: str) -> Page[Card]:
    """Return a page of what an issuer shows in the catalogue, by title.

    Raises:
        NoSuchPageError: there is no page of this number.
    """
    texts = CatalogueSearchText.objects.filter(version__achievement__issuer=issuer)
    titles: dict[uuid.UUID, dict[str, str]] = {}
    for version, tag, title in texts.values_list("version_id", "language", "title"):
        titles.setdefault(version, {})[tag] = title
    page = page_of(sorted(titles, key=lambda version: collated(text_in(titles[version], language))), PAGE_SIZE, number)
    return Page(cards_of(list(page.object_list), language), page.number, page.paginator)


def _source(source: str) -> str:
    """Say where a line of the register comes from; the demonstration's own mark explains nothing to a visitor."""
    return _("the list of samples that comes with Testamur") if source == DEMO_SOURCE else source


def _said(for_what: str) -> str:
    """Translate what the demonstration says of its samples; operators write in their own language."""
    return _(for_what) if for_what == DEMO_PURPOSE else for_what


def _line(line: TrustedIssuer, issuer: Issuer | None, counts: Counter[uuid.UUID], language: str) -> IssuerLine:
    entries = counts[issuer.pk] if issuer else 0
    return IssuerLine(
        name=language_text(line.name, language) or LanguageText(line.did),
        url=f"/issuers/{issuer.slug}/" if issuer else "",
        kind_label=str(issuer.organisation.get_kind_display()) if issuer else _("another installation"),
        vouched_by=line.vouched_by,
        since=line.since,
        source=_source(line.source),
        for_what=_said(line.for_what),
        entries=entries,
        line=ngettext("{n} entry", "{n} entries", entries).format(n=entries),
        country=country_name(issuer.organisation.country, language) if issuer else "",
        organisation=issuer.organisation.slug if issuer else "",
        state=issuer.organisation.state if issuer else OrganisationState.OPEN.value,
        successor=(issuer.organisation.successor_name, issuer.organisation.successor_url) if issuer else ("", ""),
    )
