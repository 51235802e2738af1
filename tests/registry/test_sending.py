"""A mail of an account leaves behind the answer: its time tells nobody whether an address has an account."""

import socket
import statistics
import threading
import time

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client

from registry import sending
from tests.registry.builders import build_user

pytestmark = pytest.mark.django_db
SECONDS_OF_THE_SERVER = 0.1
ROUNDS = 15


@pytest.fixture
def slow_server(settings):
    """A mail server that lets each caller wait, and then refuses; yields the moments at which one called."""
    calls = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                caller, _address = server.accept()
            except OSError:
                return
            with caller:
                calls.append(time.monotonic())
                time.sleep(SECONDS_OF_THE_SERVER)
                caller.sendall(b"421 later\r\n")

    threading.Thread(target=serve, daemon=True).start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
    cache.clear()
    yield calls
    sending._waiting.join()
    server.close()
    cache.clear()


def seconds(address: str, number: int) -> float:
    visitor = Client(REMOTE_ADDR=f"192.0.2.{number}")
    started = time.perf_counter()
    assert visitor.post("/account/login/code/", {"email": address}).status_code == 302
    return time.perf_counter() - started


def test_time_does_not_tell_who_has_an_account(slow_server):
    known = [build_user(email=f"known-{number}@example.org").email for number in range(ROUNDS + 1)]
    seconds(known.pop(), 0)  # whatever is imported first
    seconds("first@example.org", 0)

    pairs = [(seconds(address, n), seconds(f"nobody-{n}@example.org", n)) for n, address in enumerate(known, 1)]

    of_known, of_unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert abs(of_known - of_unknown) < 0.010, pairs
    sending._waiting.join()
    assert len(slow_server) == ROUNDS + 1


def test_what_is_too_much_is_left_out_and_told_without_addresses(slow_server, caplog):
    sending.send_later("account/email/login_code", EmailMessage("s", "b", "a@example.org", ["ada@example.org"]))
    for _ in range(sending.MOST_WAITING + 3):
        sending.send_later("account/email/login_code", EmailMessage("s", "b", "a@example.org", []))
    sending._waiting.join()

    assert "too many wait" in caplog.text
    assert "@" not in caplog.text


def test_one_mail_that_breaks_leaves_the_thread_to_the_next(slow_server, caplog, monkeypatch):
    broken = EmailMessage("s", "b", "a@example.org", ["eve@example.org"])
    monkeypatch.setattr(broken, "send", lambda: {}["eve@example.org"])
    sending.send_later("account/email/login_code", broken)
    sending.send_later("account/email/login_code", EmailMessage("s", "b", "a@example.org", ["ada@example.org"]))
    sending._waiting.join()

    assert [record.getMessage().rpartition(", ")[2] for record in caplog.records] == [
        "KeyError",
        "SMTPConnectError",
    ]
    assert "@example.org" not in caplog.text
