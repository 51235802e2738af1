"""Corrections: what is not corrected stays, and the old credential leads to the new one."""

import datetime as dt
import io
import json
import time
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Achievement
from catalogue.selectors import content_of
from catalogue.services import edit_achievement, publish_achievement
from issuing.errors import (
    AlreadyRevokedError,
    CredentialNotFoundError,
    NothingToCorrectError,
    ReplacementWaitsError,
)
from issuing.fsck import check_everything
from issuing.models import Award, Credential, StatusChange
from issuing.services import (
    Correction,
    EvidenceOrder,
    GroundOrder,
    ResultOrder,
    award_achievement,
    correct_credential,
    revoke_credential,
)
from registry.actors import SYSTEM, Actor, actor_for_machine
from registry.errors import IdentifierConflictError, RoleRequiredError, ScopeRequiredError
from registry.models import IdentifierType, Issuer, IssuerState, Learner, LearnerIdentifier, Role
from registry.permissions import Scope
from registry.services import IdentifierOrder, Recipient, create_api_key
from tests.issuing.builders import awarder_at, build_achievement, build_order, drain_all, signing_here
from tests.registry.builders import build_member, root_of

pytestmark = pytest.mark.django_db

RULE = {"measure": "score", "at_least": "60", "scale": "percent"}
RICH = {
    "awarded_on": dt.date(2026, 6, 1),
    "learning_from": "08/2019",
    "learning_to": "2020",
    "participation": "Online",
    "supervision": "In a room of ours",
    "credits_earned": Decimal("2.5"),
    "language_of_assessment": "de",
    "narrative": "What she did.",
    "results": (ResultOrder(value="87.5"),),
    "evidence": (EvidenceOrder(url="https://example.org/thesis", name="Thesis"),),
    "ground": GroundOrder(body="Board", date=dt.date(2026, 5, 1), reference="4711"),
    "language": "de",
}


def person(email: str = "ada@example.org", number: str = "4711") -> Recipient:
    numbers = (IdentifierOrder(IdentifierType.MATRICULATION, "college", number),) if number else ()
    return Recipient(name="Ada Lovelice", email=email, identifiers=numbers)


def awarded(achievement: Achievement | None = None, recipient: Recipient | None = None, **stated) -> Award:
    achievement = achievement or build_achievement(outcome_rule=RULE)
    order = build_order(achievement, recipient=recipient or person(), **stated)
    return award_achievement(order=order, actor=SYSTEM)


def signed() -> None:
    with signing_here():
        drain_all()


def correct(award: Award, actor: Actor = SYSTEM, **changes) -> Award:
    return correct_credential(
        credential_id=award.pk, correction=Correction(**changes), reason="Name misspelt", actor=actor
    )


OF_ITS_OWN = {"credential_id", "subject_id", "salt", "email_hash", "identifiers", "status_index", "status_list_url"}


def facts_of(award: Award) -> dict:
    return json.loads(Award.objects.get(pk=award.pk).facts)


DAYS = {"learning_from": dt.date(2026, 1, 5), "learning_to": dt.date(2026, 2, 5)}


@pytest.mark.parametrize(
    ("term", "more"), [(None, {}), (365, DAYS)], ids=["no term, words", "a term of the version, days"]
)
def test_everything_that_is_not_corrected_stays(term, more):
    old = awarded(build_achievement(outcome_rule=RULE, valid_for_days=term), **RICH | more)
    signed()

    new = correct(old, name="Ada Lovelace")

    before, after = facts_of(old), facts_of(new)
    differing = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert differing <= OF_ITS_OWN | {"holder_name"}
    assert after["holder_name"] == "Ada Lovelace"
    assert len(after["identifiers"]) == 1
    assert "email_hash" in after
    assert new.learner_id == old.learner_id
    signed()
    assert Credential.objects.get(pk=old.pk).successor_id == new.pk
    assert list(check_everything(full=False)) == []


def test_facts_are_corrected_added_and_taken_away():
    old = awarded(**RICH)
    signed()

    new = correct(old, stated={"credits_earned": Decimal("3"), "participation": None, "learning_to": "2021"})

    after = facts_of(new)
    assert (after["credits_earned"], after.get("participation")) == ("3", None)
    assert after["narrative"] == RICH["narrative"]


def test_day_of_award_takes_the_term_with_it():
    old = awarded(build_achievement(valid_for_days=10), awarded_on=dt.date(2026, 6, 1))
    signed()

    new = correct(old, stated={"awarded_on": dt.date(2026, 6, 2)})

    assert new.valid_until - old.valid_until == dt.timedelta(days=1)


def test_correction_is_of_the_version_that_was_awarded():
    achievement = build_achievement(outcome_rule=RULE)
    old = awarded(achievement)
    signed()
    edit_achievement(
        achievement=achievement,
        content=content_of(achievement.versions.get()).__class__(
            **{**vars_of(content_of(achievement.versions.get())), "ects_credits": Decimal("9")}
        ),
        actor=SYSTEM,
    )
    publish_achievement(achievement=achievement, actor=SYSTEM)

    assert correct(old, name="Ada Lovelace").version_id == old.version_id


def vars_of(content) -> dict:
    return {name: getattr(content, name) for name in content.__dataclass_fields__}


def test_withdrawn_line_is_still_corrected_and_a_closed_issuer_signs_nothing():
    old = awarded()
    signed()
    Achievement.objects.update(last_award_on=dt.date(2020, 1, 1), state="retired")

    assert correct(old, name="Ada Lovelace").pk != old.pk

    Issuer.objects.update(state=IssuerState.CLOSED)
    with pytest.raises(Exception, match="no longer"):
        correct(awarded_by_hand(old), name="Ada L.")


