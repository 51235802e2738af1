"""Awarding one by hand: every fault at once, a look at what will be signed, a time to undo it."""

import datetime as dt
import json
import re
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from catalogue.models import DuplicatePolicy
from console.award_rows import MOST_ROWS
from issuing.models import ApprovalKind, Award, AwardState, Credential, Letter
from issuing.services import ApprovalOrder, set_approval
from registry.actors import SYSTEM
from registry.markdown import html_of
from registry.models import AuditEntry, Role, SigningPolicy, Visibility
from tests.console.houses import build_house, filled, problems
from tests.issuing.builders import build_achievement, build_issuer
from tests.issuing.ways import award_now, breaches, sign

pytestmark = pytest.mark.django_db
ADA = {"name": "Ada Example", "email": "ada@example.org", "when": "now", "language": "en"}


def award_by_hand(house, **said):
    """Fill in, look, award: as somebody does; return the page that follows."""
    page = house.client.post(house.award_page, ADA | said | {"act": "check"}).content.decode()
    return house.client.post(house.award_page, filled(page) | {"act": "award"}, follow=True)


def test_looking_at_it_makes_nothing():
    house = build_house()

    page = house.client.post(house.award_page, ADA | {"act": "check", "learning_from": "2026-01-05"}).content.decode()

    assert "Nothing has been signed or sent yet" in page
    assert "Ada Example" in page
    assert "has awarded you “Data Basics”" in page
    assert "(the secret link)" in page
    assert "HolderNameStandsHere" not in page
    assert not Award.objects.exists()
    assert not Letter.objects.exists()


def test_what_is_shown_is_what_is_signed():
    house = build_house(undo_minutes=0)
    said = ADA | {"participation": "On site", "narrative": "Read *data* well.", "evidence_url": "https://e.example/1"}
    shown = house.client.post(house.award_page, said | {"act": "check"}).context["preview"].document

    award_by_hand(house, **said)
    sign()

    signed = json.loads(Credential.objects.get().document)
    for document in (shown, signed):
        for given in ("id", "credentialStatus", "proof", "validFrom"):
            document.pop(given, None)
        for given in ("id", "identifier"):
            document["credentialSubject"].pop(given, None)
    assert shown == signed


def test_words_in_markdown_are_shown_alike_before_and_after_and_signed_as_typed():
    house = build_house(undo_minutes=0, default_visibility=Visibility.UNLISTED)
    typed = (
        "Read *data* **well**:\n\n- first\n- <b>then</b> [the work](https://e.example/1)\n\n<script>alert(1)</script>"
    )
    before = house.client.post(house.award_page, ADA | {"narrative": typed, "act": "check"}).content.decode()

    award_by_hand(house, narrative=typed)
    sign()

    credential = Credential.objects.get()
    after = house.client.get(f"/c/{credential.pk}").content.decode()
    assert html_of(typed) in before
    assert html_of(typed) in after
    assert "<strong>well</strong>" in after
    assert "<script>alert" not in after
    assert json.loads(credential.document)["credentialSubject"]["narrative"] == typed


def test_award_can_be_undone_before_anything_is_signed():
    house = build_house()

    page = award_by_hand(house)
    award = Award.objects.get()

    assert "Not signed yet" in page.content.decode()
    assert award.state == AwardState.SCHEDULED
    assert dt.timedelta(minutes=9) < award.not_before - timezone.now() < dt.timedelta(minutes=11)
    assert sign() == 0
    page = house.client.post(f"{house.page_of(award)}undo", follow=True).content.decode()
    assert "Undone before it was signed" in page
    award.refresh_from_db()
    assert award.state == AwardState.CANCELLED
    assert sign() == 0
    assert not Letter.objects.exists()
    assert breaches() == []


