"""The same person twice: joined by documents that were seen, undone until an award changes."""

import pytest

from issuing.models import Award, LearnerMerge
from issuing.services import revoke_credential
from registry.actors import SYSTEM
from registry.models import AuditEntry, Learner, LearnerIdentifier, Role
from registry.services import Recipient
from tests.console.houses import build_house, problems
from tests.issuing.builders import build_achievement
from tests.issuing.ways import award_now, breaches, sign

pytestmark = pytest.mark.django_db


def everything():
    """Return all that joining two records touches."""
    awards = sorted(Award.objects.values_list("pk", "learner", "dedupe_key"), key=str)
    identifiers = sorted(LearnerIdentifier.objects.values_list("value", "learner"))
    fields = ("pk", "preferred_name", "name_said", "name_turned", "user", "created_at")
    return awards, identifiers, sorted(Learner.objects.values_list(*fields), key=str)


def house_with_two(role=Role.ADMIN):
    """Return a house where one person is known twice and holds one line twice."""
    house = build_house(role)
    kept = award_now(house.achievement, recipient=Recipient(name="Ada Lovelace", email="ada@example.org"))
    gone = award_now(house.achievement, recipient=Recipient(name="A. Lovelace", email="ada@old.example"))
    other = build_achievement(house.achievement.issuer)
    award_now(other, recipient=Recipient(name="A. Lovelace", email="ada@old.example"))
    sign()
    return house, kept, gone


def join(house, kept, gone):
    page = f"{house.home}people/{kept.learner_id}/merge/"
    seen = {one.learner_id: str(one.pk) for one in LearnerIdentifier.objects.all()}
    said = {"other": gone.learner_id, "kept_by": seen[kept.learner_id], "gone_by": seen[gone.learner_id]}
    return page, house.client.post(page, said)


def test_two_records_become_one_and_are_taken_apart_again():
    house, kept, gone = house_with_two()
    before = everything()
    page = f"{house.home}people/{kept.learner_id}/merge/"
    assert str(gone.learner_id) in house.read(page, q="lovelace")
    assert "Goes into it" in house.read(page, other=str(gone.learner_id))

    _page, answer = join(house, kept, gone)
    shown = house.read(answer["Location"])
    assert Learner.objects.count() == 1
    assert "A. Lovelace was joined to this record" in shown
    assert "ada@old.example" in shown
    assert breaches() == []

    merge = LearnerMerge.objects.get()
    for _twice in range(2):
        house.client.post(f"{house.home}people/{kept.learner_id}/apart/{merge.pk}")

    after = everything()
    assert after[0] == before[0]
    assert after[1:] == (before[1], before[2])
    assert AuditEntry.objects.filter(act="learner.unmerged").count() == 1
    assert breaches() == []


def test_once_an_award_has_changed_they_stay_joined():
    house, kept, gone = house_with_two()
    join(house, kept, gone)
    revoke_credential(credential_id=gone.pk, reason="Mistake", actor=SYSTEM)
    merge = LearnerMerge.objects.get()

    assert "Take them apart" not in house.read(f"{house.home}people/{kept.learner_id}/")
    answer = house.client.post(f"{house.home}people/{kept.learner_id}/apart/{merge.pk}", follow=True)

    assert "the records stay joined" in answer.content.decode()
    assert Learner.objects.count() == 1


def test_further_award_settles_it_too():
    house, kept, gone = house_with_two()
    join(house, kept, gone)
    achievement = build_achievement(house.achievement.issuer)
    award_now(achievement, recipient=Recipient(name="Ada", email="ada@old.example"))

    assert "Take them apart" not in house.read(f"{house.home}people/{kept.learner_id}/")


def test_without_a_document_for_each_or_without_the_role_nothing_is_joined():
    house, kept, gone = house_with_two()
    page = f"{house.home}people/{kept.learner_id}/merge/"
    answer = house.client.post(page, {"other": gone.learner_id})
    assert (answer.status_code, len(problems(answer.content.decode()))) == (422, 2)
    assert house.client.get(page, {"other": "nonsense"}).status_code == 404

    awarder, first, second = house_with_two(Role.AWARDER)
    assert "The same person twice?" not in awarder.read(f"{awarder.home}people/{first.learner_id}/")
    _page, refused = join(awarder, first, second)
    assert refused.status_code == 403
    assert not LearnerMerge.objects.exists()
