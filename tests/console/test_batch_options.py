"""How a file is awarded: people who hold the award, when it goes out, its end, what a row needs; and its groups."""

import re

import pytest

from issuing.models import Award, AwardState, BatchState
from tests.console.files import checked, newest, page_of, press, work
from tests.console.houses import build_house, problems
from tests.issuing.builders import build_achievement
from tests.issuing.ways import award_now, sign

pytestmark = pytest.mark.django_db
RULE = {"measure": "score", "at_least": "60", "scale": "percent"}
TWO = "name,email,awarded_on\nAda One,ada1@example.org,2026-11-02\nNew One,new@example.org,2026-11-02\n"
CHOSEN = {"duplicates": "policy", "when": "now"}


def sums_on(page):
    """Return what the page's numbers say: {words: number}."""
    found = re.search(r'<dl class="sum">.*?</dl>', page, re.DOTALL)
    pairs = re.findall(r"<dt>(?:<svg.*?</svg>)?(.*?)</dt><dd>(\d+)</dd>", found[0], re.DOTALL)
    return {words.strip(): int(number) for words, number in pairs}


def test_groups_add_up_to_the_rows_of_the_file():
    house = build_house(achievement=build_achievement(outcome_rule=RULE))
    award_now(house.achievement, number=1)
    page = checked(
        house,
        "name,email,result\n"
        "Good One,good@example.org,60.0\n"
        "Ada One,ada1@example.org,80\n"
        "No Result,none@example.org,\n"
        "Ill One,ill@example.org,krank\n"
        "Below One,below@example.org,59.99\n"
        ",noname@example.org,90\n"
        "Good Again,good@example.org,90\n",
    )

    sums = sums_on(page)
    assert sums == {
        "rows in the file": 7,
        "ready": 1,
        "with an error": 2,
        "no result": 2,
        "twice in the file": 1,
        "already awarded": 1,
    }
    assert sum(number for words, number in sums.items() if words != "rows in the file") == 7
    assert "Award 1, leave out 5" in page


def test_awarder_may_vouch_for_results_where_she_says_so():
    house = build_house(achievement=build_achievement(outcome_rule=RULE))
    checked(house, "name,email,result\nNo Result,none@example.org,\n")
    assert newest().counts == {"refused": 1}

    press(house, "options/", **CHOSEN)
    work()

    assert newest().counts == {"good": 1}
    assert 'name="result_needed" id="id_result_needed"' in page_of(house, "options/") or "result_needed" in page_of(
        house, "options/"
    )


def test_file_without_a_column_of_results_needs_none():
    house = build_house(achievement=build_achievement(outcome_rule=RULE))

    assert "2 learners can be awarded" in checked(house, TWO)


def test_rows_without_evidence_are_left_out_where_that_is_asked_for():
    house = build_house()
    checked(house, "name,email,evidence_url\nAda,ada@example.org,https://example.org/1\nBo,bo@example.org,\n")
    assert newest().counts == {"good": 2}

    press(house, "options/", **CHOSEN, evidence_needed="on")
    work()

    assert sums_on(page_of(house))["no evidence"] == 1
    assert newest().counts == {"good": 1, "refused": 1}


@pytest.mark.parametrize(
    ("duplicates", "counts"),
    [
        ("policy", {"already-awarded": 1, "good": 1}),
        ("skip", {"already-awarded": 1, "good": 1}),
        ("refuse", {"refused": 1, "good": 1}),
    ],
)
def test_people_who_hold_the_award_are_handled_as_the_file_says(duplicates, counts):
    house = build_house()
    award_now(house.achievement, number=1)
    checked(house, TWO)

    press(house, "options/", duplicates=duplicates, when="now")
    work()

    assert newest().counts == counts


def test_replacing_takes_who_may_revoke_and_replaces_what_differs():
    house = build_house()
    award = award_now(house.achievement, number=1)
    sign()
    checked(house, TWO)

    press(house, "options/", duplicates="replace", when="now")
    work()
    assert newest().counts == {"good": 2}
    press(house, "confirm")
    work()

    assert Award.objects.get(replaces=award).state == AwardState.SCHEDULED


def test_day_to_come_and_end_hold_for_rows_that_name_none():
    house = build_house()
    checked(house, TWO)
    press(house, "options/", duplicates="policy", when="day", send_on="2027-01-31", valid_until="2030-12-31")
    work()
    assert "31 January 2027" in page_of(house)

    press(house, "confirm")
    work()

    assert {award.state for award in Award.objects.all()} == {AwardState.SCHEDULED}
    assert {award.valid_until.year for award in Award.objects.all()} == {2030}
    assert "Undo all of them" in page_of(house)


def test_faults_of_options_are_told_beside_their_fields():
    house = build_house()
    checked(house, TWO)

    answer = press(house, "options/", duplicates="", when="day", send_on="")
    said = problems(answer.content.decode())
    assert "Choose the day on which it goes out." in said
    assert len(said) == 2

    over = press(house, "options/", duplicates="policy", when="day", send_on="2020-01-31")
    assert over.status_code == 422
    assert len(problems(over.content.decode())) == 1
    assert newest().state == BatchState.READY


def test_options_are_not_changed_once_the_file_is_confirmed():
    house = build_house()
    checked(house, TWO)
    press(house, "confirm")

    answer = press(house, "options/", duplicates="skip", when="now")

    assert answer.status_code == 422
    assert any("does not allow" in said for said in problems(answer.content.decode()))


def test_undone_file_can_be_sent_anew():
    house = build_house()
    checked(house, TWO)
    press(house, "confirm")
    work()
    press(house, "undo")
    from issuing.services import end_wait

    end_wait(batch_id=newest().pk, ending="undone", by_kind="system", by="")

    page = checked(house, TWO)

    assert "2 learners can be awarded" in page
    press(house, "confirm")
    work()
    assert Award.objects.filter(state=AwardState.SCHEDULED).count() == 2
