"""One file of results decides about several achievements: exactly, by their outcome rules, each person once."""

import pytest

from catalogue.models import Achievement, AchievementKind
from issuing.models import ApprovalKind, Award, AwardState, Batch, BatchState, ResultsFile
from issuing.services import ApprovalOrder, set_approval
from registry.actors import SYSTEM
from registry.models import Role, User
from tests.console.files import press, press_results, selects, send, work
from tests.console.houses import build_house, problems, signed_in
from tests.issuing.builders import build_achievement, build_issuer
from tests.issuing.ways import breaches, sign
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
FOUR = (
    "name,email,content,score\n"
    "Ned Nothing,ned@example.org,49.9,0\n"
    "Pia Participation,pia@example.org,50.0,59.95\n"
    "Rob Record,rob@example.org,50.0,60.0\n"
    "Pat Partner,pat@example.org,100,70.0\n"
)


def build_course(**organisation):
    """Return a house whose issuer has a confirmation, a record and a partner's certificate, each with its rule."""
    rules = {"participation": ("content", "50"), "record": ("score", "60"), "partner": ("score", "70")}
    issuer, made = None, {}
    for name, (measure, least) in rules.items():
        rule = {"measure": measure, "at_least": least, "scale": "percent"}
        texts = {
            "name": {"en": name.title(), "de": name.title()},
            "description": {"en": "Reading data.", "de": "Daten lesen."},
        }
        made[name] = build_achievement(issuer or build_issuer(**organisation), outcome_rule=rule, texts=texts)
        issuer = made[name].issuer
    Achievement.objects.filter(pk=made["participation"].pk).update(kind=AchievementKind.PARTICIPATION)
    house = build_house(achievement=made["record"])
    return house, made


def send_results(house, made, content=FOUR, **more):
    chosen = more.pop("achievements", [str(one.pk) for one in made.values()])
    answer = send(house, content, page="results", achievements=chosen, **more)
    work()
    return answer


def page_of(house):
    return house.read(f"{house.home}results/{ResultsFile.objects.latest('created_at').pk}/")


def outcomes():
    """Return {row: what was awarded}, of the file's rows as a spreadsheet counts them."""
    got: dict[int, set[str]] = {}
    for award in Award.objects.select_related("version"):
        got.setdefault(award.row_number, set()).add(award.version.texts["name"]["en"].lower())
    return got


def test_each_person_gets_what_the_rules_say_exactly():
    house, made = build_course()
    send_results(house, made)

    page = page_of(house)
    assert "4 awards can be made" in page
    assert not Award.objects.exists()
    press_results(house, "confirm")
    work()

    assert outcomes() == {3: {"participation"}, 4: {"record"}, 5: {"record", "partner"}}
    assert "4 awards were made" in page_of(house)
    assert breaches() == []
    press_results(house, "send")
    work()


def test_every_part_adds_up_to_the_rows_of_the_file():
    house, made = build_course()
    send_results(house, made)

    counts = {part.version.texts["name"]["en"]: part.counts for part in Batch.objects.select_related("version")}

    assert all(sum(one.values()) == 4 for one in counts.values())
    assert counts["Participation"] == {"good": 1, "other-outcome": 2, "no-outcome": 1}
    assert counts["Record"] == {"good": 2, "other-outcome": 1, "no-outcome": 1}
    assert counts["Partner"] == {"good": 1, "other-outcome": 2, "no-outcome": 1}


@pytest.mark.parametrize(
    ("content", "score", "got"),
    [
        ("49.99", "59.99", set()),
        ("50", "59.999999999999", {"participation"}),
        ("0", "60", {"record"}),
        ("0", "69.995", {"record"}),
        ("50.0 %", "70.000 %", {"record", "partner"}),
        ("49.9", "100", {"record", "partner"}),
    ],
)
def test_nothing_is_rounded(content, score, got):
    house, made = build_course()
    send_results(house, made, f"name,email,content,score\nAda,ada@example.org,{content},{score}\n")
    press_results(house, "confirm")
    work()

    assert outcomes().get(2, set()) == got


def test_results_that_are_missing_or_no_numbers_are_told_and_awarded_nothing():
    house, made = build_course()
    rows = "name,email,content,score\nAda,ada@example.org,80,\nBo,bo@example.org,80,n.a.\nCem,cem@example.org,80,90\n"
    send_results(house, made, rows)

    part = Batch.objects.first()
    assert part.kinds == {"no-result": 2}
    assert "Make 2 awards, leave out 2 rows" in page_of(house)
    press_results(house, "confirm")
    work()
    assert outcomes() == {4: {"record", "partner"}}


