"""A second person sees a file as a whole, takes rows out with a reason, and lets the rest go on, or none of it."""

import pytest

from issuing.models import Approval, ApprovalKind, Award, AwardState
from issuing.services import ApprovalOrder, set_approval
from registry.actors import SYSTEM
from registry.models import AuditEntry, Role, User
from registry.services import add_member
from tests.console.files import checked, newest, page_of, press, work
from tests.console.houses import build_house, problems, signed_in
from tests.issuing.ways import breaches, sign
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
ROWS = (
    "name,email\n" + "".join(f"Ada No{number},ada{number}@example.org\n" for number in range(2, 7)) + "Bad,nowhere\n"
)


@pytest.fixture
def house():
    """A file of five that waits for a second person, and her browser."""
    house = build_house()
    order = ApprovalOrder(place=house.achievement, kinds=frozenset({ApprovalKind.SECOND_PERSON}))
    set_approval(order=order, actor=SYSTEM)
    checked(house, ROWS)
    press(house, "confirm")
    work()
    assert "waits for a second person" in page_of(house)
    become(house, Role.APPROVER)
    return house


def become(house, role):
    member = build_member(house.achievement.issuer.node, role)
    house.client = signed_in(User.objects.get(pk=member.user_id))


def states():
    return {award.row_number: str(award.state) for award in Award.objects.all()}


def test_second_person_sees_what_was_found_and_whom_it_names(house):
    page = page_of(house, "approval/")

    assert "Ada No2" in page
    assert "Approve all that waits" in page
    assert "with an error" in page


def test_approved_file_goes_on_as_one(house):
    page = press(house, "approval/", act="approve").content.decode()

    assert "Approved: what waited for you goes on." in page
    assert set(states().values()) == {"scheduled"}
    assert Approval.objects.get().batch_id == newest().pk
    assert "Nothing of this file waits for you." in page
    assert breaches() == []


def test_rows_are_taken_out_with_a_reason_and_the_others_go_on(house):
    press(house, "approval/", act="take-out", rows="3, 5-6", reason="Not in the minutes")
    press(house, "approval/", act="approve")

    assert states() == {2: "scheduled", 3: "refused", 4: "scheduled", 5: "refused", 6: "refused"}
    assert "Row 3: Not in the minutes" in page_of(house)
    assert set(Approval.objects.filter(decision="refuse").values_list("reason", flat=True)) == {"Not in the minutes"}
    assert "Not in the minutes" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_rows_without_a_reason_or_without_numbers_are_told(house):
    bare = press(house, "approval/", act="take-out", rows="3", reason="")
    words = press(house, "approval/", act="take-out", rows="three", reason="Because")
    none = press(house, "approval/", act="take-out", rows="", reason="Because")

    assert len(problems(bare.content.decode())) == 1
    assert problems(words.content.decode()) == ["Write row numbers with commas between them, for example 17, 44-46."]
    assert none.status_code == 422
    assert set(states().values()) == {"awaiting_approval"}


def test_refused_file_ends_whole(house):
    press(house, "approval/", act="refuse", reason="Wrong list")

    assert set(states().values()) == {"refused"}
    sign()
    assert breaches() == []


def test_whoever_made_the_file_does_not_approve_it(house):
    maker = User.objects.get(pk=newest().made_by)
    add_member(user=maker, node=house.achievement.issuer.node, role=Role.APPROVER, actor=SYSTEM)
    house.client = signed_in(maker)

    answer = press(house, "approval/", act="approve")

    assert answer.status_code in {403, 422}
    assert set(states().values()) == {"awaiting_approval"}


@pytest.mark.parametrize("act", ["approve", "take-out", "refuse"])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.AWARDER])
def test_who_is_no_approver_decides_nothing(house, role, act):
    become(house, role)

    answer = press(house, "approval/", act=act, rows="3", reason="Because")

    assert answer.status_code == 403
    assert set(states().values()) == {"awaiting_approval"}


def test_approving_twice_is_done_once(house):
    press(house, "approval/", act="approve")
    again = press(house, "approval/", act="approve")

    assert again.status_code == 422
    assert Approval.objects.count() == 1


def test_file_that_waits_for_a_second_person_can_be_undone_by_who_made_it(house):
    house.client = signed_in(User.objects.get(pk=newest().made_by))
    assert "Undo all of them" in page_of(house)
    press(house, "undo")
    from issuing.services import end_wait

    end_wait(batch_id=newest().pk, ending="undone", by_kind="system", by="")

    assert {award.state for award in Award.objects.all()} == {AwardState.CANCELLED}
