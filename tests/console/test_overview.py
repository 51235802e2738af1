"""The overview of a place: figures that agree with the rows, what needs attention, and files of both tables."""

import csv
import datetime as dt
import io

import pytest
from django.utils import timezone

from console.charts import bar_chart
from issuing.models import Batch, BatchState, BounceKind, DailyCount, Letter
from issuing.services import accept_award, record_bounce, revoke_credential
from registry.actors import SYSTEM
from registry.models import Issuer, Role, User
from registry.services import ProfileOrder, create_faculty, create_issuer
from tests.console.houses import build_house, signed_in
from tests.console.test_award_many import MIXED, send, worked_off
from tests.issuing.builders import build_achievement
from tests.issuing.ways import award_now, bearer, sign
from tests.registry.builders import build_member, build_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    house = build_house()
    Issuer.objects.update(state="active")
    return house


DRAWING = {"name": {"en": "Drawing"}, "description": {"en": "With a pencil."}}


def strip_of(page: str) -> list[int]:
    part = page.partition('<dl class="strip">')[2].partition("</dl>")[0]
    return [int(one.partition("<")[0]) for one in part.split("<dd>")[1:]]


def table(house, name: str, **asked) -> list[list[str]]:
    node = house.achievement.issuer.node
    answer = house.client.get(f"{house.home}places/{node.pk}/{name}.csv", asked)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_empty_house_is_told_what_will_stand_there(house):
    page = house.read(f"{house.home}overview/")

    assert strip_of(page) == [0, 0, 0, 0, 0]
    assert "Nothing waits for anybody here." in page
    assert "No file was sent yet." in page


def test_figures_follow_what_happens_and_the_files_say_the_same(house):
    awards = [award_now(house.achievement, number=number) for number in range(4)]
    sign()
    accept_award(award_id=awards[0].pk, actor=bearer(awards[0]))
    revoke_credential(credential_id=awards[1].pk, reason="By mistake.", actor=SYSTEM)

    page = house.read(f"{house.home}overview/")

    assert strip_of(page) == [4, 1, 2, 0, 1]
    assert "4 awarded and 1 accepted in all." in page
    assert table(house, "time")[-1][1:] == ["4", "1", "0", "1"]
    assert table(house, "time", period="days")[-1][1:] == ["4", "1", "0", "1"]
    assert table(house, "achievements")[1] == ["Data Basics", "4", "1", "2", "0", "1"]


def test_what_waits_for_long_is_told_whatever_the_period(house):
    award_now(house.achievement, number=1)
    sign()
    DailyCount.objects.update(day=timezone.now().date() - dt.timedelta(days=800))

    page = house.read(f"{house.home}overview/", period="days")

    assert strip_of(page) == [0, 0, 1, 0, 0]
    assert "1 for more than 30 days" in page
    assert strip_of(house.read(f"{house.home}overview/", period="years")) == [1, 0, 1, 0, 0]


def test_place_counts_what_is_issued_below_it_and_nothing_beside(house):
    faculty = create_faculty(parent=house.achievement.issuer.node, name={"en": "Arts"}, actor=SYSTEM)
    profile = ProfileOrder(name={"en": "Arts"}, url="https://arts.example.org")
    issuer = create_issuer(node=faculty, slug="arts", profile=profile, actor=SYSTEM)
    Issuer.objects.filter(pk=issuer.pk).update(state="active")
    other = build_achievement(issuer, texts=DRAWING)
    award_now(house.achievement, number=1)
    award_now(other, number=2)
    sign()
    below = f"{house.home}places/{faculty.pk}/overview/"

    assert strip_of(house.read(f"{house.home}overview/"))[0] == 2
    assert strip_of(house.read(below))[0] == 1
    assert "Data Basics" not in house.read(below)
    assert below in house.read(f"{house.home}overview/")
    dean = signed_in(_user(build_member(faculty, Role.VIEWER)))
    assert strip_of(dean.get(f"{house.home}overview/").content.decode())[0] == 1
    assert dean.get(f"{house.home}places/{house.achievement.issuer.node.pk}/overview/").status_code == 404


def _user(member):
    return User.objects.get(pk=member.user_id)


def test_letters_that_came_back_and_keys_that_are_missing_need_attention(house):
    award_now(house.achievement, number=1)
    sign()
    Letter.objects.update(state="sent", sent_at=timezone.now())
    letter = Letter.objects.get()
    record_bounce(message_id=letter.message_id, kind=BounceKind.RETURNED, at=timezone.now())
    Issuer.objects.update(signing_stopped_at=timezone.now())

    page = house.read(f"{house.home}overview/")

    assert "One e-mail came back" in page
    assert f'href="{house.home}returned/"' in page
    assert "does not sign" in page


def test_file_that_waits_is_told_to_those_who_can_confirm_it(house):
    worked_off(send(house, MIXED))
    batch = Batch.objects.get()
    assert batch.state == BatchState.READY

    assert "One file waits to be confirmed" in house.read(f"{house.home}overview/")
    reader = signed_in(_user(build_member(house.achievement.issuer.node, Role.VIEWER)))
    page = reader.get(f"{house.home}overview/").content.decode()
    assert "waits to be confirmed" not in page
    assert str(batch.pk) in page


def test_unknown_period_or_table_is_no_page_and_a_stranger_learns_nothing(house):
    node = house.achievement.issuer.node
    assert house.client.get(f"{house.home}overview/", {"period": "for-ever"}).status_code == 404
    assert house.client.get(f"{house.home}places/{node.pk}/people.csv").status_code == 404
    assert signed_in(build_user()).get(f"{house.home}overview/").status_code == 404


@pytest.mark.parametrize(("highest", "top"), [(0, 4), (4, 4), (5, 8), (13, 20), (99_999, 120_000)])
def test_scale_ends_at_a_round_number(highest, top):
    chart = bar_chart(["a"], [("a", [highest])])

    assert chart.across[-1].text == str(top)
    assert chart.bars[0].height <= 200


def test_overview_takes_few_queries_however_much_there_is(house, django_assert_max_num_queries):
    for _number in range(30):
        build_achievement(house.achievement.issuer)
    award_now(house.achievement, number=1)
    sign()

    with django_assert_max_num_queries(15):
        house.read(f"{house.home}overview/")
