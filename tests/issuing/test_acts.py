"""Every act: of another organisation, twice at once, and by somebody who has lost the role meanwhile."""

import pytest

from issuing import services
from issuing.services import supersede_credential
from registry.models import Role
from tests.at_once import (
    acts_in,
    ask_by_strangers,
    changed,
    everything,
    told,
    wrong_when_the_role_is_lost,
    wrong_when_twice,
)
from tests.issuing.acts import CASES as OTHERS
from tests.issuing.acts import NO_CASE
from tests.issuing.builders import build_achievement, build_order
from tests.issuing.change_acts import CASES as OF_MANY
from tests.issuing.ways import award_now, breaches, sign
from tests.registry.acts_of_leaving import OF_ISSUING
from tests.registry.builders import build_member

CASES = OTHERS | OF_MANY | OF_ISSUING


def test_every_act_has_a_case():
    with_case = {name.partition(" ")[0] for name in CASES}

    assert with_case | set(NO_CASE) == acts_in(services)
    assert not with_case & set(NO_CASE)


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
def test_act_on_another_organisations_is_refused_changes_nothing_and_tells_nothing(name):
    ask_by_strangers(CASES[name]())


@pytest.mark.django_db
def test_nobody_awards_what_is_another_organisations_by_a_correction():
    award, order = award_now(build_achievement()), build_order(build_achievement())
    sign()
    awarder = build_member(award.version.achievement.issuer.node, Role.AWARDER)
    before = everything()

    code = told(lambda: supersede_credential(credential_id=award.pk, order=order, reason="Better", actor=awarder))

    assert code == "role-required"
    assert changed(before) == []


@pytest.mark.django_db(transaction=True)
def test_act_done_twice_at_once_is_done_once_and_the_other_one_is_told():
    wrong = list(wrong_when_twice(CASES))

    assert not wrong, "\n".join(wrong)
    sign()
    assert breaches() == []


@pytest.mark.django_db(transaction=True)
def test_whoever_loses_the_role_while_the_act_waits_is_refused():
    wrong = list(wrong_when_the_role_is_lost(CASES))

    assert not wrong, "\n".join(wrong)
