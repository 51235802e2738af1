"""What awards and credentials rest on is not deleted, though no foreign key looks at each row (DECISIONS 41)."""

import pytest
from django.db import IntegrityError, transaction

from issuing.models import Award
from issuing.services import award_achievement
from registry.actors import SYSTEM
from registry.models import Learner
from registry.services import Recipient, learners_for
from tests.issuing.builders import build_achievement, build_order, drain_all, signing_here

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Award, Learner])
def test_database_keeps_what_others_point_to(model):
    award_achievement(order=build_order(build_achievement()), actor=SYSTEM)
    with signing_here():
        drain_all()

    with pytest.raises(IntegrityError, match="points here"), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_database_keeps_a_learner_who_has_an_identifier():
    learners_for([Recipient(name="Ana", email="ana@example.org")], organisation=build_achievement().organisation)

    with pytest.raises(IntegrityError, match="points here"), transaction.atomic():
        Learner.objects.all()._raw_delete("default")
