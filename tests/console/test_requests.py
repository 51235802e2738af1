"""Requests on pages: the queue in the console, deciding, many at once, and where else a request is told of."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from issuing.models import Application, ApplicationState, ApprovalKind, ApprovalPolicy, Award
from issuing.services import decline_application, grant_application
from registry.actors import SYSTEM
from registry.models import Issuer, Role
from registry.qr_codes import qr_code_svg
from registry.services import create_faculty
from tests.console.houses import build_house, problems
from tests.issuing.builders import build_achievement
from tests.issuing.requests import applicant, ask, open_to_requests, work
from tests.issuing.ways import breaches, sign

pytestmark = pytest.mark.django_db


def house_with(*people, role=Role.AWARDER, **content):
    """Return a house, and the requests of some people for what it awards."""
    house = build_house(role, achievement=open_to_requests(**content))
    return house, [ask(house.achievement, one, name=f"Person {number}") for number, one in enumerate(people, start=1)]


def page_of(house, made) -> str:
    return f"{house.home}requests/{made.pk}/"


def state_of(made) -> str:
    return Application.objects.values_list("state", flat=True).get(pk=made.pk)


def test_queue_tells_how_many_wait_and_shows_the_evidence_of_each():
    house, (made, _other) = house_with(applicant("ada@example.org"), applicant())
    made.evidence_url, made.evidence_name = "https://example.org/work", "My thesis"
    made.save()

    page = house.read(f"{house.home}requests/")

    assert "Requests (2)" in " ".join(page.split())
    assert all(words in page for words in ("ada@example.org", "My thesis", "https://example.org/work", "Person 2"))
    assert "Requests (2)" in " ".join(house.read(house.home).split())


def test_request_is_read_with_its_evidence_and_approved_once():
    house, (made,) = house_with(applicant())
    made.statement = "I did <b>all</b> of it"
    made.save()

    page = house.read(page_of(house, made))
    assert "I did &lt;b&gt;all&lt;/b&gt; of it" in page
    for _time in range(2):
        answer = house.client.post(
            page_of(house, made), {"decision": "approve", "awarded_on": "2026-01-15"}, follow=True
        )

    assert answer.status_code == 200
    award = Award.objects.get()
    assert (award.awarded_on.isoformat(), award.source_kind) == ("2026-01-15", "request")
    assert "On request" in house.read(house.page_of(award))
    assert "Open the award" in house.read(page_of(house, made))
    assert "Nothing" in house.read(f"{house.home}requests/") or "No request waits" in house.read(
        f"{house.home}requests/"
    )
    assert "Person 1" in house.read(f"{house.home}requests/", show="decided")
    sign()
    assert breaches() == []


def test_declining_wants_a_reason_that_the_applicant_reads():
    house, (made,) = house_with(applicant())

    answer = house.client.post(page_of(house, made), {"decision": "decline", "reason": " "})
    assert answer.status_code == 422
    assert any("Write the reason" in one for one in problems(answer.content.decode()))
    house.client.post(page_of(house, made), {"decision": "decline", "reason": "No thesis"})

    assert state_of(made) == ApplicationState.DECLINED
    assert "No thesis" in work()[0].body


def test_missing_result_is_told_beside_its_field_and_can_be_entered():
    house, (made,) = house_with(applicant(), result_required=True)

    answer = house.client.post(page_of(house, made), {"decision": "approve"})
    assert answer.status_code == 422
    assert "not awarded without" in answer.content.decode()
    assert 'href="#id_result"' in answer.content.decode()
    house.client.post(page_of(house, made), {"decision": "approve", "result": "passed"})

    assert state_of(made) == ApplicationState.GRANTED


def test_many_are_approved_at_once_and_what_cannot_be_says_why():
    house, made = house_with(applicant(), applicant(), applicant())
    EmailAddress.objects.filter(user=made[1].user).update(verified=False)

    said = house.client.post(f"{house.home}requests/approve/", {"request": [str(one.pk) for one in made]}, follow=True)

    assert "3 requests are being awarded." in said.content.decode()
    assert "is being awarded" in said.content.decode()
    work()
    assert [state_of(one) for one in made] == ["granted", "open", "granted"]
    assert "is not confirmed any more" in house.read(f"{house.home}requests/")
    none = house.client.post(f"{house.home}requests/approve/", {}, follow=True).content.decode()
    assert "Choose at least one request." in none


def test_own_request_is_somebody_elses_to_decide():
    house = build_house(Role.OWNER, achievement=open_to_requests())
    EmailAddress.objects.create(user=house.user, email=house.user.email, verified=True, primary=True)
    made = ask(house.achievement, house.user)

    assert "Approve and award" not in house.read(page_of(house, made))
    answer = house.client.post(page_of(house, made), {"decision": "approve"}, follow=True).content.decode()

    assert "somebody else has to decide" in answer
    assert state_of(made) == ApplicationState.OPEN


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.APPROVER])
def test_who_may_not_award_is_shown_no_request(role):
    house, (made,) = house_with(applicant("ada@example.org"), role=role)

    assert house.client.get(page_of(house, made)).status_code == 404
    page = house.read(f"{house.home}requests/")
    assert "ada@example.org" not in page
    assert "Requests (" not in page
    house.client.post(f"{house.home}requests/approve/", {"request": str(made.pk)})
    assert state_of(made) == ApplicationState.OPEN


def test_request_of_another_organisation_is_not_there():
    house, (made,) = house_with(applicant())
    other, _none = house_with()

    assert other.client.get(page_of(other, made)).status_code == 404
    assert other.client.get(page_of(house, made)).status_code == 404
    other.client.post(f"{other.home}requests/approve/", {"request": str(made.pk)})
    assert state_of(made) == ApplicationState.OPEN


def test_link_and_code_lead_to_the_page_on_which_one_applies():
    house, _none = house_with()
    page = house.read(f"{house.home}achievements/{house.achievement.pk}/requests/")
    path = f"/apply/{house.achievement.issuer.slug}/{house.achievement.slug}/"
    (link,) = set(re.findall(rf"https?://[^\"<]*{path}", page))
    assert qr_code_svg(link) in page
    closed = build_house(achievement=build_achievement())
    page = closed.read(f"{closed.home}achievements/{closed.achievement.pk}/requests/")
    assert "/apply/" not in page
    assert "Nobody can apply for this yet" in page


def test_owner_lets_learners_apply_on_the_page_of_rules():
    house = build_house(Role.OWNER, achievement=build_achievement())
    rule = reverse("console:entry_rule", args=[house.achievement.organisation.slug, house.achievement.pk])

    page = house.read(rule)
    assert "Requests of learners" in page
    house.client.post(rule, {"kinds": ["only_on_request"]})

    assert ApprovalPolicy.objects.get().kind == ApprovalKind.ONLY_ON_REQUEST


def test_overview_and_person_tell_of_open_requests():
    user = applicant("ada@example.org")
    house, (first,) = house_with(user)
    award = grant_application(application_id=first.pk, actor=SYSTEM)
    other = build_achievement(house.achievement.issuer)
    ApprovalPolicy.objects.create(
        organisation=other.organisation, achievement=other, kind=ApprovalKind.LEARNER_APPLIES
    )
    made = ask(other, user)

    person = house.read(f"{house.home}people/{award.learner_id}/")
    assert "Open requests" in person
    assert page_of(house, made) in person
    assert "One request to decide" in house.read(f"{house.home}overview/")
    decline_application(application_id=made.pk, reason="No.", actor=SYSTEM)
    assert "Open requests" not in house.read(f"{house.home}people/{award.learner_id}/")
    assert "One request to decide" not in house.read(f"{house.home}overview/")


def test_overview_of_a_place_tells_of_what_waits_below_it_alone():
    house, _made = house_with(applicant())
    node = house.achievement.issuer.node
    other = create_faculty(parent=node.organisation.nodes.get(parent=None), name={"en": "Elsewhere"}, actor=SYSTEM)
    assert "One request to decide" in house.read(f"{house.home}places/{node.pk}/overview/")
    colleague = build_house(achievement=house.achievement)
    other.memberships.create(user=colleague.user, role=Role.AWARDER)
    assert "One request to decide" not in colleague.read(f"{house.home}places/{other.pk}/overview/")


def test_waiting_request_costs_the_overview_no_more_than_it_may(django_assert_max_num_queries):
    house, _made = house_with(applicant())
    with django_assert_max_num_queries(15):
        house.read(f"{house.home}overview/")
    with django_assert_max_num_queries(15):
        house.read(f"{house.home}requests/")


def test_roles_above_one_another_count_a_request_once():
    house, _made = house_with(applicant())
    root = house.achievement.issuer.node
    faculty = create_faculty(parent=root, name={"en": "Faculty"}, actor=SYSTEM)
    Issuer.objects.filter(node=root).update(node=faculty)
    faculty.memberships.create(user=house.user, role=Role.OWNER)
    assert "Requests (1)" in " ".join(house.read(house.home).split())
