"""Requests of learners: who may ask, who decides, what becomes an award, and what the applicant is told."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from catalogue.models import DuplicatePolicy
from issuing.errors import (
    AddressUnconfirmedError,
    AlreadyAppliedError,
    AlreadyAwardedError,
    FactsRefusedError,
    OnlyOnRequestError,
    OwnRequestError,
    RequestDecidedError,
    TakesNoRequestsError,
    TooManyRequestsOpenError,
)
from issuing.models import (
    Application,
    ApplicationState,
    ApprovalKind,
    Award,
    BounceKind,
    Letter,
    LetterState,
    SourceKind,
)
from issuing.services import (
    ApprovalOrder,
    BatchOrder,
    Correction,
    applying,
    award_achievement,
    correct_credential,
    decline_application,
    forget_requests,
    grant_application,
    grant_applications,
    make_batch,
    preview_award,
    record_bounce,
    set_approval,
    withdraw_application,
)
from issuing.stated import ResultOrder
from registry.actors import SYSTEM
from registry.errors import NotFoundError
from registry.models import NewsKind, OutboxMessage, Role, StaffNews, User
from tests.issuing.builders import build_achievement, build_order
from tests.issuing.requests import applicant, ask, open_to_requests, work
from tests.issuing.ways import breaches, sign
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db


def test_approved_request_becomes_an_award_whose_source_it_is_and_is_told():
    achievement = open_to_requests()
    user = applicant("ada@example.org")
    made = ask(
        achievement, user, name="Ada  Lovelace", evidence_url="https://example.org/work", evidence_name="Thesis"
    )
    awarder = build_member(achievement.issuer.node, Role.AWARDER)

    award = grant_application(application_id=made.pk, actor=awarder)

    made.refresh_from_db()
    assert (made.state, made.award, made.decided_by) == (ApplicationState.GRANTED, award, awarder.id)
    assert (award.source_kind, award.source_ref) == (SourceKind.REQUEST, str(made.pk))
    assert '"https://example.org/work"' in award.facts
    assert '"Ada Lovelace"' in award.facts
    assert grant_application(application_id=made.pk, actor=awarder) == award
    assert Award.objects.count() == 1
    sign()
    sent = work()
    assert any("Your request for" in one.subject and "was approved" in one.subject for one in sent)
    assert {tuple(one.to) for one in sent} == {("ada@example.org",)}
    assert breaches() == []


def test_staff_hears_of_it_where_it_is_awarded():
    achievement = open_to_requests()
    ask(achievement, applicant())

    news = StaffNews.objects.get()
    assert (news.kind, news.node) == (NewsKind.REQUEST_WAITING, achievement.issuer.node)


def test_declined_request_awards_nothing_and_tells_the_reason():
    achievement = open_to_requests()
    made = ask(achievement, applicant())
    awarder = build_member(achievement.issuer.node, Role.AWARDER)
    with pytest.raises(Exception, match="reason"):
        decline_application(application_id=made.pk, reason=" ", actor=awarder)

    decline_application(application_id=made.pk, reason="The thesis is missing.", actor=awarder)

    sent = work()
    assert len(sent) == 1
    assert "declined" in sent[0].subject
    assert "The thesis is missing." in sent[0].body
    assert "/account/requests/" in sent[0].body
    record_bounce(message_id=sent[0].extra_headers["Message-ID"], kind=BounceKind.RETURNED, at=timezone.now())
    assert Letter.objects.get().bounced_at
    assert Award.objects.count() == 0
    with pytest.raises(RequestDecidedError):
        grant_application(application_id=made.pk, actor=awarder)
    assert ask(achievement, made.user).state == ApplicationState.OPEN
    assert breaches() == []


def test_closed_account_gets_no_answer():
    achievement = open_to_requests()
    made = ask(achievement, applicant())
    decline_application(application_id=made.pk, reason="No.", actor=SYSTEM)
    User.objects.filter(pk=made.user_id).update(is_active=False)

    assert work() == []
    assert Letter.objects.get().state == LetterState.DROPPED


def test_nobody_decides_on_their_own_request():
    achievement = open_to_requests()
    actor = build_member(achievement.issuer.node, Role.OWNER)
    own = User.objects.get(pk=actor.user_id)
    EmailAddress.objects.update_or_create(user=own, email=own.email, defaults={"verified": True, "primary": True})
    made, other = ask(achievement, own), ask(achievement, applicant())

    for act in (grant_application, decline_application):
        with pytest.raises(OwnRequestError):
            act(application_id=made.pk, actor=actor, **({"reason": "x"} if act is decline_application else {}))
    assert grant_applications(application_ids=[made.pk, other.pk], actor=actor) == 1
    made.refresh_from_db()
    assert made.state == ApplicationState.OPEN


def test_request_is_refused_where_nobody_may_apply():
    achievement = build_achievement()
    with pytest.raises(TakesNoRequestsError):
        ask(achievement, applicant())
    set_approval(
        order=ApprovalOrder(place=achievement.issuer.node, kinds=frozenset({ApprovalKind.LEARNER_APPLIES})),
        actor=SYSTEM,
    )
    assert ask(achievement, applicant()).state == ApplicationState.OPEN
    with pytest.raises(TakesNoRequestsError):
        ask(build_achievement(), applicant())


def test_address_has_to_be_confirmed_when_asking_and_when_deciding():
    achievement = open_to_requests()
    user = applicant(verified=False)
    with pytest.raises(AddressUnconfirmedError):
        ask(achievement, user)
    EmailAddress.objects.filter(user=user).update(verified=True)
    made = ask(achievement, user)
    EmailAddress.objects.filter(user=user).update(verified=False)
    with pytest.raises(AddressUnconfirmedError):
        grant_application(application_id=made.pk, actor=SYSTEM)
    assert Award.objects.count() == 0


def test_every_fault_of_a_request_is_told_at_once_and_a_result_is_for_staff_to_state():
    achievement = open_to_requests(evidence_required=True, result_required=True)
    user = applicant()
    with pytest.raises(FactsRefusedError) as refused:
        ask(achievement, user, name=" ")
    assert {one.place for one in refused.value.refusals} == {"name", "evidence_url"}
    made = ask(achievement, user, evidence_url="https://example.org/work")
    with pytest.raises(FactsRefusedError):
        grant_application(application_id=made.pk, actor=SYSTEM)
    award = grant_application(application_id=made.pk, actor=SYSTEM, results=(ResultOrder(value="passed"),))
    assert '"passed"' in award.facts


def test_one_request_for_each_achievement_and_a_bound_for_all(monkeypatch):
    achievement, other = open_to_requests(), open_to_requests()
    user = applicant()
    ask(achievement, user)
    with pytest.raises(AlreadyAppliedError):
        ask(achievement, user)
    monkeypatch.setattr(applying, "MOST_OPEN", 1)
    with pytest.raises(TooManyRequestsOpenError):
        ask(other, user)
    assert Application.objects.count() == 1


def test_what_one_holds_is_not_asked_for_again_unless_it_is_awarded_again():
    once, again = open_to_requests(), open_to_requests(duplicates=DuplicatePolicy.ALLOW)
    user = applicant()
    for achievement in (once, again):
        grant_application(application_id=ask(achievement, user).pk, actor=SYSTEM)
    with pytest.raises(AlreadyAwardedError):
        ask(once, user)
    grant_application(application_id=ask(again, user).pk, actor=SYSTEM)
    assert Award.objects.count() == 3


def test_applicant_takes_it_back_until_it_is_decided():
    achievement = open_to_requests()
    made, other = ask(achievement, applicant()), ask(achievement, applicant())
    with pytest.raises(NotFoundError):
        withdraw_application(application_id=made.pk, user=other.user)

    withdraw_application(application_id=made.pk, user=made.user)

    assert withdraw_application(application_id=made.pk, user=made.user).state == ApplicationState.WITHDRAWN
    with pytest.raises(RequestDecidedError):
        grant_application(application_id=made.pk, actor=SYSTEM)
    grant_application(application_id=other.pk, actor=SYSTEM)
    with pytest.raises(RequestDecidedError):
        withdraw_application(application_id=other.pk, user=other.user)


def test_many_are_awarded_by_the_worker_each_with_a_fate_of_its_own():
    achievement = open_to_requests()
    made = [ask(achievement, applicant()) for _number in range(3)]
    EmailAddress.objects.filter(user=made[1].user).update(verified=False)
    awarder = build_member(achievement.issuer.node, Role.AWARDER)

    assert grant_applications(application_ids=[one.pk for one in made], actor=awarder) == 3
    assert Award.objects.count() == 0
    work()

    for one in made:
        one.refresh_from_db()
    assert [one.state for one in made] == ["granted", "open", "granted"]
    assert made[1].refused_code == "address-unconfirmed"
    assert {award.accepted_by for award in Award.objects.all()} == {awarder.id}
    assert not OutboxMessage.objects.filter(task="issuing.grant_requests", done_at=None).exists()
    assert breaches() == []


def test_who_has_lost_the_role_meanwhile_awards_none_of_them():
    achievement = open_to_requests()
    made = ask(achievement, applicant())
    awarder = build_member(achievement.issuer.node, Role.AWARDER)
    grant_applications(application_ids=[made.pk], actor=awarder)
    achievement.issuer.node.memberships.filter(user=awarder.user_id).delete()

    work()

    made.refresh_from_db()
    assert (made.state, made.refused_code) == (ApplicationState.OPEN, "role-required")
    assert Award.objects.count() == 0


def test_answered_requests_are_forgotten_and_what_was_written_beside_an_award_too():
    achievement = open_to_requests()
    granted, declined, waiting = (ask(achievement, applicant(), statement="All mine") for _number in range(3))
    grant_application(application_id=granted.pk, actor=SYSTEM)
    decline_application(application_id=declined.pk, reason="No.", actor=SYSTEM)
    later = timezone.now() + dt.timedelta(days=179)
    assert forget_requests(later) == 0

    assert forget_requests(later + dt.timedelta(days=2)) == 2

    assert {(one.pk, one.statement) for one in Application.objects.all()} == {
        (granted.pk, ""),
        (waiting.pk, "All mine"),
    }


def test_only_who_applied_is_awarded_where_the_policy_says_so():
    achievement = open_to_requests(ApprovalKind.ONLY_ON_REQUEST)
    order = build_order(achievement)
    for act in (award_achievement, preview_award):
        with pytest.raises(OnlyOnRequestError):
            act(order=order, actor=SYSTEM)
    file = BatchOrder(achievement=achievement, content=b"email,name\na@example.org,Ada\n", kind="csv")
    with pytest.raises(OnlyOnRequestError):
        make_batch(order=file, actor=SYSTEM)
    award = grant_application(application_id=ask(achievement, applicant()).pk, actor=SYSTEM)
    sign()
    correction = Correction(name="Ada King")
    assert correct_credential(credential_id=award.pk, correction=correction, reason="Name", actor=SYSTEM)


def test_applying_lets_no_award_wait_and_leaves_the_other_ways_open():
    achievement = open_to_requests(ApprovalKind.LEARNER_APPLIES)
    award = award_achievement(order=build_order(achievement), actor=SYSTEM)
    assert award.state == "accepted"
    both = frozenset({ApprovalKind.LEARNER_APPLIES, ApprovalKind.SECOND_PERSON})
    set_approval(order=ApprovalOrder(place=achievement, kinds=both), actor=SYSTEM)
    made = grant_application(application_id=ask(achievement, applicant()).pk, actor=SYSTEM)
    assert (made.state, made.source_kind) == ("awaiting_approval", "request")
