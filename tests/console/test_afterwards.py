"""What is done with an award afterwards: listed, corrected, revoked, suspended, its links sent and withdrawn."""

import datetime as dt
import re

import pytest
from django.core import mail

from issuing.models import (
    ApprovalKind,
    Award,
    AwardState,
    ClaimLinkWithdrawal,
    Credential,
    FileNote,
    LetterKind,
    StatusChange,
)
from issuing.selectors import award_facts
from issuing.services import ApprovalOrder, set_approval
from registry.actors import SYSTEM
from registry.models import AuditEntry, Role
from tests.console.houses import build_house, problems
from tests.issuing.builders import build_achievement, build_issuer
from tests.issuing.test_letters import send_all
from tests.issuing.ways import award_now, breaches, fresh_state, sign, standing

pytestmark = pytest.mark.django_db


def house_with_award(role=Role.AWARDER, **more):
    house = build_house(role, achievement=build_achievement(build_issuer(), **more))
    award = award_now(house.achievement, number=1)
    assert sign() == 1
    return house, Award.objects.get(pk=award.pk)


def test_name_is_corrected_by_a_new_certificate():
    house, award = house_with_award()

    page = house.client.post(f"{house.page_of(award)}correct/", {"name": "Ada Corrected", "email": ""}, follow=True)
    sign()

    newer = Award.objects.exclude(pk=award.pk).get()
    assert page.redirect_chain[-1][0] == house.page_of(newer)
    assert standing(house.achievement) == [str(newer.pk)]
    assert "replaced" in house.read(house.page_of(award))
    assert newer.letters.count() == 1, "and nobody reads of the old one, whose letter had not left"
    assert breaches() == []


def test_link_of_what_was_corrected_dies_and_the_new_letter_carries_another(client):
    house, award = house_with_award()
    send_all()
    before = re.search(r"/claim/[\w-]+", mail.outbox[0].body)[0]
    assert client.get(before).status_code == 200
    mail.outbox.clear()

    house.client.post(f"{house.page_of(award)}correct/", {"name": "Ada Corrected", "email": ""})
    assert client.get(before).status_code == 200, "until the new one is there"
    sign()
    send_all()

    over = client.get(before)
    assert over.status_code == 410
    assert "The certificate was replaced by a new one" in over.content.decode()
    assert "Ada" not in over.content.decode()
    after = re.search(r"/claim/[\w-]+", mail.outbox[0].body)[0]
    assert "Ada Corrected" in client.get(after).content.decode()
    assert breaches() == []


def test_fact_is_corrected_and_all_else_stays():
    house, award = house_with_award()
    day = award.awarded_on - dt.timedelta(days=7)
    said = {"name": "Ada Example 1", "awarded_on": day.isoformat(), "result": "82 %", "valid_until": "2099-12-31"}

    house.client.post(f"{house.page_of(award)}correct/", said)
    sign()

    newer = Award.objects.exclude(pk=award.pk).get()
    facts = award_facts(newer)
    assert newer.awarded_on == day
    assert [one.value for one in facts.results] == ["82 %"]
    assert facts.valid_until.date().isoformat() == "2099-12-31"
    assert facts.holder_name == "Ada Example 1"
    assert standing(house.achievement) == [str(newer.pk)]


def test_correction_that_changes_nothing_is_told():
    house, award = house_with_award()

    answer = house.client.post(f"{house.page_of(award)}correct/", {"name": "Ada Example 1", "email": ""})

    assert answer.status_code == 422
    assert problems(answer.content.decode())
    assert Award.objects.count() == 1


def test_award_is_revoked_with_a_reason_from_the_list_in_its_own_language():
    house, award = house_with_award()
    address = f"{house.page_of(award)}status/revoke/"

    assert "Choose a reason" in house.client.post(address, {}).content.decode()
    assert "Write the reason" in house.client.post(address, {"reason_code": "other"}).content.decode()
    shown = house.client.post(address, {"reason_code": "by-mistake", "note": "Minutes 7"}).content.decode()
    assert "Minutes 7" in shown
    assert not StatusChange.objects.exists(), "a look changes nothing"
    page = house.client.post(
        address, {"reason_code": "by-mistake", "note": "Minutes 7", "act": "do"}, follow=True
    ).content.decode()

    assert "It was awarded by mistake." in page
    assert StatusChange.objects.get().reason == "It was awarded by mistake."
    assert AuditEntry.objects.filter(act="credential.revoked", object_id=str(award.pk)).count() == 1
    assert "Minutes 7" not in page, "an awarder does not read what is for the file"
    assert FileNote.objects.get().text == "Minutes 7"
    again = house.client.post(address, {"reason_code": "by-mistake", "act": "do"}).content.decode()
    assert "revoked before" in again
    assert "/status/revoke/" not in house.read(house.page_of(award))


def test_award_is_suspended_and_made_valid_again():
    house, award = house_with_award(suspendable=True)
    page = house.page_of(award)

    house.client.post(f"{page}status/suspend/", {"reason_code": "being-examined", "act": "do"})
    assert "/status/reinstate/" in house.read(page)
    house.client.post(f"{page}status/reinstate/", {"reason_code": "cleared", "act": "do"})

    assert [change.value for change in StatusChange.objects.order_by("id")] == [True, False]
    assert "/status/suspend/" in house.read(page)


