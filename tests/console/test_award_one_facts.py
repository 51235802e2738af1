"""What an award by hand may state beside the person: its ground for the file, a day of long ago, text with marks."""

import json
import re

import pytest
from django.core import mail

from catalogue.models import DuplicatePolicy
from issuing.grounds import ground_of
from issuing.models import Award, Credential, Letter
from issuing.services import Correction, correct_credential
from registry.actors import SYSTEM
from registry.models import LearnerIdentifier, Role
from tests.console.houses import build_house
from tests.console.test_award_one import ADA, award_by_hand
from tests.issuing.builders import build_achievement, build_issuer
from tests.issuing.test_delivery import send_all
from tests.issuing.ways import award_now, breaches, sign

pytestmark = pytest.mark.django_db
GROUND = {"ground_body": "Pruefungsrat", "ground_date": "2026-11-13", "ground_reference": "Minute 7-26"}


def test_ground_is_kept_for_the_file_and_signed_nowhere():
    house = build_house(undo_minutes=0)

    preview = house.client.post(house.award_page, ADA | GROUND | {"act": "check"})
    award_by_hand(house, **GROUND)
    sign()

    award = Award.objects.get()
    kept = ground_of(award)
    assert (kept.body, str(kept.decided_on), kept.reference) == tuple(GROUND.values())
    for told in (json.dumps(preview.context["preview"].document), preview.context["preview"].letter):
        assert "Pruefungsrat" not in told
    for told in (award.facts, Credential.objects.get().document):
        assert "Pruefungsrat" not in told
        assert "Minute 7-26" not in told
    assert Letter.objects.exists()
    assert breaches() == []


@pytest.mark.parametrize(
    ("role", "reads"),
    [(Role.OWNER, True), (Role.ADMIN, True), (Role.APPROVER, True), (Role.AWARDER, False), (Role.VIEWER, False)],
)
def test_ground_is_read_by_who_looks_after_the_file(role, reads):
    house = build_house(undo_minutes=0)
    award_by_hand(house, **GROUND)
    other = build_house(role, achievement=house.achievement)

    assert ("Minute 7-26" in other.read(other.page_of(Award.objects.get()))) == reads


def test_ground_stays_with_a_corrected_award():
    house = build_house(undo_minutes=0)
    award_by_hand(house, **GROUND)
    award = Award.objects.get()

    waiting = correct_credential(
        credential_id=award.pk, correction=Correction(name="Ada E."), reason="Name", actor=SYSTEM
    )
    assert ground_of(waiting).body == "Pruefungsrat"
    sign()
    signed = correct_credential(
        credential_id=award.pk, correction=Correction(name="Ada Ex."), reason="Name", actor=SYSTEM
    )
    assert signed.pk != award.pk
    assert ground_of(signed).body == "Pruefungsrat"


def test_award_of_long_ago_says_both_days():
    house = build_house(undo_minutes=0)
    said = {"awarded_on": "2019-05-03"}

    page = house.client.post(house.award_page, ADA | said | {"act": "check"}).content.decode()
    award_by_hand(house, **said)
    sign()

    assert "It was awarded on 3 May 2019 and is entered today" in page
    assert "entered on" in house.read(house.page_of(Award.objects.get()))
    document = json.loads(Credential.objects.get().document)
    assert document["validFrom"].startswith("2019-05-03")
    assert not document["proof"][0]["created"].startswith("2019")
    today = house.client.post(house.award_page, ADA | {"email": "b@example.org", "act": "check"}).content.decode()
    assert "is entered today" not in today


def test_marks_of_a_text_are_shown_and_nothing_else_of_it():
    house = build_house()
    said = {"narrative": "Read *data* well.\n\n- <script>x</script>\n- [work](https://e.example/1)"}

    page = house.client.post(house.award_page, ADA | said | {"act": "check"}).content.decode()

    assert "<em>data</em>" in page
    assert '<a href="https://e.example/1" rel="nofollow noopener noreferrer">work</a>' in page
    assert "<script>x" not in page


