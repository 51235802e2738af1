"""Trials: signed by a key of their own, counted nowhere, mailed to the member alone, gone after thirty days."""

import datetime as dt
import json

import pytest
from django.core import mail
from django.utils import timezone

from catalogue.models import DuplicatePolicy
from credentials.trials import TRIAL_NOTICE
from issuing.delivery.trial_mails import send_trial_mail
from issuing.errors import FactsRefusedError, SigningWaitsError, TooManyTrialsError, TrialForPeopleError
from issuing.models import ApprovalKind, Award, DailyCount, Letter, SigningKey, StatusList, Trial, TrialIssuer
from issuing.passing import pass_on
from issuing.services import (
    ApprovalOrder,
    ResultOrder,
    award_achievement,
    forget_trials,
    set_approval,
    set_mail_logo,
    trying,
)
from issuing.signing.trials import sign_trial
from registry.actors import SYSTEM
from registry.errors import OrganisationStoppedError, UnavailableError
from registry.lanes import Lane
from registry.models import (
    AuditEntry,
    Learner,
    Membership,
    Organisation,
    OrganisationState,
    Role,
    SigningPolicy,
    TrustedIssuer,
    User,
)
from registry.services import Recipient, TrustOrder, trust_issuer
from registry.services.trust import TrialIssuerError
from tests.at_once import build_machine_at, changed, everything, told
from tests.issuing.builders import build_achievement, build_issuer, build_order, signing_here
from tests.issuing.trying import signed_trial_of, tried, worked
from tests.issuing.ways import award_now, breaches, sign
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
ANOTHER_KEY = "z6Mkmr4adzDYcKAf25nmzGURGkBBEzotfuHyQnNHSc7HGt2Z"
ITS_OWN = {"issuing.TrialIssuer", "issuing.Trial", "registry.AuditEntry", "registry.OutboxMessage"}


def document_of(trial) -> dict:
    return json.loads(trial.document)


def test_trial_is_signed_by_a_key_of_its_own_under_names_that_say_what_it_is():
    trial = signed_trial_of()
    issuer, document = trial.issuer.issuer, document_of(trial)

    assert document["name"] == f"{TRIAL_NOTICE}: Data Basics"
    assert document["issuer"]["id"] == trial.issuer.did == issuer.did.replace(":issuers:", ":trials:issuers:")
    assert document["issuer"]["name"].startswith(f"{TRIAL_NOTICE}: ")
    assert document["credentialSubject"]["achievement"]["name"].startswith(TRIAL_NOTICE)
    assert document["proof"][0]["verificationMethod"] == trial.issuer.method
    assert not SigningKey.objects.filter(public_multibase=trial.issuer.public_multibase).exists()
    assert issuer.did not in trial.document
    assert "/catalogue/" not in trial.document
    assert "credentialStatus" not in document
    assert breaches() == []


def test_trial_touches_no_table_but_its_own():
    achievement = build_achievement()
    member = build_member(achievement.issuer.node, Role.AWARDER)
    award_now(achievement, number=1)
    sign()
    before = everything()

    signed_trial_of(achievement, by=member)

    assert set(changed(before)) == ITS_OWN
    assert Award.objects.count() == 1
    assert sum(DailyCount.objects.filter(measure="awarded").values_list("value", flat=True)) == 1
    assert sum(StatusList.objects.values_list("next", flat=True)) == 1
    assert breaches() == []


def test_trial_names_whoever_tries_and_nobody_else():
    achievement = build_achievement()
    member = build_member(achievement.issuer.node, Role.AWARDER)
    User.objects.filter(pk=member.user_id).update(name="Mia Member", email="mia@college.example")

    trial = signed_trial_of(achievement, by=member, recipient=Recipient(name="Zoe Zebra", email="zoe@zebra.example"))

    assert [one.to for one in mail.outbox] == [["mia@college.example"]]
    (letter,) = mail.outbox
    assert letter.subject.startswith(f"{TRIAL_NOTICE}: ")
    assert "Trial - worth nothing. Nobody has been awarded anything" in letter.body
    assert f"/trials/{trial.pk}" in letter.body
    said = trial.document + letter.body + letter.alternatives[0][0]
    assert "Mia Member" in said
    assert "zebra" not in said.lower()
    assert not Learner.objects.exists()
    assert not Letter.objects.exists()