def test_what_cannot_be_suspended_has_no_button():
    house, award = house_with_award()

    assert "/status/suspend/" not in house.read(house.page_of(award))
    refused = house.client.post(
        f"{house.page_of(award)}status/suspend/", {"reason_code": "being-examined", "act": "do"}
    )
    assert refused.status_code == 422
    assert house.client.get(f"{house.page_of(award)}status/melt/").status_code == 404


def test_link_is_sent_once_a_day_and_withdrawn():
    house, award = house_with_award()
    page = house.page_of(award)

    house.client.post(f"{page}send-link")
    again = house.client.post(f"{page}send-link", follow=True).content.decode()
    house.client.post(f"{page}withdraw-link")

    assert award.letters.filter(kind=LetterKind.LINK).count() == 1
    assert "went out today already" in again
    assert ClaimLinkWithdrawal.objects.filter(award=award).count() == 1


def test_looking_changes_nothing():
    house, award = house_with_award()
    page = house.page_of(award)

    for address in (f"{page}undo", f"{page}send", f"{page}send-link", f"{page}withdraw-link"):
        assert house.client.get(address).status_code == 405
    for address in (page, f"{page}correct/", f"{page}status/revoke/", f"{house.home}awards/"):
        assert house.client.get(address).status_code == 200

    assert not StatusChange.objects.exists()
    assert Award.objects.count() == 1


@pytest.mark.parametrize("act", ["correct/", "status/revoke/", "send-link", "withdraw-link", "undo", "send"])
def test_viewer_may_look_and_do_nothing(act):
    house, award = house_with_award(Role.VIEWER)

    page = house.read(house.page_of(award))
    house.client.post(f"{house.page_of(award)}{act}", {"name": "Eve", "reason_code": "by-mistake", "act": "do"})

    assert "What you can do" not in page
    assert not StatusChange.objects.exists()
    assert not ClaimLinkWithdrawal.objects.exists()
    assert Award.objects.count() == 1


def test_awards_are_listed_by_state_and_page_by_page():
    house = build_house()
    for number in range(1, 54):
        award_now(house.achievement, number=number)
    sign()
    later = award_now(house.achievement, number=99, send_at=None)

    page = house.read(f"{house.home}awards/")
    assert len(re.findall(r"<bdi>(Ada Example \d+)", page)) == 50
    older = re.search(r'href="(\?[^"]*cursor=[^"]+)" rel="next"', page)[1].replace("&amp;", "&")
    rest = house.read(f"{house.home}awards/{older}")
    assert len(re.findall(r"<bdi>(Ada Example \d+)", rest)) == 4
    assert 'rel="prev"' in rest
    waiting = house.read(f"{house.home}awards/", show="waiting")
    assert re.findall(r"<bdi>(Ada Example \d+)", waiting) == ["Ada Example 99"]
    assert str(later.pk) in waiting
    assert "No award is like that" in house.read(f"{house.home}awards/", show="scheduled")
    for wrong in ({"show": "nonsense"}, {"cursor": "nonsense"}, {"achievement": "nonsense"}):
        assert house.client.get(f"{house.home}awards/", wrong).status_code == 404


def test_empty_list_says_how_to_begin():
    house = build_house()

    assert "Nothing has been awarded yet" in house.read(f"{house.home}awards/")
    assert "Nobody has been awarded this yet" in house.read(f"{house.home}achievements/{house.achievement.pk}/")


@pytest.mark.parametrize("waits", ["accepted", "awaiting_claim", "awaiting_approval"])
def test_award_that_is_not_signed_yet_is_taken_back(waits):
    house = build_house(signing_policy="at_claim" if waits == "awaiting_claim" else "at_award")
    if waits == "awaiting_approval":
        order = ApprovalOrder(place=house.achievement, kinds=frozenset({ApprovalKind.SECOND_PERSON}))
        set_approval(order=order, actor=SYSTEM)
    award = award_now(house.achievement)
    assert award.state == waits
    undo = f"{house.page_of(award)}undo"
    assert f'action="{undo}"' in house.read(house.page_of(award))

    for said in ("Undone before it was signed.", "cannot be done with an award in this state"):
        assert said in house.client.post(undo, follow=True).content.decode()

    assert sign() == 0
    assert fresh_state(award)[0] == "cancelled"
    assert f'action="{undo}"' not in house.read(house.page_of(award))
    assert AuditEntry.objects.filter(act="award.cancelled").count() == 1
    assert breaches() == []


def test_award_that_ended_unsigned_says_so():
    house = build_house()
    award = award_now(house.achievement)
    house.client.post(f"{house.page_of(award)}undo")

    award.refresh_from_db()
    assert award.state == AwardState.CANCELLED
    assert "Undone before it was signed" in house.read(house.page_of(award))
    assert not Credential.objects.exists()


def test_what_was_erased_is_shown_as_that_and_not_changed():
    house, award = house_with_award()
    Award.objects.filter(pk=award.pk).update(facts="")

    assert "Erased" in house.read(house.page_of(award))
    assert "Erased" in house.read(f"{house.home}awards/")
    for act in ("correct/", "status/revoke/"):
        assert house.client.get(f"{house.page_of(award)}{act}").status_code == 410
