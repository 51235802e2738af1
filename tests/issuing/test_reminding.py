"""Who has not accepted a signed award is reminded after 3, 14 and 30 days, each time once."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from issuing.models import Award, Credential, Letter, LetterKind
from issuing.services import accept_award, remind_unclaimed, revoke_credential
from registry.actors import SYSTEM
from registry.models import Organisation
from tests.issuing.builders import build_achievement
from tests.issuing.test_letters import kinds_of, send_all
from tests.issuing.ways import award_now, bearer, sign

pytestmark = pytest.mark.django_db


def told() -> Award:
    """Return a signed award whose letter has left, of an organisation whose people were looked for until now."""
    award = award_now(build_achievement())
    sign()
    send_all()
    mail.outbox.clear()
    remind_unclaimed(at=timezone.now())
    return Award.objects.get(pk=award.pk)


def later(days: float) -> dt.datetime:
    """Let the days pass for what is signed, and look whom to remind every hour of the last of them."""
    day = dt.timedelta(days=days)
    Credential.objects.update(signed_at=timezone.now() - day)
    Organisation.objects.update(reminded_until=timezone.now() - dt.timedelta(hours=2))
    for _twice in range(2):
        remind_unclaimed(at=timezone.now())
    send_all()
    return timezone.now()


def test_three_reminders_each_once():
    award = told()
    for days in (2.9, 3.01, 3.02, 13.9, 14.01, 30.01, 31, 60):
        later(days)

    assert kinds_of(award) == [("claim", "sent"), *[("reminder", "sent")] * 3]
    assert set(Letter.objects.filter(kind=LetterKind.REMINDER).values_list("occasion", flat=True)) == {"3", "14", "30"}
    assert len(mail.outbox) == 3
    assert "you have not yet accepted" in mail.outbox[0].body


def test_who_accepted_or_lost_it_or_is_of_a_quiet_house_is_not_reminded():
    accepted, revoked, quiet = told(), told(), told()
    accept_award(award_id=accepted.pk, actor=bearer(accepted))
    revoke_credential(credential_id=revoked.pk, reason="Mistake", actor=SYSTEM)
    Organisation.objects.filter(pk=quiet.organisation_id).update(reminds=False)
    later(3.01)

    assert not Letter.objects.filter(kind=LetterKind.REMINDER, state="sent").exists()


def test_nobody_is_reminded_whose_mail_came_back_or_never_left():
    returned, unsent = told(), told()
    Letter.objects.filter(award=returned).update(bounced_at=timezone.now(), bounce_kind="returned")
    Letter.objects.filter(award=unsent).update(state="failed")
    later(3.01)

    assert not mail.outbox


def test_house_that_stood_still_reminds_of_the_last_week_and_not_of_years():
    award = told()
    Credential.objects.update(signed_at=timezone.now() - dt.timedelta(days=5))
    Organisation.objects.update(reminded_until=timezone.now() - dt.timedelta(days=4))
    assert remind_unclaimed(at=timezone.now()) == 1
    Letter.objects.filter(award=award, kind=LetterKind.REMINDER).delete()
    Credential.objects.update(signed_at=timezone.now() - dt.timedelta(days=400))
    Organisation.objects.update(reminded_until=timezone.now() - dt.timedelta(days=500))
    assert remind_unclaimed(at=timezone.now()) == 0
