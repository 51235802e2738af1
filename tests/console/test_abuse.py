"""Abuse by the console's forms: the same act many times at once, hostile texts, forged fields, requests and rows.

Beside what other files show: bombs of I3 test_bad_files.py, A1 tests/tenants/, the demoted of A3 test_award_one.py and
the last owner test_roles.py, the second step of A4 test_award_one.py and fixation and limits of its sign-in
tests/registry/test_sign_in_sessions.py, P5 in lists as files test_exports.py and in the trail test_trail.py.
"""

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from issuing.models import Award, AwardState, Batch, Credential
from issuing.selectors import award_facts
from registry.models import AuditEntry, OutboxMessage, Role, User
from registry.qr_codes import qr_code_svg
from registry.selectors import link_base_url
from tests.console.files import checked, newest, press, work
from tests.console.houses import build_house, filled, signed_in
from tests.console.test_award_one import ADA, award_by_hand
from tests.console.test_editor import desk, save
from tests.issuing.test_delivery import send_all
from tests.issuing.ways import breaches, sign

pytestmark = pytest.mark.django_db
AT_ONCE = 12
FILES_AT_ONCE = 6
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


@pytest.mark.django_db(transaction=True)
def test_i1_one_file_sent_by_two_people_at_once_is_one_batch():
    house = build_house()
    other = build_house(achievement=house.achievement)
    address = f"{house.home}achievements/{house.achievement.pk}/award-many/"

    def send(number: int) -> tuple[str, str, bool]:
        try:
            file = SimpleUploadedFile("people.csv", b"name,email\nAda,ada@example.org\n")
            user = (house.user, other.user)[number % 2]
            answer = signed_in(user).post(address, {"file": file}, follow=True)
            told = "This very file was sent before" in answer.content.decode()
            return answer.redirect_chain[-1][0], str(user.pk), told
        finally:
            connection.close()

    with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        seen = list(pool.map(send, range(FILES_AT_ONCE)))

    batch = Batch.objects.get()
    assert {page for page, _user, _told in seen} == {f"{house.home}batches/{batch.pk}/"}
    assert all(told for _page, user, told in seen if user != batch.made_by), "the other one is told"
    assert AuditEntry.objects.filter(act="batch.made").count() == 1
    assert not AuditEntry.objects.filter(act="batch.sent_again").exists()


def test_i2_person_who_holds_it_is_awarded_again_by_no_button():
    house = build_house()
    award_by_hand(house)

    again = award_by_hand(house)
    forced = house.client.post(house.award_page, ADA | {"act": "award"}).content.decode()

    (award,) = Award.objects.all()
    for page in (again.content.decode(), forced):
        assert "already holds this award" in page
        assert house.page_of(award) in page


def test_i3_one_bad_row_of_many_is_named_by_its_number_and_nothing_is_awarded():
    house = build_house()
    rows = [f"Ada {number},ada{number}@example.org" for number in range(2, 302)]
    rows[149] = "Ada 151,nobody"

    page = checked(house, "\n".join(["name,email", *rows]))

    assert "Award 299, leave out 1" in page
    assert newest().report == [one for one in newest().report if (one["row"], one["column"]) == (151, "email")]
    assert len(newest().report) == 1
    assert not Award.objects.exists()


def test_i4_what_breaks_a_rule_is_told_beside_its_field_and_never_kept():
    house = build_house()
    wrong = {"learning_from": "2026-05-02", "learning_to": "2026-05-01", "name": "", "evidence_url": "javascript:x"}
    wrong["narrative"] = "x" * 70_000

    for act in ("check", "award"):
        answer = house.client.post(house.award_page, ADA | wrong | {"act": act})
        page = answer.content.decode()
        assert answer.status_code == 422
        for field in ("name", "learning_to", "evidence_url", "narrative"):
            assert f'href="#id_{field}"' in page, field
    assert not Award.objects.exists()
    assert not OutboxMessage.objects.filter(topic="awards.accepted").exists()


def test_i5_hostile_texts_are_inert_wherever_staff_read_them():
    house = build_house(undo_minutes=0)
    said = {"name": f"Ada {HOSTILE}", "narrative": f"[x](javascript:alert(3)) {HOSTILE}"}

    answer = house.client.post(house.award_page, ADA | said | {"act": "check"})
    policy = answer.headers["Content-Security-Policy"]
    seen = [answer.content.decode()]
    award_by_hand(house, narrative=said["narrative"])
    sign()
    seen += [house.read(house.page_of(one)) for one in Award.objects.all()]
    seen += [house.read(f"{house.home}awards/"), house.read(f"{house.home}awards/", q=HOSTILE)]

    assert len(seen) == 4
    assert "script-src" in policy
    assert "unsafe-inline" not in policy
    _are_inert(seen)


def test_i5_hostile_words_of_an_achievement_are_inert():
    words = {"name": f"Maps {HOSTILE}", "description": f"{HOSTILE} [x](javascript:alert(3))"}
    house = desk(texts={**words_in("en", words)})
    at = f"{house.home}achievements/{house.achievement.pk}/"

    seen = [house.read(f"{at}{name}") for name in ("", "edit/", "preview/", "publishing/", "edit/badge/")]
    seen += [house.read(house.home), house.read(f"{house.home}find/", q="Maps")]
    badge = house.client.get(f"{at}badge.svg").content.decode()

    _are_inert([*seen, badge])
    assert all("Maps" in page for page in seen)


