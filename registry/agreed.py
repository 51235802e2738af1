"""Reading agreements: which stand, who accepted them for an organisation, and which of them it awards nothing without."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.utils import timezone

from registry.models import Agreement, AgreementAccepted, AgreementKind, Organisation


@dataclass(frozen=True, slots=True)
class AgreementSeen:
    """The newest version of a kind and, where an owner accepted it for an organisation, that."""

    agreement: Agreement
    accepted: AgreementAccepted | None


def newest_agreements() -> list[Agreement]:
    """Return the newest version of each kind; versions are few."""
    newest: dict[str, Agreement] = {}
    for one in Agreement.objects.order_by("version"):
        newest[one.kind] = one
    return [newest[kind] for kind in AgreementKind.values if kind in newest]


def agreements_seen_by(organisation: Organisation) -> list[AgreementSeen]:
    """Return how an organisation stands to the newest version of each kind, its text left out; one query."""
    own = FilteredRelation("acceptances", condition=Q(acceptances__organisation=organisation))
    rows = Agreement.objects.annotate(own=own).select_related("own__user").defer("text").order_by("version")  # type: ignore[misc]
    newest = {one.kind: AgreementSeen(one, getattr(one, "own", None)) for one in rows}
    return [newest[kind] for kind in AgreementKind.values if kind in newest]


def missing_agreements(organisation_id: Any, *, on: dt.date | None = None) -> QuerySet[Agreement]:
    """Return the versions that an organisation had to accept by a day (today) and has accepted no newer one in place of.

    `organisation_id` is an id, or within another query an `OuterRef` of an `OuterRef` to one.
    """
    day = on or timezone.localdate()
    instead = AgreementAccepted.objects.filter(
        organisation=organisation_id, agreement__kind=OuterRef("kind"), agreement__version__gte=OuterRef("version")
    )
    return Agreement.objects.filter(~Exists(instead), required_from__lte=day).order_by("required_from", "kind")
