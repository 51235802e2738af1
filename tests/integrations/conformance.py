"""What the conformance tests share: the standards' files, and a presenter with a key of their own."""

import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.utils import timezone

from credentials.data_integrity import ProofOptions, add_proof
from credentials.dids import did_key
from credentials.multikey import encode_multikey
from credentials.status_lists import status_bit
from integrations.vc_api.key import issuer_did
from verification.conformance import suite_contexts

VECTORS = Path(os.environ.get("VECTORS_DIR", Path(__file__).parents[3] / "shared" / "data"))
INPUTS = VECTORS / "vcdm2" / "tests" / "input"
EDDSA = VECTORS / "vc-di-eddsa" / "TestVectors"
PRESENTER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PRESENTER_DID = did_key(PRESENTER.public_key())
SUITES_PRESENTER = "did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj"


def read(path: Path) -> Any:
    """Return a standard's file; where the suite enters dates at run time, with dates."""
    text = path.read_text(encoding="utf-8")
    return json.loads(text.replace("PAST DATE", "2020-01-01T00:00:00Z").replace("FUTURE DATE", "2100-01-01T00:00:00Z"))


def issued_by(did: str, credential: Any, name: str) -> Any:
    """Name the issuer as the suites do, from their settings; the one input about it is left as it is."""
    if "no-issuer" in name or not isinstance(credential, dict):
        return credential
    return {"issuer": did} | credential


def names(prefix: str) -> list[str]:
    """Return the vcdm2 inputs that start with `prefix`, by their path below the folder."""
    return sorted(str(path.relative_to(INPUTS)) for path in INPUTS.rglob("*.json") if path.name.startswith(prefix))


def by_presenter(document: dict[str, Any], purpose: str = "authentication", **options: Any) -> dict[str, Any]:
    """Sign a document with the presenter's key, whatever it says."""
    method = f"{PRESENTER_DID}#{encode_multikey(PRESENTER.public_key())}"
    wanted = ProofOptions(verification_method=method, created=timezone.now(), purpose=purpose, **options)
    return add_proof(document, PRESENTER, wanted, suite_contexts())


def shown(presentation: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Make a presentation as the W3C suite does: its presenter is ours, credentials of others are secured."""
    text = json.dumps(presentation).replace(SUITES_PRESENTER, PRESENTER_DID)
    document = json.loads(text)
    for credential in document.get("verifiableCredential", []):
        if isinstance(credential, dict) and credential.get("issuer") == "did:example:issuer":
            credential.update(by_presenter(credential, "assertionMethod"))
    return by_presenter(document, **options)


def a_credential(**members: Any) -> dict[str, Any]:
    """Return the smallest credential that the conformance endpoints issue."""
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": members.get("issuer") or issuer_did(),
        "credentialSubject": {"id": "did:example:subject"},
    } | members


def sender(client: Client) -> Callable[[str, Any], Any]:
    """Return what posts to an address: text and bytes as they are, anything else as JSON."""

    def send(address: str, body: Any) -> Any:
        content = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return client.post(address, content, content_type="application/json")

    return send


class JsonOnly:
    """A document loader as the suites have it: it names types with "json" in them, and takes no other answer."""

    def __init__(self, base: str, accept: str = "application/ld+json, application/json") -> None:
        self.base, self.accept = base, accept
        self.trusting = ssl._create_unverified_context()

    def ask(self, path: str, body: Any = None) -> tuple[int, bytes]:
        """Return status and bytes of an answer; raises AssertionError where its type has no "json" in it."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Accept": self.accept, "Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, data, headers)
        context = self.trusting if self.base.startswith("https") else None
        try:
            with urllib.request.urlopen(request, context=context, timeout=60) as answer:
                return self._taken(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return self._taken(refusal)

    def _taken(self, answer: Any) -> tuple[int, bytes]:
        assert "json" in answer.headers["Content-Type"], answer.headers["Content-Type"]
        return answer.status, answer.read()


def check_reading_by_json_only(base: str) -> None:
    """Issue with a status, read the list from its address, verify: by a loader that takes JSON alone."""
    loader = JsonOnly(base)
    did = json.loads(loader.ask("/vc-api/")[1])["issuer"]
    options = {"credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}}
    body = {"credential": a_credential(issuer=did), "options": options}
    status, answer = loader.ask("/vc-api/credentials/issue", body)
    assert status == HTTPStatus.CREATED, answer
    issued = json.loads(answer)["verifiableCredential"]
    entry = issued["credentialStatus"]
    status, listed = loader.ask(urlsplit(entry["statusListCredential"]).path)
    bits = json.loads(listed)["credentialSubject"]["encodedList"]
    assert (status, status_bit(bits, int(entry["statusListIndex"]))) == (HTTPStatus.OK, False)
    asked = {"verifiableCredential": issued, "options": {"checks": ["proof", "credentialStatus"]}}
    assert loader.ask("/vc-api/credentials/verify", asked)[0] == HTTPStatus.OK
    changed = asked | {"verifiableCredential": issued | {"name": "another"}}
    assert loader.ask("/vc-api/credentials/verify", changed)[0] == HTTPStatus.BAD_REQUEST


def check_same_bytes(base: str, path: str, names: Sequence[str]) -> bytes:
    """Return a document's bytes, the same under each of its names."""
    _status, plain = JsonOnly(base, names[-1]).ask(path)
    for name in names:
        request = urllib.request.Request(base + path, headers={"Accept": name})
        context = ssl._create_unverified_context() if base.startswith("https") else None
        with urllib.request.urlopen(request, context=context, timeout=60) as answer:
            assert (answer.headers["Content-Type"], answer.read()) == (name, plain)
    return plain
