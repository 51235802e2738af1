"""Claim links end, can be withdrawn and sent anew; what came back is kept."""

import base64
import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils import timezone

from issuing.claim_links import claim_token, claim_url, key_in
from issuing.delivery.calendar import CLAIM_LINK_LASTS, link_until
from issuing.errors import ClaimLinkOverError, CredentialNotFoundError, LetterNotFoundError
from issuing.models import BounceKind, ClaimLinkWithdrawal, Letter, LetterKind, LetterState
from issuing.selectors import ClaimLinkState, claim_link, credential_for_claim_token
from issuing.services import record_bounce, send_claim_link, withdraw_claim_link
from registry.actors import SYSTEM
from registry.dates import day_in_words
from registry.errors import ForbiddenError
from registry.models import AuditEntry, Role
from registry.services import Recipient
from tests.issuing.test_delivery import send_all
from tests.issuing.test_letters import signed, subjects, told
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
BOB = Recipient(name="Bob Example", email="bob@example.org", language="en")


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def link_in(text: str) -> str:
    """Return the path of the claim link in a mail."""
    (found,) = set(re.findall(r"https?://[^/\s]+(/claim/[\w-]+)", text))
    return found


def old_link(award, *, days_ago: float = 0) -> str:
    """Return the path of a link that ended so many days ago."""
    until = timezone.now().date() - dt.timedelta(days=days_ago)
    return urlsplit(claim_url(award.pk, until=until)).path


def state_of(token: str) -> str:
    return claim_link(token, at=timezone.now()).state


def test_link_opens_through_the_day_that_its_mail_names_and_then_ends():
    award = signed()
    send_all()
    (message,) = mail.outbox
    token = link_in(message.body).rpartition("/")[2]
    last_day = (timezone.now() + CLAIM_LINK_LASTS).date()

    assert f"the link works until {day_in_words(last_day)}" in message.body
    assert link_in(message.alternatives[0][0]) == link_in(message.body)
    end_of_it = dt.datetime.combine(last_day, dt.time.max, dt.UTC)
    assert claim_link(token, at=end_of_it) == (award, ClaimLinkState.OPEN, last_day)
    assert claim_link(token, at=end_of_it + DAY).state == ClaimLinkState.ENDED
    with pytest.raises(ClaimLinkOverError):
        credential_for_claim_token(old_link(award, days_ago=1).rpartition("/")[2])


def test_link_of_a_mail_from_before_links_ended_ends_too():
    award = told()
    token = claim_token(award.pk)
    sent = award.letters.get().sent_at

    assert claim_link(token, at=sent + CLAIM_LINK_LASTS).state == ClaimLinkState.OPEN
    assert claim_link(token, at=sent + CLAIM_LINK_LASTS + DAY).state == ClaimLinkState.ENDED
    assert claim_link(claim_token(signed(recipient=BOB).pk), at=sent + 900 * DAY).state == ClaimLinkState.OPEN


def test_link_does_not_end_before_its_award_lapses():
    now = timezone.now()
    assert link_until(now, now + 900 * DAY) == (now + 900 * DAY).date()
    assert link_until(now, now + DAY) == link_until(now, None) == (now + CLAIM_LINK_LASTS).date()


def test_withdrawn_link_opens_nothing_and_the_next_letter_carries_another():
    award = signed()
    send_all()
    first = link_in(mail.outbox.pop().body).rpartition("/")[2]
    assert withdraw_claim_link(award_id=award.pk, actor=SYSTEM) == 1

    assert state_of(first) == ClaimLinkState.WITHDRAWN
    assert send_claim_link(award_id=award.pk, actor=SYSTEM)
    assert subjects() == ["Your new link to “Data Basics” of Example College"]
    second = link_in(mail.outbox[0].body).rpartition("/")[2]
    assert second != first
    assert state_of(second) == ClaimLinkState.OPEN
    assert credential_for_claim_token(second).pk == award.pk
    assert state_of(first) == ClaimLinkState.WITHDRAWN
    acts = AuditEntry.objects.filter(object_id=str(award.pk)).values_list("act", flat=True)
    assert {"claim_link.withdrawn", "claim_link.sent"} <= set(acts)


