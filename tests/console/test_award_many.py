"""Awarding many by a file: checked before anything is awarded, confirmed, awarded by the worker."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from issuing.models import Award, AwardState, Batch, BatchState
from issuing.services import run_batch
from registry.models import AuditEntry, Role, User
from tests.console.houses import build_house, problems, signed_in
from tests.issuing.ways import award_now, breaches, sign
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
GOOD = "name;email;awarded_on\nJörg Beispiel;j@example.org;2026-11-02\nAda Example;ada@example.org;2026-11-03\n"
MIXED = GOOD + ";nobody@example.org;2026-11-31\nAda Again;ada@example.org;\n"


def send(house, content=GOOD, name="people.csv", **more):
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    address = f"{house.home}achievements/{house.achievement.pk}/award-many/"
    return house.client.post(address, {"file": file, **more}, follow=True)


def worked_off(answer) -> str:
    """Let the worker do its part; return the page then."""
    batch = Batch.objects.latest("created_at")
    run_batch(batch_id=batch.pk)
    return answer.client.get(answer.redirect_chain[-1][0]).content.decode()


def press(house, button):
    batch = Batch.objects.latest("created_at")
    return house.client.post(f"{house.home}batches/{batch.pk}/{button}", follow=True)


def test_file_is_checked_before_anything_is_awarded():
    house = build_house()

    answer = send(house)
    assert "The file is being checked" in answer.content.decode()
    page = worked_off(answer)

    assert "2 learners can be awarded" in page
    assert "Award 2 learners" in page
    assert "Jörg Beispiel" in page, "the first rows show whether the letters are right"
    assert not Award.objects.exists()


@pytest.mark.parametrize("state", [BatchState.CHECKING, BatchState.RUNNING])
def test_progress_is_there_after_a_reload_and_on_another_device(state):
    house = build_house()
    address = send(house).redirect_chain[-1][0]
    Batch.objects.update(state=state, rows_done=1, rows_total=2)

    for browser in (house.client, house.client, signed_in(house.user)):
        page = browser.get(address).content.decode()
        assert "1 of 2 rows" in page
        assert '<progress id="progress" value="1" max="2">' in page
        assert 'data-live="3"' in page


def test_confirmed_file_is_awarded_by_the_worker():
    house = build_house()
    worked_off(send(house))

    answer = press(house, "confirm")
    assert "The file is being awarded" in answer.content.decode()
    page = worked_off(answer)

    assert "2 learners awarded" in page
    assert Award.objects.count() == 2
    assert breaches() == []


def test_awarded_file_can_be_undone_until_it_goes_out():
    house = build_house()
    worked_off(send(house))
    page = worked_off(press(house, "confirm"))

    assert "until then all of them can be undone" in page
    assert sign() == 0
    page = press(house, "undo").content.decode()
    assert "Undone on" in page
    assert "Undo all of them" not in page
    assert AuditEntry.objects.filter(act="batch.undone").count() == 1


def test_awarded_file_can_be_sent_at_once():
    house = build_house()
    worked_off(send(house))
    worked_off(press(house, "confirm"))

    page = press(house, "send").content.decode()

    assert "Send them now" not in page
    assert AuditEntry.objects.filter(act="batch.sent").count() == 1
    assert "does not allow" in press(house, "undo").content.decode()


def test_file_of_an_organisation_without_a_time_to_undo_goes_out_at_once():
    house = build_house(undo_minutes=0)
    assert "<dd>at once</dd>" in worked_off(send(house))

    page = worked_off(press(house, "confirm"))

    assert set(Award.objects.values_list("state", flat=True)) == {AwardState.ACCEPTED}
    assert "Undo all of them" not in page
    assert "from a file, row 2" in " ".join(house.read(f"{house.home}awards/").split()), "how each came about"


def test_sums_add_up_and_the_good_rows_can_be_taken():
    house = build_house()
    award_now(house.achievement, number=1)
    page = worked_off(send(house, MIXED + "Held Already;ada1@example.org;\n"))

    assert "Award 2, leave out 2" in page
    sums = Batch.objects.get().counts
    assert sum(sums.values()) == 5
    assert "Who holds it already" in page
    worked_off(press(house, "confirm"))
    assert Award.objects.count() == 3


def test_rows_that_are_wrong_come_back_as_a_file_to_mend():
    house = build_house()
    worked_off(send(house, MIXED))
    batch = Batch.objects.get()

    answer = house.client.get(f"{house.home}batches/{batch.pk}/failed.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert [row["row"] for row in rows] == ["4", "5"]
    assert rows[0]["column"].split() == ["name", "awarded_on"] or rows[0]["column"].split() == ["awarded_on", "name"]
    assert rows[0]["remedy"]


def test_page_survives_a_file_that_cannot_be_read_as_a_whole():
    house = build_house()

    page = worked_off(send(house, 'name;email\n"Jörg;j@example.org\n'))

    assert "This file was not awarded" in page
    assert "could not be read as a whole" in page
    assert "quotation marks" in page


def test_missing_and_too_large_files_are_refused_beside_the_field(monkeypatch):
    house = build_house()
    address = f"{house.home}achievements/{house.achievement.pk}/award-many/"
    missing = house.client.post(address, {})
    assert missing.status_code == 422
    assert problems(missing.content.decode()) == ["Choose a file."]

    monkeypatch.setattr("console.forms.MOST_BYTES", 10)
    large = send(house)
    assert any("larger than" in one for one in problems(large.content.decode()))
    assert not Batch.objects.exists()


def test_same_file_of_two_people_is_one_batch_and_the_other_is_told():
    house = build_house()
    send(house)
    other = signed_in(User.objects.get(pk=build_member(house.achievement.issuer.node, Role.AWARDER).user_id))
    house.client = other

    page = send(house).content.decode()

    assert Batch.objects.count() == 1
    assert "This very file was sent before" in page


def test_confirming_twice_awards_once():
    house = build_house()
    worked_off(send(house))
    press(house, "confirm")
    press(house, "confirm")
    run_batch(batch_id=Batch.objects.get().pk)
    again = press(house, "confirm").content.decode()

    assert Award.objects.count() == 2
    assert "2 learners awarded" in again


def test_forgotten_file_is_gone():
    house = build_house()
    worked_off(send(house))

    page = press(house, "cancel").content.decode()

    assert "It was forgotten by hand" in page
    assert Batch.objects.get().state == BatchState.CANCELLED
    assert not Award.objects.exists()


def test_template_can_be_filled_in_and_sent():
    house = build_house()
    template = house.client.get(f"{house.home}achievements/{house.achievement.pk}/awards.csv").content

    page = worked_off(send(house, template))

    assert "1 learner can be awarded" in page


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_who_may_not_award_sees_no_names_of_a_file_and_confirms_nothing(role):
    house = build_house()
    worked_off(send(house, MIXED))
    batch = Batch.objects.get()
    house.client = signed_in(User.objects.get(pk=build_member(house.achievement.issuer.node, role).user_id))

    page = house.read(f"{house.home}batches/{batch.pk}/")

    assert "Jörg" not in page
    assert "Award 2" not in page
    assert house.client.get(f"{house.home}batches/{batch.pk}/failed.csv").status_code == 404
    press(house, "confirm")
    assert Batch.objects.get().state == BatchState.READY


def test_files_are_listed():
    house = build_house()
    assert "No file was sent yet" in house.read(f"{house.home}batches/")
    send(house)

    assert "Data Basics" in house.read(f"{house.home}batches/")
