"""State x act x role: the table, what the services do, and what docs/architecture.md says are one."""

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from catalogue.models import Party, PartyRole
from issuing.models import Approval, ApprovalKind, Award, AwardState, Credential, Letter, SignedDocument
from issuing.services import (
    ApprovalOrder,
    accept_award,
    advance_due,
    approve_awards,
    award_achievement,
    cancel_award,
    decline_award,
    refuse_awards,
    send_now,
    set_approval,
    supersede_credential,
)
from issuing.services.advancing import advance_awards
from issuing.steps import take_step
from issuing.way import ENDED, ORDER, QUEUED, SIGNED, STEPS, Act, Needs, Who, first_state, next_state, step_of
from registry.actors import SYSTEM, Actor
from registry.models import AuditEntry, OutboxMessage, Role
from tests.at_once import told
from tests.issuing.builders import awarder_at, build_achievement, build_issuer, build_order
from tests.issuing.ways import bearer, sign
from tests.registry.builders import build_member

DOCS = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"
STATES = (*ORDER, *SIGNED, *ENDED)
PEOPLE = tuple(who for who in Who if who is not Who.SYSTEM)
ACTS_OF_PEOPLE = {Act.APPROVE, Act.REFUSE, Act.CORRECT, Act.SCHEDULE, Act.CANCEL, Act.CLAIM, Act.DECLINE}
"""Each is asked for in `acts`: from every state, by every role."""
ACTS_OF_THE_HOUSE = {Act.LAPSE, Act.REPLACE, Act.SIGN, Act.FAIL, Act.DELIVER}
"""Each is taken by `advance_awards` or `take_step`: from every state."""


def lines_of_table() -> Iterator[str]:
    """Yield the matrix: a row for each state and act that leaves it, a column for each role with where it leads."""
    yield f"| state | act | {' | '.join(Who)} |"
    yield "| --- | --- |" + " --- |" * len(Who)
    for state, act in product([None, *STATES], Act):
        step = (
            step_of(act, state) if state else next((one for one in STEPS if one.act is act and not one.sources), None)
        )
        if step is not None:
            cells = [str(getattr(step.target, "value", step.target)) if who in step.who else "" for who in Who]
            yield f"| {state.value if state else '(new)'} | {act} | {' | '.join(cells)} |"


def lines_of_queues() -> Iterator[str]:
    yield "| state | queued on the way in |"
    yield "| --- | --- |"
    for state in STATES:
        yield f"| {state.value} | {', '.join(QUEUED[state])} |"


def test_table_stands_in_the_docs():
    assert set(STATES) == set(AwardState)
    table, queues = "\n".join(lines_of_table()), "\n".join(lines_of_queues())
    print(table, queues, sep="\n\n")

    assert table in DOCS.read_text()
    assert queues in DOCS.read_text()


@pytest.mark.parametrize("approval", [True, False])
@pytest.mark.parametrize("day", ["none", "past", "future"])
@pytest.mark.parametrize("claim", [True, False])
def test_steps_that_nothing_asks_for_are_left_out(approval, day, claim):
    at = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    days = {"none": None, "past": at - dt.timedelta(days=1), "future": at + dt.timedelta(days=1)}
    needs = Needs(approval=approval, not_before=days[day], claim=claim)

    way = [first_state(needs, at=at)]
    while way[-1] is not AwardState.ACCEPTED:
        way.append(next_state(way[-1], needs, at=at))

    asked = {"awaiting_approval": approval, "scheduled": day == "future", "awaiting_claim": claim, "accepted": True}
    assert [state.value for state in way] == [state for state, wanted in asked.items() if wanted]


# -- what the services do -----------------------------------------------------------------------------


def build_line(role: Who):
    """Return an achievement whose awards wait for a body where a body acts, else for a second person."""
    other = build_issuer()
    achievement = build_achievement()
    party = Party(
        version=achievement.versions.get(), role=PartyRole.CO_AWARDS, name="Other", organisation=other.organisation
    )
    Party.objects.bulk_create([party])
    kind = ApprovalKind.AWARDING_BODIES if role is Who.BODY else ApprovalKind.SECOND_PERSON
    set_approval(order=ApprovalOrder(place=achievement, kinds=frozenset({kind})), actor=SYSTEM)
    return achievement, other


def actor_of(role: Who, achievement, other, award) -> Actor:
    if role is Who.HOLDER:
        return bearer(award)
    if role is Who.BODY:
        return build_member(other.organisation.nodes.get(parent=None), Role.APPROVER)
    return build_member(achievement.issuer.node, Role.AWARDER if role is Who.AWARDER else Role.APPROVER)


def acts(award: Award, actor: Actor, party: str) -> dict[Act, Callable[[], object]]:
    order = build_order(award.version.achievement)
    own = {"subject_id": award.pk, "actor": actor, "party": party}
    return {
        Act.APPROVE: lambda: approve_awards(**own),
        Act.REFUSE: lambda: refuse_awards(reason="No", **own),
        Act.CORRECT: lambda: supersede_credential(credential_id=award.pk, order=order, reason="Name", actor=actor),
        Act.SCHEDULE: lambda: send_now(award_id=award.pk, actor=actor),
        Act.CANCEL: lambda: cancel_award(award_id=award.pk, actor=actor),
        Act.CLAIM: lambda: accept_award(award_id=award.pk, actor=actor),
        Act.DECLINE: lambda: decline_award(award_id=award.pk, actor=actor),
    }