def awarded_by_hand(old: Award) -> Award:
    """Return the award of a closed issuer whose replacement was cancelled."""
    Award.objects.exclude(pk=old.pk).update(state="cancelled", dedupe_key=None, replaces=None)
    return old


def test_address_that_was_mistyped_leads_to_whoever_has_the_right_one():
    achievement = build_achievement(outcome_rule=RULE)
    other = awarded(build_achievement(achievement.issuer), person(number=""))
    old = awarded(achievement, person("ada@exmaple.org", number=""))
    signed()

    new = correct(old, email="ada@example.org")

    assert new.learner_id == other.learner_id != old.learner_id


def test_address_of_somebody_else_is_refused_where_the_number_says_who_it_is():
    achievement = build_achievement(outcome_rule=RULE)
    awarded(achievement, person("bob@example.org", "4712"))
    old = awarded(achievement)
    signed()

    with pytest.raises(IdentifierConflictError):
        correct(old, email="bob@example.org")

    assert Award.objects.count() == 2


def test_address_is_taken_away():
    old = awarded()
    signed()

    assert "email_hash" not in facts_of(correct(old, email=""))


def test_new_address_of_the_same_person_is_one_more_of_their_record():
    old = awarded()
    signed()

    new = correct(old, email="ada@new.example.org")

    assert new.learner_id == old.learner_id
    assert LearnerIdentifier.objects.filter(learner=old.learner_id, type="email").count() == 2


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER, Role.APPROVER], ids=["editor", "viewer", "approver"])
def test_nobody_but_an_awarder_corrects(role):
    old = awarded()
    signed()
    root = root_of(old.organisation)

    with pytest.raises((RoleRequiredError, CredentialNotFoundError)):
        correct(old, actor=build_member(root, role), name="x")
    with pytest.raises(CredentialNotFoundError):
        correct(old, actor=awarder_at(build_achievement()), name="x")
    correct(old, actor=build_member(root, Role.AWARDER), name="x")


@pytest.mark.parametrize("scopes", [{Scope.CREDENTIALS_REVOKE}, {Scope.AWARDS_WRITE}], ids=["revoking", "awarding"])
def test_machine_needs_both_scopes(scopes):
    """Whoever may only revoke would otherwise have anything signed under another name."""
    old = awarded()
    signed()
    key, _secret = create_api_key(
        node=root_of(old.organisation), name="half", scopes=scopes | {Scope.AWARDS_READ}, actor=SYSTEM
    )
    machine = actor_for_machine(key, kind="api_key", scopes=frozenset(key.scopes))

    with pytest.raises(ScopeRequiredError):
        correct(old, actor=machine, name="x")


def test_correction_of_nothing_and_of_what_was_revoked_is_refused():
    old = awarded()
    signed()

    with pytest.raises(NothingToCorrectError):
        correct(old)
    revoke_credential(credential_id=old.pk, reason="Error", actor=SYSTEM)
    with pytest.raises(AlreadyRevokedError):
        correct(old, name="x")


def test_what_waits_is_corrected_under_its_id_and_a_second_correction_waits_for_the_first():
    waiting, old = awarded(), awarded(recipient=person("bob@example.org", "4712"))

    same = correct(waiting, name="Ada Lovelace", email="ada@new.example.org")

    assert (same.pk, facts_of(same)["holder_name"]) == (waiting.pk, "Ada Lovelace")
    signed()
    correct(old, name="Bob")
    with pytest.raises(ReplacementWaitsError):
        correct(old, name="Rob")
    assert Award.objects.count() == 3


def run(*arguments: str) -> dict:
    out = io.StringIO()
    call_command("correct", *arguments, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def test_shell_corrects_and_answers_the_new_id(monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _seconds: signed())
    old = awarded(**RICH)
    signed()

    told = run(
        str(old.pk),
        "--name",
        "Ada Lovelace",
        "--set",
        "result=91",
        "--set",
        "participation=",
        "--reason",
        "x",
        "--wait",
    )

    after = facts_of(Award.objects.get(pk=told["id"]))
    assert (told["replaces"], told["state"]) == (str(old.pk), "signed")
    assert told["url"].endswith(f"/c/{told['id']}")
    assert (after["holder_name"], after["results"][0]["value"]) == ("Ada Lovelace", "91")
    assert "participation" not in after


def test_shell_corrects_what_waits_under_its_id():
    waiting = awarded()

    told = run(str(waiting.pk), "--name", "Ada Lovelace", "--reason", "x")

    assert (told["id"], told["state"], told["replaces"]) == (str(waiting.pk), "accepted", None)


def test_shell_tells_every_fault_of_a_correction():
    old = awarded()
    out = io.StringIO()

    with pytest.raises(CommandError):
        call_command(
            "correct", str(old.pk), "--set", "awarded_on=yesterday", "--set", "shoe=44", "--set", "credits_earned=many",
            "--reason", "x", "--json", stdout=out,
        )  # fmt: skip

    told = json.loads(out.getvalue())
    assert (told["id"], told["state"]) == (str(old.pk), "refused")
    assert {fault["column"] for fault in told["problems"]} == {"awarded_on", "shoe", "credits_earned"}
    assert not StatusChange.objects.exists()
    assert Learner.objects.count() == 1
