"""Abuse by the console's forms: the same act many times at once, hostile texts, forged fields, requests and rows.

Beside what other files show: I2 test_award_one.py, I3 test_bad_files.py, A1 tests/tenants/, A3 test_award_one.py and
test_roles.py, the second step of A4 test_award_one.py, formulas in files that leave test_overview.py and test_many_changes.py.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client

from issuing.models import Award, AwardState, Credential, Letter
from registry.models import AuditEntry, Organisation
from tests.console.houses import build_house, filled, problems, signed_in
from tests.console.test_award_one import ADA, award_by_hand
from tests.issuing.ways import breaches, sign

pytestmark = pytest.mark.django_db
AT_ONCE = 12
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.mark.django_db(transaction=True)
def test_i1_one_sheet_sent_many_times_at_once_awards_once():
    house = build_house()
    page = house.client.post(house.award_page, ADA | {"act": "check"}).content.decode()
    sheet = filled(page) | {"act": "award"}

    def send(_number: int) -> str:
        try:
            return signed_in(house.user).post(house.award_page, sheet).headers.get("Location", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        led_to = set(pool.map(send, range(AT_ONCE)))

    award = Award.objects.get()
    assert led_to == {house.page_of(award)}
    assert AuditEntry.objects.filter(act="award.accepted").count() == 1
    assert breaches() == []


def test_i4_what_breaks_a_rule_is_told_beside_its_field_and_never_kept():
    house = build_house()
    wrong = {"learning_from": "2026-05-02", "learning_until": "2026-05-01", "name": "", "evidence_url": "javascript:x"}

    page = house.client.post(house.award_page, ADA | wrong | {"act": "check"}).content.decode()

    assert len(problems(page)) >= 2
    assert not Award.objects.exists()


def test_i5_hostile_texts_are_inert_wherever_staff_read_them():
    house = build_house(undo_minutes=0)
    said = {"name": f"Ada {HOSTILE}", "narrative": f"[x](javascript:alert(3)) {HOSTILE}"}

    answer = house.client.post(house.award_page, ADA | said | {"act": "check"})
    seen = [answer.content.decode()]
    award_by_hand(house, narrative=said["narrative"])
    sign()
    seen += [house.read(house.page_of(one)) for one in Award.objects.all()]
    seen += [house.read(f"{house.home}awards/"), house.read(f"{house.home}awards/", q=HOSTILE)]

    assert len(seen) == 4
    for page in seen:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page


def test_i6_edited_achievement_leaves_what_was_signed_as_it_is():
    house = build_house(undo_minutes=0)
    award_by_hand(house)
    sign()
    before = Credential.objects.get().document
    version = house.achievement.versions.get()

    from django.db import DatabaseError, transaction

    with pytest.raises(DatabaseError), transaction.atomic():
        type(version).objects.filter(pk=version.pk).update(texts={"name": {"en": "Something else"}})

    assert Credential.objects.get().document == before
    assert "Something else" not in house.read(house.page_of(Award.objects.get()))
    assert breaches() == []


def test_a2_fields_that_no_form_has_change_nothing():
    house = build_house()
    other = build_house()
    forged = {
        "organisation": str(other.achievement.organisation_id),
        "issuer": str(other.achievement.issuer_id),
        "achievement": str(other.achievement.pk),
        "state": "signed",
        "status": "revoked",
        "role": "owner",
        "accepted_by": "nobody",
        "verified": "true",
    }
    page = house.client.post(house.award_page, ADA | forged | {"act": "check"}).content.decode()

    house.client.post(house.award_page, filled(page) | forged | {"act": "award"})

    award = Award.objects.get()
    assert award.organisation == house.achievement.organisation
    assert award.version.achievement == house.achievement
    assert (award.state, award.accepted_by) == (AwardState.SCHEDULED, str(house.user.pk))


def test_a4_form_of_another_site_is_refused():
    house = build_house()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[settings.SESSION_COOKIE_NAME] = house.client.cookies[settings.SESSION_COOKIE_NAME].value

    answer = strict.post(house.award_page, ADA | {"act": "award"})

    assert answer.status_code == 403
    assert not Award.objects.exists()


def test_a5_entry_that_was_changed_by_hand_is_named_by_fsck():
    house = build_house()
    award_by_hand(house)
    from registry.audit import seal_entries

    seal_entries()
    entry = AuditEntry.objects.get(act="award.accepted")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE registry_auditentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE registry_auditentry SET actor_id = 'somebody else' WHERE id = %s", [entry.pk])
        cursor.execute("ALTER TABLE registry_auditentry ENABLE TRIGGER USER")

    told = [one for one in breaches() if one.invariant == "N7"]

    assert str(entry.pk) in {number for one in told for number in one.ids}


@pytest.mark.parametrize("name", ["Ada\r\nBcc: all@example.org", "Ada\nExample", "Ada\u202eelpmaxE"])
def test_p5_line_breaks_and_turning_letters_reach_no_letter(name):
    house = build_house(undo_minutes=0)

    award_by_hand(house, name=name)
    sign()

    for letter in mail.outbox:
        assert "all@example.org" not in letter.recipients()
    for award in Award.objects.all():
        assert not {"\r", "\n", "\u202e"} & set(award.facts.encode().decode("unicode_escape"))


def test_p5_address_that_the_request_claims_stands_in_no_letter_and_no_page():
    house = build_house()
    Organisation.objects.update(undo_minutes=0)

    page = house.client.post(house.award_page, ADA | {"act": "check"}, headers={"host": "evil.example"})

    assert "evil.example" not in page.content.decode().replace("http://evil.example/console", "")
    assert not Letter.objects.filter(address__contains="evil").exists()
