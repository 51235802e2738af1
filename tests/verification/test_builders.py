"""Credentials of every builder at their pages and at the desk; a document's day is told as it is written."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone

from credentials.builders import CURRENT
from issuing.fsck.documents import documents_hold
from issuing.models import Credential
from issuing.services import award_achievement
from registry.actors import SYSTEM
from registry.services import register_host
from tests.issuing.builders import build_achievement, build_issuer, build_order, drain_all, of_builder_1, signing_here
from tests.verification.builders import BASE_URL, vouch_for
from tests.verification.test_record import words_of
from verification.checks import Verdict
from verification.resolve import verify_source
from verification.resolve.shapes import shape_holds
from verification.selectors import own_credential

pytestmark = pytest.mark.django_db
BERLIN = {
    "awarded_on": dt.date(2026, 6, 1),
    "valid_until": dt.datetime(2036, 5, 31, 22, tzinfo=dt.UTC),
    "learning_from": dt.date(2026, 1, 7),
    "learning_to": dt.date(2026, 5, 30),
    # A word that the builders say differently: Art, Form der Teilnahme.
    "language": "de",
    "participation": "online",
}


@pytest.fixture(params=[1, 2])
def credential(request) -> Credential:
    """Return a credential of the first of June in Berlin, made by each builder."""
    register_host(base_url=BASE_URL, actor=SYSTEM)
    issuer = build_issuer(timezone="Europe/Berlin", default_visibility="public")
    vouch_for(issuer.did)
    award = award_achievement(order=build_order(build_achievement(issuer), **BERLIN), actor=SYSTEM)
    if request.param == 1:
        of_builder_1(award)
    with signing_here():
        drain_all()
    stored = own_credential(award.pk)
    assert stored is not None
    assert stored.award.builder_version == request.param
    return stored


def test_page_desk_files_and_fsck_know_it(client, credential):
    assert shape_holds(credential, credential.document)
    page = client.get(f"/c/{credential.pk}")
    assert 'data-verdict="genuine"' in page.content.decode()
    for suffix in (".json", ".png", ".svg"):
        answer = client.get(f"/c/{credential.pk}{suffix}")
        content = answer.content if not answer.streaming else b"".join(answer.streaming_content)
        report = verify_source(content, at=timezone.now())
        assert (suffix, report.verdict) == (suffix, Verdict.GENUINE)
    assert list(documents_hold(full=True)) == []


def test_the_page_tells_the_day_that_is_written(client, credential):
    words = words_of(client.get(f"/c/{credential.pk}").content)
    document = json.loads(credential.document)
    expected = document["validUntil"][:10]

    assert document["awardedDate"][:10] == "2026-06-01"
    assert "1 June 2026" in words
    assert "31 May 2026" not in words
    assert expected == ("2036-05-31", "2036-06-01")[credential.award.builder_version - 1]
    assert ("31 May 2036", "1 June 2036")[credential.award.builder_version - 1] in words
    assert "7 January 2026 - 30 May 2026" in words


def test_current_builder_is_the_last():
    assert CURRENT.version == 2
