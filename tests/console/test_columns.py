"""What the headings of a file mean: found by itself, asked once, remembered for the organisation."""

import io
from contextlib import redirect_stderr, redirect_stdout

import pytest
from django.core.management import call_command
from django.test import Client

from issuing.models import Award, BatchState, ColumnMapping
from registry.actors import SYSTEM
from registry.models import AuditEntry, Role, User
from registry.services import create_api_key
from tests.console.files import checked, newest, page_of, press, selects, send, work
from tests.console.houses import build_house, problems, signed_in
from tests.issuing.builders import build_achievement
from tests.issuing.test_layouts import CANVAS, CREDLY, EDUBADGES
from tests.issuing.ways import award_now
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
OWN = "Teilnehmer;Kontakt;Prüfung\nJörg Beispiel;j@example.org;02.11.2026\nAda Muster;ada@example.org;03.11.2026\n"
CHOSEN = {"column_0": "name", "column_1": "email", "column_2": "awarded_on (dd.mm.yyyy)"}


def test_headings_that_nobody_knows_are_asked_about():
    house = build_house()

    page = checked(house, OWN)

    assert newest().state == BatchState.COLUMNS
    assert "Say what the columns mean" in page
    assert "Choose the columns" in page
    asked = page_of(house, "columns/")
    assert "Jörg Beispiel" in asked, "the first value shows what a column holds"
    assert selects(asked) == {"column_0": "", "column_1": "", "column_2": ""}


def test_columns_chosen_by_hand_are_remembered_for_the_next_file():
    house = build_house()
    checked(house, OWN)

    press(house, "columns/", **CHOSEN)
    work()
    assert "2 learners can be awarded" in page_of(house)
    assert "you chose this" in page_of(house)

    page = checked(house, OWN.replace("Ada Muster", "Bo Probe"))
    assert "2 learners can be awarded" in page
    assert "as your last file" in page
    press(house, "confirm")
    work()
    assert {award.awarded_on.isoformat() for award in Award.objects.all()} == {"2026-11-02", "2026-11-03"}


@pytest.mark.parametrize("way", ["api", "shell"])
def test_what_was_said_in_the_console_holds_for_few_rows_by_the_api_and_for_the_shell(way, tmp_path):
    house = build_house()
    checked(house, OWN)
    file = tmp_path / "other.csv"
    file.write_text(OWN.replace("Ada Muster", "Bo Probe"))
    _key, secret = create_api_key(
        node=house.achievement.issuer.node, name="SIS", scopes=["awards:write"], actor=SYSTEM
    )
    address = f"/api/v1/batches?achievement={house.achievement.issuer.slug}/{house.achievement.slug}"

    def sent() -> tuple[bool, str]:
        if way == "api":
            answer = Client().post(
                address, file.read_bytes(), content_type="text/csv", headers={"Authorization": f"Bearer {secret}"}
            )
            return answer.status_code == 202, answer.content.decode()
        said = io.StringIO()
        try:
            with redirect_stdout(said), redirect_stderr(said):
                call_command(
                    "award", f"{house.achievement.issuer.slug}/{house.achievement.slug}", csv=file, stdout=said
                )
        except SystemExit:
            return False, said.getvalue()
        return True, said.getvalue()

    unknown = sent()
    press(house, "columns/", **CHOSEN)
    known = sent()

    assert (unknown[0], known[0]) == (False, True), (unknown, known)
    assert Award.objects.count() == 2
    assert {award.awarded_on.isoformat() for award in Award.objects.all()} == {"2026-11-02", "2026-11-03"}


def test_what_one_organisation_said_is_not_told_to_another():
    house, other = build_house(), build_house(achievement=build_achievement())
    checked(house, OWN)
    press(house, "columns/", **CHOSEN)
    work()

    checked(other, OWN.replace("Ada", "Eva"))

    assert newest().state == BatchState.COLUMNS
    assert ColumnMapping.objects.count() == 1


def test_bad_choices_are_told_all_at_once_and_nothing_is_lost():
    house = build_house()
    checked(house, OWN)

    twice = press(house, "columns/", column_0="name", column_1="name", column_2="awarded_on")
    assert "Another column goes to “Name” already: choose one of the two." in problems(twice.content.decode())
    assert selects(twice.content.decode())["column_2"] == "awarded_on"

    missing = press(house, "columns/", column_0="", column_1="", column_2="awarded_on")
    told = problems(missing.content.decode())
    assert [one.partition(":")[0] for one in told] == ["email", "name"]
    assert newest().state == BatchState.COLUMNS


def test_columns_are_not_changed_once_the_file_is_confirmed():
    house = build_house()
    checked(house, OWN)
    press(house, "columns/", **CHOSEN)
    work()
    press(house, "confirm")

    answer = press(house, "columns/", **(CHOSEN | {"column_2": ""}))

    assert "does not allow" in answer.content.decode()
    work()
    assert Award.objects.count() == 2


def test_choosing_twice_is_done_once():
    house = build_house()
    checked(house, OWN)

    press(house, "columns/", **CHOSEN)
    press(house, "columns/", **CHOSEN)

    assert AuditEntry.objects.filter(act="batch.revised").count() == 1


def test_rows_that_failed_are_written_with_columns_that_are_read_again():
    house = build_house()
    checked(house, OWN.replace("03.11.2026", "31.11.2026"))
    press(house, "columns/", **CHOSEN)
    work()
    assert "Write dates as day.month.year" in page_of(house)

    failed = house.client.get(f"{house.home}batches/{newest().pk}/failed.csv").content.decode("utf-8-sig")
    page = checked(house, failed.replace("31.11.2026", "30.11.2026"))

    assert "1 learner can be awarded" in page


@pytest.mark.parametrize("text", [CREDLY, CANVAS])
def test_files_of_other_systems_are_taken_as_they_are(text):
    house = build_house()

    page = checked(house, text)

    assert "1 learner can be awarded" in page
    press(house, "confirm")
    work()
    assert Award.objects.get().awarded_on.isoformat() == "2026-11-03"


def test_file_without_names_awards_whom_the_organisation_knows():
    house = build_house()
    known = award_now(house.achievement, number=1)
    other = build_achievement(house.achievement.issuer)
    house.achievement = other
    text = EDUBADGES + EDUBADGES.split("\n")[1] + "\n"
    text = text.replace("ana@example.org;ana@university.example", "ada1@example.org;", 1)

    page = checked(house, text)

    assert "1 learner can be awarded" in page
    assert "Give the name as it shall stand on the award." in page
    press(house, "confirm")
    work()
    assert Award.objects.get(version__achievement=other).learner_id == known.learner_id


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_who_may_not_award_is_not_asked_and_sees_no_values(role):
    house = build_house()
    checked(house, OWN)
    house.client = signed_in(User.objects.get(pk=build_member(house.achievement.issuer.node, role).user_id))

    assert house.client.get(f"{house.home}batches/{newest().pk}/columns/").status_code == 404
    assert "Jörg" not in page_of(house)


def test_other_tenants_see_nothing_of_it():
    house, other = build_house(), build_house(achievement=build_achievement())
    send(house, OWN)

    for step in ("", "columns/", "options/", "approval/"):
        address = f"{other.home}batches/{newest().pk}/{step}"
        assert other.client.get(address).status_code == 404, step