def test_award_can_be_sent_at_once():
    house = build_house()
    award_by_hand(house)
    award = Award.objects.get()

    house.client.post(f"{house.page_of(award)}send")

    assert sign() == 1
    assert Credential.objects.filter(award=award).exists()
    acts = list(AuditEntry.objects.filter(object_id=str(award.pk)).values_list("act", flat=True))
    assert acts == ["award.accepted", "award.sent"]
    again = house.client.post(f"{house.page_of(award)}send", follow=True).content.decode()
    assert "cannot be done with an award in this state" in again
    assert breaches() == []


def test_every_fault_is_told_at_once_beside_its_field_and_nothing_is_lost():
    house = build_house()
    said = {"name": "", "email": "ada@", "awarded_on": "2999-01-01", "credits_earned": "-1", "narrative": "Kept"}

    answer = house.client.post(house.award_page, ADA | said | {"act": "check"})
    page = answer.content.decode()

    assert answer.status_code == 422
    told = problems(page)
    assert len(told) >= 4, told
    for field in ("name", "email", "awarded_on", "credits_earned"):
        assert f'href="#id_{field}"' in page, field
    assert page.count('aria-invalid="true"') >= 4
    assert ">Kept</textarea>" in page.replace("\n", "")
    assert "ada@" in page


def test_person_who_holds_it_already_is_told_with_the_way_there():
    house = build_house()
    award = award_now(house.achievement, number=1)

    page = house.client.post(house.award_page, ADA | {"email": "ada1@example.org", "act": "check"}).content.decode()

    assert "already holds this award" in page
    assert f"/awards/{award.pk}/" in page
    assert Award.objects.count() == 1


def test_replacement_is_announced():
    house = build_house(achievement=build_achievement(build_issuer(), duplicates=DuplicatePolicy.REPLACE))
    award_now(house.achievement, number=1)

    page = house.client.post(house.award_page, ADA | {"email": "ada1@example.org", "act": "check"}).content.decode()

    assert "takes the place of the award that this person holds" in page


def test_page_says_whom_it_waits_for():
    house = build_house(signing_policy=SigningPolicy.AT_CLAIM)
    order = ApprovalOrder(place=house.achievement, kinds=frozenset({ApprovalKind.SECOND_PERSON}))
    set_approval(order=order, actor=SYSTEM)

    page = house.client.post(house.award_page, ADA | {"act": "check"}).content.decode()

    assert "waits for a second person" in page
    assert "signed once they accept it" in page


def test_day_to_come_is_kept_where_the_organisation_is():
    house = build_house(timezone="Europe/Berlin")
    day = timezone.now().date() + dt.timedelta(days=3)

    award_by_hand(house, when="day", send_on=day.isoformat())

    begins = Award.objects.get().not_before
    assert begins.astimezone(ZoneInfo("Europe/Berlin")) == dt.datetime.combine(
        day, dt.time(), ZoneInfo("Europe/Berlin")
    )
    missing = house.client.post(house.award_page, ADA | {"when": "day", "act": "check"}).content.decode()
    assert any("Choose the day" in one for one in problems(missing))


def test_back_and_a_second_click_award_once():
    house = build_house(achievement=build_achievement(build_issuer(), duplicates=DuplicatePolicy.ALLOW))
    page = house.client.post(house.award_page, ADA | {"repeat": "on", "act": "check"}).content.decode()
    sheet = filled(page) | {"act": "award"}

    first = house.client.post(house.award_page, sheet)
    second = house.client.post(house.award_page, sheet)

    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    assert Award.objects.count() == 1
    other = house.client.post(house.award_page, sheet | {"name": "Eve Example"}).content.decode()
    assert "This was sent before with other words" in other
    assert Award.objects.count() == 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.APPROVER])
def test_who_may_not_award_sees_no_button_and_is_refused(role):
    house = build_house(role)

    assert "/award/" not in house.read(f"{house.home}achievements/{house.achievement.pk}/")
    assert house.client.post(house.award_page, ADA | {"act": "award"}).status_code == 403
    assert not Award.objects.exists()


