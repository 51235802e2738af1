"""No forgery of a good credential is ever called genuine, whatever was changed; a re-ordered copy stays so."""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from issuing.claim_links import claim_token, key_in
from issuing.services import EvidenceOrder
from tests.attacks.mutations import mutations_of, reordered, says_the_same
from tests.verification.builders import document_of, signed_credential
from tests.verification.test_statements_shown import endorsement, joint_award
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


def release() -> Any:
    return joint_award(signed=True)[1]


@pytest.mark.parametrize("make", [endorsement, release])
def test_no_mutation_of_a_statement_is_told_as_what_was_signed(make):
    """The true one is no certificate, and its content is shown; of a forged one nothing is said but that it is none."""
    document = json.loads(make().document)
    wrong = []
    for what, forged in mutations_of(document):
        verdict = str(verify_source(json.dumps(forged), at=timezone.now()).verdict)
        if not says_the_same(forged, document) and verdict not in DONE:
            wrong.append((what, verdict))

    assert wrong == []
    assert str(verify_source(json.dumps(reordered(document)), at=timezone.now()).verdict) == "not-a-certificate"


def test_no_mutation_of_a_claim_link_opens_an_award():
    made = {
        claim_token(uuid.uuid4(), until=until, number=number)
        for until, number in ((None, 0), (dt.date(2026, 12, 31), 0), (dt.date(2026, 12, 31), 7))
    }
    others = [*uuid.uuid4().hex[:3], "A", "-", "_", "=", "%", "\u0430"]
    for token in made:
        forged = [token[:place] + one + token[place + 1 :] for place in range(len(token)) for one in others]
        forged += [token[:place] + token[place + 1 :] for place in range(len(token))]
        forged += [token[:place] + "A" + token[place:] for place in range(len(token) + 1)]
        forged += [token[:-27] + other[-27:] for other in made] + [token.swapcase(), f"{token}==", ""]

        assert not [one for one in forged if one != token and one not in made and key_in(one) is not None]
        assert key_in(token) is not None
