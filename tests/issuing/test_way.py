"""The way of an award: replacing and correcting; each of the faults that it had once. Claiming: test_claiming.py."""

import ast
import json
from pathlib import Path

import pytest
from django.utils import timezone

from catalogue.models import DuplicatePolicy
from issuing.draining import pass_on_everything, worker_name
from issuing.errors import AlreadyAwardedError, ReplacementWaitsError
from issuing.models import Award, AwardState, Credential
from issuing.services import accept_award, revoke_credential
from issuing.signing.chunks import sign_chunk
from issuing.signing.intents import lease_chunk
from issuing.signing.status_lists import ensure_published
from issuing.signing.storing import finish_chunk
from registry.actors import SYSTEM
from registry.models import AuditEntry, OutboxMessage, SigningPolicy
from registry.services import Recipient
from tests.issuing.builders import build_achievement, build_issuer, drain_all, signing_here
from tests.issuing.ways import (
    LATER,
    at_claim,
    award_now,
    bearer,
    breaches,
    claimed,
    correct,
    fresh_state,
    sign,
    standing,
)

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


# -- replacing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", list(SigningPolicy))
def test_corrected_award_stands_alone(policy):
    achievement = build_achievement(build_issuer(signing_policy=policy))
    old = award_now(achievement, number=1)
    if policy == SigningPolicy.AT_CLAIM:
        accept_award(award_id=old.pk, actor=bearer(old))
    sign()

    new = correct(old)
    assert standing(achievement) == [str(old.pk)], "the old one stands until the new one is signed"
    if policy == SigningPolicy.AT_CLAIM:
        accept_award(award_id=new.pk, actor=bearer(new))
    sign()

    assert standing(achievement) == [str(new.pk)]
    assert Credential.objects.get(pk=old.pk).successor_id == new.pk
    assert breaches() == []


def test_older_and_newer_of_a_chain_end_when_the_newest_is_accepted_first():
    achievement = at_claim(duplicates=DuplicatePolicy.REPLACE)
    first = claimed(achievement, 1)
    second, third = award_now(achievement, number=1), award_now(achievement, number=1)

    accept_award(award_id=third.pk, actor=bearer(third))
    sign()

    assert standing(achievement) == [str(third.pk)]
    assert Credential.objects.get(pk=first.pk).successor_id == third.pk
    assert fresh_state(second) == (AwardState.CANCELLED, "replaced-before-signing")
    assert breaches() == []


def test_two_replacements_accepted_one_after_the_other_leave_the_newest():
    achievement = at_claim(duplicates=DuplicatePolicy.REPLACE)
    claimed(achievement, 1)
    second, third = award_now(achievement, number=1), award_now(achievement, number=1)

    for award in (second, third):
        accept_award(award_id=award.pk, actor=bearer(award))
        sign()

    assert standing(achievement) == [str(third.pk)]
    assert breaches() == []


def test_replacement_behind_one_that_was_cancelled_replaces_what_stands():
    achievement = at_claim(duplicates=DuplicatePolicy.REPLACE)
    first = claimed(achievement, 1)
    second, third = award_now(achievement, number=1), award_now(achievement, number=1)

    revoke_credential(credential_id=second.pk, reason="Mistake", actor=SYSTEM)
    fourth = award_now(achievement, number=1)
    for award in (third, fourth):
        accept_award(award_id=award.pk, actor=bearer(award))
        sign()

    assert standing(achievement) == [str(fourth.pk)]
    assert Credential.objects.get(pk=first.pk).successor_id == third.pk


def end_by_cancelling(award) -> None:
    revoke_credential(credential_id=award.pk, reason="Mistake", actor=SYSTEM)


def end_by_refusing(award) -> None:
    Award.objects.filter(pk=award.pk).update(facts='{"credential_id":"nothing that can be signed"}')
    sign()


@pytest.mark.parametrize("end", [end_by_cancelling, end_by_refusing])
def test_replacement_that_ends_unsigned_changes_nothing(end):
    achievement = build_achievement()
    old = award_now(achievement, number=1)
    sign()

    end(correct(old))

    with pytest.raises(AlreadyAwardedError) as refusal:
        award_now(achievement, number=1)
    assert refusal.value.facts["id"] == old.pk
    assert standing(achievement) == [str(old.pk)]
    sign()
    assert breaches() == []


@pytest.mark.parametrize("learner", ["the same", "another"])
def test_line_goes_from_the_old_award_to_the_new_one(learner):
    achievement = build_achievement()
    old = award_now(achievement, number=1)
    sign()
    email = "ada1@example.org" if learner == "the same" else "other@example.org"

    new = correct(old, email=email)
    assert Award.objects.get(pk=old.pk).dedupe_key
    sign()

    assert not Award.objects.get(pk=old.pk).dedupe_key
    with pytest.raises(AlreadyAwardedError) as refusal:
        award_now(achievement, recipient=Recipient(name="Ada", email=email))
    assert refusal.value.facts["id"] == new.pk


