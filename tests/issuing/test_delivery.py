"""Claim mails: each leaves once, says what it should, and outlives a server that is away."""

import datetime as dt
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from issuing.claim_links import claim_token, claim_url, key_in
from issuing.delivery.calendar import link_until
from issuing.delivery.leasing import lease_letters
from issuing.delivery.sending import send_waiting
from issuing.errors import CredentialNotFoundError
from issuing.models import Award, AwardState, Credential, Letter, LetterState
from issuing.selectors import credential_for_claim_token
from issuing.services import BatchRow, award_achievement, award_batch
from registry.actors import SYSTEM
from registry.models import IdentifierType, Learner, LearnerIdentifier
from registry.services import IdentifierOrder, Recipient
from tests.issuing.builders import build_achievement, build_order, drain_all, signing_here

pytestmark = pytest.mark.django_db


class AwayBackend(BaseEmailBackend):
    """A server that does not answer."""

    def send_messages(self, _messages):
        raise ConnectionRefusedError


class RefusingBackend(BaseEmailBackend):
    """A server that does not know anybody."""

    code = 550

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (self.code, b"no such user")})


class BusyBackend(RefusingBackend):
    """A server that asks to come again."""

    code = 450


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def signed(count: int = 1, **recipient) -> list[Award]:
    achievement = build_achievement()
    awards = []
    for _ in range(count):
        stated = {"recipient": Recipient(**recipient)} if recipient else {}
        awards.append(award_achievement(order=build_order(achievement, **stated), actor=SYSTEM))
    with signing_here():
        drain_all()
    return awards


def send_all(worker: str = "w") -> int:
    return send_waiting(worker=worker, until=timezone.now() + dt.timedelta(seconds=20))


def mailed_url(award: Award) -> str:
    """Return the link that a mail of today carries."""
    return claim_url(award.pk, until=link_until(timezone.now(), None))


def make_due() -> None:
    Letter.objects.update(not_before=timezone.now() - dt.timedelta(seconds=1))


def test_mail_leaves_once_and_the_award_is_delivered():
    (award,) = signed()

    assert (send_all(), send_all()) == (1, 0)

    (message,) = mail.outbox
    assert message.extra_headers["Message-ID"] == f"<{award.pk}.claim@localhost>"
    assert message.subject == "Example College has awarded you “Data Basics”"
    assert mailed_url(award) in message.body
    assert mailed_url(award) in message.alternatives[0][0]
    assert "QzX" not in message.message().as_string()
    assert Award.objects.get().state == AwardState.DELIVERED


def test_mail_speaks_the_recipients_language_and_escapes_the_name():
    signed(name='Zoë <b> & "Co" Example', email="zoe@example.org", language="de")
    send_all()

    (message,) = mail.outbox
    assert "Daten-Grundlagen" in message.subject
    assert "Beispielkolleg" in message.subject
    assert 'Zoë <b> & "Co" Example' in message.body
    html = message.alternatives[0][0]
    assert "Zoë &lt;b&gt; &amp; &quot;Co&quot; Example" in html
    assert "<b> &" not in html


def test_mails_of_many_leave_in_handfuls_each_to_its_own_address():
    achievement = build_achievement()
    rows = [BatchRow(number, build_order(achievement)) for number in range(1, 121)]
    award_batch(achievement=achievement, rows=rows, file_sha="0" * 64, actor=SYSTEM)
    with signing_here():
        drain_all()

    assert send_all() == 120
    assert len({message.to[0] for message in mail.outbox}) == 120
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 120


def test_mail_of_a_dead_sender_leaves_again_under_the_same_message_id():
    signed()
    (letter,) = lease_letters(worker="dead")
    assert send_all("next") == 0, "the lease holds"
    Letter.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))

    assert send_all("next") == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == letter.message_id


def test_server_that_is_away_delays_and_loses_nothing(settings):
    signed(3)
    settings.EMAIL_BACKEND = f"{__name__}.AwayBackend"
    assert send_all() == 0
    waiting = Letter.objects.filter(state=LetterState.WAITING)
    assert waiting.count() == 3
    assert all(letter.not_before > timezone.now() for letter in waiting)

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    make_due()
    assert send_all() == 3
    assert len(mail.outbox) == 3


@pytest.mark.parametrize(("backend", "state"), [("RefusingBackend", "failed"), ("BusyBackend", "waiting")])
def test_refused_recipient_is_given_up_only_when_refused_for_good(settings, backend, state):
    signed()
    settings.EMAIL_BACKEND = f"{__name__}.{backend}"

    send_all()

    assert Letter.objects.get().state == state
    assert Award.objects.get().state == AwardState.SIGNED


def test_erased_recipient_gets_no_mail():
    signed()
    LearnerIdentifier.objects.all().delete()

    assert send_all() == 0
    assert Letter.objects.get().last_error == "no-address"


def with_two_addresses(award: Award) -> None:
    LearnerIdentifier.objects.create(
        learner=award.learner, organisation=award.organisation, type=IdentifierType.EMAIL, value="other@example.org"
    )


def test_erased_award_keeps_no_other_mail_back():
    erased, _other = signed(2)
    with_two_addresses(erased)
    Award.objects.filter(pk=erased.pk).update(facts="")
    Credential.objects.filter(pk=erased.pk).update(document=None, erased_at=timezone.now())

    assert send_all() == 1
    assert Letter.objects.get(award_id=erased.pk).state == LetterState.DROPPED


def test_mail_goes_to_the_one_of_several_addresses_that_the_award_names():
    (award,) = signed()
    with_two_addresses(award)
    named = LearnerIdentifier.objects.filter(learner=award.learner).exclude(value="other@example.org").get()

    assert send_all() == 1
    assert mail.outbox[0].to == [named.value]


def test_mail_goes_to_none_of_several_addresses_that_the_award_does_not_name():
    (award,) = signed()
    with_two_addresses(award)
    LearnerIdentifier.objects.exclude(value="other@example.org").update(value="corrected@example.org")

    assert send_all() == 0
    assert Letter.objects.get().last_error == "no-address"


def test_claim_token_opens_its_credential_and_nothing_else(settings):
    (award,) = signed()
    token = claim_token(award.pk)

    assert credential_for_claim_token(token) == Credential.objects.get()
    forged = token[:-2] + ("AA" if token[-2:] != "AA" else "BA")
    for other in (forged, token[:-1], token + "A", "", "ü", "A" * 48):
        with pytest.raises(CredentialNotFoundError):
            credential_for_claim_token(other)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [settings.SECRET_KEY]
    assert key_in(token) == (award.pk, 0, None)
    settings.SECRET_KEY_FALLBACKS = []
    assert key_in(token) is None


def test_learner_with_two_addresses_gets_the_mail_at_the_one_the_award_names():
    achievement, other = build_achievement(), build_achievement()
    number = (IdentifierOrder(IdentifierType.MATRICULATION, "college", "4711"),)
    second = Recipient(name="Ada", email="new@example.org", identifiers=number)
    first = Recipient(name="Ada", email="old@example.org", identifiers=number)
    second_line = build_achievement(achievement.issuer)
    award_achievement(order=build_order(second_line, recipient=first), actor=SYSTEM)
    award = award_achievement(order=build_order(achievement, recipient=second), actor=SYSTEM)

    with signing_here():
        drain_all()

    assert Learner.objects.filter(organisation=achievement.organisation).count() == 1
    send_all()
    assert [
        message.to for message in mail.outbox if award.letters.get().message_id in message.extra_headers.values()
    ] == [["new@example.org"]]
    assert other.pk != achievement.pk
