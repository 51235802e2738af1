"""Asking for an award: who applies, with what evidence; and taking that back."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final, Unpack

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from catalogue.models import Achievement, DuplicatePolicy
from issuing.errors import (
    AddressUnconfirmedError,
    AlreadyAppliedError,
    AlreadyAwardedError,
    RequestDecidedError,
    TakesNoRequestsError,
    TooManyRequestsOpenError,
)
from issuing.models import WAITING, Application, ApplicationState
from issuing.rules import cleaned
from issuing.services.awarding import refusal_of, standing_awards
from issuing.services.basis import Basis, basis_of
from issuing.services.facts import check_order
from issuing.services.orders import AwardOrder, EvidenceOrder
from issuing.services.policies import takes_requests
from issuing.stated import Stated
from registry.actors import actor_for_user
from registry.audit import record_act
from registry.errors import NotFoundError
from registry.models import NewsKind, User
from registry.refusals import RuleBrokenError
from registry.services import Recipient, learner_known
from registry.telling_staff import note_news

MOST_OPEN: Final = 20
"""So many undecided requests one person may have, over all organisations."""
LONGEST_STATEMENT: Final = 5_000
KEPT_FOR: Final = dt.timedelta(days=180)
"""So long a request stays once it was answered; that of an award stays without what was written beside it."""
OF_STAFF: Final = frozenset({"result", "results"})
"""What whoever decides states, and the applicant cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationOrder:
    """What somebody asks for: the achievement, their name as it shall stand there, and their evidence.

    `statement` is for whoever decides, and is never signed; evidence is, where it is awarded.
    """

    achievement: Achievement
    name: str
    language: str = "en"
    evidence_url: str = ""
    evidence_name: str = ""
    statement: str = ""


def apply_for(*, order: ApplicationOrder, user: User) -> Application:
    """Ask for an award; the confirmed address of the account becomes its recipient.

    Raises:
        TakesNoRequestsError: nobody may apply for it.
        NotPublishedError, PlannedError, RetiredError, AwardingClosedError, OrganisationStoppedError,
        OrganisationClosedError, PlaceClosedError: it cannot be awarded (any more).
        AddressUnconfirmedError: the account's main address was not confirmed.
        FactsRefusedError: name or evidence break a rule, or evidence is missing; places are those of an award.
        AlreadyAwardedError: they hold it, and it is not awarded again; `id` is that award.
        AlreadyAppliedError: a request of theirs for it waits.
        TooManyRequestsOpenError: `MOST_OPEN` wait.
    """
    if not takes_requests(order.achievement):
        raise TakesNoRequestsError
    basis = basis_of(order.achievement, on_request=True)
    address = confirmed_address(user)
    wanted = award_order(_application(order, user), address)
    _check(wanted, basis)
    _refuse_held(wanted.recipient, basis)
    try:
        return _keep(_application(order, user), user)
    except IntegrityError as error:
        raise AlreadyAppliedError from error


def confirmed_address(user: User) -> str:
    """Return the main address of an account. Raises AddressUnconfirmedError."""
    if not EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists():
        raise AddressUnconfirmedError
    return user.email


def award_order(application: Application, address: str, **stated: Unpack[Stated]) -> AwardOrder:
    """Return the award that a request asks for, with what whoever decides states beside it."""
    evidence = EvidenceOrder(url=application.evidence_url or None, name=application.evidence_name or None)
    shown = Stated(evidence=(evidence,)) if application.evidence_url else Stated()
    return AwardOrder(
        achievement=application.achievement,
        recipient=Recipient(name=application.name, email=address, language=application.language),
        repeat=True,
        **(shown | stated),
    )


def _application(order: ApplicationOrder, user: User) -> Application:
    return Application(
        organisation=order.achievement.organisation,
        achievement=order.achievement,
        user=user,
        name=cleaned(order.name).text,
        language=order.language,
        evidence_url=order.evidence_url.strip(),
        evidence_name=cleaned(order.evidence_name).text,
        statement=order.statement.strip()[:LONGEST_STATEMENT],
        made_at=timezone.now(),
    )


def _check(wanted: AwardOrder, basis: Basis) -> None:
    """Check a request by the rules of the award that it asks for; a result is whoever decides to state.

    Raises:
        FactsRefusedError: something else breaks a rule.
    """
    try:
        check_order(wanted, basis)
    except RuleBrokenError as broken:
        own = [one for one in broken.refusals if one.place not in OF_STAFF]
        if own:
            raise refusal_of(RuleBrokenError.of(own)) from broken


def _refuse_held(recipient: Recipient, basis: Basis) -> None:
    """Refuse what somebody holds already, unless it is awarded again."""
    learner = learner_known(recipient, organisation=basis.organisation)
    standing = standing_awards([learner], basis) if learner else {}
    if standing and basis.version.achievement.duplicates == DuplicatePolicy.DENY:
        raise AlreadyAwardedError(id=next(iter(standing.values())))


@transaction.atomic
def _keep(application: Application, user: User) -> Application:
    # The account is held: two requests at once do not go beyond the bound together.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if Application.objects.filter(user=user, state__in=WAITING).count() >= MOST_OPEN:
        raise TooManyRequestsOpenError(most=MOST_OPEN)
    application.save(force_insert=True)
    house, actor = application.organisation, actor_for_user(user)
    record_act(actor, "request.made", application, organisation=house)
    note_news(NewsKind.REQUEST_WAITING, application.achievement.issuer.node, maker=actor)
    return application


@transaction.atomic
def withdraw_application(*, application_id: uuid.UUID, user: User) -> Application:
    """Take a request back that is not decided yet. Safe to repeat.

    Raises:
        NotFoundError: there is none of `user`.
        RequestDecidedError: it was decided, or is being awarded.
    """
    held = Application.objects.select_for_update(of=("self",)).select_related("organisation")
    application = held.filter(pk=application_id, user=user).first()
    if application is None:
        raise NotFoundError
    if application.state == ApplicationState.WITHDRAWN:
        return application
    if application.state != ApplicationState.OPEN:
        raise RequestDecidedError(called=application.get_state_display())
    application.state = ApplicationState.WITHDRAWN
    application.save(update_fields=["state"])
    record_act(actor_for_user(user), "request.withdrawn", application, organisation=application.organisation)
    return application


def forget_requests(now: dt.datetime | None = None) -> int:
    """Delete what was declined or withdrawn long ago, and what applicants wrote to whoever decided; returns how many."""
    before = (now or timezone.now()) - KEPT_FOR
    old = Application.objects.filter(Q(decided_at=None) | Q(decided_at__lt=before), made_at__lt=before)
    gone, _of_which = old.filter(state__in=(ApplicationState.DECLINED, ApplicationState.WITHDRAWN)).delete()
    told = old.filter(state=ApplicationState.GRANTED).exclude(statement="")
    return gone + told.update(statement="")
