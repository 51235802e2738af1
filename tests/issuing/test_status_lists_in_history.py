"""What a list is published from is found without looking at every award: history must not cost."""

import pytest
from django.db import connection

from issuing.models import Award, AwardState, Credential
from issuing.models.awards import ENDED_OR_DECLINED
from issuing.services import award_achievement, revoke_credential
from issuing.signing.status_lists import set_places
from issuing.way import ENDED
from registry.actors import SYSTEM
from tests.issuing.builders import awarder_at, build_achievement, build_order, drain_all, signing_here

pytestmark = pytest.mark.django_db


def plan_of(rows) -> str:
    """The plan that PostgreSQL chooses where it may read no table from end to end."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    return rows.explain()


def test_ended_awards_and_erased_credentials_have_an_index_of_their_own():
    # Of all lists: with a list's places in it, a table of a few rows may be read by those.
    assert "award_ended" in plan_of(Award.objects.filter(ENDED_OR_DECLINED, state__in=ENDED))
    assert "credential_erased" in plan_of(Credential.objects.filter(erased_at__isnull=False))


@pytest.mark.parametrize("state", ENDED)
def test_place_of_every_award_that_ended_is_marked(state):
    achievement = build_achievement()
    award = award_achievement(order=build_order(achievement), actor=awarder_at(achievement))
    mark = {"declined_at": award.accepted_at} if state == AwardState.DECLINED else {"refused_code": "ended"}
    Award.objects.filter(pk=award.pk).update(state=state, **mark)

    assert award.status_index in set_places(award.status_list, "revocation")


@pytest.mark.django_db(transaction=True)
def test_signed_award_that_its_holder_declined_is_not_marked():
    achievement = build_achievement()
    award = award_achievement(order=build_order(achievement), actor=awarder_at(achievement))
    with signing_here():
        drain_all()
    Award.objects.filter(pk=award.pk).update(declined_at=award.accepted_at)

    assert award.status_index not in set_places(award.status_list, "revocation")
    revoke_credential(credential_id=award.pk, reason="Given in error.", actor=SYSTEM)
    assert award.status_index in set_places(award.status_list, "revocation")
