"""Keys and identity: what owners read of their keys, how they change one, and what a report of a compromise does."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from console.views import issuer_keys
from issuing.models import Credential, SigningKey
from issuing.selectors import keys_of
from registry.actors import SYSTEM
from registry.models import AuditEntry, AuditHead, OutboxMessage, Role
from registry.services import ProfileOrder, create_issuer
from tests.console.houses import build_house, problems
from tests.issuing.builders import build_issuer
from tests.issuing.ways import award_now, breaches, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    built = build_house(Role.OWNER)
    award_now(built.achievement)
    sign()
    return built


def keys_page(house):
    return f"{house.home}keys/{house.achievement.issuer.pk}/"


def report_page(house, key=None):
    key = key or keys_of(house.achievement.issuer).get(retired_at=None)
    return f"{keys_page(house)}{key.pk}/report/"


def moment(value):
    return value.strftime("%Y-%m-%dT%H:%M")


def test_issuer_that_the_list_does_not_show_any_more_has_its_page_all_the_same(house, monkeypatch):
    monkeypatch.setattr(issuer_keys, "ISSUERS_OFFERED", 1)
    profile = ProfileOrder(name={"en": "Summer school"}, url="https://college.example.org")
    further = create_issuer(node=house.achievement.issuer.node, slug="summer-school", profile=profile, actor=SYSTEM)

    answer = house.client.get(f"{house.home}keys/{further.pk}/")

    assert answer.status_code == 200
    assert f"/issuers/{further.slug}/" in answer.content.decode()


def test_owner_reads_which_key_signs_since_when_and_how_much(house, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):  # with two savepoints of the session
        page = house.read(f"{house.home}keys/")

    assert "Signs now" in page
    assert re.search(r"Signed with it</dt><dd>1<small>", page)
    assert house.achievement.issuer.did in page
    assert f"/issuers/{house.achievement.issuer.slug}/did.json" in page
    assert "Not yet: the operator of this installation enters it." in page
    assert "How moving to another address works" in page
    assert "nothing is signed again" in page


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AWARDER, Role.VIEWER])
def test_who_owns_nothing_there_is_refused_with_words(role):
    house = build_house(role)

    answer = house.client.get(f"{house.home}keys/")

    assert answer.status_code == 403
    assert "owner" in answer.content.decode()


def test_issuer_of_another_organisation_and_key_of_another_issuer_are_not_there(house):
    other = build_issuer()
    sign()

    assert house.client.get(f"{house.home}keys/{other.pk}/").status_code == 404
    assert house.client.get(report_page(house, keys_of(other).get())).status_code == 404


def test_key_is_changed_once_however_often_it_is_sent_and_the_page_waits(house):
    issuer = house.achievement.issuer
    before = keys_of(issuer).get()
    for _ in range(2):
        house.client.post(f"{keys_page(house)}change", {"key": str(before.pk)})
    assert 'data-live="3"' in house.read(keys_page(house))
    assert OutboxMessage.objects.filter(topic="key.requested", done_at=None).count() == 1
    sign()
    house.client.post(f"{keys_page(house)}change", {"key": str(before.pk)})
    sign()

    assert keys_of(issuer).count() == 2
    page = house.read(keys_page(house))
    assert "Retired, still counts" in page
    assert "Key 2" in page
    assert AuditEntry.objects.filter(act="key.rotated", organisation=issuer.organisation).count() == 1


def test_report_counts_first_what_stops_being_genuine(house):
    signed = Credential.objects.get()
    Credential.objects.update(signed_at=signed.signed_at)
    earlier = {"at": moment(timezone.now() - dt.timedelta(days=3)), "typed": "", "act": "count"}

    page = house.client.post(report_page(house), earlier).content.decode()

    assert "1 certificate signed since" in page
    assert "stops being genuine" in page
    assert SigningKey.objects.filter(compromised_at__isnull=False).count() == 0


def test_report_takes_two_typed_words_and_tells_every_fault(house):
    future = moment(timezone.now() + dt.timedelta(days=2))

    answers = [house.client.post(report_page(house), {"at": at, "typed": "key1"}) for at in (future, "soon", "")]

    for answer in answers:
        assert answer.status_code == 422
        told = problems(answer.content.decode())
        assert len(told) == 2
        assert "You typed “key1”. Type key 1, with the space." in told[1]
    assert SigningKey.objects.filter(compromised_at__isnull=False).count() == 0


def test_reported_key_signs_no_more_and_a_new_one_is_made(house):
    issuer = house.achievement.issuer
    old = keys_of(issuer).get()
    at = timezone.now() - dt.timedelta(days=1)

    for _ in range(2):
        house.client.post(report_page(house, old), {"at": moment(at), "typed": "key 1", "act": "report"})
    sign()

    old.refresh_from_db()
    assert old.compromised_at == old.valid_from, "never before it was made"
    assert keys_of(issuer).get(retired_at=None) != old
    assert "Compromised" in house.read(keys_page(house))
    assert AuditEntry.objects.filter(act="key.compromised").count() == 1
    assert breaches() == []


def test_heads_of_the_trail_are_handed_out_to_be_kept(house):
    AuditHead.objects.create(day=dt.date(2026, 11, 1), position=1, hash="0" * 64, signature="a.b.c")

    answer = house.client.get(f"{house.home}audit-heads.txt")

    assert answer.content == b"a.b.c\n"
    assert "attachment" in answer["Content-Disposition"]
    assert "since 1 November 2026" in house.read(keys_page(house))


def test_retired_key_tells_how_many_it_has_signed(house, monkeypatch):
    sign()
    house.client.post(f"{keys_page(house)}change", {"key": str(keys_of(house.achievement.issuer).get().pk)})
    sign()
    for number in (2, 3):
        award_now(house.achievement, number=number)
    sign()

    page = " ".join(house.read(keys_page(house)).split())

    assert re.search(r"Key 2</b>.*2 certificates\..*Key 1</b>.*1 certificate\.", page)
    monkeypatch.setattr("issuing.key_history.COUNTED_AT_ONCE", 1)
    assert "More than 1 certificates." in house.read(keys_page(house))
