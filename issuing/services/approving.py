"""Approving what waits for somebody else than who made it: a second person, or the bodies that award jointly.

1. The awards that wait are held. 2. Whoever decides may do so, and fixed none of the facts himself. 3. The decision is
written down; a body of this installation signs a release of its own. 4. What has all that it needs goes on; what was
refused by one ends. Of a file with more than a hundred awards that wait, 4 and the releases are the worker's
(`issuing.services.settling`): the answer is there at once, and no transaction holds them all.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify

from catalogue.models import Party
from issuing.errors import (
    BatchStateError,
    BodyDecidesItselfError,
    CredentialNotFoundError,
    GroundRequiredError,
    NoSuchBodyError,
    SecondPersonError,
)
from issuing.models import Approval, ApprovalKind, Award, AwardState, Batch, BatchState, Decision
from issuing.rules import cleaned
from issuing.services.advancing import advance_awards
from issuing.services.basis import require_mandates_today
from issuing.services.claiming import refused_state
from issuing.services.oneself import person_behind
from issuing.services.policies import approvals_needed, other_bodies
from issuing.services.statements import office_of, request_release
from issuing.services.status import checked_reason
from issuing.way import Act
from registry.actors import Actor
from registry.audit import record_act
from registry.models import Node, Role
from registry.outbox import Topic, publish
from registry.permissions import Scope, has_role, require_role
from registry.selectors import as_now

DECIDED_AT_ONCE = 100
"""What is settled before the answer; more of one file is the worker's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDecision:
    """What a body without an organisation here decided, as the awarder records it; pages say who says so."""

    ground: str
    decided_on: dt.date
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision has led to: awards that went on or ended, and those that wait for somebody else still.

    `queued`: how many of a file the worker goes through.
    """

    moved: tuple[uuid.UUID, ...] = ()
    waiting: tuple[uuid.UUID, ...] = ()
    queued: int = 0


@dataclass(frozen=True, slots=True)
class _Case:
    """One decision: about which awards, for which body, by whom."""

    subject: Award | Batch
    awards: Sequence[Award]
    body: Party | None
    actor: Actor
    decision: Decision
    reason: str
    recorded: RecordedDecision | None

    @property
    def is_signed_here(self) -> bool:
        """Whether it is a release that a body of this installation signs."""
        return self.decision == Decision.RELEASE and self.body is not None and self.recorded is None


def approve_awards(
    *, subject_id: uuid.UUID, actor: Actor, party: str = "", recorded: RecordedDecision | None = None
) -> Decided:
    """Approve an award, or all of a file that wait, as a second person or for a co-awarding body; safe to repeat.

    Args:
        subject_id: of an award or a batch.
        actor: an approver here or, for a body with an organisation here, one of that organisation.
        party: the body: its organisation's slug, or its name as one; empty for a second person.
        recorded: of a body without an organisation here, what it decided.

    Raises:
        CredentialNotFoundError: there is no such award or file, or `actor` may not know of it.
        RoleRequiredError, ScopeRequiredError: `actor` may not decide this.
        SecondPersonError: `actor` made or corrected one of the awards.
        StateError: nothing of it waits for approval.
        BatchStateError: its file is still being awarded.
        NoSuchBodyError, GroundRequiredError, BodyDecidesItselfError: the body is not one, or cannot decide so.
        IssuerMissingError: the body has no office here that could sign its release.
        MandateMissingError: it is in the name of another organisation, which mandates the issuer no more.
    """
    return _decide(subject_id, Decision.RELEASE, "", actor, party, recorded)


def refuse_awards(
    *, subject_id: uuid.UUID, actor: Actor, reason: str, party: str = "", recorded: RecordedDecision | None = None
) -> Decided:
    """Refuse an award, or all of a file that wait: they end unsigned. One body that refuses is enough.

    Raises:
        ReasonRequiredError: no reason, or one over 500 characters.
        Others: as `approve_awards`.
    """
    return _decide(subject_id, Decision.REFUSE, checked_reason(reason), actor, party, recorded)


def _decide(
    subject_id: uuid.UUID,
    decision: Decision,
    reason: str,
    actor: Actor,
    party: str,
    recorded: RecordedDecision | None,
) -> Decided:
    with transaction.atomic():
        subject, awards, count = _subject(subject_id)  # 1
        actor = as_now(actor)
        waiting = [award for award in awards if award.state == AwardState.AWAITING_APPROVAL]
        body = _body(awards[0], party, actor)
        case = _Case(subject, waiting, body, actor, decision, reason, recorded)
        _require(case, awards[0])  # 2
        if isinstance(subject, Batch) and subject.state == BatchState.RUNNING:
            raise BatchStateError(state=subject.state)
        if not waiting:
            raise refused_state(awards[0])
        _require_another(case)
        if decision == Decision.RELEASE:
            require_mandates_today(awards[0].version)
        moved = [] if count else _settle_here(case)
        if count and isinstance(subject, Batch):
            _queue(case, subject)
        act = "approved" if decision == Decision.RELEASE else "refused"
        detail = {"moved": len(moved), "party": str(body.pk) if body else ""} | ({"queued": count} if count else {})
        record_act(actor, f"{subject._meta.model_name}.{act}", subject, organisation=awards[0].organisation, **detail)
    gone = set(moved)
    left = () if count else tuple(award.pk for award in waiting if award.pk not in gone)
    return Decided(moved=tuple(moved), waiting=left, queued=count)


def _settle_here(case: _Case) -> list[uuid.UUID]:
    rows = _write(case)  # 3
    if case.is_signed_here and case.body is not None and rows:
        for award in _open_ones(case):
            request_release(award=award, party=case.body, approval=rows[0], actor=case.actor)
    Approval.objects.bulk_create(rows)
    return settle(case.awards, case.decision)  # 4


def _queue(case: _Case, batch: Batch) -> None:
    """Write the decision down, and leave the rest to the worker. Facts that are fixed anew meanwhile are others."""
    if case.is_signed_here and case.body is not None:
        office_of(case.body)
    anew = Award.objects.defer("facts").filter(batch=batch, state=AwardState.AWAITING_APPROVAL, revision__gt=0)
    rows = _write(replace(case, awards=list(anew)))  # 3
    decision = _row(case, batch=batch)
    Approval.objects.bulk_create([*(row for row in rows if row.award_id), decision])
    publish(Topic.BATCH_DECIDED, {"approval_id": decision.pk}, tenant=batch.organisation_id)


def require_decider(*, award: Award, actor: Actor, party: str = "") -> None:
    """Refuse whoever may not decide on an award, whether or not it waits: as a second person, or for the body `party`.

    Raises:
        CredentialNotFoundError, RoleRequiredError, ScopeRequiredError, NoSuchBodyError, GroundRequiredError: as
            `approve_awards`.
    """
    _require(_Case(award, [award], _body(award, party, actor), actor, Decision.REFUSE, "", None), award)


def awards_held() -> QuerySet[Award]:
    """Return awards with what deciding on them reads, their rows held until the act ends."""
    return Award.objects.select_for_update(of=("self",)).select_related(
        "organisation", "version__achievement__issuer__node"
    )


def _subject(subject_id: uuid.UUID) -> tuple[Award | Batch, list[Award], int]:
    """Return what is decided on and its awards; of a file with many that wait the first one, and how many they are.

    Raises:
        CredentialNotFoundError: there is none.
    """
    awards = list(awards_held().filter(pk=subject_id))
    if awards:
        return awards[0], awards, 0
    batch = Batch.objects.select_for_update().filter(pk=subject_id).first()
    own = awards_held().filter(batch=subject_id).order_by("row_number")
    waiting = own.filter(state=AwardState.AWAITING_APPROVAL)
    count = waiting.count()
    few = count <= DECIDED_AT_ONCE
    awards = list((waiting if count else own)[: DECIDED_AT_ONCE if few else 1])
    if batch is None or not awards:
        raise CredentialNotFoundError
    return batch, awards, 0 if few else count


def _node(award: Award) -> Node:
    return award.version.achievement.issuer.node


def _may_see(actor: Actor, award: Award) -> bool:
    return has_role(actor, _node(award), Role.VIEWER) or has_role(
        actor, _node(award), Role.APPROVER, scope=Scope.AWARDS_APPROVE
    )


def _body(award: Award, name: str, actor: Actor) -> Party | None:
    """Return the co-awarding body that a name means; strangers are told nothing of it."""
    if not name:
        return None
    bodies = {
        party.organisation.slug if party.organisation else slugify(party.name): party for party in _bodies(award)
    }
    if name in bodies:
        return bodies[name]
    if not _may_see(actor, award):
        raise CredentialNotFoundError
    raise NoSuchBodyError(named=name, known=", ".join(bodies))


def _bodies(award: Award) -> list[Party]:
    return other_bodies(award.version)


def _require(case: _Case, award: Award) -> None:
    """Refuse whoever may not decide this; who may not even look at the award learns nothing of it."""
    body, actor = case.body, case.actor
    own = body.organisation.nodes.get(parent=None) if body is not None and body.organisation else None
    at = own or _node(award)
    role = Role.AWARDER if body is not None and own is None else Role.APPROVER
    if not has_role(actor, at, role, scope=Scope.AWARDS_APPROVE):
        if not _may_see(actor, award):
            raise CredentialNotFoundError
        require_role(actor, at, role, scope=Scope.AWARDS_APPROVE)
    if case.recorded is not None and (body is None or own is not None):
        raise BodyDecidesItselfError
    if body is not None and own is None and not _is_grounded(case.recorded):
        raise GroundRequiredError


def _is_grounded(recorded: RecordedDecision | None) -> bool:
    return recorded is not None and bool(cleaned(recorded.ground).text) and bool(cleaned(recorded.reference).text)


def _require_another(case: _Case) -> None:
    """Refuse a person who fixed the facts, also behind a key of theirs. What is recorded of others is no decision."""
    if case.recorded is not None:
        return
    made_by = {(award.accepted_by_kind, award.accepted_by) for award in case.awards}
    if isinstance(case.subject, Batch):
        waiting = Award.objects.filter(batch=case.subject, state=AwardState.AWAITING_APPROVAL)
        made_by = set(waiting.order_by().values_list("accepted_by_kind", "accepted_by").distinct())
    if person_behind(case.actor.kind, case.actor.id) in {person_behind(kind, by) for kind, by in made_by}:
        raise SecondPersonError


def _open_ones(case: _Case) -> list[Award]:
    """Return the awards on which nothing was decided so before."""
    if case.decision == Decision.REFUSE:
        return list(case.awards)
    known, party = _released(case.awards), case.body.pk if case.body else None
    return [award for award in case.awards if party not in known[award.pk]]


def _write(case: _Case) -> list[Approval]:
    """Return the decision as it is written down: one row for a file, and one for each award whose facts were fixed anew."""
    open_ones, is_file = _open_ones(case), isinstance(case.subject, Batch)
    rows = [_row(case, award=award, revision=award.revision) for award in open_ones if not is_file or award.revision]
    if is_file and any(not award.revision for award in open_ones):
        rows.append(_row(case, batch=case.subject))
    return rows


def _row(case: _Case, **about: object) -> Approval:
    recorded = case.recorded
    return Approval(
        party=case.body,
        decision=case.decision,
        reason=case.reason,
        by_kind=case.actor.kind,
        by=case.actor.id,
        at=timezone.now(),
        ground=cleaned(recorded.ground).text if recorded else "",
        decided_on=recorded.decided_on if recorded else None,
        reference=cleaned(recorded.reference).text if recorded else "",
        **about,
    )


def _released(awards: Iterable[Award]) -> dict[uuid.UUID, set[uuid.UUID | None]]:
    """Return {award: by whom it was released: bodies, or None for a second person}, of its facts as they are now."""
    by_id = {award.pk: award for award in awards}
    batches = {award.batch_id for award in by_id.values() if award.batch_id}
    rows = Approval.objects.filter(
        Q(award_id__any_of=list(by_id)) | Q(batch__in=batches), decision=Decision.RELEASE
    ).values_list("award_id", "batch_id", "revision", "party_id")
    released: dict[uuid.UUID, set[uuid.UUID | None]] = {pk: set() for pk in by_id}
    of_files: dict[uuid.UUID | None, set[uuid.UUID | None]] = {}
    for award_id, batch_id, revision, party_id in rows:
        if award_id is None:
            of_files.setdefault(batch_id, set()).add(party_id)
        elif by_id[award_id].revision == revision:
            released[award_id].add(party_id)
    for pk, award in by_id.items():
        if award.revision == 0 and award.batch_id:
            released[pk] |= of_files.get(award.batch_id, set())
    return released


def settle(awards: Sequence[Award], decision: str) -> list[uuid.UUID]:
    """Let go on what has all that it needs, or end what was refused, in the caller's transaction; returns which."""
    if decision == Decision.REFUSE:
        ids = [award.pk for award in awards]
        return [row.id for row in advance_awards(ids, Act.REFUSE, refused_code="approval-refused")]
    released = _released(awards)
    needed: dict[uuid.UUID, set[uuid.UUID | None]] = {}
    for award in awards:
        if award.version_id not in needed:
            needed[award.version_id] = _needed(award)
    complete = [award.pk for award in awards if needed[award.version_id] <= released[award.pk]]
    return [row.id for row in advance_awards(complete, Act.APPROVE)]


def _needed(award: Award) -> set[uuid.UUID | None]:
    kinds = approvals_needed(award.version)
    bodies = {party.pk for party in _bodies(award)} if ApprovalKind.AWARDING_BODIES in kinds else set()
    return bodies | ({None} if ApprovalKind.SECOND_PERSON in kinds else set())
