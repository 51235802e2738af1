"""What a correction keeps of the award that it replaces."""

import datetime as dt

import pytest
from django.utils import timezone

from issuing.models import Award
from issuing.services import award_achievement, supersede_credential
from registry.actors import SYSTEM
from tests.issuing.builders import awarder_at, build_achievement, build_order, drain_all, signing_here

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("corrected_to", [None, 3])
def test_correction_keeps_the_day_of_award_unless_the_day_is_corrected(corrected_to):
    achievement = build_achievement()
    day = timezone.localdate() - dt.timedelta(days=30)
    order = build_order(achievement, awarded_on=day)
    old = award_achievement(order=order, actor=awarder_at(achievement))
    with signing_here():
        drain_all()
    corrected_day = corrected_to and day + dt.timedelta(days=corrected_to)

    correction = build_order(achievement, awarded_on=corrected_day)
    successor = supersede_credential(credential_id=old.pk, order=correction, reason="Name corrected", actor=SYSTEM)

    assert Award.objects.get(pk=successor.pk).awarded_on == (corrected_day or day)
