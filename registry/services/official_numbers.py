"""Acts on what identifies an organisation beyond this installation: its country and its official numbers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from registry.actors import Actor
from registry.audit import record_act
from registry.countries import COUNTRIES
from registry.errors import NumberTakenError, OrderRefusedError
from registry.models import Issuer, IssuerProfile, Organisation, OrganisationIdentifier, Role
from registry.organisation_numbers import NumberFormError, kept_number
from registry.permissions import require_role
from registry.refusals import Refusal

LONGEST_REGION = 80
COUNTRY_LANGUAGES: Final = ("en", "de")
"""Languages of the two names in `COUNTRIES`, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where an organisation is and which numbers it has: (type, value); empty parts are not stated."""

    country: str = ""
    region: str = ""
    numbers: tuple[tuple[str, str], ...] = ()


@transaction.atomic
def state_whereabouts(*, organisation: Organisation, whereabouts: Whereabouts, actor: Actor) -> Organisation:
    """Write an organisation's country, region and all its official numbers; what it had before is replaced.

    The issuers of the organisation get a next version of their profiles, which what is awarded from now on names;
    documents that were accepted or signed before keep what they say.

    Raises:
        RoleRequiredError: `actor` is not an administrator of the whole organisation.
        OrderRefusedError: code `whereabouts`, with every fault.
        NumberTakenError: a number is another organisation's.
    """
    held = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    require_role(actor, organisation.nodes.get(parent=None), Role.ADMIN)
    before = kept_whereabouts(held)
    write_whereabouts(held, whereabouts)
    if kept_whereabouts(held) == before:
        return held
    record_act(actor, "organisation.whereabouts_stated", held, organisation=held, numbers=held.identifiers.count())
    return held


def write_whereabouts(organisation: Organisation, whereabouts: Whereabouts) -> None:
    """Write them for an act that has checked the role; raises OrderRefusedError and NumberTakenError."""
    numbers = _kept(whereabouts)
    for kind, value in numbers:
        taken = OrganisationIdentifier.objects.filter(type=kind, value=value).exclude(organisation=organisation)
        if taken.exists():
            raise NumberTakenError(type=kind, value=value)
    organisation.country, organisation.region = whereabouts.country.strip().upper(), whereabouts.region.strip()
    organisation.save(update_fields=["country", "region"])
    organisation.identifiers.all().delete()
    for kind, value in numbers:
        try:
            with transaction.atomic():
                OrganisationIdentifier.objects.create(organisation=organisation, type=kind, value=value)
        except IntegrityError as error:
            # Another organisation has just stated it.
            raise NumberTakenError(type=kind, value=value) from error
    for issuer_id in organisation.issuers.order_by("pk").values_list("pk", flat=True):
        _renew_profile(issuer_id, kept_whereabouts(organisation))


def kept_whereabouts(organisation: Organisation) -> dict[str, Any]:
    """Return what a profile keeps of where its organisation is, as `IssuerProfile.whereabouts` says; {} if nothing is stated."""
    numbers = [
        list(number) for number in organisation.identifiers.order_by("type", "value").values_list("type", "value")
    ]
    if not numbers and not organisation.country:
        return {}
    names = dict(zip(COUNTRY_LANGUAGES, COUNTRIES.get(organisation.country, ()), strict=False))
    return {
        "name": dict(organisation.name),
        "country": organisation.country,
        # Names of countries change; a document keeps the one that was signed.
        "country_name": names,
        "region": organisation.region,
        "numbers": numbers,
    }


def _renew_profile(issuer_id: uuid.UUID, whereabouts: dict[str, Any]) -> None:
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer_id)
    latest = IssuerProfile.objects.filter(issuer_id=issuer_id).order_by("-version").first()
    if latest is not None and latest.whereabouts != whereabouts:
        columns = {field.attname: getattr(latest, field.attname) for field in IssuerProfile._meta.concrete_fields}
        columns |= {"id": uuid.uuid4(), "version": latest.version + 1, "whereabouts": whereabouts}
        IssuerProfile.objects.create(**columns)


def refusals_of_whereabouts(whereabouts: Whereabouts) -> list[Refusal]:
    """Return every fault, at `country`, `region` or `numbers.N` (from 0)."""
    return _read(whereabouts)[1]


def _kept(whereabouts: Whereabouts) -> list[tuple[str, str]]:
    """Return the numbers as they are kept, each once; every fault is told at once."""
    kept, refusals = _read(whereabouts)
    if refusals:
        raise OrderRefusedError("whereabouts", refusals)
    return list(dict.fromkeys(kept))


def _read(whereabouts: Whereabouts) -> tuple[list[tuple[str, str]], list[Refusal]]:
    refusals = list(_refusals_of_place(whereabouts))
    kept: list[tuple[str, str]] = []
    for place, (kind, value) in enumerate(whereabouts.numbers):
        try:
            kept.append((kind, kept_number(kind, value)))
        except NumberFormError as error:
            code = "number-form" if error.kind else "number-kind"
            refusals.append(Refusal(f"numbers.{place}", code, _sentence(error, kind, value)))
    return kept, refusals


def _refusals_of_place(whereabouts: Whereabouts) -> Iterator[Refusal]:
    country, region = whereabouts.country.strip().upper(), whereabouts.region.strip()
    if country and country not in COUNTRIES:
        no_code = _("“{country}” is no country code of ISO 3166-1: write two letters, such as NL.")
        yield Refusal("country", "country", no_code.format(country=country))
    if len(region) > LONGEST_REGION or not region.isprintable():
        yield Refusal("region", "bad-text", _("Write the region in one line of at most 80 characters."))
    if region and not country:
        yield Refusal("country", "missing", _("Name the country that the region is of."))


def _sentence(error: NumberFormError, kind: str, value: str) -> str:
    if not error.kind:
        return _("There is no kind of number “{kind}”; known are: {known}.").format(kind=kind, known=error.example)
    return _("“{value}” is no {kind} number; one looks like {example}.").format(
        value=value, kind=kind, example=error.example
    )


def numbers_from(pairs: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Read TYPE=VALUE as the shell writes it."""
    return tuple((kind.strip(), value.strip()) for kind, _equals, value in (pair.partition("=") for pair in pairs))
