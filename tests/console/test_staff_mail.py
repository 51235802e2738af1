"""What staff are told by mail of the console's work, and where each of them chooses how often."""

import pytest
from django.utils import timezone

from issuing.models import ApprovalKind, Batch, BounceKind, Letter
from issuing.services import (
    ApprovalOrder,
    BatchOrder,
    award_achievement,
    make_batch,
    record_bounce,
    run_batch,
    set_approval,
)
from registry.actors import SYSTEM, actor_for_user
from registry.models import MailPace, NewsKind, Role, StaffMail, StaffNews
from tests.console.houses import build_house, signed_in
from tests.issuing.acts import CSV
from tests.issuing.builders import build_order
from tests.issuing.ways import award_now, sign
from tests.registry.builders import build_user

pytestmark = pytest.mark.django_db
PAGE = "/account/mails/"


def news() -> list[tuple[str, int]]:
    return list(StaffNews.objects.order_by("id").values_list("kind", "count"))


def test_pace_is_chosen_on_a_page():
    house = build_house()

    assert 'value="daily"' in house.read(PAGE)
    house.client.post(PAGE, {"pace": "at_once"})

    assert StaffMail.objects.get().pace == MailPace.AT_ONCE
    assert house.client.post(PAGE, {"pace": "hourly"}).status_code == 422
    assert signed_in(build_user()).get(PAGE).status_code == 404


def test_approvals_files_and_letters_that_came_back_are_news():
    house = build_house()
    order = ApprovalOrder(place=house.achievement, kinds=frozenset({ApprovalKind.SECOND_PERSON}))
    set_approval(order=order, actor=SYSTEM)
    award_achievement(order=build_order(house.achievement), actor=actor_for_user(house.user))
    assert news() == [(NewsKind.APPROVAL_ASKED, 1)]
    assert StaffNews.objects.get().maker == str(house.user.pk)

    actor = actor_for_user(house.user)
    batch = make_batch(order=BatchOrder(achievement=house.achievement, content=CSV, kind="csv"), actor=actor)
    run_batch(batch_id=batch.pk)

    assert news()[1:] == [(NewsKind.APPROVAL_ASKED, 2), (NewsKind.BATCH_DONE, 1)]
    assert StaffNews.objects.latest("id").reader == str(house.user.pk)


def test_stopped_file_is_told_to_who_sent_it_and_a_cancelled_one_to_nobody():
    house = build_house()
    actor = actor_for_user(house.user)
    batch = make_batch(order=BatchOrder(achievement=house.achievement, content=CSV, kind="csv"), actor=actor)
    house.user.memberships.all().delete()
    run_batch(batch_id=batch.pk)

    assert Batch.objects.get().ended_code
    assert news() == [(NewsKind.BATCH_STOPPED, 1)]


def test_letter_that_came_back_is_news_for_who_awards_there():
    house = build_house()
    award = award_now(house.achievement, number=1)
    sign()
    letter = Letter.objects.get(award=award)
    Letter.objects.update(state="sent", sent_at=timezone.now())

    record_bounce(message_id=letter.message_id, kind=BounceKind.RETURNED, at=timezone.now())

    assert news() == [(NewsKind.BOUNCED, 1)]
    assert StaffNews.objects.get().node_id == house.achievement.issuer.node_id


def test_who_reads_approvals_elsewhere_is_not_told():
    house = build_house(Role.AWARDER)
    award_achievement(order=build_order(house.achievement), actor=SYSTEM)

    assert news() == []
