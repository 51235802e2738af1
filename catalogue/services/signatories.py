"""Who signs for an issuer: named with a role and a time, and ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop

from catalogue.models import Signatory
from registry.actors import Actor
from registry.audit import record_act
from registry.models import Issuer, Role
from registry.permissions import is_operator, require_role
from registry.refusals import Faults
from registry.selectors import lasting_owners

LONGEST_LINE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatoryOrder:
    """A person who signs: `since` and `until` are the first and the last day, where they are known."""

    name: str
    role: str
    since: dt.date | None = None
    until: dt.date | None = None


@transaction.atomic
def name_signatory(*, issuer: Issuer, order: SignatoryOrder, actor: Actor) -> Signatory:
    """Name a person who signs for an issuer; the same person in the same role and time is named once.

    The operator names one while nobody runs the organisation yet: an issuer is set up with its signatories.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
        RuleBrokenError: a name or a role is missing or too long, or the end lies before the start.
    """
    held = Issuer.objects.select_for_update(of=("self",)).select_related("node", "organisation").get(pk=issuer.pk)
    if lasting_owners(held.organisation) or not is_operator(actor):
        require_role(actor, held.node, Role.EDITOR)
    _check(order)
    signatory, created = Signatory.objects.get_or_create(
        organisation=held.organisation,
        issuer=held,
        name=order.name.strip(),
        role=order.role.strip(),
        since=order.since,
        until=order.until,
    )
    if created:
        record_act(actor, "signatory.named", signatory, organisation=held.organisation)
    return signatory


@transaction.atomic
def end_signatory(*, signatory: Signatory, until: dt.date, actor: Actor) -> Signatory:
    """Say until when somebody signs; what was published with the name stays as it is.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
        RuleBrokenError: the end lies before the start.
    """
    rows = Signatory.objects.select_for_update(of=("self",)).select_related("issuer__node", "organisation")
    held = rows.get(pk=signatory.pk)
    require_role(actor, held.issuer.node, Role.EDITOR)
    if held.until == until:
        return held
    _check(SignatoryOrder(name=held.name, role=held.role, since=held.since, until=until))
    held.until = until
    held.save(update_fields=["until"])
    record_act(actor, "signatory.ended", held, organisation=held.organisation)
    return held


def _check(order: SignatoryOrder) -> None:
    faults = Faults()
    for name, text in (("name", order.name.strip()), ("role", order.role.strip())):
        if not text or len(text) > LONGEST_LINE or not text.isprintable():
            faults.add(name, "text", gettext_noop("Write one line of text here; it is too long or no text."))
    if order.since and order.until and order.until < order.since:
        faults.add("until", "dates", gettext_noop("The end lies before the start."))
    faults.tell()
