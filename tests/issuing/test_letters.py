"""Which letters an act queues, and whether each is still wanted when its time has come."""

import dataclasses
import datetime as dt
import itertools

import pytest
from django.core import mail
from django.utils import timezone

from issuing.delivery.calendar import EXPIRY_NOTICE, LAST_CALL, REMIND_AFTER, expiry_notices, reminders
from issuing.delivery.queueing import queue_letters
from issuing.delivery.telling import tell_of_waiting
from issuing.models import Award, AwardState, Letter, LetterKind
from issuing.services import (
    award_achievement,
    reinstate_credential,
    revoke_credential,
    supersede_credential,
    suspend_credential,
)
from registry.actors import SYSTEM
from registry.models import LearnerIdentifier, Organisation
from registry.outbox import Topic, publish
from registry.services import Recipient
from tests.issuing.builders import build_achievement, build_issuer, build_order, drain_all, signing_here
from tests.issuing.test_delivery import make_due, send_all

pytestmark = pytest.mark.django_db
ADA = Recipient(name="Ada Example", email="ada@example.org", language="en")


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def sign_all() -> None:
    with signing_here():
        drain_all()


def signed(achievement=None, **stated) -> Award:
    achievement = achievement or build_achievement(suspendable=True)
    order = build_order(achievement, **{"recipient": ADA, **stated})
    award = award_achievement(order=order, actor=SYSTEM)
    sign_all()
    return award


def told(**stated) -> Award:
    """Award, sign and send the claim letter."""
    award = signed(**stated)
    assert send_all() == 1
    mail.outbox.clear()
    return award


def subjects() -> list[str]:
    send_all()
    return [message.subject for message in mail.outbox]


def replace_by(award: Award, **stated) -> Award:
    recipient = dataclasses.replace(ADA, **stated.pop("recipient", {}))
    order = build_order(award.version.achievement, recipient=recipient, **stated)
    successor = supersede_credential(credential_id=award.pk, order=order, reason="Name wrong.", actor=SYSTEM)
    sign_all()
    return successor


def kinds_of(award: Award) -> list[tuple[str, str]]:
    return list(award.letters.order_by("pk").values_list("kind", "state"))


def test_correction_is_one_letter_with_a_subject_of_its_own():
    award = told()
    successor = replace_by(award, recipient={"name": "Ada Beispiel"})

    assert subjects() == ["Example College has corrected “Data Basics”"]
    assert kinds_of(successor) == [("corrected", "sent")]
    assert kinds_of(award) == [("claim", "sent")]
    body = mail.outbox[0].body
    assert "Corrected: your name" in body
    assert "Ada Beispiel" in body
    assert "Ada Example" not in body
    successor.refresh_from_db()
    assert successor.state == AwardState.DELIVERED


def test_correction_of_what_nobody_was_told_of_is_one_first_letter():
    award = signed()
    successor = replace_by(award, recipient={"name": "Ada Beispiel"})

    assert subjects() == ["Example College has awarded you “Data Basics”"]
    assert kinds_of(successor) == [("claim", "sent")]
    assert kinds_of(award) == [("claim", "dropped")]


def test_award_that_lasts_longer_than_the_one_it_replaces_is_told_as_renewed():
    year = timezone.now() + dt.timedelta(days=365)
    award = told(valid_until=year)
    replace_by(award, valid_until=year + dt.timedelta(days=365))

    assert subjects() == ["Example College has renewed “Data Basics”"]


def test_correction_of_the_address_tells_the_one_person_and_the_other():
    award = told()
    successor = replace_by(award, recipient={"name": "Bob Example", "email": "bob@example.org"})

    assert sorted(subjects()) == [
        "Example College has awarded you “Data Basics”",
        "Example College has revoked “Data Basics”",
    ]
    assert {(message.to[0], message.subject.split()[3]) for message in mail.outbox} == {
        ("ada@example.org", "revoked"),
        ("bob@example.org", "awarded"),
    }
    revoked = next(message for message in mail.outbox if message.to == ["ada@example.org"])
    assert "names somebody else" in revoked.body
    assert "Bob" not in revoked.body
    assert "superseded" not in revoked.body
    assert kinds_of(successor) == [("claim", "sent")]


def test_revocation_is_told_with_its_reason():
    award = told()
    revoke_credential(credential_id=award.pk, reason="Awarded <twice> by mistake.", actor=SYSTEM)

    assert subjects() == ["Example College has revoked “Data Basics”"]
    (message,) = mail.outbox
    assert message.to == ["ada@example.org"]
    assert "“Awarded <twice> by mistake.”" in message.body
    assert "“Awarded &lt;twice&gt; by mistake.”" in message.alternatives[0][0]
    assert message.extra_headers["Message-ID"].startswith(f"<{award.pk}.revoked.")


def test_award_revoked_before_its_letter_left_is_revoked_in_silence():
    award = signed()
    revoke_credential(credential_id=award.pk, reason="Mistake.", actor=SYSTEM)

    assert subjects() == []
    assert kinds_of(award) == [("claim", "dropped")]


