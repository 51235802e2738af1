"""The token of a credential: there at the first request, and few threads that wait for it."""

import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone

from config.web import kind_of
from registry.models import OutboxMessage
from tests.issuing.builders import drain_all, signing_here
from tests.verification.builders import signed_credential
from verification import wrappings
from verification.checks import Verdict
from verification.resolve import verify_source


@contextmanager
def a_worker():
    """A worker beside the web: whatever waits is done, within the second that the nudge takes."""
    over = threading.Event()

    def work():
        while not over.wait(0.1):
            if OutboxMessage.objects.filter(done_at=None).exists():
                time.sleep(0.3)
                drain_all()
        connection.close()

    thread = threading.Thread(target=work)
    with signing_here():
        thread.start()
        yield
        over.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_the_first_request_answers_the_token(client, monkeypatch):
    monkeypatch.setattr(wrappings, "WAIT_SECONDS", 20.0)
    credential = signed_credential()

    with a_worker():
        response = client.get(f"/c/{credential.pk}.jwt")

    assert (response.status_code, response["Content-Type"]) == (200, "application/jwt")
    assert verify_source(response.content, at=timezone.now()).verdict is Verdict.GENUINE
    assert client.get(f"/c/{credential.pk}.jwt").content == response.content


def test_waiting_has_threads_of_its_own_which_are_few(settings):
    bounds = settings.WEB_POOLS["waits"]

    assert {kind_of("GET", path, "") for path in ("/c/1.jwt", "/claim/token/file.jwt")} == {"waits"}
    assert bounds.at_once <= 4
    assert wrappings.WAIT_SECONDS <= 2 < bounds.work_seconds
