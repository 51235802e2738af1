"""An award's builder decides in signing and fsck, whatever builder new awards get."""

import json

import pytest

from credentials.builders import CURRENT
from credentials.builders.v1 import entry_words
from issuing.editions import edition_of
from issuing.fsck import documents
from issuing.fsck.documents import documents_hold
from issuing.models import Award, Credential
from issuing.services import award_achievement
from registry.actors import SYSTEM
from tests.issuing.builders import build_achievement, build_order, drain_all, of_builder_1, signing_here

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    """Definitions are kept by id for as long as a process lives; here each test has its own words."""
    kept = (edition_of, documents._issuer, documents._achievement)
    for function in kept:
        function.cache_clear()
    yield
    for function in kept:
        function.cache_clear()


def problems() -> list[str]:
    return [breach.problem for breach in documents_hold(full=True)]


def test_awards_of_both_builders_that_wait_together_are_each_signed_by_their_own():
    achievement = build_achievement()
    # A word that the builders say differently
    stated = {"participation": "online", "language": "de"}
    old = of_builder_1(award_achievement(order=build_order(achievement, **stated), actor=SYSTEM))
    new = award_achievement(order=build_order(achievement, **stated), actor=SYSTEM)
    with signing_here():
        drain_all()

    signed = {credential.pk: json.loads(credential.document) for credential in Credential.objects.all()}
    versions = dict(Award.objects.values_list("pk", "builder_version"))
    assert versions == {old.pk: 1, new.pk: CURRENT.version}
    assert signed[old.pk]["credentialSubject"]["narrative"] == "* Art der Teilnahme: online"
    assert signed[new.pk]["credentialSubject"]["narrative"] == "* Form der Teilnahme: online"
    assert problems() == []


def test_a_changed_word_in_builder_1_turns_fsck_red(monkeypatch):
    of_builder_1(award_achievement(order=build_order(build_achievement()), actor=SYSTEM))
    with signing_here():
        drain_all()
    assert problems() == []
    labels = {**entry_words.LABELS, "level": {"en": "Grade of difficulty", "de": "Niveau"}}
    monkeypatch.setattr(entry_words, "LABELS", labels)
    documents._achievement.cache_clear()

    (problem,) = problems()
    assert "differs from the facts" in problem


def test_an_award_of_a_later_release_waits_and_keeps_its_neighbours_not_waiting():
    achievement = build_achievement()
    later, ours = (award_achievement(order=build_order(achievement), actor=SYSTEM) for _ in range(2))
    Award.objects.filter(pk=later.pk).update(builder_version=99)
    with signing_here():
        drain_all()

    assert Award.objects.get(pk=later.pk).state == "accepted"
    assert list(Credential.objects.values_list("pk", flat=True)) == [ours.pk]


def test_fsck_says_that_it_does_not_know_the_builder_of_a_later_release():
    award = award_achievement(order=build_order(build_achievement()), actor=SYSTEM)
    with signing_here():
        drain_all()
    Award.objects.filter(pk=award.pk).update(builder_version=99)

    (problem,) = problems()
    assert "builder that this release does not have" in problem