def test_demoted_persons_next_click_is_refused():
    house = build_house()
    page = house.client.post(house.award_page, ADA | {"act": "check"}).content.decode()
    house.user.memberships.all().delete()

    assert house.client.post(house.award_page, filled(page) | {"act": "award"}).status_code == 404
    assert not Award.objects.exists()


def test_other_organisations_pages_are_not_there():
    house, other = build_house(), build_house()
    award = award_now(other.achievement)

    for address in (other.home, other.award_page, other.page_of(award), f"{other.home}awards/"):
        assert house.client.get(address).status_code == 404
    crossed = f"{house.home}awards/{award.pk}/"
    assert house.client.get(crossed).status_code == 404
    assert house.client.post(f"{crossed}undo").status_code == 404


def test_organisation_may_ask_for_a_second_step_before_anything_is_done():
    house = build_house(mfa_required=True)

    for answer in (house.client.get(house.home), house.client.post(house.award_page, ADA | {"act": "award"})):
        assert answer.status_code == 403
        assert "Set up the second step" in answer.content.decode()
    assert not Award.objects.exists()


RESULTS = (
    {"key": "thesis", "name": {"en": "Thesis"}, "type": "Percent"},
    {"key": "defence", "name": {"en": "Defence"}, "type": "LetterGrade"},
)
RULE = {"measure": "score", "at_least": "60", "scale": "percent"}


def house_with_results():
    house = build_house(undo_minutes=0)
    house.achievement = build_achievement(house.achievement.issuer, result_descriptions=RESULTS, outcome_rule=RULE)
    return house


def test_several_results_and_pieces_of_evidence_are_stated_by_hand(django_assert_max_num_queries):
    house = house_with_results()
    with django_assert_max_num_queries(15):
        empty = house.client.get(house.award_page).content.decode()
    assert '<option value="result" selected>Share of the total score</option>' in empty
    assert empty.count('<details class="fold further">') == 2 * (MOST_ROWS - 1)
    said = {"result": "75", "result_which": "result", "result_4": "A", "result_which_4": "defence"}
    said |= {"evidence_name": "A talk", "evidence_url_2": "https://e.example/2", "evidence_name_2": "A film"}
    preview = house.client.post(house.award_page, ADA | said | {"act": "check"}).content.decode()
    assert "<dt>Defence</dt><dd>A</dd>" in preview

    award_by_hand(house, **said)
    sign()

    signed = json.loads(Credential.objects.get().document)
    results = [
        (one["resultDescription"].rpartition("#")[2], one["value"]) for one in signed["credentialSubject"]["result"]
    ]
    assert results == [("result", "75"), ("defence", "A")]
    assert [one.get("id", one["name"]) for one in signed["evidence"]] == ["A talk", "https://e.example/2"]
    assert breaches() == []


def test_each_row_that_is_wrong_is_told_beside_its_field_and_stands_open():
    house = house_with_results()
    said = {
        "result": "59.99",
        "result_3": "much",
        "result_which_3": "result",
        "result_5": "B",
        "result_which_5": "defence",
    }
    said |= {"evidence_url_2": "javascript:alert(1)", "evidence_url_3": "https://e.example/3", "evidence_url_4": "//x"}

    page = house.client.post(house.award_page, ADA | said | {"act": "check"}).content.decode()

    assert set(re.findall(r'href="#id_(\w+)"', page)) == {"result", "result_3", "evidence_url_2", "evidence_url_4"}
    assert page.count('<details class="fold further" open>') == 4 + 3
    for kept in ("javascript:alert(1)", "59.99", "much", "//x"):
        assert f'value="{kept}"' in page


def test_the_only_result_may_stand_in_a_later_row():
    house = house_with_results()

    page = house.client.post(
        house.award_page, ADA | {"result_2": "3", "result_which_2": "result", "act": "check"}
    ).content.decode()

    assert set(re.findall(r'href="#id_(\w+)"', page)) == {"result_2"}
