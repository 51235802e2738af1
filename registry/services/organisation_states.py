"""Acts of the operator on whether an organisation may award: stopped for a time, or closed for good.

Neither touches what was awarded before: it stays checkable, its status lists go on, and it can be revoked. What was
accepted and not signed yet waits while an organisation is stopped, and goes its way where it was closed.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Case, OuterRef, Subquery, When
from django.utils import timezone

from registry.actors import Actor
from registry.agreed import missing_agreements
from registry.audit import record_act
from registry.errors import (
    AgreementMissingError,
    OrderRefusedError,
    OrganisationClosedError,
    OrganisationStoppedError,
    PlaceClosedError,
)
from registry.models import Node, Organisation, OrganisationState
from registry.permissions import require_operator
from registry.refusals import Refusal, gettext_noop

LONGEST_NAME = 200
_REFUSALS = {
    OrganisationState.STOPPED.value: OrganisationStoppedError,
    OrganisationState.CLOSED.value: OrganisationClosedError,
}


@transaction.atomic
def stop_organisation(*, organisation: Organisation, actor: Actor) -> Organisation:
    """Let nothing new be awarded in an organisation's name, nor be signed, until it is opened again.

    Raises:
        OperatorRequiredError: `actor` does not run this installation.
        OrganisationClosedError: it is closed.
    """
    return _moved(organisation, OrganisationState.STOPPED, "organisation.stopped", actor)


@transaction.atomic
def reopen_organisation(*, organisation: Organisation, actor: Actor) -> Organisation:
    """Let a stopped organisation award again; what waited to be signed goes on.

    Raises:
        OperatorRequiredError: `actor` does not run this installation.
        OrganisationClosedError: it is closed, which is for good.
    """
    return _moved(organisation, OrganisationState.OPEN, "organisation.reopened", actor)


@transaction.atomic
def close_organisation(
    *, organisation: Organisation, successor_name: str = "", successor_url: str = "", actor: Actor
) -> Organisation:
    """Close an organisation for good; pages name who has taken over from it, where somebody has.

    Raises:
        OperatorRequiredError: `actor` does not run this installation.
        OrganisationClosedError: it is closed already.
        OrderRefusedError: code `successor-refused`: the name or address cannot be shown.
    """
    require_operator(actor)
    if refusals := _refusals_of_successor(successor_name.strip(), successor_url.strip()):
        raise OrderRefusedError("successor-refused", refusals)
    held = _held(organisation, actor)
    held.successor_name, held.successor_url = successor_name.strip(), successor_url.strip()
    held.save(update_fields=["successor_name", "successor_url"])
    return _written(held, OrganisationState.CLOSED, "organisation.closed", actor)


def require_open(organisation: Organisation, *, at: Node | None = None) -> None:
    """Refuse to award in the name of an organisation that is stopped or closed, as it stands in the database now.

    Raises:
        OrganisationStoppedError, OrganisationClosedError: it is.
        AgreementMissingError: the operator asks for an agreement, and no owner has accepted it.
        PlaceClosedError: the faculty `at` which something new is awarded is closed.
    """
    places = Node.objects.filter(pk=at.pk) if at else Node.objects.filter(organisation=organisation, parent=None)
    missing = missing_agreements(OuterRef(OuterRef("organisation"))).values("required_from")[:1]
    asked = places.annotate(missing_since=Case(When(organisation__is_sample=False, then=Subquery(missing))))
    state, closed_at, since = asked.values_list("organisation__state", "closed_at", "missing_since").get()
    if state in _REFUSALS:
        raise _REFUSALS[state]
    if closed_at is not None:
        raise PlaceClosedError
    if since is not None:
        raise AgreementMissingError(day=since)


def _moved(organisation: Organisation, state: OrganisationState, act: str, actor: Actor) -> Organisation:
    held = _held(organisation, actor)
    return held if held.state == state else _written(held, state, act, actor)


def _held(organisation: Organisation, actor: Actor) -> Organisation:
    held = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    require_operator(actor)
    if held.state == OrganisationState.CLOSED:
        raise OrganisationClosedError
    return held


def _written(held: Organisation, state: OrganisationState, act: str, actor: Actor) -> Organisation:
    held.state = state
    held.state_since = None if state == OrganisationState.OPEN else timezone.now()
    held.save(update_fields=["state", "state_since"])
    record_act(actor, act, held, organisation=held)
    return held


def _refusals_of_successor(name: str, url: str) -> list[Refusal]:
    refusals = []
    if len(name) > LONGEST_NAME or not name.isprintable():
        refusals.append(Refusal("successor_name", "bad-text", _ONE_LINE))
    if url and not name:
        refusals.append(Refusal("successor_name", "missing", _NAMELESS))
    if url and not _is_web_address(url):
        refusals.append(Refusal("successor_url", "bad-address", _NO_ADDRESS))
    return refusals


def _is_web_address(url: str) -> bool:
    try:
        URLValidator(schemes=("https", "http"))(url)
    except ValidationError:
        return False
    return True


_ONE_LINE = gettext_noop("Give a name of one line, at most 200 characters.")
_NAMELESS = gettext_noop("Name the organisation whose address this is.")
_NO_ADDRESS = gettext_noop("Write an address that begins with https://, or leave it out.")
