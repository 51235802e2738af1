"""Moving to another address: what was issued stays good, what is new carries the new host."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from issuing.selectors import platform_did
from issuing.signing.making_keys import make_key
from registry.models import AuditEntry, HostAlias
from registry.selectors import canonical_base_url
from tests.issuing.builders import build_issuer, signing_here
from tests.verification.builders import BASE_URL, another_of, document_of, signed_credential
from verification.checks import Verdict
from verification.resolve import verify_source

pytestmark = pytest.mark.django_db
NEW = "https://credentials.example.edu"


def rehost(*arguments: str) -> str:
    out = io.StringIO()
    call_command("rehost", *arguments, stdout=out)
    return out.getvalue()


def test_old_ids_and_dids_stay_genuine_and_new_ones_carry_the_new_host(client: Client, settings):
    old = signed_credential()
    with signing_here():
        make_key(issuer_id=None)
    own_did = platform_did()

    rehost(NEW.upper() + "/")
    settings.PUBLIC_URL = NEW
    settings.ALLOWED_HOSTS = ["*"]
    new = document_of(another_of(old).credential)

    page = client.get(f"/c/{old.pk}").content.decode()
    assert 'data-verdict="genuine"' in page
    for source in (old.document, f"{BASE_URL}/c/{old.pk}", f"{NEW}/c/{old.pk}", json.dumps(new)):
        assert verify_source(source.encode(), at=timezone.now()).verdict == Verdict.GENUINE, source[:60]
    issuer = old.award.version.achievement.issuer
    did = client.get(f"/issuers/{issuer.slug}/did.json").json()
    assert did["id"] == document_of(old)["issuer"]["id"] == issuer.did
    assert issuer.did.startswith("did:web:localhost%3A8000:")
    assert platform_did() == own_did == client.get("/.well-known/did.json").json()["id"]
    assert new["id"].startswith(f"{NEW}/c/")
    assert new["credentialStatus"]["statusListCredential"].startswith(f"{NEW}/status/")
    assert build_issuer().did.startswith("did:web:credentials.example.edu:issuers:")


def test_moving_twice_changes_nothing_and_moving_back_is_possible():
    signed_credential()

    first = json.loads(rehost(NEW, "--json"))
    entries = AuditEntry.objects.filter(act="host.registered").count()
    again = json.loads(rehost(NEW, "--json"))

    assert (first["state"], first["before"], first["aliases"]) == ("moved", BASE_URL, [BASE_URL])
    assert (again["state"], again["canonical"]) == ("unchanged", NEW)
    assert AuditEntry.objects.filter(act="host.registered").count() == entries
    assert "stays an alias" in rehost(BASE_URL)
    assert canonical_base_url() == BASE_URL
    assert HostAlias.objects.count() == 2


def test_what_is_told_says_what_stays_changes_and_is_left_to_do():
    signed_credential()

    told = rehost(NEW)

    for words in ("What stays", "What changes", f"PUBLIC_URL={NEW}", "ALLOWED_HOSTS=localhost"):
        assert words in told


def test_a_refused_address_changes_nothing(settings):
    signed_credential()
    out = io.StringIO()

    with pytest.raises(CommandError) as refusal:
        call_command("rehost", "https://192.0.2.7", "--json", stdout=out)

    assert refusal.value.returncode == 1
    assert json.loads(out.getvalue())["code"] == "ip-address"
    settings.TESTAMUR_MODE = "production"
    with pytest.raises(CommandError):
        rehost("http://credentials.example.edu")
    assert canonical_base_url() == BASE_URL
    assert HostAlias.objects.count() == 1
