"""Done-line 11: the conformance endpoints of a started system, over HTTPS with its self-signed certificate."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from credentials.errors import CredentialError
from tests.integrations import conformance as w3c
from tests.integrations.test_vc_api import JUDGED_OTHERWISE, is_right, signed_vectors
from verification.negotiation import DID_TYPES, VC_TYPES

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 180


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def house(tmp_path_factory, missing):
    """A started house with its demo: what it wrote about itself."""
    if not w3c.INPUTS.exists():
        missing(f"the W3C files are not in {w3c.VECTORS}")
    folder, port = tmp_path_factory.mktemp("var"), free_port()
    taken = {"DATABASE_URL", "REDIS_URL", "TESTAMUR_MODE", "PUBLIC_URL", "DJANGO_SETTINGS_MODULE"}
    own = {name: value for name, value in os.environ.items() if name not in taken}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "start", "--tls", "--port", str(port)],
        cwd=ROOT,
        env=own | {"VAR_DIR": str(folder), "VC_API": "on"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + PATIENCE_SECONDS
    while not (folder / "start.json").exists():
        assert process.poll() is None, "the start ended"
        assert time.monotonic() < until, "the start took too long"
        time.sleep(0.5)
    yield json.loads((folder / "start.json").read_text(encoding="utf-8"))
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)


@pytest.fixture(scope="module")
def post(house):
    loader = w3c.JsonOnly(house["url"].rstrip("/"))

    def send(path, body):
        status, content = loader.ask(path, body)
        return status, json.loads(content)

    return send


@pytest.fixture(scope="module")
def did(house):
    return json.loads(w3c.JsonOnly(house["url"].rstrip("/")).ask("/vc-api/")[1])["issuer"]


def test_a_loader_that_takes_json_alone_reads_all_that_it_needs_over_https(house):
    base, path = house["url"].rstrip("/"), urlsplit(house["credential_url"]).path
    w3c.check_reading_by_json_only(base)

    for address in (path, f"{path}.json"):
        document = json.loads(w3c.check_same_bytes(base, address, VC_TYPES))
        entry = document["credentialStatus"]
        listed = entry[0] if isinstance(entry, list) else entry
        assert w3c.check_same_bytes(base, urlsplit(listed["statusListCredential"]).path, VC_TYPES)
    issuer = document["issuer"]["id"].removeprefix("did:web:").split(":", 1)[1].replace(":", "/")
    assert w3c.check_same_bytes(base, f"/{issuer}/did.json", DID_TYPES[::-1])


def test_the_first_request_for_a_token_gets_it_over_https(house):
    path = urlsplit(house["credential_url"]).path
    trusting = ssl._create_unverified_context()
    with urllib.request.urlopen(f"{house['url'].rstrip('/')}{path}.jwt", context=trusting, timeout=20) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/jwt")
        assert answer.read().count(b".") == 2


def test_every_vcdm2_credential_is_issued_or_refused_over_https(post, did):
    for name in w3c.names("credential") + w3c.names("issuer"):
        for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
            credential = w3c.issued_by(did, w3c.read(w3c.INPUTS / name), name)
            status, answer = post(f"/vc-api/issuers/{suite}/credentials/issue", {"credential": credential})
            assert status == (201 if is_right(name) else 400), (name, suite, answer)
            if is_right(name) and "proof" not in credential:
                body = {"verifiableCredential": answer["verifiableCredential"], "options": {"checks": ["proof"]}}
                assert post("/vc-api/credentials/verify", body) == (
                    200,
                    {"verified": True, "checks": ["proof"], "errors": [], "warnings": []},
                )


def test_every_vcdm2_presentation_is_judged_over_https(post):
    for name in w3c.names("presentation"):
        presentation = w3c.read(w3c.INPUTS / name)
        try:
            presentation = w3c.shown(presentation)
        except CredentialError:
            assert not is_right(name)
        status, answer = post("/vc-api/presentations/verify", {"verifiablePresentation": presentation})
        assert status == (200 if is_right(name) else 400), (name, answer)
    assert JUDGED_OTHERWISE


def test_every_eddsa_vector_set_and_chain_verifies_over_https(post):
    for name in signed_vectors():
        vector = w3c.read(w3c.EDDSA / name)
        status, answer = post("/vc-api/credentials/verify", {"verifiableCredential": vector})
        assert (status, answer["errors"]) == (200, []), name
        assert post("/vc-api/credentials/verify", {"verifiableCredential": vector | {"name": "x"}})[0] == 400
