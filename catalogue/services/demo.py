"""The demonstration's institutions and entries: every one a sample, its facts as published by the providers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from catalogue.formats import read_catalogue
from catalogue.services.importing import ImportOutcome, import_entries
from registry.actors import SYSTEM
from registry.models import Issuer, NodeKind, Organisation, OrganisationKind, TrustedIssuer, Visibility
from registry.services import (
    OrganisationOrder,
    ProfileOrder,
    TrustOrder,
    create_faculty,
    create_issuer,
    create_organisation,
    trust_issuer,
)

DEMO_DIR: Final = Path(__file__).resolve().parent.parent / "demo"
VOUCHED_BY: Final = "Testamur"
SOURCE: Final = "demo"


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
    outcome = import_entries(file=read_catalogue(path.read_bytes(), name=path.name), actor=SYSTEM)
    if outcome.refusals:
        raise RuntimeError(f"The demonstration's catalogue is refused: {outcome.refusals}")
    return outcome


@transaction.atomic
def _seed_organisation(entry: dict[str, Any]) -> None:
    organisation = Organisation.objects.filter(slug=entry["slug"]).first() or _create(entry)
    issuer = Issuer.objects.filter(slug=entry["slug"]).first() or _create_issuer(organisation, entry)
    if TrustedIssuer.objects.filter(did=issuer.did, vouched_by=VOUCHED_BY).exists():
        return
    trust_issuer(
        order=TrustOrder(
            did=issuer.did,
            name=entry["issuer"]["name"],
            vouched_by=VOUCHED_BY,
            since=timezone.now().date(),
            source=SOURCE,
            for_what="Sample entries of this demonstration",
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
    )
    return create_organisation(order=order, owner=None, actor=SYSTEM)


def _create_issuer(organisation: Organisation, entry: dict[str, Any]) -> Issuer:
    node = organisation.nodes.get(kind=NodeKind.ORGANISATION)
    if "faculty" in entry:
        node = create_faculty(parent=node, name=entry["faculty"], actor=SYSTEM)
    profile = ProfileOrder(name=entry["issuer"]["name"], short_name=entry["issuer"]["short_name"])
    return create_issuer(node=node, slug=entry["slug"], profile=profile, actor=SYSTEM)