def test_columns_that_the_rules_ask_for_are_asked_for():
    house, made = build_course()
    send_results(house, made, FOUR.replace("content,score", "gesehen,score"))
    assert "Choose the columns" in page_of(house)
    assert {part.state for part in Batch.objects.all()} == {BatchState.COLUMNS}

    asked = press(house, "columns/", column_0="name", column_1="email", column_2="content", column_3="score")
    work()

    assert asked.redirect_chain[-1][0].startswith(f"{house.home}results/")
    assert "4 awards can be made" in page_of(house)
    assert selects(house.read(f"{house.home}batches/{Batch.objects.first().pk}/columns/"))["column_2"] == "content"


def test_options_hold_for_all_achievements():
    house, made = build_course()
    send_results(house, made)

    press(house, "options/", duplicates="skip", when="day", send_on="2027-01-31", valid_until="2030-12-31")
    work()
    press_results(house, "confirm")
    work()

    assert {part.options["send_at"] for part in Batch.objects.all()} == {"2027-01-31"}
    assert {award.state for award in Award.objects.all()} == {AwardState.SCHEDULED}
    assert {award.valid_until.year for award in Award.objects.all()} == {2030}


def test_all_of_it_is_undone_together():
    house, made = build_course()
    send_results(house, made)
    press_results(house, "confirm")
    work()

    press_results(house, "undo")
    from issuing.services import end_wait

    for part in Batch.objects.all():
        end_wait(batch_id=part.pk, ending="undone", by_kind="system", by="")

    assert sign() == 0
    assert {award.state for award in Award.objects.all()} == {AwardState.CANCELLED}
    assert "Undo all of them" not in page_of(house)
    send_results(house, made)
    assert "4 awards can be made" in page_of(house), "what was undone can be sent anew"


def test_same_file_of_two_people_is_one_and_the_other_is_told():
    house, made = build_course()
    send_results(house, made)
    member = build_member(house.achievement.issuer.node, Role.AWARDER)
    house.client = signed_in(User.objects.get(pk=member.user_id))

    page = send_results(house, made).content.decode()

    assert ResultsFile.objects.count() == 1
    assert Batch.objects.count() == 3
    assert "This very file was sent before" in page
    press_results(house, "confirm")
    press_results(house, "confirm")
    work()
    assert Award.objects.count() == 4


def test_fewer_than_two_achievements_are_refused():
    house, made = build_course()

    one = send_results(house, made, achievements=[str(made["record"].pk)])
    none = send_results(house, made, achievements=[])

    assert any("at least two achievements" in said for said in problems(one.content.decode()))
    assert problems(none.content.decode()) == ["Choose at least two achievements."]
    assert not ResultsFile.objects.exists()


def test_part_that_a_second_person_must_see_waits_alone():
    house, made = build_course()
    order = ApprovalOrder(place=made["partner"], kinds=frozenset({ApprovalKind.SECOND_PERSON}))
    set_approval(order=order, actor=SYSTEM)
    send_results(house, made)
    press_results(house, "confirm")
    work()

    states = {award.version.texts["name"]["en"]: award.state for award in Award.objects.select_related("version")}

    assert states["Partner"] == AwardState.AWAITING_APPROVAL
    assert states["Record"] == AwardState.SCHEDULED
    assert "waits for an approval" in page_of(house)


def test_who_may_not_award_one_of_them_awards_none():
    house, made = build_course()
    other = build_achievement(outcome_rule=made["record"].versions.get().outcome_rule)

    answer = send_results(house, made, achievements=[str(made["record"].pk), str(other.pk)])

    assert answer.status_code == 422
    assert not Batch.objects.exists()


def test_other_organisations_learn_nothing_of_it():
    house, made = build_course()
    send_results(house, made)
    stranger = build_house(achievement=build_achievement())
    found = ResultsFile.objects.get()

    assert stranger.client.get(f"{stranger.home}results/{found.pk}/").status_code == 404
    assert stranger.client.get(f"{house.home}results/{found.pk}/").status_code == 404
    assert stranger.client.post(f"{house.home}results/{found.pk}/confirm").status_code == 404
    assert house.client.post(f"{house.home}results/{found.pk}/steal").status_code == 404


def test_results_page_has_few_queries(django_assert_max_num_queries):
    house, made = build_course()
    send_results(house, made)

    with django_assert_max_num_queries(15):
        page_of(house)