def test_line_of_an_award_that_is_revoked_goes_to_its_waiting_replacement():
    achievement = at_claim()
    old = claimed(achievement, 1)
    new = correct(old)

    revoke_credential(credential_id=old.pk, reason="Given in error", actor=SYSTEM)

    with pytest.raises(AlreadyAwardedError) as refusal:
        award_now(achievement, number=1)
    assert refusal.value.facts["id"] == new.pk


def test_award_whose_correction_waits_is_not_corrected_again():
    achievement = at_claim()
    old = claimed(achievement, 1)
    new = correct(old)

    with pytest.raises(ReplacementWaitsError) as refusal:
        correct(old)

    assert refusal.value.facts["id"] == new.pk


def test_repeat_can_be_corrected():
    achievement = build_achievement(duplicates=DuplicatePolicy.ALLOW)
    award_now(achievement, number=1)
    repeat = award_now(achievement, number=1, repeat=True)
    sign()

    new = correct(repeat)
    sign()

    assert len(standing(achievement)) == 2
    assert str(new.pk) in standing(achievement)


# -- correcting what waits ----------------------------------------------------------------------------


@pytest.mark.parametrize("policy", list(SigningPolicy))
def test_correction_of_what_waits_fixes_its_facts_anew(policy):
    achievement = build_achievement(build_issuer(signing_policy=policy))
    award = award_now(achievement, number=1)

    corrected = correct(award, email="another@example.org")

    assert Award.objects.count() == 1
    assert corrected.pk == award.pk
    facts, before = json.loads(corrected.facts), json.loads(award.facts)
    assert (facts["holder_name"], corrected.revision) == ("Ada Corrected", 1)
    assert {key: facts[key] for key in ("credential_id", "status_index")} == {
        key: before[key] for key in ("credential_id", "status_index")
    }
    assert (corrected.valid_from, corrected.awarded_on) == (award.valid_from, award.awarded_on)
    assert AuditEntry.objects.filter(act="award.corrected", object_id=str(award.pk)).exists()
    if policy == SigningPolicy.AT_CLAIM:
        accept_award(award_id=award.pk, actor=bearer(award))
    assert sign() == 1
    assert "Ada Corrected" in Credential.objects.get().document
    assert breaches() == []


def test_correction_while_the_worker_signs_is_what_is_signed():
    """The worker has signed the old facts and not stored them yet."""
    award = award_now(build_achievement(), number=1)
    with signing_here():
        drain_only_keys()
        worker = worker_name()
        message = lease_chunk(worker=worker, lease_seconds=60)
        chunk = sign_chunk(message)
        correct(award)
        ensure_published({award.status_list_id})
        assert finish_chunk(chunk, worker=worker) == 0
        assert drain_all() == 1

    assert "Ada Corrected" in Credential.objects.get().document
    assert breaches() == []


def drain_only_keys() -> None:
    pass_on_everything(worker="keys")


def test_what_was_accepted_and_then_corrected_is_asked_for_again():
    award = award_now(at_claim(), number=1)
    accept_award(award_id=award.pk, actor=bearer(award))

    correct(award)

    assert sign() == 0
    assert Award.objects.get(pk=award.pk).state == AwardState.AWAITING_CLAIM
    assert Award.objects.get(pk=award.pk).claimed_at is None


def test_line_follows_the_person_to_whom_a_waiting_award_is_corrected():
    achievement = at_claim()
    award_now(achievement, number=1)
    award = award_now(achievement, number=2)

    with pytest.raises(AlreadyAwardedError):
        correct(award, email="ada1@example.org")
    correct(award, email="third@example.org")

    assert award_now(achievement, number=2)
    with pytest.raises(AlreadyAwardedError):
        award_now(achievement, recipient=Recipient(name="Third", email="third@example.org"))


# -- the house ----------------------------------------------------------------------------------------


def test_states_of_awards_are_written_in_one_place():
    """`state=` in an update is that of another table, or stands in `issuing.steps`; `.ci` makes scenes for pictures."""
    found = []
    for path in ROOT.glob("*/**/*.py"):
        room = path.relative_to(ROOT).parts[0]
        if room in {"tests", ".venv", ".ci"} or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and writes_state(node) and "Award" in ast.unparse(node):
                found.append(str(path.relative_to(ROOT)))
    assert set(found) == {"issuing/steps.py"}


def writes_state(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return name in {"update", "update_or_create", "create", "bulk_update"} and any(
        one.arg == "state" or (name == "bulk_update" and "state" in ast.unparse(call)) for one in call.keywords
    )


def test_fsck_tells_what_nothing_will_bring_on():
    achievement = at_claim()
    award_now(achievement)
    award_now(build_achievement(), send_at=timezone.now() + LATER)
    assert breaches() == []
    OutboxMessage.objects.filter(topic="awards.due").delete()

    assert {breach.problem for breach in breaches()} == {
        "scheduled award that no day will bring on",
        "award whose time to be accepted never ends",
    }