def words_in(language: str, words: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {language: text} for name, text in words.items()}


def _are_inert(pages: list[str]) -> None:
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page


def test_i6_edited_achievement_leaves_what_was_signed_as_it_is():
    house = build_house(undo_minutes=0, default_visibility="public")
    award_by_hand(house)
    sign()
    award = Award.objects.get()
    before, shown = Credential.objects.get().document, files_of(award)
    editor = build_house(Role.EDITOR, achievement=house.achievement)

    assert save(editor, name__en="Something else", criteria__en="Stricter").status_code == 302
    assert editor.client.post(f"{house.home}achievements/{house.achievement.pk}/publish").status_code == 302

    assert house.achievement.versions.count() == 2
    assert "Something else" in house.read(f"{house.home}achievements/{house.achievement.pk}/")
    assert Credential.objects.get().document == before
    assert files_of(award) == shown
    page = Client().get(f"/c/{award.pk}").content.decode()
    assert "Data Basics" in page
    assert not any(word in page for word in ("Something else", "Stricter"))
    assert breaches() == []


def files_of(award: Award) -> list[bytes]:
    """Return what everybody takes along of an award: document, certificate and badge."""
    answers = [Client().get(f"/c/{award.pk}{name}") for name in (".json", ".svg", ".png")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    return [b"".join(answer.streaming_content) if answer.streaming else answer.content for answer in answers]


def test_i6_no_statement_changes_what_was_published():
    version = build_house().achievement.versions.get()

    with pytest.raises(DatabaseError), transaction.atomic():
        type(version).objects.filter(pk=version.pk).update(texts={"name": {"en": "Something else"}})


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


def test_a3_account_that_was_closed_and_role_that_was_lost_end_at_the_next_click():
    house = build_house()
    sheet = filled(house.client.post(house.award_page, ADA | {"act": "check"}).content.decode()) | {"act": "award"}

    User.objects.filter(pk=house.user.pk).update(is_active=False)
    assert house.client.post(house.award_page, sheet).status_code == 302, "to the page of signing in"
    User.objects.filter(pk=house.user.pk).update(is_active=True)
    house.client = signed_in(house.user)
    house.user.memberships.update(role=Role.VIEWER)
    assert house.client.post(house.award_page, sheet).status_code == 403

    assert not Award.objects.exists()


def test_a3_nobody_awards_themselves_without_a_second_person():
    house = build_house()

    answer = award_by_hand(house, email=house.user.email)
    page = checked(house, f"name,email\nMyself,{house.user.email}\n")

    assert answer.status_code == 422
    assert not Award.objects.exists()
    assert newest().counts == {"refused": 1}
    assert "Award 1" not in page


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


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Ada\r\nBcc: all@example.org", "Ada Bcc: all@example.org"),
        ("Ada\nExample", "Ada Example"),
        ("Ada\u202eelpmaxE", "AdaelpmaxE"),
    ],
    ids=["header", "line", "turned"],
)
def test_p5_line_breaks_and_turning_letters_reach_no_letter(name, kept):
    house = build_house(undo_minutes=0)

    house.client.post(house.award_page, ADA | {"name": name, "act": "award"})
    checked(house, f'name,email\n"{name}",bo@example.org\n')
    press(house, "confirm")
    work()
    sign()
    send_all()

    assert {award_facts(award).holder_name for award in Award.objects.all()} == {kept}
    assert sorted(letter.recipients() for letter in mail.outbox) == [["ada@example.org"], ["bo@example.org"]]
    for letter in mail.outbox:
        assert "Bcc" not in letter.message()
        assert "\u202e" not in letter.body


def test_p5_host_that_a_request_claims_stands_in_no_letter_and_no_code(settings):
    settings.ALLOWED_HOSTS = ["*"]
    house = build_house(undo_minutes=0)
    evil = {"host": "evil.example", "x-forwarded-host": "evil.example"}

    page = house.client.post(house.award_page, ADA | {"act": "check"}, headers=evil).content.decode()
    house.client.post(house.award_page, filled(page) | {"act": "award"}, headers=evil)
    sign()
    send_all()
    award = Award.objects.get()
    printed = house.client.post(f"{house.page_of(award)}print-link", headers=evil).content.decode()
    link = re.search(r"https?://[^\s<]+/claim/[\w-]+", printed)[0]

    (letter,) = mail.outbox
    assert link.startswith(link_base_url())
    assert qr_code_svg(link) in printed
    assert link_base_url() in letter.body
    for text in (page, printed, str(letter.message()), Credential.objects.get().document):
        assert "evil.example" not in text


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\r="])
def test_p5_rows_that_come_back_as_a_file_hold_no_formula(begin):
    house = build_house()

    checked(house, f'name,email\n"{begin}1+1",nobody\nAda,ada@example.org\n')
    file = house.client.get(f"{house.home}batches/{newest().pk}/failed.csv").content.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(file, newline="")))
    assert len(rows) == 1
    assert "1+1" in rows[0]["name"]
    assert not any(re.match(r"\s*[=+\-@]", cell) for cell in rows[0].values())