def test_letter_of_a_trial_brings_the_logo_that_it_shows():
    achievement = build_achievement()
    logo = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="80"><rect width="300" height="80"/></svg>'
    set_mail_logo(organisation=achievement.organisation, upload=logo, actor=SYSTEM)

    signed_trial_of(achievement)

    (letter,) = mail.outbox
    assert 'src="cid:logo@letter"' in letter.alternatives[0][0]
    assert "<logo@letter>" in [part["Content-ID"] for part in letter.message().walk()]


def test_letter_of_who_left_stays_unsent():
    achievement = build_achievement()
    member = build_member(achievement.issuer.node, Role.AWARDER)
    tried(achievement, by=member)
    Membership.objects.filter(user_id=member.user_id).delete()

    worked()

    assert Trial.objects.get().document
    assert mail.outbox == []


def test_trial_stands_in_no_ones_way():
    """No approval is asked, no holder, no line is taken: the award that follows is the first one."""
    achievement = build_achievement(
        build_issuer(signing_policy=SigningPolicy.AT_CLAIM), duplicates=DuplicatePolicy.DENY
    )
    asked = ApprovalOrder(place=achievement, kinds=frozenset({ApprovalKind.SECOND_PERSON}))
    set_approval(order=asked, actor=SYSTEM)
    member = build_member(achievement.issuer.node, Role.AWARDER)
    account = User.objects.get(pk=member.user_id)

    signed_trial_of(achievement, by=member)
    signed_trial_of(achievement, by=member)
    recipient = Recipient(name="Mia", email=account.email)
    award_achievement(order=build_order(achievement, recipient=recipient), actor=SYSTEM)

    assert Award.objects.count() == 1
    assert Trial.objects.exclude(document="").count() == 2
    assert TrialIssuer.objects.count() == 1


def test_trial_keeps_the_facts_and_its_results_point_into_itself():
    achievement = build_achievement(outcome_rule={"measure": "score", "at_least": "50", "scale": "percent"})

    trial = signed_trial_of(achievement, results=(ResultOrder(value="70"),), narrative="Well **done**.")

    achieved = document_of(trial)["credentialSubject"]
    assert achieved["narrative"] == "Well **done**."
    assert achieved["achievement"]["id"] == f"urn:uuid:{trial.version_id}"
    (described,) = achieved["achievement"]["resultDescription"]
    assert described["id"] == f"urn:uuid:{trial.version_id}#result"
    assert [one["resultDescription"] for one in achieved["result"]] == [described["id"]]


def test_what_an_award_would_be_refused_for_is_told_of_a_trial():
    achievement = build_achievement()
    member = build_member(achievement.issuer.node, Role.AWARDER)

    with pytest.raises(FactsRefusedError) as refused:
        tried(achievement, by=member, narrative="\x00", participation="\x01")

    assert len(refused.value.refusals) == 2
    assert not Trial.objects.exists()


def test_neither_a_machine_nor_the_shell_tries():
    achievement = build_achievement()

    for actor in (build_machine_at(achievement.issuer.node), SYSTEM):
        with pytest.raises(TrialForPeopleError):
            tried(achievement, by=actor)


def test_trials_of_an_issuer_are_bounded(monkeypatch):
    monkeypatch.setattr(trying, "MOST_STANDING", 1)
    achievement = build_achievement()
    tried(achievement)

    with pytest.raises(TooManyTrialsError):
        tried(achievement)


def test_trial_ends_with_its_removal_and_leaves_two_entries():
    trial = signed_trial_of()
    ends = dt.datetime.fromisoformat(document_of(trial)["validUntil"])
    assert ends == trial.ends_at == trial.made_at + dt.timedelta(days=30)
    assert forget_trials() == 0

    Trial.objects.update(ends_at=timezone.now() - dt.timedelta(seconds=1))
    assert forget_trials() == 1
    assert forget_trials() == 0

    assert not Trial.objects.exists()
    entries = AuditEntry.objects.filter(object_id=str(trial.pk), organisation=trial.organisation)
    assert list(entries.order_by("pk").values_list("act", flat=True)) == ["trial.made", "trial.removed"]
    assert breaches() == []


def test_removal_is_a_nudge():
    from config.nudges import EVERY_SECONDS
    from issuing.tasks import forget_batch_files

    signed_trial_of()
    Trial.objects.update(ends_at=timezone.now() - dt.timedelta(seconds=1))

    forget_batch_files()

    assert "issuing.forget_batch_files" in EVERY_SECONDS
    assert not Trial.objects.exists()


