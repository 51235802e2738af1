"""Deciding on requests: approved, each becomes an award like any other; declined, the applicant reads why.

Many are approved as one act: they are marked, and the worker awards one after the other. What cannot be awarded waits for
a decision again with the reason beside it, and keeps no other from its turn.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Final, Unpack

from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from issuing.delivery.queueing import queue_answer
from issuing.errors import OwnRequestError, RequestDecidedError, TooManyAtOnceError
from issuing.models import Application, ApplicationState, Award
from issuing.services.applying import award_order, confirmed_address
from issuing.services.awarding import award_achievement
from issuing.services.oneself import person_behind
from issuing.services.status import checked_reason
from issuing.stated import Stated
from registry.actors import Actor
from registry.alarms import AlarmCode, organisation_subject, raise_alarm
from registry.audit import record_act
from registry.errors import NotFoundError, RegistryError, UnavailableError
from registry.models import Role
from registry.outbox import Topic, publish
from registry.permissions import has_role, require_role
from registry.selectors import actor_again, as_now

MOST_AT_ONCE: Final = 500
CHUNK: Final = 50
"""So many requests are one message to the worker."""
NOT_NOW: Final = (UnavailableError, OperationalError)
"""What fails for want of a database or a server: no fault of the request that waits for it."""
UNFORESEEN: Final = "unforeseen"
"""The code of an approval that came to nothing for a reason that nobody foresaw."""


@transaction.atomic
def grant_application(*, application_id: uuid.UUID, actor: Actor, **stated: Unpack[Stated]) -> Award:
    """Award what a request asks for, with what is stated beside it, and let the applicant know. Safe to repeat.

    Raises:
        NotFoundError: there is no such request, or `actor` may not know of it.
        RoleRequiredError, ScopeRequiredError: `actor` may not award it.
        OwnRequestError: it is the actor's own.
        RequestDecidedError: it was declined or withdrawn, or is being awarded.
        AddressUnconfirmedError: the applicant's address is not confirmed any more.
        Others: as `award_achievement`.
    """
    application = _held(application_id, actor)
    if application.state == ApplicationState.GRANTED and application.award is not None:
        return application.award
    _require_open(application)
    return _grant(application, actor, stated)


@transaction.atomic
def grant_applications(*, application_ids: Collection[uuid.UUID], actor: Actor) -> int:
    """Let the worker award many requests, each with a fate of its own; those that wait no more are passed over.

    Returns:
        How many are awarded by it.

    Raises:
        NotFoundError, RoleRequiredError, ScopeRequiredError: as `grant_application`, for any of them.
        TooManyAtOnceError: more than `MOST_AT_ONCE`.
    """
    if len(application_ids) > MOST_AT_ONCE:
        raise TooManyAtOnceError(most=MOST_AT_ONCE)
    chosen = []
    for number in sorted(set(application_ids)):
        application = _held(number, actor)
        if application.state == ApplicationState.OPEN and not _is_own(application, actor):
            chosen.append(application)
    for application in chosen:
        _decide(application, ApplicationState.GRANTING, actor)
    for start in range(0, len(chosen), CHUNK):
        part = chosen[start : start + CHUNK]
        ids = [str(one.pk) for one in part]
        publish(Topic.REQUESTS_GRANTED, {"application_ids": ids}, tenant=part[0].organisation_id)
    if chosen:
        record_act(actor, "requests.granted", chosen[0], organisation=chosen[0].organisation, count=len(chosen))
    return len(chosen)


def grant_chosen(*, application_ids: Sequence[uuid.UUID]) -> None:
    """Award the requests that somebody approved together: the worker's part; safe to repeat.

    Raises:
        UnavailableError, OperationalError: something needed did not answer for one of them. The others have had their
            turn; what is left is done at the next try.
    """
    put_off: Exception | None = None
    for number in application_ids:
        try:
            _grant_chosen(number)
        except NOT_NOW as error:
            put_off = error
    if put_off is not None:
        raise put_off


@transaction.atomic
def _grant_chosen(number: uuid.UUID) -> None:
    """Award one of them, or open it again with why not; what nobody foresaw is an alarm too. Raises `NOT_NOW`."""
    application = _rows().filter(pk=number, state=ApplicationState.GRANTING).first()
    if application is None:
        return
    actor = actor_again(application.decided_by_kind, application.decided_by)
    try:
        with transaction.atomic():
            _grant(application, actor, Stated())
    except NOT_NOW:
        raise
    except RegistryError as error:
        _open_again(application, error.code, actor)
    except Exception:  # noqa: BLE001 - the alarm tells it
        subject = organisation_subject(application.organisation_id)
        raise_alarm(AlarmCode.REQUEST_SET_ASIDE, subject=subject, request=application.pk)
        _open_again(application, UNFORESEEN, actor)


def _open_again(application: Application, code: str, actor: Actor) -> None:
    """Let a request wait for a decision again, with why its approval came to nothing."""
    application.refused_code = code
    application.decided_at, application.decided_by_kind, application.decided_by = None, "", ""
    application.state = ApplicationState.OPEN
    application.save()
    record_act(actor, "request.not_granted", application, organisation=application.organisation, code=code)


@transaction.atomic
def decline_application(*, application_id: uuid.UUID, reason: str, actor: Actor) -> Application:
    """Decline a request for a reason that the applicant reads. Safe to repeat.

    Raises:
        NotFoundError, RoleRequiredError, ScopeRequiredError, OwnRequestError: as `grant_application`.
        ReasonRequiredError: no reason, or one over 500 characters.
        RequestDecidedError: it was approved or withdrawn, or is being awarded.
    """
    application = _held(application_id, actor)
    if application.state == ApplicationState.DECLINED:
        return application
    said = checked_reason(reason)
    _require_open(application)
    if _is_own(application, actor):
        raise OwnRequestError
    application.reason = said
    _decide(application, ApplicationState.DECLINED, actor)
    queue_answer(application)
    record_act(actor, "request.declined", application, organisation=application.organisation)
    return application


def _rows() -> QuerySet[Application]:
    held = Application.objects.select_for_update(of=("self",))
    return held.select_related("user", "organisation", "achievement__issuer__node", "achievement__organisation")


def _held(application_id: uuid.UUID, actor: Actor) -> Application:
    """Hold a request; whoever may not know of it learns nothing. Raises as `grant_application`."""
    application = _rows().filter(pk=application_id).first()
    if application is None:
        raise NotFoundError
    node, now = application.achievement.issuer.node, as_now(actor)
    if not has_role(now, node, Role.VIEWER):
        raise NotFoundError
    require_role(now, node, Role.AWARDER)
    return application


def _require_open(application: Application) -> None:
    if application.state != ApplicationState.OPEN:
        raise RequestDecidedError(called=application.get_state_display())


def _is_own(application: Application, actor: Actor) -> bool:
    return person_behind(actor.kind, actor.id) == ("user", str(application.user_id))


def _grant(application: Application, actor: Actor, stated: Stated) -> Award:
    if _is_own(application, actor):
        raise OwnRequestError
    order = award_order(application, confirmed_address(application.user), **stated)
    award = award_achievement(order=order, actor=actor, request=application.pk)
    application.award, application.refused_code = award, ""
    _decide(application, ApplicationState.GRANTED, actor)
    queue_answer(application)
    record_act(actor, "request.granted", application, organisation=application.organisation)
    return award


def _decide(application: Application, state: ApplicationState, actor: Actor) -> None:
    application.state, application.decided_at = state, timezone.now()
    application.decided_by_kind, application.decided_by = actor.kind, actor.id
    application.save()
