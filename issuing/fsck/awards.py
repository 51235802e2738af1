"""N1, N2, N3, N6: every acknowledged award has one credential, one place, one authorised act."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, F, Model, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalogue.models import AchievementVersion
from issuing.fsck.breaches import Breach, breach_of
from issuing.models import (
    Approval,
    ApprovalAsked,
    ApprovalKind,
    Award,
    AwardState,
    Credential,
    SignedDocument,
    StatusList,
)
from issuing.services.policies import approvals_needed
from issuing.way import SIGNED
from registry.models import AuditEntry, Membership, OutboxMessage, Role
from registry.outbox import Topic
from registry.permissions import INCLUDED_IN

ACCEPTING_ACTS = ("award.accepted", "batch.accepted", "award.claimed", "credential.superseded")


def one_credential_each() -> Iterator[Breach]:
    """N1: what is signed has its credential, and what waits has work or people that will bring it on, or end it."""
    signed = Award.objects.filter(state__in=SIGNED, credential=None)
    yield from breach_of("N1", "signed award without a credential", signed.values_list("id", flat=True))
    unsigned = Award.objects.exclude(state__in=SIGNED).exclude(credential=None)
    yield from breach_of("N1", "credential of an award that is not signed", unsigned.values_list("id", flat=True))
    for state, (topic, problem) in BROUGHT_ON_BY.items():
        waiting = Award.objects.filter(state=state).values_list("id", flat=True)
        promised = promised_awards(topic) if waiting.exists() else set()
        yield from breach_of("N1", problem, (pk for pk in waiting.iterator() if str(pk) not in promised))
    yield from breach_of("N1", "award that nobody may approve", _approved_by_nobody())
    unseen = Award.objects.filter(state=AwardState.AWAITING_APPROVAL, approval_asked=None)
    yield from breach_of("N1", "award whose approval nobody is asked for", unseen.values_list("id", flat=True))
    done = ApprovalAsked.objects.exclude(award__state=AwardState.AWAITING_APPROVAL)
    yield from breach_of("N1", "approval asked of an award that does not wait", done.values_list("pk", flat=True))
    beside = Award.objects.filter(state__in=SIGNED, replaces__state__in=SIGNED, credential__erased_at=None)
    both = beside.filter(replaces__credential__successor=None, replaces__credential__erased_at=None)
    yield from breach_of("N1", "replaced award that stands beside its successor", both.values_list("id", flat=True))


BROUGHT_ON_BY: dict[str, tuple[Topic, str]] = {
    AwardState.ACCEPTED: (Topic.AWARDS_ACCEPTED, "accepted award that nothing will sign"),
    AwardState.SCHEDULED: (Topic.AWARDS_DUE, "scheduled award that no day will bring on"),
    AwardState.AWAITING_CLAIM: (Topic.AWARDS_DUE, "award whose time to be accepted never ends"),
}
"""By what a state is left, whatever people do."""


def promised_awards(topic: Topic = Topic.AWARDS_ACCEPTED) -> set[str]:
    """Return the ids of the awards that an unfinished piece of work holds; one that was given up promises nothing."""
    chunks = OutboxMessage.objects.filter(topic=topic, done_at=None, given_up_at=None)
    return {award_id for payload in chunks.values_list("payload", flat=True) for award_id in payload["award_ids"]}


def _approved_by_nobody() -> Iterator[object]:
    """Yield awards that wait for a second person where nobody but who made them holds the role."""
    waiting = Award.objects.filter(state=AwardState.AWAITING_APPROVAL).order_by("id")
    people: dict[str, set[str]] = {}
    for_a_person: dict[uuid.UUID, bool] = {}
    columns = ("id", "accepted_by", "version_id", "version__achievement__issuer__node__path")
    for award_id, made_by, version_id, path in waiting.values_list(*columns).iterator():
        if version_id not in for_a_person:
            for_a_person[version_id] = _waits_for_a_person(version_id)
        if path not in people:
            people[path] = _approvers_above(path)
        if for_a_person[version_id] and not people[path] - {made_by}:
            yield award_id


def _waits_for_a_person(version_id: uuid.UUID) -> bool:
    """Tell whether awards of a version wait for a second person: what waits for other bodies alone is theirs."""
    version = AchievementVersion.objects.select_related("achievement__issuer__node").get(pk=version_id)
    return ApprovalKind.SECOND_PERSON in approvals_needed(version)


def _approvers_above(path: str) -> set[str]:
    held = Membership.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=timezone.now()),
        user__is_active=True,
        role__in=INCLUDED_IN[Role.APPROVER],
    )
    rows = held.values_list("user_id", "node__path")
    return {str(user_id) for user_id, above in rows if path.startswith(above)}


def places_used_once() -> Iterator[Breach]:
    """N2: no place twice, by awards or statements, none outside its list, none beyond the cursor's count."""
    twice = Award.objects.values("status_list", "status_index").annotate(uses=Count("id")).filter(uses__gt=1)
    yield from breach_of("N2", "place used twice", (row["status_list"] for row in twice))
    an_award = Award.objects.filter(status_list=OuterRef("status_list"), status_index=OuterRef("status_index"))
    shared = SignedDocument.objects.filter(Exists(an_award)).values_list("id", flat=True)
    yield from breach_of("N2", "place used by a statement and an award", shared)
    for model in (Award, SignedDocument):
        outside = model._default_manager.filter(status_index__gte=F("status_list__size")).values_list("id", flat=True)
        yield from breach_of("N2", "place outside its list", outside)
    uses = Coalesce(Subquery(_uses_of(Award)), 0) + Coalesce(Subquery(_uses_of(SignedDocument)), 0)
    behind = StatusList.objects.annotate(uses=uses).filter(uses__gt=F("next")).values_list("id", flat=True)
    yield from breach_of("N2", "more places used than given out", behind)