def test_removed_while_it_waits_it_is_never_signed():
    tried()
    Trial.objects.all().delete()

    worked()

    assert not Trial.objects.exists()
    assert mail.outbox == []


def test_register_refuses_what_signs_trials():
    trial = signed_trial_of()
    order = TrustOrder(
        did=trial.issuer.did, name={"en": "X"}, vouched_by="Y", since=dt.date(2026, 1, 1), source="test"
    )

    with pytest.raises(TrialIssuerError):
        trust_issuer(order=order, actor=SYSTEM)

    assert not TrustedIssuer.objects.exists()


@pytest.mark.parametrize(
    ("plant", "told_as"),
    [
        (lambda trial: Trial.objects.update(document=trial.document.replace("Basics", "Basicz")), "digest"),
        (lambda trial: TrialIssuer.objects.update(did=trial.issuer.issuer.did), "issuer's DID signs trials"),
        (lambda trial: TrialIssuer.objects.update(did=trial.issuer.issuer.did), "names an issuer or a place"),
        (lambda _trial: Trial.objects.update(unsigned="{}"), "differs from what was fixed"),
        (lambda _trial: Trial.objects.update(document="x"), "cannot be read"),
        (lambda _trial: TrialIssuer.objects.update(public_multibase=ANOTHER_KEY), "signature of a trial"),
        (lambda _trial: Trial.objects.update(ends_at=timezone.now() - dt.timedelta(days=2)), "longer than its time"),
        (lambda trial: _listed(trial.issuer.did), "register lists"),
        (lambda trial: _its_key(trial.issuer), "issuer's key signs trials"),
    ],
    ids=["changed", "did", "issuer", "other", "unreadable", "signature", "kept", "listed", "key"],
)
def test_fsck_tells_a_trial_that_is_more_than_one(plant, told_as):
    trial = signed_trial_of()

    plant(trial)

    assert any(told_as in breach.problem for breach in breaches()), breaches()


def _listed(did: str) -> None:
    TrustedIssuer.objects.create(
        did=did, name={"en": "X"}, vouched_by="Y", since=dt.date(2026, 1, 1), source="planted"
    )


def _its_key(signer: TrialIssuer) -> None:
    SigningKey.objects.filter(issuer=signer.issuer).update(public_multibase=signer.public_multibase)


def test_number_of_another_issuers_trial_is_as_good_as_none():
    trial, elsewhere = tried(), build_achievement()
    member = build_member(elsewhere.issuer.node, Role.AWARDER)

    def same_number() -> None:
        trying.try_award(order=build_order(elsewhere), trial_id=trial.pk, actor=member)

    assert told(same_number) == "not-found"
    assert told(lambda: tried(elsewhere, by=member)) == ""


def test_letter_waits_for_the_mail_server_and_leaves_once(monkeypatch):
    trial = tried()
    with signing_here():
        pass_on(Lane.STATUS, worker="w")
    with monkeypatch.context() as away:
        away.setattr(mail.EmailMultiAlternatives, "send", _unreachable)
        with pytest.raises(UnavailableError):
            send_trial_mail(trial.pk)
    assert Trial.objects.get().mailed_at is None

    assert send_trial_mail(trial.pk)
    assert not send_trial_mail(trial.pk)

    (letter,) = mail.outbox
    assert letter.extra_headers["Message-ID"].startswith(f"<trial.{trial.pk}@")


def _unreachable(_message):
    raise ConnectionRefusedError


def test_nothing_is_signed_while_the_organisation_is_stopped():
    trial = tried()
    Organisation.objects.update(state=OrganisationState.STOPPED)

    with signing_here(), pytest.raises(SigningWaitsError):
        sign_trial(trial.pk)

    assert not Trial.objects.get().document
    with pytest.raises(OrganisationStoppedError):
        tried(trial.version.achievement)


def test_who_tries_reads_it_in_the_language_of_the_sheet():
    achievement = build_achievement()

    trial = signed_trial_of(achievement, recipient=Recipient(name="Zoe", email="zoe@zebra.example", language="de"))

    assert document_of(trial)["name"] == f"{TRIAL_NOTICE}: Daten-Grundlagen"
    (letter,) = mail.outbox
    assert letter.subject.startswith(f"{TRIAL_NOTICE}: ")
    assert "Probe - nichts wert" in letter.body