def test_suspension_and_its_end_are_told_each_once_and_what_is_overtaken_is_not():
    award = told()
    suspend_credential(credential_id=award.pk, reason="We look into it.", actor=SYSTEM)
    assert subjects() == ["Example College has suspended “Data Basics”"]
    mail.outbox.clear()

    reinstate_credential(credential_id=award.pk, reason="All is well.", actor=SYSTEM)
    suspend_credential(credential_id=award.pk, reason="Once more.", actor=SYSTEM)
    reinstate_credential(credential_id=award.pk, reason="All is well again.", actor=SYSTEM)

    assert subjects() == ["“Data Basics” of Example College is valid again"]
    assert [state for _kind, state in kinds_of(award)] == ["sent", "sent", "dropped", "dropped", "sent"]


@pytest.mark.parametrize(("days", "before"), [(1.5, []), (10, [1]), (59, [7, 1]), (61, [30, 7, 1])])
def test_end_of_a_validity_is_told_a_month_a_week_and_a_day_before(days, before):
    valid_until = timezone.now() + dt.timedelta(days=days)
    award = told(valid_until=valid_until)

    notices = Letter.objects.filter(kind=LetterKind.EXPIRING).order_by("not_before")
    assert [award.valid_until - one.not_before for one in notices] == [dt.timedelta(days=one) for one in before]
    assert subjects() == []
    make_due()
    assert len(subjects()) == len(before)
    assert all(subject.startswith("“Data Basics” of Example College is valid until ") for subject in subjects())


def test_organisation_that_reminds_nobody_tells_no_ends():
    award = told(valid_until=timezone.now() + dt.timedelta(days=100))
    Organisation.objects.filter(pk=award.organisation_id).update(reminds=False)
    make_due()

    assert subjects() == []
    assert set(Letter.objects.filter(kind=LetterKind.EXPIRING).values_list("state", flat=True)) == {"dropped"}


def test_last_day_is_that_of_the_issuers_calendar_as_the_certificate_writes_it():
    """The end of 14 March in New York is the morning of the 15th in UTC."""
    last = dt.date(2030, 3, 14)
    award = signed(build_achievement(build_issuer(timezone="America/New_York")), valid_until=last)
    send_all()
    mail.outbox.clear()
    make_due()

    assert award.valid_until.date() == dt.date(2030, 3, 15)
    assert set(subjects()) == {"“Data Basics” of Example College is valid until 14 March 2030"}


def test_end_of_the_validity_of_a_revoked_award_is_no_news():
    award = told(valid_until=timezone.now() + dt.timedelta(days=100))
    revoke_credential(credential_id=award.pk, reason="Mistake.", actor=SYSTEM)
    make_due()

    assert subjects() == ["Example College has revoked “Data Basics”"]
    assert set(Letter.objects.filter(kind=LetterKind.EXPIRING).values_list("state", flat=True)) == {"dropped"}


def waiting() -> Award:
    """Return an award that waits for its holder, told of today."""
    achievement = build_achievement()
    organisation = achievement.organisation
    organisation.signing_policy = "at_claim"
    organisation.save()
    award = award_achievement(order=build_order(achievement, recipient=ADA), actor=SYSTEM)
    award.letters.all().delete()
    now = timezone.now()
    tell_of_waiting([award.pk], at=now, claim_until=now + dt.timedelta(days=90))
    award.refresh_from_db()
    assert award.state == AwardState.AWAITING_CLAIM
    return award


def test_award_that_waits_for_its_holder_is_told_and_four_reminders_follow():
    award = waiting()

    assert subjects() == ["Example College has a certificate for you: “Data Basics”"]
    assert "Accept it or decline it" in mail.outbox[0].body
    make_due()
    assert subjects()[1:] == ["Reminder: “Data Basics” of Example College waits for you"] * 4
    assert kinds_of(award) == [("claim", "sent"), *[("reminder", "sent")] * 4]
    award.refresh_from_db()
    assert award.state == AwardState.AWAITING_CLAIM


@pytest.mark.parametrize(
    "ended",
    [
        {"state": AwardState.ACCEPTED, "claimed_at": timezone.now()},
        {"state": AwardState.DECLINED, "declined_at": timezone.now()},
        {"state": AwardState.CANCELLED},
        {"state": AwardState.LAPSED},
    ],
    ids=["claimed", "declined", "cancelled", "lapsed"],
)
def test_who_has_answered_or_may_not_any_more_is_not_reminded(ended):
    award = waiting()
    subjects()
    mail.outbox.clear()
    Award.objects.filter(pk=award.pk).update(**ended)
    make_due()

    assert subjects() == []


