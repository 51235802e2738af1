"""The acts of awarding and what they refuse."""

import json

import pytest

from issuing.models import Credential
from issuing.services import award_achievement
from tests.issuing.builders import awarder_at, build_achievement, build_order, drain_all, signing_here

pytestmark = pytest.mark.django_db


def test_award_is_signed_stored_and_queued_for_delivery():
    achievement = build_achievement()
    award = award_achievement(order=build_order(achievement), actor=awarder_at(achievement))

    with signing_here():
        stored = drain_all()

    credential = Credential.objects.get()
    document = json.loads(credential.document)
    assert stored == 1
    assert document["id"].endswith(f"/c/{award.id}")
    assert credential.deliveries.get().message_id == f"<{award.id}.claim@localhost>"
