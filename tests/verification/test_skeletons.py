"""A page put together from its skeleton is, byte for byte, what the template says."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from issuing.services import EvidenceOrder, revoke_credential
from registry.actors import SYSTEM
from registry.services import Recipient
from tests.verification.builders import another_of, signed_credential
from tests.verification.test_checks import VOUCHER, judged
from verification import skeletons
from verification.checks import Reading
from verification.sentences import readable_facts
from verification.wording import meaning_of

pytestmark = pytest.mark.django_db
NASTY = '"O\'Neil" <b>&amp; {{ x }} \u202e mark {n}'


def settled(content: bytes) -> str:
    return re.sub(r"\d\d:\d\d(:\d\d(\.\d+)?)?", "", content.decode())


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_skeleton_says_what_the_template_says(client: Client, monkeypatch, language):
    evidence = (EvidenceOrder(url="https://college.example.org/e?a=1&b=2", name=NASTY),)
    stated = {
        "narrative": f"**Well**\n\n* {NASTY}",
        "evidence": evidence,
        "recipient": Recipient(name=NASTY, email="o@example.org"),
    }
    first = signed_credential(stated=stated)
    second = another_of(first, recipient=Recipient(name="Grace Example", email="g@example.org"))
    headers = {"Accept-Language": language}
    # The second page is filled into what the first one left behind.
    pages = [client.get(f"/c/{number}", headers=headers) for number in (first.pk, second.pk, first.pk)]
    monkeypatch.setattr(skeletons, "serves", lambda _request: False)

    for page, number in zip(pages, (first.pk, second.pk, first.pk), strict=True):
        assert settled(page.content) == settled(client.get(f"/c/{number}", headers=headers).content)
    assert skeletons.NUMBER not in pages[0].content.decode()
    assert "&lt;b&gt;" in pages[0].content.decode()
    assert "<p><strong>Well</strong></p><ul><li>" in pages[0].content.decode()


def test_a_revocation_between_two_views_is_told(client: Client):
    credential = signed_credential()
    assert 'data-verdict="genuine"' in client.get(f"/c/{credential.pk}").content.decode()
    revoke_credential(credential_id=credential.pk, reason="error", actor=SYSTEM)

    assert 'data-verdict="revoked"' in client.get(f"/c/{credential.pk}").content.decode()


def test_a_name_that_looks_like_a_mark_stays_a_name(client: Client):
    name = f"mark{skeletons._TOKEN}001"
    credential = signed_credential(stated={"recipient": Recipient(name=name, email="m@example.org")})

    assert name in client.get(f"/c/{credential.pk}").content.decode()


@pytest.mark.parametrize(("vouchers", "verdict"), [((), "issuer-not-known"), ((VOUCHER,), "not-yet-valid")])
def test_the_kept_page_knows_the_first_day_that_its_sentence_tells(vouchers, verdict):
    report = judged(vouchers=vouchers, reading=Reading({"validFrom": "2027-01-01T00:00:00Z"}))

    kept = skeletons._marked_report(report, skeletons._Marks())

    assert report.verdict == verdict
    assert kept.facts["valid_from"] == report.facts["valid_from"]
    assert meaning_of(kept, **readable_facts(kept)) == meaning_of(report, **readable_facts(report))


def test_a_page_that_tells_no_day_is_kept_for_all_days():
    assert "valid_from" not in skeletons._marked_report(judged(), skeletons._Marks()).facts
