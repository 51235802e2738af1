"""No forgery of a good credential is ever called genuine, whatever was changed; a re-ordered copy stays so."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from issuing.services import EvidenceOrder
from tests.attacks.mutations import mutations_of, reordered, says_the_same
from tests.verification.builders import document_of, signed_credential
from verification.resolve import verify_source

pytestmark = pytest.mark.django_db
AT_LEAST = 300
SECONDS = 2.0
DONE = ("not-genuine", "malformed", "unsigned", "could-not-confirm", "issuer-not-known")


def rich_document() -> dict[str, Any]:
    """Return a signed credential with every optional part."""
    alignments = (
        {"target_name": "Data literacy", "target_url": "https://esco.example/1", "target_framework": "ESCO"},
        {"target_name": "Statistics", "target_url": "https://esco.example/2", "target_framework": "ESCO"},
    )
    credential = signed_credential(
        alignments=alignments,
        suspendable=True,
        stated={
            "valid_until": timezone.now() + dt.timedelta(days=365),
            "learning_from": "2026-01-01",
            "learning_to": "2026-06-30",
            "narrative": "A good course.",
            "evidence": (EvidenceOrder(url="https://college.example.org/e/1", name="Thesis"),),
        },
    )
    return document_of(credential)


def ask(client: Client, document: Any) -> tuple[int, str]:
    """Verify by the public interface where it is served, else by what it calls."""
    try:
        resolve("/api/v1/verify")
    except Resolver404:
        return 200, str(verify_source(json.dumps(document), at=timezone.now()).verdict)
    response = client.post("/api/v1/verify", {"credential": document}, content_type="application/json")
    return response.status_code, json.loads(response.content)["verdict"]


def seconds_for(client: Client, forged: Any) -> float:
    """Ask once more: a busy machine may hold any one answer up, a slow way of checking holds up every one."""
    start = time.monotonic()
    ask(client, forged)
    return time.monotonic() - start


def test_no_mutation_is_called_genuine(client: Client):
    document = rich_document()
    verdicts: Counter[str] = Counter()
    wrong, slow = [], []
    for what, forged in mutations_of(document):
        if says_the_same(forged, document):
            continue
        start = time.monotonic()
        status, verdict = ask(client, forged)
        verdicts[verdict] += 1
        if status >= 500 or verdict not in DONE:
            wrong.append((what, status, verdict))
        if time.monotonic() - start > SECONDS:
            slow.append(what)
    print(dict(verdicts))

    assert wrong == []
    assert slow == []
    assert verdicts.total() >= AT_LEAST
    assert ask(client, document) == (200, "genuine")
    assert ask(client, reordered(document)) == (200, "genuine")
