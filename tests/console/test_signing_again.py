"""After a key was compromised: what it signed is signed again with the new one, as one act of the worker."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from issuing.models import Award, BulkChange, BulkChangeItem, Credential, Letter, LetterKind, StatusChange
from issuing.selectors import keys_of
from issuing.services import run_change
from registry.models import AuditEntry, Organisation, OutboxMessage, Role
from tests.console.houses import build_house
from tests.console.test_identity import moment, report_page
from tests.console.test_many_changes import colleague, work
from tests.issuing.test_letters import send_all
from tests.issuing.ways import award_now, breaches, sign, standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    """A house of three awards, of which one is revoked, whose key is reported since before the second one."""
    built = build_house(Role.OWNER)
    awards = [award_now(built.achievement, number=number) for number in (1, 2, 3)]
    sign()
    send_all()
    mail.outbox.clear()
    early = Credential.objects.get(award=awards[0])
    Credential.objects.filter(pk=early.pk).update(signed_at=early.signed_at - dt.timedelta(hours=5))
    Award.objects.filter(pk=early.pk).update(accepted_at=early.signed_at - dt.timedelta(hours=6))
    key = keys_of(built.achievement.issuer).get()
    type(key).objects.update(valid_from=key.valid_from - dt.timedelta(hours=9))
    return built


def report(house):
    key = keys_of(house.achievement.issuer).get(retired_at=None)
    at = moment(timezone.now() - dt.timedelta(hours=2))
    return key, house.client.post(report_page(house, key), {"at": at, "typed": "key 1", "act": "report"})


def test_report_leads_to_its_list_and_all_of_it_is_signed_again_in_one_go(house):
    key, answer = report(house)
    again = answer["Location"]
    assert again in house.read(f"{house.home}keys/")
    page = house.read(again)
    assert "<dd>2<small>" in page
    assert "<dd>3<small>" in page

    change = house.client.post(again, {"which": "since"})["Location"]
    assert "Whom it concerns" in house.read(change)
    house.client.post(change, {"count": "2"})
    sign()  # the new key is made
    work()

    signed = Credential.objects.filter(award__replaces__isnull=False)
    assert signed.count() == 2
    assert {one.key_id for one in signed} == {keys_of(house.achievement.issuer).get(retired_at=None).pk}
    replaced = Credential.objects.filter(successor__isnull=False)
    assert {one.key_id for one in replaced} == {key.pk}
    assert set(StatusChange.objects.values_list("reason", flat=True)) == {"superseded"}
    pairs = [(new, new.replaces) for new in Award.objects.filter(replaces__isnull=False).select_related("replaces")]
    assert all((new.awarded_on, new.version_id) == (old.awarded_on, old.version_id) for new, old in pairs)
    assert len(standing(house.achievement)) == 3
    assert AuditEntry.objects.get(act="change.done").detail == {"done": 2}
    assert breaches() == []


def test_holders_read_that_it_is_renewed_and_not_that_something_was_wrong(house):
    _key, answer = report(house)
    change = house.client.post(answer["Location"], {"which": "all"})["Location"]
    house.client.post(change, {"count": "3"})
    sign()
    work()
    send_all()

    newer = Letter.objects.filter(award__replaces__isnull=False).exclude(kind=LetterKind.EXPIRING)
    assert list(newer.values_list("kind", flat=True)) == [LetterKind.RENEWED] * 3
    assert all("renewed" in one.subject for one in mail.outbox)


def test_it_is_done_once_however_often_it_is_asked_for(house):
    key, answer = report(house)
    first, second = (house.client.post(answer["Location"], {"which": "since"})["Location"] for _ in range(2))
    for change in (first, second):
        house.client.post(change, {"count": "2"})
    sign()
    work()
    for change in BulkChange.objects.all():
        run_change(change_id=change.pk)

    assert Award.objects.filter(replaces__isnull=False).count() == 2
    codes = BulkChangeItem.objects.exclude(code="").values_list("code", flat=True)
    assert set(codes) <= {"replacement-waiting", "already-revoked"}
    assert len(codes) == 2
    page = house.client.post(answer["Location"], {"which": "since"})
    assert page.status_code == 422, "nothing of it is left"
    assert key.compromised_at is None, "what was read before the report"


def test_what_was_revoked_or_waits_to_be_replaced_is_left_out(house):
    newest = Award.objects.order_by("-accepted_at", "-pk").first()
    house.client.post(f"{house.page_of(newest)}status/revoke/", {"reason_code": "by-mistake", "act": "do"})
    _key, answer = report(house)

    change = house.client.post(answer["Location"], {"which": "all"})["Location"]

    assert BulkChangeItem.objects.count() == 2
    assert not BulkChangeItem.objects.filter(award=newest).exists()
    assert "<dt>wait</dt><dd>2</dd>" in house.read(change)


def test_many_wait_for_a_second_person(house):
    Organisation.objects.update(second_person_over=1)
    _key, answer = report(house)
    change = house.client.post(answer["Location"], {"which": "since"})["Location"]
    house.client.post(change, {"count": "2"})
    assert not OutboxMessage.objects.filter(topic="change.asked").exists()

    colleague(house, Role.APPROVER).client.post(f"{change}approve")

    assert OutboxMessage.objects.filter(topic="change.asked").count() == 1


def test_key_that_still_counts_is_reported_first_and_its_certificates_are_left(house):
    key = keys_of(house.achievement.issuer).get()
    page = f"{report_page(house, key).removesuffix('report/')}again/"

    assert house.client.get(page)["Location"] == report_page(house, key)
    assert house.client.post(page, {"which": "all"}).status_code == 302
    assert not BulkChange.objects.exists()
    assert house.client.get(f"{house.home}awards/many/sign_again/").status_code == 404


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AWARDER, Role.VIEWER])
def test_owners_alone_see_it(house, role):
    _key, answer = report(house)
    other = colleague(house, role)

    assert other.client.get(answer["Location"]).status_code == 403
    assert build_house(Role.OWNER).client.get(answer["Location"]).status_code == 404
