"""One mail, one fate: over a real SMTP server, whatever a mail or its recipient's server does."""

import datetime as dt
import json
import random

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection
from django.utils import timezone

from credentials.documents import identity_hash
from issuing.delivery import leasing, sending
from issuing.delivery.leasing import lease_letters
from issuing.delivery.sending import OF_OURS, send_waiting
from issuing.models import Award, AwardState, Letter, LetterState
from issuing.rules import checked_email
from issuing.services import award_achievement
from registry.actors import SYSTEM
from registry.addresses import normal_address, sendable_address
from registry.models import LearnerIdentifier
from registry.refusals import RuleBrokenError
from tests.issuing.builders import build_achievement, build_order, drain_all, signing_here
from tests.issuing.smtp_server import mail_server

FUZZED = 2_000
PIECES = (
    *"abzAZ019.-_+'!#%&=?^`{|}~\"(),:;<>[]\\ \t@@...", "\u00ad", "\u200b", "\u2028", "\ufeff", "\u00e4", "\u00df",
    "\uff41", "\u0130", "\u3002", "\u0661", "\u06dd", "xn--", "xn--mller-kva", "b" * 64, "\u00e4" * 60, "example.org",
)  # fmt: skip


@pytest.fixture
def server(settings):
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def awarded(count: int, achievement=None) -> list[str]:
    """Award so many people, with their mails waiting; returns their addresses, in the order of their mails."""
    achievement = achievement or build_achievement()
    before = set(Letter.objects.values_list("pk", flat=True))
    for _ in range(count):
        award_achievement(order=build_order(achievement), actor=SYSTEM)
    with signing_here():
        drain_all()
    ours = Letter.objects.exclude(pk__in=before).order_by("not_before", "pk")
    return list(ours.values_list("award__learner__identifiers__value", flat=True))


def send_all(worker: str = "w") -> int:
    return send_waiting(worker=worker, until=timezone.now() + dt.timedelta(seconds=20))


def letter_to(address: str) -> Letter:
    return Letter.objects.get(award__learner__identifiers__value=address)


def make_due() -> None:
    Letter.objects.update(not_before=timezone.now() - dt.timedelta(seconds=1))


def fuzzed_addresses() -> list[str]:
    """Mostly good addresses, with up to two pieces of another kind anywhere in them."""
    chosen = random.Random(20261130)
    texts = []
    for _ in range(FUZZED):
        text = [*chosen.choices("abcxyzABC019.-_+", k=5), "@", *chosen.choices("abcxyz019-", k=4), ".org"]
        for _piece in range(chosen.randint(0, 2)):
            text.insert(chosen.randint(0, len(text)), chosen.choice(PIECES))
        texts.append("".join(text))
    return texts


def test_every_address_that_is_taken_is_sent_to(server):
    taken = []
    for text in ["a@\u00ad.example", "a\u2028b@x.org", f"a@{'b' * 64}.org", "a@m\u00fcller.de", *fuzzed_addresses()]:
        try:
            taken.append(checked_email(text))
        except RuleBrokenError:
            continue
    backend = get_connection()
    backend.open()
    for text in taken:
        to = sendable_address(normal_address(text))
        mail = EmailMultiAlternatives("s", "b", to=[to], from_email="from@example.org", connection=backend)
        assert mail.message()["To"] == to
        assert mail.send() == 1
    backend.close()

    assert FUZZED / 5 < len(taken) < FUZZED
    assert server.recipients == [sendable_address(text) for text in taken]


@pytest.mark.django_db
def test_mail_that_cannot_be_made_is_told_delayed_and_given_up_and_keeps_nobody_waiting(server, monkeypatch):
    bad, *others = awarded(4)
    real = sending.mail_for

    def poisoned(letter, address, *rest, **named):
        if address == bad:
            raise RuntimeError
        return real(letter, address, *rest, **named)

    monkeypatch.setattr(sending, "mail_for", poisoned)
    for _ in range(OF_OURS.failures + 2):
        send_all()
        make_due()

    assert sorted(server.recipients) == sorted(others)
    failed = letter_to(bad)
    assert (failed.state, failed.last_error, failed.failures) == (LetterState.FAILED, "RuntimeError", OF_OURS.failures)


