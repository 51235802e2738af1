"""The people who sign for an issuer: named once, offered to the sheet of parties, ended."""

import datetime as dt

import pytest
from django.utils import timezone

from catalogue.models import Signatory
from catalogue.services import SignatoryOrder, end_signatory, name_signatory
from registry.actors import SYSTEM
from registry.models import AuditEntry, Role, User
from registry.services import create_faculty
from tests.console.houses import problems, signed_in
from tests.console.test_editor import desk, page_of
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
DEAN = SignatoryOrder(name="Ada Beispiel", role="Dean")


def sent(house, **more):
    return {"issuer": str(house.achievement.issuer_id), "name": "Ada Beispiel", "role": "Dean"} | more


def test_person_is_named_once_and_offered_to_parties():
    house = desk()
    address = f"{house.home}signatories/"

    for _time in range(2):
        assert house.client.post(address, sent(house)).status_code == 302

    assert Signatory.objects.count() == 1
    assert "Ada Beispiel" in house.read(address)
    assert '<option value="Ada Beispiel">' in house.read(page_of(house, "edit/beside/"))
    assert list(AuditEntry.objects.filter(actor_kind="user").values_list("act", flat=True)) == ["signatory.named"]


def test_faults_are_told_together():
    house = desk()

    answer = house.client.post(
        f"{house.home}signatories/", sent(house, name="", role=" ", since="2027-01-01", until="2026-01-01")
    )

    assert answer.status_code == 422
    assert len(problems(answer.content.decode())) == 3
    assert not Signatory.objects.exists()


def test_whoever_ended_is_offered_no_more():
    house = desk()
    dean = name_signatory(issuer=house.achievement.issuer, order=DEAN, actor=SYSTEM)

    assert house.client.post(f"{house.home}signatories/{dean.pk}/end").status_code == 302
    dean.refresh_from_db()
    assert dean.until == timezone.localdate()
    end_signatory(signatory=dean, until=timezone.localdate() - dt.timedelta(days=1), actor=SYSTEM)
    assert (
        "<option"
        not in house.read(page_of(house, "edit/beside/")).partition('id="signatories"')[2].partition("</datalist>")[0]
    )


def test_signatories_are_for_editors_of_the_issuer():
    house = desk(Role.AWARDER)
    dean = name_signatory(issuer=house.achievement.issuer, order=DEAN, actor=SYSTEM)
    law = create_faculty(parent=house.achievement.issuer.node, name={"en": "Law"}, actor=SYSTEM)
    clerk = signed_in(User.objects.get(pk=build_member(law, Role.EDITOR).user_id))
    stranger = desk(Role.OWNER)

    assert house.client.get(f"{house.home}signatories/").status_code == 403
    assert house.client.post(f"{house.home}signatories/", sent(house)).status_code == 403
    assert house.client.post(f"{house.home}signatories/{dean.pk}/end").status_code == 403
    assert clerk.post(f"{house.home}signatories/{dean.pk}/end").status_code == 404
    assert stranger.client.post(f"{stranger.home}signatories/{dean.pk}/end").status_code == 404
    assert stranger.client.get(f"{house.home}signatories/").status_code == 404
    dean.refresh_from_db()
    assert dean.until is None
    assert Signatory.objects.count() == 1