def test_letter_that_waits_while_links_are_withdrawn_is_not_sent():
    award = signed()
    withdraw_claim_link(award_id=award.pk, actor=SYSTEM)

    assert send_all() == 0
    assert award.letters.get().state == LetterState.DROPPED


def test_only_who_may_revoke_withdraws_or_sends_links():
    award = told()
    node = award.version.achievement.issuer.node
    for act in (withdraw_claim_link, send_claim_link):
        with pytest.raises(CredentialNotFoundError):
            act(award_id=award.pk, actor=build_member(signed().version.achievement.issuer.node, Role.AWARDER))
        with pytest.raises(ForbiddenError):
            act(award_id=award.pk, actor=build_member(node, Role.VIEWER))
    assert not ClaimLinkWithdrawal.objects.exists()
    assert not Letter.objects.filter(kind=LetterKind.LINK).exists()


def test_neither_number_nor_day_of_a_link_can_be_altered():
    award = told()
    today = timezone.now().date()
    later = [(0, today), (1, today), (0, today + DAY), (7, today + 60_000 * DAY)]
    tokens = [claim_token(award.pk, until=until, number=number) for number, until in later]

    assert [key_in(token) for token in tokens] == [(award.pk, number, until) for number, until in later]
    first, *others = (base64.urlsafe_b64decode(token + "==="[: -len(token) % 4]) for token in tokens)
    for other in others:
        mixed = base64.urlsafe_b64encode(other[:20] + first[20:]).decode().rstrip("=")
        assert key_in(mixed) is None


def test_bearer_of_an_ended_link_has_another_sent_to_the_awards_address_once_a_day(client):
    award = told()
    path = old_link(award, days_ago=1)

    page = client.get(path)
    assert page.status_code == 410
    assert "This link has ended" in page.content.decode()
    assert "Ada" not in page.content.decode()
    assert client.get(f"{path}/file.json").status_code == 410
    sent = client.post(f"{path}/new-link", follow=True)
    assert sent.status_code == 410
    assert "on its way" in sent.content.decode()
    client.post(f"{path}/new-link")

    assert subjects() == ["Your new link to “Data Basics” of Example College"]
    assert mail.outbox[0].to == ["ada@example.org"]
    assert client.get(link_in(mail.outbox[0].body)).status_code == 200
    assert client.get(path).status_code == 410, "whoever found the old link has not opened it again"


def test_open_link_sends_no_letter(client):
    path = old_link(told())
    assert client.post(f"{path}/new-link").url.startswith(path)
    assert subjects() == []


def test_bearer_of_a_withdrawn_link_gets_none(client):
    award = told()
    withdraw_claim_link(award_id=award.pk, actor=SYSTEM)
    path = urlsplit(claim_url(award.pk)).path

    assert "This link was withdrawn" in client.get(path).content.decode()
    assert "/new-link" not in client.get(path).content.decode()
    assert client.post(f"{path}/new-link").status_code == 410
    assert subjects() == []


def test_link_of_nobody_answers_as_before_whatever_is_asked(client):
    told()
    strange = claim_token(signed().pk)[:-2] + "AA"

    expected = client.get("/claim/nothing").content
    assert client.get(f"/claim/{strange}").content == expected
    assert client.post(f"/claim/{strange}/new-link").status_code == 404


@pytest.mark.parametrize("brackets", ["{}", "<{}>"])
def test_mail_that_came_back_is_kept_and_nothing_unasked_follows_it(brackets):
    award = told(valid_until=timezone.now() + 100 * DAY)
    number = award.letters.get(kind="claim").message_id.strip("<>")
    at = timezone.now()
    record_bounce(message_id=brackets.format(number), kind=BounceKind.RETURNED, at=at)

    letter = award.letters.get(kind="claim")
    assert (letter.bounced_at, letter.bounce_kind) == (at, "returned")
    Letter.objects.filter(kind=LetterKind.EXPIRING).update(not_before=at)
    assert subjects() == []


@pytest.mark.parametrize("number", ["", "x", "<x@y>", "<00000000-0000-4000-8000-000000000000.claim@localhost>"])
def test_bounce_of_no_letter_of_ours_is_refused(number):
    told()
    with pytest.raises(LetterNotFoundError):
        record_bounce(message_id=number, kind=BounceKind.RETURNED, at=timezone.now())
