"""Records are linked to accounts, and joined, by proof that is newer than the award."""

import datetime as dt
import io
import json
import re
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from catalogue.models import DuplicatePolicy
from config.bootstrap.folders import ROOT
from issuing.fsck import check_everything
from issuing.models import Award
from issuing.selectors import credentials_held_by
from issuing.services import (
    award_achievement,
    link_holder,
    merge_learners,
    revoke_credential,
    verify_identifier,
)
from registry.actors import SYSTEM, Actor, actor_for_user
from registry.errors import (
    ForbiddenError,
    HeldByAnotherError,
    LearnerUnknownError,
    ProofTooOldError,
    RoleRequiredError,
)
from registry.models import AuditEntry, IdentifierType, Learner, LearnerIdentifier, Role
from registry.services import IdentifierOrder, Proof, ProofKind, Recipient, learners_for
from tests.issuing.builders import build_achievement, build_issuer, build_order, drain_all, signing_here
from tests.registry.builders import build_member, build_user, root_of

pytestmark = pytest.mark.django_db


def award_to(achievement, email: str, number: str = "", **stated) -> Award:
    numbers = (IdentifierOrder(IdentifierType.MATRICULATION, "college", number),) if number else ()
    recipient = Recipient(name="Ada Example", email=email, identifiers=numbers)
    return award_achievement(order=build_order(achievement, recipient=recipient, **stated), actor=SYSTEM)


def proof_of(learner_id, kind=ProofKind.CODE, at: dt.datetime | None = None, **which) -> Proof:
    identifier = LearnerIdentifier.objects.filter(learner=learner_id, **which).first()
    return Proof(identifier=identifier.pk if identifier else uuid.uuid4(), kind=kind, at=at or timezone.now())


def link(award: Award, user, *, actor: Actor | None = None, **proof) -> None:
    link_holder(
        learner_id=award.learner_id,
        user=user,
        proof=proof_of(award.learner_id, **proof),
        actor=actor or actor_for_user(user),
    )


def merge(kept: Award, gone: Award, actor: Actor = SYSTEM, **proof):
    sides = [(one.learner_id, proof_of(one.learner_id, **proof)) for one in (kept, gone)]
    return merge_learners(kept=sides[0], gone=sides[1], actor=actor)


def test_account_holds_what_was_awarded_to_a_record_that_it_proves():
    user, other = build_user(), build_user()
    achievement = build_achievement()
    award = award_to(achievement, "ada@example.org")
    award_to(achievement, "bob@example.org")
    with signing_here():
        drain_all()
    assert not credentials_held_by(user).exists()

    link(award, user)
    link(award, user)

    assert [held.pk for held in credentials_held_by(user)] == [award.pk]
    assert not credentials_held_by(other).exists()
    assert LearnerIdentifier.objects.exclude(verified_at=None).get().learner_id == award.learner_id
    entry = AuditEntry.objects.filter(act="learner.linked").first()
    assert entry.detail["kind"] == "code"
    assert "@" not in str(entry.detail)


def test_what_is_awarded_later_to_a_linked_record_is_held_too():
    user, issuer = build_user(), build_issuer()
    link(award_to(build_achievement(issuer), "ada@example.org"), user)

    award_to(build_achievement(issuer), "ada@example.org")
    with signing_here():
        drain_all()

    assert credentials_held_by(user).count() == 2


def test_address_confirmed_before_the_award_named_it_links_nobody():
    user, award = build_user(), award_to(build_achievement(), "ada@example.org")

    for at in (award.accepted_at - dt.timedelta(seconds=1), timezone.now() + dt.timedelta(minutes=1)):
        with pytest.raises(ProofTooOldError):
            link(award, user, at=at)

    assert not Learner.objects.exclude(user=None).exists()
    assert not LearnerIdentifier.objects.exclude(verified_at=None).exists()


def test_address_confirmed_between_two_awards_links_nobody():
    """A mailbox may have got another owner since, whom the second award means."""
    user, issuer = build_user(), build_issuer()
    first = award_to(build_achievement(issuer), "ada@example.org")
    between = timezone.now()
    Award.objects.filter(pk=first.pk).update(accepted_at=between - dt.timedelta(days=400))
    second = award_to(build_achievement(issuer), "ada@example.org")
    Award.objects.filter(pk=second.pk).update(accepted_at=between + dt.timedelta(milliseconds=1))

    with pytest.raises(ProofTooOldError):
        link(first, user, at=between)


def test_record_of_another_account_is_not_linked_again():
    award = award_to(build_achievement(), "ada@example.org")
    first = build_user()
    link(award, first)

    with pytest.raises(HeldByAnotherError):
        link(award, build_user())

    assert Learner.objects.get(pk=award.learner_id).user_id == first.pk