@pytest.mark.django_db
def test_stored_address_that_no_mail_can_be_sent_to_is_given_up_at_once(server):
    bad, *others = awarded(3)
    poison = "a\u2028b@x.org"
    award = letter_to(bad).award
    facts = {**json.loads(award.facts), "email_hash": identity_hash(poison, json.loads(award.facts)["salt"])}
    Award.objects.filter(pk=award.pk).update(facts=json.dumps(facts))
    LearnerIdentifier.objects.filter(value=bad).update(value=poison)

    assert send_all() == 2
    assert sorted(server.recipients) == sorted(others)
    assert Letter.objects.get(state=LetterState.FAILED).last_error == "bad-address"


@pytest.mark.django_db
def test_server_that_hangs_up_on_one_mail_gets_the_others(server):
    bad, *others = awarded(4)
    server.answers[bad] = "hang-up"

    assert send_all() == 3
    assert sorted(server.recipients) == sorted(others)
    assert letter_to(bad).not_before > timezone.now()


@pytest.mark.django_db
@pytest.mark.parametrize(("answer", "state"), [("550 nobody", "failed"), ("450 later", "waiting")])
def test_recipient_that_is_refused_stops_nobody(server, answer, state):
    bad, *others = awarded(3)
    server.answers[bad] = answer

    assert send_all() == 2
    assert sorted(server.recipients) == sorted(others)
    assert letter_to(bad).state == state


@pytest.mark.django_db
def test_what_left_is_noted_before_the_next_mail_leaves(server, monkeypatch):
    """A worker that dies sends one mail twice at most, and not the whole handful again and again."""
    awarded(3)
    real = sending.mail_for
    made = []

    def dying(letter, *rest, **named):
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(letter.pk)
        return real(letter, *rest, **named)

    monkeypatch.setattr(sending, "mail_for", dying)
    with pytest.raises(KeyboardInterrupt):
        send_all()

    assert Letter.objects.filter(state=LetterState.SENT).count() == len(server.messages) == 2
    assert Award.objects.filter(state=AwardState.DELIVERED).count() == 2


@pytest.mark.django_db
def test_mail_that_takes_longer_than_its_lease_is_not_sent_by_another_worker_too(server, monkeypatch):
    awarded(2)
    monkeypatch.setattr(leasing, "LEASE_SECONDS", 0)
    real = sending.mail_for
    others = []

    def slow(letter, *rest, **named):
        if not others:
            others.append(send_all("another"))
        return real(letter, *rest, **named)

    monkeypatch.setattr(sending, "mail_for", slow)
    send_all("slow")

    assert len(set(server.recipients)) == len(server.messages) == 2


@pytest.mark.django_db
def test_organisations_take_turns(monkeypatch):
    monkeypatch.setattr(leasing, "LEASED_AT_ONCE", 3)
    many, few = awarded(5), awarded(1)

    oldest = [one.award.learner_id for one in lease_letters(worker="a")]
    Letter.objects.update(lease_until=None)
    fair = [one.award.learner_id for one in lease_letters(worker="b", fair=True)]

    known = dict(LearnerIdentifier.objects.values_list("learner_id", "value"))
    assert [known[one] for one in oldest] == many[:3]
    assert [known[one] for one in fair] == [many[0], few[0], many[1]]


@pytest.mark.django_db
def test_only_the_notes_of_mails_are_committed_lightly(server, monkeypatch):
    awarded(1)
    real = sending.mail_for
    seen = []

    def looking(*arguments, **named):
        seen.append(committed_how())
        return real(*arguments, **named)

    monkeypatch.setattr(sending, "mail_for", looking)
    before = committed_how()
    send_all()

    assert (before, seen, committed_how()) == ("on", ["off"], "on")


def committed_how() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return str(cursor.fetchone()[0])
