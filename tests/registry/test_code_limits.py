"""Codes cannot be guessed by patience: what one account may ask for and try in a day, in any number of sessions."""

import re

import pytest
from allauth.core.internal import ratelimit
from django.core import mail
from django.core.cache import cache
from django.test import Client

from registry import forms, throttle
from tests.registry.builders import build_user
from tests.registry.test_accounts import code_in, signed_in

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "known@example.org", "nobody@example.org"


@pytest.fixture(autouse=True)
def unspent():
    cache.clear()
    yield
    cache.clear()


def page(answer) -> str:
    text = re.sub(r'(csrfmiddlewaretoken" value="|nonce[=-]"?)[\w-]+', "", answer.content.decode())
    return text.replace("known@", "nobody@")


def asked(address: str, number: int):
    return Client(REMOTE_ADDR=f"192.0.2.{number}").post("/account/login/code/", {"email": address}, follow=True)


def test_the_twenty_first_code_of_a_day_is_refused_alike_for_everybody(monkeypatch):
    build_user(email=KNOWN)
    now = [1_800_000_000.0]
    monkeypatch.setattr(ratelimit.time, "time", lambda: now[0])

    last = {}
    for number in range(1, 22):
        last = {address: asked(address, number) for address in (KNOWN, UNKNOWN)}
        now[0] += 600

    assert len(mail.outbox) == 20
    assert "Too many tries" in page(last[KNOWN])
    assert page(last[KNOWN]) == page(last[UNKNOWN])


def test_a_fourth_code_within_ten_minutes_is_refused():
    build_user(email=KNOWN)
    for number in range(1, 5):
        asked(KNOWN, number)

    assert len(mail.outbox) == 3


def test_tries_end_over_many_sessions_and_alike_for_everybody(monkeypatch):
    build_user(email=KNOWN)
    monkeypatch.setattr(forms, "CODE_TRIES", throttle.Rate("code-tries", requests=4, seconds=86_400))

    last = {}
    for _session in range(3):
        for address in (KNOWN, UNKNOWN):
            visitor = Client()
            visitor.post("/account/login/code/", {"email": address})
            for _try in range(2):
                last[address] = visitor.post("/account/login/code/confirm/", {"code": "wrong"})

    assert "Too many tries" in page(last[KNOWN])
    assert page(last[KNOWN]) == page(last[UNKNOWN])


def test_the_right_code_does_not_count_once_the_tries_are_spent(monkeypatch):
    user = build_user(email=KNOWN)
    monkeypatch.setattr(forms, "CODE_TRIES", throttle.Rate("code-tries", requests=1, seconds=86_400))
    others, own = Client(), Client()
    others.post("/account/login/code/", {"email": KNOWN})
    others.post("/account/login/code/confirm/", {"code": "wrong"})
    own.post("/account/login/code/", {"email": user.email})

    own.post("/account/login/code/confirm/", {"code": code_in(mail.outbox[-1])})

    assert signed_in(own) is None


@pytest.mark.urls("tests.registry.open_sign_up")
def test_tries_to_prove_an_address_end_as_well(settings, monkeypatch):
    settings.SIGN_UP_OPEN = True
    monkeypatch.setattr(forms, "CODE_TRIES", throttle.Rate("code-tries", requests=0, seconds=86_400))
    visitor = Client()
    visitor.post("/account/signup/", {"email": "new@example.org"})

    visitor.post("/account/confirm-email/", {"code": code_in(mail.outbox[-1])})

    assert signed_in(visitor) is None


def test_what_is_counted_is_not_pushed_out_by_counting_others():
    cache.set("!spent", [1.0], 86_400)
    for number in range(400):
        cache.set(f"other-{number}", [1.0], 86_400)

    assert cache.get("!spent") == [1.0]