def test_identifier_of_another_record_proves_nothing():
    user, achievement = build_user(), build_achievement()
    award, other = award_to(achievement, "ada@example.org"), award_to(achievement, "bob@example.org")

    with pytest.raises(LearnerUnknownError):
        link_holder(
            learner_id=award.learner_id, user=user, proof=proof_of(other.learner_id), actor=actor_for_user(user)
        )

    assert not LearnerIdentifier.objects.exclude(verified_at=None).exists()


def test_erased_record_is_nobodys():
    user, award = build_user(), award_to(build_achievement(), "ada@example.org")
    Learner.objects.update(erased_at=timezone.now())

    with pytest.raises(LearnerUnknownError):
        link(award, user)


@pytest.mark.parametrize("kind", list(ProofKind))
def test_nobody_links_a_record_for_somebody_else(kind):
    user, award = build_user(), award_to(build_achievement(), "ada@example.org")
    stranger = actor_for_user(build_user())
    machine = Actor(kind="api_key", id="x", organisation_id=award.organisation_id, scopes=frozenset({"awards:write"}))

    # A document is shown to an administrator: whoever is of another organisation does not learn of the record.
    refused = LearnerUnknownError if kind is ProofKind.DOCUMENT else ForbiddenError
    for actor in (stranger, machine):
        with pytest.raises(refused):
            link(award, user, actor=actor, kind=kind)


def test_administrator_who_saw_a_document_links_and_an_awarder_does_not():
    user, award = build_user(), award_to(build_achievement(), "ada@example.org")
    root = root_of(award.organisation)

    with pytest.raises(RoleRequiredError):
        link(award, user, actor=build_member(root, Role.AWARDER), kind=ProofKind.DOCUMENT)
    link(award, user, actor=build_member(root, Role.ADMIN), kind=ProofKind.DOCUMENT)

    assert Learner.objects.get(pk=award.learner_id).user_id == user.pk


def test_identifier_is_verified_without_an_account():
    award = award_to(build_achievement(), "ada@example.org", "4711")
    proof = proof_of(award.learner_id, type="matriculation", kind=ProofKind.DOCUMENT)

    verify_identifier(learner_id=award.learner_id, proof=proof, actor=SYSTEM)

    verified = LearnerIdentifier.objects.exclude(verified_at=None)
    assert [(one.type, one.verified_at) for one in verified] == [("matriculation", proof.at)]
    assert AuditEntry.objects.filter(act="identifier.verified").count() == 1


