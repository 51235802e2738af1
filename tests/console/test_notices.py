"""What needs attention on the overview: approvals of each kind, changes of many, and keys of systems about to end."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing import attention
from issuing.models import ApprovalKind, ApprovalPolicy, ChangeKind
from issuing.services import ApprovalOrder, approve_awards, award_achievement, set_approval
from registry.actors import SYSTEM, actor_for_user
from registry.models import ApiKey, Membership, NewsKind, Organisation, Role, StaffNews
from registry.services import create_faculty
from tests.console.files import checked, press, work
from tests.console.houses import build_house
from tests.console.test_approvals import guarded
from tests.console.test_batch_approval import ROWS, become
from tests.console.test_many_changes import colleague, draft, house_with
from tests.integrations.builders import build_key
from tests.issuing.builders import build_order
from tests.issuing.requests import applicant, ask

pytestmark = pytest.mark.django_db
ONE = "One award waits for your approval"


def overview(house) -> str:
    return house.read(f"{house.home}overview/")


def test_award_that_waits_is_told_to_a_second_person_until_it_is_released():
    house, award = guarded()
    assert ONE in overview(house)
    assert ONE not in overview(build_house(Role.AWARDER, achievement=house.achievement))

    approve_awards(subject_id=award.pk, actor=actor_for_user(house.user))

    assert ONE not in overview(house)


def test_own_award_and_one_that_is_asked_of_nobody_any_more_are_not_told():
    house, _award = guarded()
    house.user.memberships.update(role=Role.OWNER)
    award_achievement(order=build_order(house.achievement, number=2), actor=actor_for_user(house.user))
    assert ONE in overview(house)

    ApprovalPolicy.objects.all().delete()

    assert ONE not in overview(house)


def test_place_tells_of_what_waits_below_it_alone():
    house, _award = guarded()
    root = house.achievement.issuer.node
    beside = create_faculty(parent=root, name={"en": "Arts"}, actor=SYSTEM)
    assert ONE not in house.read(f"{house.home}places/{beside.pk}/overview/")
    Membership.objects.filter(user=house.user).update(node=beside)
    assert ONE not in overview(house)


def test_award_of_another_organisation_waits_for_the_body_that_releases_it():
    body = build_house(Role.APPROVER)
    house, award = guarded(ApprovalKind.AWARDING_BODIES, bodies=[body.achievement.organisation])

    assert ONE in overview(body)
    assert ONE not in overview(house)
    approve = f"{body.home}approvals/{award.pk}/"
    body.client.post(approve, {"decision": "release"})
    assert ONE not in overview(body)


def test_file_that_waits_is_told_to_a_second_person():
    house = build_house()
    kinds = frozenset({ApprovalKind.SECOND_PERSON})
    set_approval(order=ApprovalOrder(place=house.achievement, kinds=kinds), actor=SYSTEM)
    checked(house, ROWS)
    press(house, "confirm")
    work()
    assert "waits for your approval" not in overview(house)
    become(house, Role.APPROVER)

    assert "One file waits for your approval" in overview(house)
    press(house, "approval/", act="approve")
    assert "waits for your approval" not in overview(house)


def test_change_of_many_is_told_to_a_second_person_and_by_mail():
    house, awards = house_with(2)
    Organisation.objects.update(second_person_over=1)
    page = draft(house, ChangeKind.REVOKE, award=[str(award.pk) for award in awards], reason_code="by-mistake")
    second = colleague(house, Role.APPROVER)
    told = "One change of many awards waits for a second person"
    assert told not in overview(second)
    house.client.post(page, {"count": "2"})

    assert told in overview(second)
    assert page in second.read(f"{house.home}approvals/")
    assert told not in overview(house)
    news = StaffNews.objects.get(kind=NewsKind.APPROVAL_ASKED)
    assert (news.count, news.maker) == (2, str(house.user.pk))
    second.client.post(f"{page}approve")
    assert told not in overview(second)


def test_key_about_to_end_is_told_to_who_administers_the_place():
    house = build_house(Role.ADMIN)
    key, _secret = build_key(house.achievement.issuer.node)
    told = "A key of a system ends within two weeks"
    assert told not in overview(house)
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() + dt.timedelta(days=5))

    assert told in overview(house)
    assert told not in overview(build_house(Role.AWARDER, achievement=house.achievement))
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=timezone.now())
    assert told not in overview(house)


def test_all_of_it_at_once_stays_within_the_queries_of_a_page(django_assert_max_num_queries):
    house, _award = guarded(ApprovalKind.SECOND_PERSON, ApprovalKind.LEARNER_APPLIES)
    house.user.memberships.update(role=Role.OWNER)
    ask(house.achievement, applicant())
    faculty = create_faculty(parent=house.achievement.issuer.node, name={"en": "Arts"}, actor=SYSTEM)

    with django_assert_max_num_queries(15):
        page = overview(house)
    with django_assert_max_num_queries(15):
        house.read(f"{house.home}places/{faculty.pk}/overview/")
    assert ONE in page
    assert "One request to decide" in page


def test_numbers_are_counted_up_to_a_bound(monkeypatch):
    house, _award = guarded(ApprovalKind.SECOND_PERSON, ApprovalKind.LEARNER_APPLIES)
    house.user.memberships.update(role=Role.OWNER)
    for number in range(2, 5):
        award_achievement(order=build_order(house.achievement, number=number), actor=SYSTEM)
    monkeypatch.setattr(attention, "MOST", 2)
    monkeypatch.setattr("console.notices.MOST", 2)
    monkeypatch.setattr("issuing.request_lists.MOST_COUNTED", 2)
    for _number in range(4):
        ask(house.achievement, applicant())

    page = overview(house)

    assert "2+ awards wait for your approval" in page
    assert "2+ requests to decide" in page
    assert "Requests (2+)" in " ".join(page.split())


def test_what_waits_is_read_along_indexes():
    house, award = guarded(ApprovalKind.SECOND_PERSON, ApprovalKind.LEARNER_APPLIES)
    house.user.memberships.update(role=Role.OWNER)
    _fill(award)

    with CaptureQueriesContext(connection) as seen:
        overview(house)

    for table, index in (
        ("issuing_approvalasked", "approval_asked_single"),
        ("issuing_application", "application_waiting"),
    ):
        plans = [_plan(one["sql"]) for one in seen.captured_queries if f'FROM "{table}"' in one["sql"]]
        assert any(index in plan for plan in plans), plans
        assert not any(f"Seq Scan on {table}" in plan for plan in plans), plans


def _fill(award) -> None:
    """Let files of many wait, and give the organisation many requests that were decided."""
    user, version = applicant(), award.version
    with connection.cursor() as cursor:
        # Neither awards nor files stand behind these rows.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO issuing_approvalasked (award_id, organisation_id, version_id, batch_id, asked_at)"
            " SELECT gen_random_uuid(), %s, md5((n %% 500)::text)::uuid, gen_random_uuid(), now()"
            " FROM generate_series(1, 20000) AS n",
            [award.organisation_id],
        )
        cursor.execute(
            "INSERT INTO issuing_application (id, organisation_id, achievement_id, user_id, name, language, evidence_url,"
            " evidence_name, statement, state, made_at, decided_by_kind, decided_by, reason, refused_code)"
            " SELECT gen_random_uuid(), %s, %s, %s, 'Ada', 'en', '', '', '', 'declined', now(), '', '', 'No', ''"
            " FROM generate_series(1, 20000)",
            [award.organisation_id, version.achievement_id, user.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        for table in (
            "issuing_approvalasked",
            "issuing_application",
            "catalogue_achievementversion",
            "catalogue_party",
        ):
            cursor.execute(f"ANALYZE {table}")


def _plan(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())
