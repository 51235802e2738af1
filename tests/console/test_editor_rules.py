"""Beside the facts: the rules of the award tried on the spot, runs of the course, the badge, what a second award does."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalogue.models import Audience, DuplicatePolicy
from issuing.models import Award
from issuing.services import award_achievement
from registry.actors import SYSTEM
from registry.errors import RegistryError
from registry.models import Role
from tests.catalogue.test_uploads import PLAIN, bomb
from tests.console.houses import problems
from tests.console.test_editor import desk, page_of, said, save
from tests.issuing.builders import build_achievement, build_order

pytestmark = pytest.mark.django_db
RULE = {"measure": "score", "at_least": "60", "scale": "percent"}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("55", "55 % gives no award: 60 % is needed."),
        ("59.95", "59.95 % gives no award: 60 % is needed."),
        ("59.99999999999999999999", "59.99999999999999999999 % gives no award"),
        ("60", "60 % gives an award."),
        ("60,0 %", "60,0 % gives an award."),
        ("many", "Write a number"),
        ("NaN", "Write a number"),
        ("1e400", "1e400 % gives an award."),
    ],
)
def test_outcome_rule_is_tried_on_the_spot_with_exact_decimals(value, sentence):
    house = desk(outcome_rule=RULE)

    assert sentence in house.read(page_of(house, "edit/rules/"), **{"try": value})


def test_without_a_rule_any_result_is_awarded():
    house = desk()

    assert "any result may be awarded" in house.read(page_of(house, "edit/rules/"), **{"try": "1"})


def test_rules_of_the_award_are_kept():
    house = desk()

    answer = save(
        house, "edit/rules/", outcome_rule__measure="content", outcome_rule__at_least="80,5", evidence_required="true",
        valid_for_days="365", suspendable="true", **{
            "result_descriptions-0-key": "grade", "result_descriptions-0-name": "Grade", "result_descriptions-0-type": "LetterGrade"
        },
    )  # fmt: skip

    assert answer.status_code == 302
    kept = said(house)
    assert kept.outcome_rule == {"measure": "content", "at_least": "80.5", "scale": "percent"}
    assert (kept.evidence_required, kept.result_required, kept.suspendable, kept.valid_for_days) == (
        True,
        False,
        True,
        365,
    )
    assert list(kept.result_descriptions) == [{"key": "grade", "name": {"en": "Grade"}, "type": "LetterGrade"}]
    save(
        house,
        "edit/rules/",
        outcome_rule__measure="",
        outcome_rule__at_least="",
        **{"result_descriptions-0-gone": "on"},
    )
    assert said(house).outcome_rule == {}
    assert not said(house).result_descriptions


def test_faults_of_rules_are_told_beside_them():
    house = desk()

    answer = save(
        house,
        "edit/rules/",
        outcome_rule__measure="score",
        outcome_rule__at_least="160",
        valid_for_days="0",
        **{"result_descriptions-0-name": "Grade"},
    )

    assert answer.status_code == 422
    assert len(problems(answer.content.decode())) == 3


def test_award_is_refused_without_what_the_achievement_asks_for():
    achievement = build_achievement(evidence_required=True, result_required=True, outcome_rule=RULE)

    with pytest.raises(RegistryError) as refused:
        award_achievement(order=build_order(achievement), actor=SYSTEM)

    assert {one.code for one in refused.value.every_refusal} == {"evidence-missing", "result-missing"}
    assert not Award.objects.exists()


def test_runs_of_a_published_course_make_no_new_version():
    house = desk(publish=True)

    answer = save(
        house, "edit/dates/", **{
            "runs-0-starts_on": "2027-03-01", "runs-0-ends_on": "2027-05-01", "runs-0-place": "Aula", "runs-0-price": "49 EUR",
        },
    )  # fmt: skip

    assert answer.status_code == 302
    assert house.achievement.versions.count() == 1
    assert [(run.place, run.price) for run in said(house).runs] == [("Aula", {"en": "49 EUR"})]
    wrong = save(
        house,
        "edit/dates/",
        **{"runs-1-starts_on": "2027-03-01", "runs-1-ends_on": "2027-02-01", "runs-1-url": "nowhere"},
    )
    assert wrong.status_code == 422
    assert len(problems(wrong.content.decode())) == 2
    save(house, "edit/dates/", **{"runs-0-gone": "on"})
    assert not said(house).runs


def test_second_award_and_audience_are_chosen_and_hold_at_once():
    house = desk(publish=True)
    page = house.read(page_of(house, "edit/rules/"))
    for words in (
        "cannot be awarded it again",
        "the person holds two",
        "which reads “Replaced”",
        "in no list and no search",
    ):
        assert words in page, "each choice says what it does"

    house.client.post(page_of(house, "policies"), {"duplicates": "replace", "audience": "organisation"})

    house.achievement.refresh_from_db()
    assert house.achievement.duplicates == DuplicatePolicy.REPLACE
    assert house.achievement.audience == Audience.ORGANISATION
    assert house.achievement.versions.count() == 1
    house.client.post(page_of(house, "policies"), {"duplicates": "often", "audience": "public"})
    house.achievement.refresh_from_db()
    assert house.achievement.audience == Audience.ORGANISATION, "half of it is not done"


def upload(house, data, name="badge.svg", **more):
    return house.client.post(page_of(house, "picture"), {"picture": SimpleUploadedFile(name, data), **more})


def test_own_picture_is_uploaded_described_and_taken_away():
    house = desk()

    assert upload(house, PLAIN).status_code == 302
    save(house, "edit/badge/", image_alt__en="A wave of data")
    assert house.client.get(page_of(house, "badge.svg"))["Content-Type"] == "image/png"
    for name in ("preview/", "edit/badge/"):
        assert 'alt="A wave of data"' in house.read(page_of(house, name))
    assert house.client.post(page_of(house, "picture"), {"draw": "1"}).status_code == 302
    assert house.client.get(page_of(house, "badge.svg"))["Content-Type"] == "image/svg+xml"


def test_drawn_badge_says_what_is_typed():
    house = desk()
    before = house.client.get(page_of(house, "badge.svg")).content

    save(house, "edit/badge/", badge__foot="Level 6")

    assert said(house).badge == {"foot": "Level 6"}
    assert b"Level 6" in house.client.get(page_of(house, "badge.svg")).content
    assert house.client.get(page_of(house, "badge.svg")).content != before
    assert save(house, "edit/badge/", badge__foot="x" * 15).status_code == 422


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bomb(60_000, 60_000), "at most 3,000 × 3,000 pixels"),
        (PLAIN.replace(b"<rect", b"<script>1</script><rect"), "save it as a plain SVG"),
        (b"", "The submitted file is empty"),
    ],
)
def test_bad_picture_is_refused_with_what_to_do(data, words):
    house = desk()

    answer = upload(house, data)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert said(house).badge == {}


def test_who_does_not_edit_chooses_nothing():
    house = desk(Role.AWARDER)

    assert upload(house, PLAIN).status_code == 403
    assert (
        house.client.post(page_of(house, "policies"), {"duplicates": "allow", "audience": "public"}).status_code == 403
    )
    for part in ("rules", "dates", "badge"):
        assert house.client.get(page_of(house, f"edit/{part}/")).status_code == 403


def test_further_sheets_sent_as_they_stand_change_nothing():
    from tests.catalogue.everything import EVERYTHING

    house = desk(**EVERYTHING)
    before = said(house)

    for part in ("badge", "rules", "dates", "facts"):
        assert save(house, f"edit/{part}/").status_code == 302
        assert said(house) == before, part
    assert house.client.get(page_of(house, "edit/nothing/")).status_code == 404
