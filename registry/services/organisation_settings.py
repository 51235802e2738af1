"""The act by which owners change what their organisation is called, where it is, and under which rules it awards."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from registry.actors import Actor
from registry.audit import record_act
from registry.errors import OrderRefusedError
from registry.language_maps import LanguageMap
from registry.models import Organisation, Role, SigningPolicy, Visibility
from registry.permissions import require_role
from registry.refusals import Refusal
from registry.services.official_numbers import Whereabouts, refusals_of_whereabouts, write_whereabouts
from registry.services.organisations import refusals_of_timezone
from registry.services.tree import refusals_of_name

RULES = (
    "timezone",
    "default_visibility",
    "signing_policy",
    "mfa_required",
    "undo_minutes",
    "second_person_over",
    "reminds",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsOrder:
    """All that owners may change of an organisation; what is not changed is said as it is."""

    name: LanguageMap
    whereabouts: Whereabouts
    timezone: str
    default_visibility: Visibility
    signing_policy: SigningPolicy
    mfa_required: bool
    undo_minutes: int
    second_person_over: int
    reminds: bool


@transaction.atomic
def change_organisation(*, organisation: Organisation, order: SettingsOrder, actor: Actor) -> Organisation:
    """Write an organisation's names, whereabouts and rules. What was accepted before keeps the rules of its day.

    Its issuers get a next version of their profiles where names or whereabouts change.

    Raises:
        RoleRequiredError: `actor` is not an owner of the whole organisation.
        OrderRefusedError: code `organisation-refused`, with every fault.
        NumberTakenError: a number is another organisation's.
    """
    held = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    root = held.nodes.get(parent=None)
    require_role(actor, root, Role.OWNER)
    if refusals := _refusals(order):
        raise OrderRefusedError("organisation-refused", refusals)
    before = _kept(held)
    held.name = dict(order.name)
    for rule in RULES:
        setattr(held, rule, getattr(order, rule))
    held.save(update_fields=["name", *RULES])
    root.name = dict(order.name)
    root.save(update_fields=["name"])
    write_whereabouts(held, order.whereabouts)
    if changed := [part for part, value in _kept(held).items() if value != before[part]]:
        record_act(actor, "organisation.changed", held, organisation=held, parts=changed)
    return held


def _kept(organisation: Organisation) -> dict[str, object]:
    numbers = sorted(organisation.identifiers.values_list("type", "value"))
    kept: dict[str, object] = {rule: str(getattr(organisation, rule)) for rule in RULES}
    kept |= {"name": dict(organisation.name), "country": organisation.country, "region": organisation.region}
    return kept | {"numbers": numbers}


def _refusals(order: SettingsOrder) -> list[Refusal]:
    named, placed = refusals_of_name(order.name), refusals_of_whereabouts(order.whereabouts)
    return [*named, *placed, *refusals_of_timezone(order.timezone)]