def test_second_award_of_a_person_is_announced():
    house = build_house(achievement=build_achievement(build_issuer(), duplicates=DuplicatePolicy.ALLOW))
    award_now(house.achievement, number=1)
    said = ADA | {"email": "ada1@example.org", "act": "check"}

    once = house.client.post(house.award_page, said).content.decode()
    again = house.client.post(house.award_page, said | {"repeat": "on"}).content.decode()

    assert "already holds this award" in once
    assert "this is one more, and both stand" in again


def test_person_of_the_records_is_filled_in_and_named_by_the_record():
    house = build_house(undo_minutes=0)
    award = award_now(build_achievement(house.achievement.issuer), number=1)

    page = house.read(house.award_page, learner=str(award.learner_id))
    assert 'value="ada1@example.org"' in page
    answer = award_by_hand(house, learner=str(award.learner_id), email="", name="Ada")

    assert answer.status_code == 200
    assert Award.objects.latest("accepted_at").learner_id == award.learner_id
    shown = house.client.post(
        house.award_page, ADA | {"learner": str(award.learner_id), "name": "Eve", "act": "check"}
    ).content.decode()
    assert "already holds this award" in shown


def test_record_of_another_organisation_fills_in_nothing():
    house, other = build_house(), build_house()
    award = award_now(other.achievement, number=1)

    assert "ada1@example.org" not in house.read(house.award_page, learner=str(award.learner_id))
    answer = house.client.post(house.award_page, ADA | {"learner": str(award.learner_id), "act": "award"})

    assert answer.status_code == 422
    assert Award.objects.count() == 1


def test_all_that_is_stated_by_hand_is_shown_and_signed():
    house = build_house(undo_minutes=0)
    said = {"credits_earned": "2.5", "participation": "In the lab", "supervision": "Identity checked at the door"}
    said |= {"learning_from": "2026-01-05", "learning_to": "2026-02-06", "awarded_on": "2026-02-09"}
    told = (
        "In the lab",
        "Identity checked at the door",
        "5 January 2026",
        "6 February 2026",
        "9 February 2026",
        "2.5",
    )

    page = house.client.post(house.award_page, ADA | said | {"act": "check"}).content.decode()
    award_by_hand(house, **said)
    sign()

    shown = re.search(r'<dl class="items">.*?</dl>', page, re.DOTALL)[0]
    assert [words for words in told if words not in shown] == []
    facts = json.loads(Award.objects.get().facts)
    assert {name: facts[name][:10] for name in ("awarded_on", "learning_from", "learning_to")} == {
        name: said[name] for name in ("awarded_on", "learning_from", "learning_to")
    }
    subject = json.loads(Credential.objects.get().document)["credentialSubject"]
    assert subject["creditsEarned"] == 2.5
    for words in ("In the lab", "Identity checked at the door"):
        assert words in json.dumps(subject)


def test_person_is_named_by_a_number_alone():
    house = build_house(undo_minutes=0)
    said = {"email": "", "identifier_type": "matriculation", "identifier_scope": "uni.example", "identifier": "4711"}

    page = house.client.post(house.award_page, ADA | said | {"act": "check"}).content.decode()
    award_by_hand(house, **said)
    again = house.client.post(house.award_page, ADA | said | {"act": "check"}).content.decode()

    assert "No letter: the award names no e-mail address." in page
    number = LearnerIdentifier.objects.get()
    assert (number.type, number.value) == ("matriculation", "4711")
    assert number.learner == Award.objects.get().learner
    assert not Letter.objects.filter(state="waiting").exists()
    assert "already holds this award" in again


def test_letter_that_is_shown_is_the_one_that_is_sent(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    house = build_house(undo_minutes=0)
    shown = house.client.post(house.award_page, ADA | {"act": "check"}).context["preview"]

    award_by_hand(house)
    sign()
    send_all()

    (letter,) = mail.outbox
    link = re.search(r"https?://\S+/claim/\S+", letter.body)[0]
    assert letter.subject == shown.subject
    assert letter.body.replace(link, "(the secret link)") == shown.letter