def test_nothing_but_that_act_says_that_an_identifier_is_verified():
    rooms = ("registry", "catalogue", "issuing", "verification", "wallet", "console", "integrations", "config")
    paths = [path for room in rooms for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
    written = re.compile(r"\bverified_at\s*=(?!=)|[\"']verified_at[\"']")
    writers = {str(path.relative_to(ROOT)) for path in paths if written.search(path.read_text(encoding="utf-8"))}

    assert writers == {"registry/models/people.py", "registry/services/holding.py"}


def test_two_records_of_one_person_become_one():
    issuer = build_issuer()
    achievement, other = build_achievement(issuer), build_achievement(issuer)
    kept, gone = award_to(achievement, "ada@example.org", "1"), award_to(other, "ada@new.example.org", "2")

    merged = merge(kept, gone)

    assert (merged.learner_id, merged.awards, merged.held_twice) == (kept.learner_id, 1, ())
    assert Learner.objects.get().pk == kept.learner_id
    assert LearnerIdentifier.objects.filter(learner=kept.learner_id).count() == 4
    again = award_achievement(
        order=build_order(
            build_achievement(issuer),
            recipient=Recipient(
                name="Ada",
                email="ada@new.example.org",
                identifiers=(IdentifierOrder(IdentifierType.MATRICULATION, "college", "1"),),
            ),
        ),
        actor=SYSTEM,
    )
    assert again.learner_id == kept.learner_id
    with signing_here():
        drain_all()
    assert list(check_everything(full=False)) == []


def test_line_that_both_held_counts_once_and_nothing_is_revoked():
    achievement = build_achievement()
    later, first = award_to(achievement, "ada@example.org"), award_to(achievement, "ada@new.example.org")
    Award.objects.filter(pk=first.pk).update(accepted_at=later.accepted_at - dt.timedelta(days=1))
    with signing_here():
        drain_all()

    merged = merge(later, first)

    assert merged.held_twice == ((first.pk, later.pk),)
    keys = dict(Award.objects.values_list("pk", "dedupe_key"))
    assert keys[later.pk] is None
    with pytest.raises(Exception, match=str(first.pk)):
        award_to(achievement, "ada@example.org")
    revoke_credential(credential_id=first.pk, reason="Held twice", actor=SYSTEM)
    assert award_to(achievement, "ada@example.org").learner_id == later.learner_id


@pytest.mark.parametrize("policy", list(DuplicatePolicy))
def test_merged_lines_keep_their_keys_whatever_the_policy(policy):
    achievement = build_achievement(duplicates=policy)
    kept, gone = award_to(achievement, "ada@example.org"), award_to(achievement, "bob@example.org")

    merge(kept, gone)

    assert Award.objects.filter(dedupe_key__isnull=False).count() == 1
    assert Award.objects.filter(learner=kept.learner_id).count() == 2


def test_records_of_two_accounts_are_not_joined():
    achievement = build_achievement()
    kept, gone = award_to(achievement, "ada@example.org"), award_to(achievement, "bob@example.org")
    link(kept, build_user())
    link(gone, build_user())

    with pytest.raises(HeldByAnotherError):
        merge(kept, gone)


def test_person_joins_records_by_showing_that_both_are_theirs_and_no_one_elses():
    achievement, user = build_achievement(), build_user()
    kept, gone = award_to(achievement, "ada@example.org"), award_to(achievement, "ada@new.example.org")
    link(gone, user)

    with pytest.raises(HeldByAnotherError):
        merge(kept, gone, actor=actor_for_user(build_user()))
    merge(kept, gone, actor=actor_for_user(user))

    assert Learner.objects.get().user_id == user.pk


def test_records_are_not_joined_with_a_proof_that_is_too_old():
    achievement = build_achievement()
    kept, gone = award_to(achievement, "ada@example.org"), award_to(achievement, "bob@example.org")

    with pytest.raises(ProofTooOldError):
        merge(kept, gone, at=kept.accepted_at - dt.timedelta(days=1))

    assert Learner.objects.count() == 2


def test_records_of_two_organisations_are_never_joined():
    kept, gone = (award_to(build_achievement(), "ada@example.org") for _ in range(2))

    for pair in ((kept, gone), (kept, kept)):
        with pytest.raises(LearnerUnknownError):
            merge(*pair)


def test_awarder_joins_nothing():
    achievement = build_achievement()
    kept, gone = award_to(achievement, "ada@example.org"), award_to(achievement, "bob@example.org")
    root = root_of(kept.organisation)

    with pytest.raises(RoleRequiredError):
        merge(kept, gone, actor=build_member(root, Role.AWARDER), kind=ProofKind.DOCUMENT)
    merge(kept, gone, actor=build_member(root, Role.ADMIN), kind=ProofKind.DOCUMENT)
    with pytest.raises(LearnerUnknownError):
        merge(kept, gone, actor=build_member(root, Role.ADMIN), kind=ProofKind.DOCUMENT)


@pytest.mark.django_db(transaction=True)
def test_award_to_a_record_that_is_just_being_joined_goes_to_the_one_that_stands():
    import psycopg

    achievement = build_achievement(duplicates=DuplicatePolicy.ALLOW)
    kept, gone = award_to(achievement, "ada@example.org"), award_to(achievement, "bob@example.org")
    other = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor})
    with other:
        other.execute("SELECT 1 FROM registry_learner WHERE id = %s FOR KEY SHARE", [gone.learner_id])
        with pytest.raises(DatabaseError):
            merged_within_200_ms(kept, gone)
    merge(kept, gone)

    bob = Recipient(name="Bob", email="bob@example.org")
    known = {bob.keys[0]: gone.learner_id}
    with transaction.atomic(), pytest.raises(IntegrityError, match="deleted"):
        learners_for([bob], organisation=kept.organisation, known=known)
    assert award_to(achievement, "bob@example.org", repeat=True).learner_id == kept.learner_id


@transaction.atomic
def merged_within_200_ms(kept: Award, gone: Award) -> None:
    connection.cursor().execute("SET LOCAL lock_timeout = '200ms'")
    merge(kept, gone)


def told_by_shell(*arguments: str) -> list[dict]:
    out = io.StringIO()
    call_command("learners", *arguments, "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_operator_finds_and_joins_two_records():
    achievement = build_achievement()
    kept, gone = award_to(achievement, "ada@example.org", "4711"), award_to(achievement, "ada@new.example.org")
    award_to(build_achievement(), "ada@example.org", "4711")

    found = told_by_shell("find", kept.organisation.slug, "Ada@new.example.org", "4711")

    assert [(one["id"], one["awards"]) for one in found] == [(str(kept.learner_id), 1), (str(gone.learner_id), 1)]
    merge_them = ("merge", str(kept.learner_id), str(gone.learner_id), "--kept-by", "4711", "--gone-by")
    with pytest.raises(CommandError, match="no record"):
        told_by_shell(*merge_them, "ada@example.org")
    (merged,) = told_by_shell(*merge_them, "ada@new.example.org")
    assert merged["id"] == str(kept.learner_id)
    assert merged["held_twice"] == [[str(kept.pk), str(gone.pk)]]
    assert LearnerIdentifier.objects.exclude(verified_at=None).count() == 2
