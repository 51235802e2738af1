"""Many awards are changed as one act: chosen or by a file, confirmed by their number, by two people where they are many."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from issuing.models import (
    Award,
    BulkChange,
    BulkChangeItem,
    ChangeFate,
    ChangeKind,
    ChangeState,
    FileNote,
    Letter,
    StatusChange,
)
from issuing.services import confirm_change, draft_change, run_change
from registry.actors import SYSTEM
from registry.errors import UnavailableError
from registry.models import AuditEntry, Membership, Organisation, OutboxMessage, Role, User
from tests.console.houses import House, build_house, problems, signed_in
from tests.issuing.change_acts import change_of, signed_awards
from tests.issuing.ways import breaches, sign, standing
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db


def house_with(count):
    awards = signed_awards(count)
    return build_house(achievement=awards[0].version.achievement), awards


def colleague(house, role=Role.AWARDER) -> House:
    user = User.objects.get(pk=build_member(house.achievement.issuer.node, role).user_id)
    return House(house.achievement, signed_in(user), user)


def draft(house, kind, **said):
    answer = house.client.post(f"{house.home}awards/many/{kind}/", said)
    assert answer.status_code == 302, problems(answer.content.decode())
    return answer["Location"]


def a_file(awards, *more):
    lines = "\n".join(["number", *(str(award.pk) for award in awards), *more])
    return SimpleUploadedFile("ids.csv", lines.encode())


def work():
    """Do what the worker does with changes that were asked for."""
    for message in OutboxMessage.objects.filter(topic="change.asked", done_at=None):
        run_change(change_id=message.payload["change_id"])
        run_change(change_id=message.payload["change_id"])
    sign()


def test_ten_are_revoked_after_their_number_was_typed():
    house, awards = house_with(10)
    chosen = [str(award.pk) for award in awards]
    page = draft(house, "revoke", award=chosen, reason_code="by-mistake", note="Minutes 7")
    shown = house.read(page)
    assert "It was awarded by mistake." in shown
    assert "Minutes 7" in shown
    assert not StatusChange.objects.exists()

    wrong = house.client.post(page, {"count": "9"})
    assert (wrong.status_code, len(problems(wrong.content.decode()))) == (422, 1)
    house.client.post(page, {"count": "10"})
    house.client.post(page, {"count": "10"})
    work()

    assert StatusChange.objects.filter(purpose="revocation").count() == 10
    assert FileNote.objects.filter(text="Minutes 7").count() == 10
    assert AuditEntry.objects.filter(act="credential.revoked").count() == 10
    assert AuditEntry.objects.get(act="change.done").detail == {"done": 10}
    assert standing(house.achievement) == []
    assert "done" in house.read(page)
    assert breaches() == []


def test_more_than_the_organisation_says_wait_for_a_second_person():
    house, awards = house_with(3)
    Organisation.objects.update(second_person_over=2)
    other = colleague(house, Role.APPROVER)
    page = draft(house, "revoke", file=a_file(awards), reason_code="by-mistake")
    house.client.post(page, {"count": "3"})
    work()
    assert not StatusChange.objects.exists()

    house.client.post(f"{page}approve")
    assert BulkChange.objects.get().state == ChangeState.WAITING, "nobody is their own second person"
    assert "Let it go on" not in house.read(page)
    assert "Let it go on" in other.read(page)
    other.client.post(f"{page}approve")
    work()

    assert StatusChange.objects.count() == 3
    change = BulkChange.objects.get()
    assert (change.made_by, change.decided_by) == (str(house.user.pk), str(other.user.pk))


def test_wrong_date_of_many_is_corrected():
    house, awards = house_with(3)
    page = draft(house, "correct", file=a_file(awards), awarded_on="2026-01-31", note="Typed wrong")
    house.client.post(page, {"count": "3"})
    work()

    newer = Award.objects.filter(replaces__in=awards)
    assert {str(one.awarded_on) for one in newer} == {"2026-01-31"}
    assert sorted(standing(house.achievement)) == sorted(str(one.pk) for one in newer)
    assert FileNote.objects.count() == 3


def test_validity_of_many_is_ended_or_extended():
    house, awards = house_with(2)
    page = draft(house, "correct", file=a_file(awards), valid_until="2098-06-30")
    house.client.post(page, {"count": "2"})
    work()

    assert {one.valid_until.date().isoformat()[:7] for one in Award.objects.filter(replaces__in=awards)} == {"2098-06"}


def test_each_award_has_a_fate_of_its_own():
    house, awards = house_with(3)
    change = draft_change(order=change_of(awards[:1]), actor=SYSTEM)
    confirm_change(change_id=change.pk, count=1, actor=SYSTEM)
    work()
    elsewhere = signed_awards(1)

    page = draft(
        house, "revoke", file=a_file([*awards, awards[0]], str(elsewhere[0].pk), "no number"), reason_code="by-mistake"
    )
    house.client.post(page, {"count": "3"})
    work()

    shown = house.read(page)
    assert list(BulkChangeItem.objects.exclude(change=change).order_by("position").values_list("fate", "code")) == [
        ("refused", "already-revoked"),
        ("done", ""),
        ("done", ""),
        ("refused", "not-found"),
        ("refused", "not-found"),
    ]
    numbers = re.findall(r"<dd>(\d+)</dd>", re.search(r'<dl class="sum">.*?</dl>', shown, re.DOTALL)[0])
    assert numbers == ["5", "0", "2", "3"], "all of them are those that wait, are done and were refused"
    assert "It was revoked before." in shown
    assert "no number" in shown
    assert not StatusChange.objects.filter(credential=elsewhere[0].pk).exists()


def test_link_of_many_is_sent_again():
    house, awards = house_with(2)
    Letter.objects.update(state="sent", sent_at=awards[0].accepted_at)
    page = draft(house, "link", award=[str(one.pk) for one in awards])
    house.client.post(page, {"count": "2"})
    work()

    assert Letter.objects.filter(kind="link").count() == 2


@pytest.mark.parametrize(
    ("kind", "said", "told"),
    [
        ("revoke", {}, ["Choose a file.", "Choose a reason."]),
        ("revoke", {"file": b"\x00\x01", "reason_code": "other"}, ["Write the reason."]),
        ("correct", {"file": b"number\n1"}, ["Say what is right: at least one fact."]),
        ("correct", {"file": b"number\n1", "awarded_on": "31.1."}, ["year-month-day"]),
        ("revoke", {"file": b"number\n", "reason_code": "by-mistake"}, ["Choose at least one award."]),
        ("revoke", {"file": b"a,b\n" + b"1\n" * 10_002, "reason_code": "by-mistake"}, ["more than 10,000 rows"]),
    ],
)
def test_every_fault_of_a_draft_is_told(kind, said, told):
    house, _awards = house_with(1)
    sent = {name: SimpleUploadedFile("x.csv", one) if name == "file" else one for name, one in said.items()}

    answer = house.client.post(f"{house.home}awards/many/{kind}/", sent)

    listed = problems(answer.content.decode())
    assert answer.status_code == 422
    assert len(listed) == len(told)
    assert all(part in one for part, one in zip(told, listed, strict=True))
    assert not BulkChange.objects.exists()


def test_viewer_and_stranger_change_nothing():
    house, awards = house_with(1)
    change = draft_change(order=change_of(awards), actor=SYSTEM)
    viewer, stranger = colleague(house, Role.VIEWER), build_house()
    page = f"{house.home}changes/{change.pk}/"

    assert viewer.client.get(page).status_code == 404
    assert stranger.client.get(page).status_code == 404
    said = {"award": str(awards[0].pk), "reason_code": "by-mistake"}
    assert viewer.client.post(f"{house.home}awards/many/revoke/", said).status_code == 403
    assert stranger.client.post(f"{house.home}awards/many/revoke/", said).status_code == 404
    assert 'form="many"' not in viewer.read(f"{house.home}awards/")
    assert 'form="many"' in house.read(f"{house.home}awards/")


def test_who_lost_the_role_changes_no_further_award():
    house, awards = house_with(2)
    page = draft(house, "revoke", file=a_file(awards), reason_code="by-mistake")
    house.client.post(page, {"count": "2"})
    Membership.objects.filter(user=house.user).delete()
    work()

    assert not StatusChange.objects.exists()
    assert set(BulkChangeItem.objects.values_list("code", flat=True)) <= {"role-required", "not-found"}


def test_worker_that_is_lost_is_followed_by_another_and_nothing_is_done_twice(monkeypatch):
    awards = signed_awards(3)
    change = draft_change(order=change_of(awards), actor=SYSTEM)
    confirm_change(change_id=change.pk, count=3, actor=SYSTEM)
    done = []

    def dies(**said):
        if len(done) == 1:
            raise UnavailableError
        done.append(said)

    monkeypatch.setitem(
        __import__("issuing.services.running_changes", fromlist=["STEPS"]).STEPS, ChangeKind.REVOKE, lambda *_: dies()
    )
    with pytest.raises(UnavailableError):
        run_change(change_id=change.pk)
    monkeypatch.undo()
    assert list(BulkChangeItem.objects.order_by("position").values_list("fate", flat=True)) == [
        ChangeFate.DONE,
        ChangeFate.WAITING,
        ChangeFate.WAITING,
    ]

    run_change(change_id=change.pk)

    assert StatusChange.objects.count() == 2
    assert BulkChange.objects.get().state == ChangeState.DONE


def test_changes_are_listed_and_one_that_was_cancelled_does_nothing():
    house, awards = house_with(1)
    page = draft(house, "suspend", award=str(awards[0].pk), reason_code="being-examined")
    house.client.post(f"{page}cancel")
    house.client.post(page, {"count": "1"})

    assert "cancelled" in house.read(f"{house.home}awards/many/")
    assert re.search(r"cancelled", house.read(page))
    assert not OutboxMessage.objects.filter(topic="change.asked").exists()