def test_award_that_was_claimed_gets_no_second_letter_when_it_is_signed():
    achievement = build_achievement()
    award = award_achievement(order=build_order(achievement, recipient=ADA), actor=SYSTEM)
    queue_letters([award.pk], kind=LetterKind.CLAIM, not_before=timezone.now())
    send_all()
    Award.objects.filter(pk=award.pk).update(claimed_at=timezone.now())
    sign_all()

    assert len(subjects()) == 1
    award.refresh_from_db()
    assert award.state == AwardState.DELIVERED


def test_award_without_an_address_is_delivered_without_a_letter(monkeypatch):
    achievement = build_achievement()
    award = award_achievement(order=build_order(achievement, recipient=ADA), actor=SYSTEM)
    facts = Award.objects.values_list("facts", flat=True).get(pk=award.pk)
    kept = ",".join(part for part in facts.split(",") if "email_hash" not in part)
    Award.objects.filter(pk=award.pk).update(facts=kept if kept.endswith("}") else kept + "}")
    LearnerIdentifier.objects.all().delete()
    sign_all()

    assert not Letter.objects.exists()
    award.refresh_from_db()
    assert award.state == AwardState.DELIVERED


def test_letters_are_queued_once_and_only_in_kinds_that_have_words():
    award = signed()
    now = timezone.now()

    assert queue_letters([award.pk], kind=LetterKind.CLAIM, not_before=now) == 0
    assert queue_letters([award.pk, award.pk], kind=LetterKind.CORRECTED, not_before=now) == 1
    with pytest.raises(KeyError):
        queue_letters([award.pk], kind="invitation", not_before=now)


def test_reminders_follow_the_calendar_and_the_last_one_keeps_a_week_apart():
    letter_at = timezone.now()
    for days in range(200):
        found = reminders(letter_at=letter_at, claim_until=letter_at + dt.timedelta(days=days))
        times = [when for _occasion, when in found]
        assert len(found) <= len(REMIND_AFTER) + 1
        assert all(later - earlier >= LAST_CALL for earlier, later in itertools.pairwise(times))
        assert all(when <= letter_at + dt.timedelta(days=days) - LAST_CALL for when in times)
    never = reminders(letter_at=letter_at, claim_until=None)
    assert [(occasion, (when - letter_at).days) for occasion, when in never] == [("3", 3), ("14", 14), ("30", 30)]
    ends = expiry_notices(signed_at=letter_at, valid_until=letter_at + 2 * EXPIRY_NOTICE)
    assert ends[0] == ("", letter_at + EXPIRY_NOTICE)


def at_claim() -> Award:
    """Award, tell and let accept what is signed only then."""
    achievement = build_achievement()
    achievement.organisation.signing_policy = "at_claim"
    achievement.organisation.save()
    return award_achievement(order=build_order(achievement, recipient=ADA), actor=SYSTEM)


def test_correction_of_what_waits_for_its_holder_has_a_subject_of_its_own():
    award = at_claim()
    assert subjects() == ["Example College has a certificate for you: “Data Basics”"]
    mail.outbox.clear()
    replace_by(award, recipient={"name": "Ada Beispiel"})

    assert subjects() == ["Example College has corrected “Data Basics”: please accept it again"]
    assert "Hello Ada Beispiel," in mail.outbox[0].body


def test_accepted_correction_is_told_once_before_it_is_signed():
    award = at_claim()
    send_all()
    Award.objects.filter(pk=award.pk).update(state=AwardState.ACCEPTED, claimed_at=timezone.now())
    queue_signing(award)
    mail.outbox.clear()
    successor = replace_by(Award.objects.get(pk=award.pk), recipient={"name": "Ada Beispiel"})

    assert subjects() == ["Example College has corrected “Data Basics”: please accept it again"]
    Award.objects.filter(pk=successor.pk).update(state=AwardState.ACCEPTED, claimed_at=timezone.now())
    queue_signing(successor)
    send_all()
    assert [kind for kind, _state in kinds_of(successor) if kind != "reminder"] == ["claim"]
    assert len(mail.outbox) == 1
    successor.refresh_from_db()
    assert successor.state == AwardState.DELIVERED


def queue_signing(award: Award) -> None:
    publish(Topic.AWARDS_ACCEPTED, {"award_ids": [str(award.pk)]}, tenant=award.organisation_id)
    sign_all()


def test_correction_after_one_that_ended_unsigned_is_still_a_correction():
    award = told()
    organisation = award.organisation
    between = award_achievement(order=build_order(build_achievement(award.issuer_profile.issuer)), actor=SYSTEM)
    Award.objects.filter(pk=between.pk).update(
        state=AwardState.CANCELLED, learner=award.learner, replaces=award, version=award.version
    )
    order = build_order(award.version.achievement, recipient=ADA)
    successor = supersede_credential(credential_id=award.pk, order=order, reason="Name.", actor=SYSTEM)
    Award.objects.filter(pk=successor.pk).update(replaces=between)
    sign_all()

    assert [kind for kind, _state in kinds_of(successor)] == ["corrected"]
    assert organisation.awards.count() == 3