def _uses_of(model: type[Model]) -> Any:
    """Return how many rows of a table use the outer list, as a query for `Subquery`."""
    rows = model._default_manager.filter(status_list=OuterRef("pk")).order_by().values("status_list")
    return rows.annotate(uses=Count("id")).values("uses")


def nothing_lost() -> Iterator[Breach]:
    """N3: the audit trail counts as many accepted awards as there are, organisation by organisation."""
    counted: dict[object, int] = {}
    acts = AuditEntry.objects.filter(act__in=ACCEPTING_ACTS).values_list("organisation_id", "detail")
    for organisation_id, detail in acts.iterator():
        counted[organisation_id] = counted.get(organisation_id, 0) + int(detail.get("count", 0))
    present = dict(Award.objects.order_by().values_list("organisation_id").annotate(Count("id")))
    fewer = [org for org, count in counted.items() if present.get(org, 0) < count]
    yield from breach_of("N3", "fewer awards than were acknowledged", fewer)
    more = [org for org, count in present.items() if counted.get(org, 0) < count]
    yield from breach_of("N6", "more awards than the audit trail authorises", more)


def authorised() -> Iterator[Breach]:
    """N6: every award names who accepted it; approval came from somebody else; credentials belong to awards."""
    nobody = Award.objects.filter(Q(accepted_by_kind="") | ~Q(accepted_by_kind="system") & Q(accepted_by=""))
    yield from breach_of("N6", "award that nobody accepted", nobody.values_list("id", flat=True))
    decided = Approval.objects.filter(ground="", by=F("award__accepted_by"), by_kind=F("award__accepted_by_kind"))
    alone = decided.filter(revision=F("award__revision"))
    yield from breach_of("N6", "award approved by who made it", alone.values_list("award_id", flat=True))
    soon = timezone.now() + dt.timedelta(seconds=60)
    early = Credential.objects.filter(Q(signed_at__lt=F("award__accepted_at")) | Q(signed_at__gt=soon))
    yield from breach_of(
        "N6", "credential signed before its award or in the future", early.values_list("pk", flat=True)
    )