def outcome(award: Award, act: Callable[[], object]) -> str | None:
    """Return the state that an act leaves the award in, None where it was refused or did not touch it; all is undone.

    A refusal has a code and a sentence, and leaves nothing behind.
    """
    before = (award.state, award.revision, award.claimed_at, award.declined_at)
    found, stored = None, left_by_acts()
    with transaction.atomic():
        code = told(act)
        now = Award.objects.get(pk=award.pk)
        found = now.state if (now.state, now.revision, now.claimed_at, now.declined_at) != before else None
        assert not code or left_by_acts() == stored, (code, award.state)
        transaction.set_rollback(True)
    return found


def left_by_acts() -> list[int]:
    """Return how much there is of what acts leave behind."""
    return [model.objects.count() for model in (AuditEntry, OutboxMessage, Letter, Approval, Award, SignedDocument)]


def test_every_act_of_the_table_is_asked_for():
    by_people = {step.act for step in STEPS if step.sources and set(step.who) & set(PEOPLE)}
    others = {step.act for step in STEPS if step.sources} - by_people

    assert by_people == ACTS_OF_PEOPLE
    assert others == ACTS_OF_THE_HOUSE


@pytest.mark.django_db
@pytest.mark.parametrize("act", [act for act in Act if any(step.act is act and step.sources for step in STEPS)])
def test_step_is_taken_from_its_states_alone(act):
    """Whatever asks for it: no award leaves a state by a step that the table does not have."""
    award = award_achievement(order=build_order(build_achievement()), actor=SYSTEM)
    for state in AwardState:
        Award.objects.filter(pk=award.pk).update(state=state)
        stored = left_by_acts()
        with transaction.atomic():
            taken = advance_awards([award.pk], act)
            assert bool(taken) == (step_of(act, state) is not None), state
            assert taken or (Award.objects.get(pk=award.pk).state, left_by_acts()) == (state, stored)
            transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("act", [Act.SIGN, Act.FAIL, Act.DELIVER])
def test_worker_takes_its_steps_from_their_states_alone(act):
    award = award_achievement(order=build_order(build_achievement()), actor=SYSTEM)
    for state in AwardState:
        Award.objects.filter(pk=award.pk).update(state=state)
        assert take_step([award.pk], act) == (step_of(act, state) is not None)


@pytest.mark.django_db
def test_days_that_come_move_what_waits_for_them_alone():
    award = award_achievement(order=build_order(build_achievement()), actor=SYSTEM)
    past = timezone.now() - dt.timedelta(days=1)
    for state in AwardState:
        Award.objects.filter(pk=award.pk).update(state=state, not_before=past, claim_until=past)
        stored = left_by_acts()
        with transaction.atomic():
            advance_due(award_ids=[award.pk])
            moves = step_of(Act.SCHEDULE, state) or step_of(Act.LAPSE, state)
            assert (Award.objects.get(pk=award.pk).state != state) == (moves is not None), state
            assert moves or left_by_acts() == stored
            transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("role", PEOPLE)
def test_services_do_what_the_table_says(role):
    achievement, other = build_line(role)
    award = award_achievement(order=build_order(achievement), actor=awarder_at(achievement))
    party = other.organisation.slug if role is Who.BODY else ""
    actor = actor_of(role, achievement, other, award)
    done: set[tuple[str, str]] = set()
    for state in AwardState:
        if state is AwardState.SIGNED:
            Award.objects.filter(pk=award.pk).update(state=AwardState.AWAITING_APPROVAL)
            pass_approval(award, achievement, other, role)
            sign()
            assert Credential.objects.filter(pk=award.pk).exists()
        elif state is not AwardState.DELIVERED and Credential.objects.filter(pk=award.pk).exists():
            award = award_achievement(order=build_order(achievement), actor=awarder_at(achievement))
            actor = actor_of(role, achievement, other, award) if role is Who.HOLDER else actor
        Award.objects.filter(pk=award.pk).update(state=state, claim_until=timezone.now() + dt.timedelta(days=1))
        award = Award.objects.select_related("version__achievement").get(pk=award.pk)
        for act, do in acts(award, actor, party).items():
            step, found = step_of(act, state), outcome(award, do)
            allowed = step is not None and role in step.who
            assert (found is not None) == allowed, (state, act, role, found)
            if allowed and isinstance(step.target, AwardState):
                assert found == step.target, (state, act, role)
            done.add((state, act))
    assert done == {(state, act) for state in AwardState for act in ACTS_OF_PEOPLE}


def pass_approval(award: Award, achievement, other, role: Who) -> None:
    who = Who.BODY if role is Who.BODY else Who.APPROVER
    slug = other.organisation.slug if who is Who.BODY else ""
    approve_awards(subject_id=award.pk, actor=actor_of(who, achievement, other, award), party=slug)
