"""The demonstration's institutions and entries: every one a sample, its facts as published by the providers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from catalogue.formats import read_catalogue
from catalogue.models import Achievement, AchievementState
from catalogue.services.importing import ImportOutcome, import_entries
from registry.actors import SYSTEM
from registry.models import Issuer, NodeKind, Organisation, OrganisationKind, TrustedIssuer, Visibility
from registry.selectors import latest_profile
from registry.services import (
    OrganisationOrder,
    ProfileOrder,
    TrustOrder,
    Whereabouts,
    create_faculty,
    create_issuer,
    create_organisation,
    revise_issuer_profile,
    state_whereabouts,
    trust_issuer,
)

DEMO_DIR: Final = Path(__file__).resolve().parent.parent / "demo"
VOUCHED_BY: Final = "Testamur"
SOURCE: Final = "demo"
PURPOSE: Final = gettext_noop("Sample entries of this demonstration")


def seed_organisations() -> None:
    """Make the demonstration's organisations and issuers, and vouch for them; what is there stays as it is."""
    listed = json.loads((DEMO_DIR / "organisations.json").read_text(encoding="utf-8"))
    for entry in listed["organisations"]:
        _seed_organisation(entry)


def seed_entries() -> ImportOutcome:
    """Take the demonstration's entries over; a second time changes nothing.

    Raises:
        RuntimeError: the shipped file breaks a rule of the catalogue.
    """
    path = DEMO_DIR / "achievements.json"
    file = read_catalogue(path.read_bytes(), name=path.name)
    # An older demonstration had published what is planned here; a publication is never taken back.
    out = set(
        Achievement.objects.exclude(state__in=[AchievementState.DRAFT, AchievementState.PLANNED]).values_list(
            "issuer__slug", "slug"
        )
    )
    file.rows = [row for row in file.rows if row.state != "planned" or (row.issuer, row.slug) not in out]
    outcome = import_entries(file=file, actor=SYSTEM)
    if outcome.refusals:
        raise RuntimeError(f"The demonstration's catalogue is refused: {outcome.refusals}")
    return outcome


@transaction.atomic
def _seed_organisation(entry: dict[str, Any]) -> None:
    organisation = Organisation.objects.filter(slug=entry["slug"]).first() or _create(entry)
    if not organisation.country and "country" in entry:
        # An older demonstration did not say where its institutions are.
        numbers = tuple(organisation.identifiers.values_list("type", "value"))
        stated = Whereabouts(country=entry["country"], numbers=numbers)
        state_whereabouts(organisation=organisation, whereabouts=stated, actor=SYSTEM)
    issuer = Issuer.objects.filter(slug=entry["slug"]).first() or _create_issuer(organisation, entry)
    _keep_profile(issuer, _profile(entry))
    if TrustedIssuer.objects.filter(did=issuer.did, vouched_by=VOUCHED_BY).exists():
        return
    trust_issuer(
        order=TrustOrder(
            did=issuer.did,
            name=entry["issuer"]["name"],
            vouched_by=VOUCHED_BY,
            since=timezone.now().date(),
            source=SOURCE,
            for_what=PURPOSE,
        ),
        actor=SYSTEM,
    )


def _create(entry: dict[str, Any]) -> Organisation:
    order = OrganisationOrder(
        slug=entry["slug"],
        name=entry["name"],
        kind=OrganisationKind(entry["kind"]),
        timezone=entry["timezone"],
        default_visibility=Visibility.UNLISTED,
        is_sample=True,
        whereabouts=Whereabouts(country=entry.get("country", "")),
    )
    return create_organisation(order=order, owner=None, actor=SYSTEM)


def _create_issuer(organisation: Organisation, entry: dict[str, Any]) -> Issuer:
    node = organisation.nodes.get(kind=NodeKind.ORGANISATION)
    if "faculty" in entry:
        node = create_faculty(parent=node, name=entry["faculty"], actor=SYSTEM)
    return create_issuer(node=node, slug=entry["slug"], profile=_profile(entry), actor=SYSTEM)


def _profile(entry: dict[str, Any]) -> ProfileOrder:
    """Return what a sample issuer says of itself; its address for questions leads nowhere, as its name says."""
    told = entry["issuer"]
    return ProfileOrder(
        name=told["name"], short_name=told["short_name"], url=told["url"], email=f"questions@{entry['slug']}.example"
    )


def _keep_profile(issuer: Issuer, profile: ProfileOrder) -> None:
    """Bring the profile of an older demonstration in step with the file."""
    known = latest_profile(issuer)
    if (known.name, known.short_name, known.url, known.email) != (
        profile.name,
        profile.short_name,
        profile.url,
        profile.email,
    ):
        revise_issuer_profile(issuer=issuer, profile=profile, actor=SYSTEM)
