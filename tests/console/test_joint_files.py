"""A file whose achievement several bodies award: each decides about it as one, here on pages or as recorded."""

import pytest

from catalogue.models import Party, PartyRole
from issuing.models import Approval, ApprovalKind, Award, SignedDocument, StatementKind
from issuing.services import ApprovalOrder, set_approval
from registry.actors import SYSTEM
from registry.models import Role
from tests.console.files import checked, newest, page_of, press, work
from tests.console.houses import build_house, problems
from tests.issuing.ways import breaches, sign

pytestmark = pytest.mark.django_db
ROWS = (
    "name,email\n" + "".join(f"Ada No{number},ada{number}@example.org\n" for number in range(2, 5)) + "Bad,nowhere\n"
)
ELSEWHERE = "Kunsthochschule Süd"
BOTH = frozenset({ApprovalKind.SECOND_PERSON, ApprovalKind.AWARDING_BODIES})
SAID = {"decision": "release", "ground": "Letter of the dean", "decided_on": "2026-11-02", "reference": "K 12"}


def joint(*names, kinds=frozenset({ApprovalKind.AWARDING_BODIES})):
    """Return the house of a file of three that waits, and the house of a body that awards with it; `names` do elsewhere."""
    body, house = build_house(Role.APPROVER), build_house()
    version, other = house.achievement.versions.get(), body.achievement.organisation
    Party.objects.create(version=version, role=PartyRole.CO_AWARDS, name=other.slug, organisation=other)
    for name in names:
        Party.objects.create(version=version, role=PartyRole.CO_AWARDS, name=name)
    set_approval(order=ApprovalOrder(place=house.achievement, kinds=kinds), actor=SYSTEM)
    checked(house, ROWS)
    press(house, "confirm")
    work()
    return house, body


def page_for(body) -> str:
    return f"{body.home}approvals/files/{newest().pk}/"


def states():
    return {award.row_number: str(award.state) for award in Award.objects.all()}


def test_body_finds_the_file_looks_at_it_and_releases_it_as_one():
    house, body = joint()
    assert "waits for the bodies that award it jointly" in page_of(house)
    assert "Look at it and decide" not in page_of(house)

    assert page_for(body) in body.read(f"{body.home}approvals/")
    page = body.read(page_for(body))
    assert "Ada No2" in page
    assert "ada2@example.org" not in page, "what is known of the person beside stays with who awards"
    assert "nowhere" not in page
    body.client.post(page_for(body), {"act": "approve"})
    again = body.client.post(page_for(body), {"act": "approve"}, follow=True).content.decode()

    assert "has decided on this file already" in again
    assert Approval.objects.get().batch_id == newest().pk
    assert set(states().values()) == {"scheduled"}
    assert SignedDocument.objects.filter(kind=StatementKind.RELEASE).count() == 3
    assert ": released" in " ".join(page_of(house).split())
    assert breaches() == []


def test_body_takes_rows_out_with_a_reason_and_releases_the_others():
    house, body = joint()

    bare = body.client.post(page_for(body), {"act": "take-out", "rows": "3", "reason": ""})
    assert len(problems(bare.content.decode())) == 1
    body.client.post(page_for(body), {"act": "take-out", "rows": "3", "reason": "Not examined here"})
    assert states() == {2: "awaiting_approval", 3: "refused", 4: "awaiting_approval"}
    body.client.post(page_for(body), {"act": "approve"})

    assert states() == {2: "scheduled", 3: "refused", 4: "scheduled"}
    assert "Row 3: Not examined here" in page_of(house)
    sign()
    assert breaches() == []


def test_body_refuses_the_file_and_nothing_of_it_is_signed():
    house, body = joint()

    body.client.post(page_for(body), {"act": "refuse", "reason": "No agreement this year"})

    assert set(states().values()) == {"refused"}
    assert "No agreement this year" in page_of(house)
    assert sign() == 0


def test_all_are_waited_for_and_what_others_decided_is_recorded_once_for_the_file():
    house, body = joint(ELSEWHERE, kinds=BOTH)
    record = f"{house.home}batches/{newest().pk}/record/kunsthochschule-sud/"
    second = build_house(Role.APPROVER, achievement=house.achievement)
    press(second, "approval/", act="approve")
    body.client.post(page_for(body), {"act": "approve"})
    assert set(states().values()) == {"awaiting_approval"}
    assert "Approve all that waits" not in page_of(second, "approval/"), "a second person decides once"

    assert record in page_of(house)
    assert len(problems(house.client.post(record, {}).content.decode())) == 4
    house.client.post(record, SAID)

    assert set(states().values()) == {"scheduled"}
    assert "as stated by" in page_of(house)
    assert house.client.get(record).status_code == 404, "it is recorded once"
    assert (
        house.client.get(record.replace("kunsthochschule-sud", body.achievement.organisation.slug)).status_code == 404
    )
    assert breaches() == []


@pytest.mark.parametrize("act", ["approve", "take-out", "refuse"])
def test_who_does_not_decide_for_the_body_decides_nothing(act):
    house, body = joint()
    stranger = build_house(Role.APPROVER)
    awarder = build_house(Role.AWARDER, achievement=body.achievement)
    said = {"act": act, "rows": "2", "reason": "Because"}

    assert stranger.client.get(page_for(stranger)).status_code == 404
    assert stranger.client.post(page_for(stranger), said).status_code == 404
    assert awarder.client.post(page_for(awarder), said).status_code == 403
    assert house.client.post(page_for(house), said).status_code in {403, 404}
    assert set(states().values()) == {"awaiting_approval"}
