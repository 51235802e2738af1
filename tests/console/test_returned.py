"""A mail that came back is told with its cause, and mended by another address without another award."""

import re

import pytest
from django.core import mail

from issuing.models import Award, BounceKind, ClaimLinkWithdrawal, Credential, Letter, StatusChange
from issuing.selectors import ClaimLinkState, claim_link
from registry.models import AuditEntry, LearnerIdentifier, Role
from registry.services import Recipient
from tests.console.houses import build_house, problems
from tests.issuing.builders import build_achievement
from tests.issuing.ways import award_now, breaches, sign

pytestmark = pytest.mark.django_db


def house_with_bounce(role=Role.AWARDER):
    house = build_house(role, achievement=build_achievement())
    award = award_now(house.achievement, recipient=Recipient(name="Dana Sample", email="dana@exmaple.org"))
    sign()
    deliver()
    Letter.objects.update(bounced_at=award.accepted_at, bounce_kind=BounceKind.REFUSED)
    mail.outbox.clear()
    return house, Award.objects.get(pk=award.pk)


def deliver():
    from tests.issuing.test_letters import send_all

    send_all()


def test_address_is_corrected_without_another_award():
    house, award = house_with_bounce()
    page = house.read(f"{house.home}returned/")
    assert "The other mail server refuses it" in page
    address = f"{house.page_of(award)}address/"
    assert address in page

    house.client.post(address, {"email": "dana@example.org"})
    house.client.post(address, {"email": "Dana@example.org"})
    deliver()

    assert [one.to for one in mail.outbox] == [["dana@example.org"]]
    assert Award.objects.count() == Credential.objects.count() == 1
    assert not StatusChange.objects.exists()
    assert ClaimLinkWithdrawal.objects.count() == 1, "the link in the first mail stops working, once"
    link = re.search(r"/claim/([\w-]+)", mail.outbox[0].body)[1]
    assert claim_link(link, at=award.accepted_at).state == ClaimLinkState.OPEN
    assert AuditEntry.objects.filter(act="address.corrected").count() == 1
    assert "No letter came back" in house.read(f"{house.home}returned/")
    assert breaches() == []


def test_later_mail_goes_to_the_right_address_too():
    house, award = house_with_bounce()
    house.client.post(f"{house.page_of(award)}address/", {"email": "dana@example.org"})
    deliver()
    mail.outbox.clear()

    house.client.post(f"{house.page_of(award)}status/revoke/", {"reason_code": "by-mistake", "act": "do"})
    deliver()

    assert [one.to for one in mail.outbox] == [["dana@example.org"]]


@pytest.mark.parametrize("typed", ["", "dana@", "dana example.org", "other@example.org"])
def test_address_that_cannot_be_is_refused(typed):
    house, award = house_with_bounce()
    award_now(house.achievement, recipient=Recipient(name="Other", email="other@example.org"))

    answer = house.client.post(f"{house.page_of(award)}address/", {"email": typed})

    assert answer.status_code == 422
    assert len(problems(answer.content.decode())) == 1
    assert not ClaimLinkWithdrawal.objects.exists()
    assert LearnerIdentifier.objects.count() == 2


def test_link_is_printed_with_a_code_and_in_the_trail():
    house, award = house_with_bounce()

    page = house.client.post(f"{house.page_of(award)}print-link").content.decode()

    link = re.search(r"/claim/([\w-]+)", page)[1]
    assert claim_link(link, at=award.accepted_at).state == ClaimLinkState.OPEN
    assert "<svg" in page[page.index('class="qr"') :]
    assert AuditEntry.objects.filter(act="claim_link.printed").count() == 1


def test_viewer_sees_what_came_back_and_mends_nothing():
    house, award = house_with_bounce(Role.VIEWER)

    assert "Write the right address" not in house.read(f"{house.home}returned/")
    for act in ("address/", "print-link"):
        house.client.post(f"{house.page_of(award)}{act}", {"email": "eve@example.org"})
    assert not ClaimLinkWithdrawal.objects.exists()
    assert not AuditEntry.objects.filter(act="claim_link.printed").exists()
