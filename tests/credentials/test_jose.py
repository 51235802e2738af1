"""Credentials as tokens: two profiles, and every trick with headers, encodings and claims."""

import base64
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from credentials.contexts import CREDENTIALS_V1
from credentials.dids import PublishedKey, VerificationMethod, did_key, issuer_did_document, method_in
from credentials.errors import (
    ClaimsDifferError,
    CredentialError,
    DataModelError,
    JoseError,
    MalformedError,
    TokenChangedError,
)
from credentials.jose import sign_vc_jwt, verify_vc_jwt
from credentials.multikey import encode_base64url
from tests.credentials.builders import NOW, credential, did_of_key, method_of_key, resolve_did_key, signing_key

EXPIRING = credential(validUntil="2027-01-01T00:00:00.500Z")


class Resolver:
    """Resolves did:key and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, method_id: str) -> VerificationMethod:
        self.asked.append(method_id)
        return resolve_did_key(method_id)


def encoded(part: Any) -> str:
    return encode_base64url(part if isinstance(part, bytes) else json.dumps(part).encode())


def forged(header: dict[str, Any] | None = None, payload: Any = None, **changes: Any) -> str:
    """Sign whatever header and payload with the issuer's key."""
    head = {"alg": "EdDSA", "typ": "vc+jwt", "kid": method_of_key(), **(header or {}), **changes}
    head = {name: value for name, value in head.items() if value is not None}
    text = f"{encoded(head)}.{encoded(credential() if payload is None else payload)}"
    return f"{text}.{encode_base64url(signing_key().sign(text.encode()))}"


def claims(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    parts = [base64.urlsafe_b64decode(part + "==") for part in token.split(".")[:2]]
    return json.loads(parts[0]), json.loads(parts[1])


def verify(token: str, resolve: Any = resolve_did_key) -> dict[str, Any]:
    return verify_vc_jwt(token, resolve, NOW).document


@pytest.mark.parametrize("profile", ["open-badges", "vc-jose"])
def test_signed_credential_comes_back(profile: Any) -> None:
    secured = {**EXPIRING, "proof": {"type": "DataIntegrityProof"}}

    assert verify(sign_vc_jwt(secured, signing_key(), method_of_key(), profile)) == EXPIRING


def test_open_badges_profile_repeats_the_credential_in_its_claims() -> None:
    header, payload = claims(sign_vc_jwt(EXPIRING, signing_key(), method_of_key()))

    assert header == {"alg": "EdDSA", "typ": "JWT", "kid": method_of_key()}
    assert (payload["iss"], payload["sub"]) == (did_of_key(), EXPIRING["credentialSubject"]["id"])
    assert (payload["jti"], payload["nbf"], payload["exp"]) == (EXPIRING["id"], 1767225600, 1798761600)
    assert "exp" not in claims(sign_vc_jwt(credential(), signing_key(), method_of_key()))[1]


def test_vc_jose_form_is_the_credential_alone() -> None:
    header, payload = claims(sign_vc_jwt(EXPIRING, signing_key(), method_of_key(), "vc-jose"))

    assert header["typ"] == "vc+jwt"
    assert payload == EXPIRING


def test_another_implementation_reads_the_token() -> None:
    token = sign_vc_jwt(EXPIRING, signing_key(), method_of_key())
    key = signing_key().public_key()

    assert jwt.decode(token, key, algorithms=["EdDSA"], options={"verify_exp": False})["iss"] == did_of_key()


HEADERS: dict[str, dict[str, Any]] = {
    "no algorithm": {"alg": "none"},
    "algorithm missing": {"alg": None},
    "shared secret": {"alg": "HS256"},
    "another curve": {"alg": "ES256"},
    "another curve's length": {"alg": "ES384"},
    "RSA": {"alg": "RS256"},
    "algorithm a list": {"alg": ["EdDSA"]},
    "unknown critical": {"crit": ["exp"], "exp": 1},
    "unencoded payload": {"crit": ["b64"], "b64": False},
    "nothing critical": {"crit": []},
    "kid a file": {"kid": "/etc/passwd"},
    "kid a path": {"kid": "../../keys/issuer"},
    "kid a file address": {"kid": "file:///etc/passwd#x"},
    "kid of somebody else": {"kid": method_of_key("mallory")},
    "kid without a fragment": {"kid": did_of_key("mallory")},
    "kid a number": {"kid": 5},
    "type of an access token": {"typ": "at+jwt"},
    "type of a presentation": {"typ": "vp+jwt"},
    "another issuer": {"iss": "did:web:mallory.example"},
}


@pytest.mark.parametrize("change", HEADERS.values(), ids=HEADERS)
def test_header_that_asks_for_anything_else_is_refused(change: dict[str, Any]) -> None:
    resolver = Resolver()

    with pytest.raises(JoseError):
        verify(forged(change), resolver)

    assert {address.partition("#")[0] for address in resolver.asked} <= {did_of_key()}


IGNORED: dict[str, dict[str, Any]] = {
    "key set address": {"jku": "https://mallory.example/jwks"},
    "certificate address": {"x5u": "https://mallory.example/x5u"},
    "certificate": {"x5c": ["MII"]},
    "embedded key": {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}},
    "compression, which JWE alone has": {"zip": "DEF"},
    "time of signing": {"iat": 1767225600},
    "type in lower case": {"typ": "jwt"},
    "type in full": {"typ": "application/vc+jwt"},
    "kid missing": {"kid": None},
    "kid the issuer alone": {"kid": did_of_key()},
    "kid a fragment": {"kid": "#" + method_of_key().partition("#")[2]},
    "kid a bare fragment": {"kid": method_of_key().partition("#")[2]},
    "kid of another of its names": {"kid": "#other"},
    "kid a thumbprint": {"kid": "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
}


@pytest.mark.parametrize("change", IGNORED.values(), ids=IGNORED)
def test_header_member_that_need_not_be_understood_is_ignored_and_the_issuers_own_key_counts(
    change: dict[str, Any],
) -> None:
    resolver = Resolver()

    assert verify(forged(change), resolver) == credential()
    assert resolver.asked[-1] in (method_of_key(), did_of_key())


def test_key_carried_in_the_header_is_never_believed() -> None:
    raw = encode_base64url(signing_key("mallory").public_key().public_bytes_raw())
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": raw}
    head, body = encoded({"alg": "EdDSA", "jwk": jwk}), encoded(credential())
    signature = encode_base64url(signing_key("mallory").sign(f"{head}.{body}".encode()))

    with pytest.raises(TokenChangedError):
        verify(f"{head}.{body}.{signature}")


def test_token_that_names_no_key_of_an_issuer_with_several_is_not_guessed_at() -> None:
    keys = [PublishedKey(f"key-{number}", signing_key(f"{number}").public_key()) for number in (1, 2)]
    document = issuer_did_document(did_of_key(), keys)

    def resolve(address: str) -> VerificationMethod:
        return method_in(document, address, "assertionMethod")

    with pytest.raises(JoseError, match="not exactly one"):
        verify(forged(kid=None), resolve)
    with pytest.raises(JoseError, match="not listed"):
        verify(forged(kid=f"{did_of_key()}#other"), resolve)


@pytest.mark.parametrize("alg", ["none", "HS256", "ES256", "EdDSA"])
def test_token_that_nobody_signed_is_found_changed_whatever_it_claims(alg: str) -> None:
    head, body = encoded({"alg": alg, "kid": method_of_key()}), encoded(credential())

    with pytest.raises(TokenChangedError):
        verify(f"{head}.{body}.{encode_base64url(bytes(64))}")


def test_public_key_as_shared_secret_is_refused() -> None:
    secret = signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    token = jwt.encode(credential(), secret, algorithm="HS256", headers={"kid": method_of_key(), "typ": "vc+jwt"})

    with pytest.raises(JoseError):
        verify(token)


def test_signature_by_another_key_or_none_is_refused() -> None:
    head, body, signature = forged().split(".")
    other = encode_base64url(signing_key("mallory").sign(f"{head}.{body}".encode()))

    with pytest.raises(JoseError, match="signature"):
        verify(f"{head}.{body}.{other}")
    with pytest.raises(JoseError, match="signature"):
        verify(f"{head}.{encoded(credential(name='added'))}.{signature}")
    with pytest.raises(MalformedError):
        verify(f"{head}.{body}.")


HOSTILE: dict[str, str] = {
    "padding": forged().replace(".", "==.", 1),
    "second spelling of the signature": forged()[:-1] + chr(ord(forged()[-1]) + 1),
    "another alphabet": forged().split(".", maxsplit=1)[0] + ".+/8." + forged().split(".")[2],
    "two parts": ".".join(forged().split(".")[:2]),
    "five parts": forged() + ".x.y",
    "white space": " " + forged(),
    "NaN": forged(payload=b'{"a": NaN}'),
    "duplicate names": forged(payload=b'{"issuer": "did:web:a", "issuer": "did:web:b"}'),
    "nested 100,000 deep": forged(payload=b"[" * 100_000),
    "nested deep in an object": forged(payload=b'{"a":' * 100_000),
    "5000 digits": forged(payload=b'{"nbf": ' + b"9" * 5000 + b"}"),
    "array": forged(payload=[1]),
    "not UTF-8": forged(payload=b"\xff"),
    "too long": forged() + "A" * 1_048_576,
    "empty": "",
}


@pytest.mark.parametrize("token", HOSTILE.values(), ids=HOSTILE)
def test_token_that_is_not_plain_is_malformed_at_once_and_nothing_is_resolved(token: str) -> None:
    resolver = Resolver()
    started = time.process_time()

    with pytest.raises(MalformedError):
        verify(token, resolver)

    assert time.process_time() - started < 0.05
    assert resolver.asked == []


CLAIMS: dict[str, dict[str, Any]] = {
    "issuer": {"iss": "did:web:mallory.example"},
    "subject": {"sub": "urn:uuid:other"},
    "id": {"jti": "https://issuer.example/c/2"},
    "beginning": {"nbf": 1767225600 + 301},
    "end": {"exp": 1798761600 - 301},
    "beginning a text": {"nbf": "1767225600"},
    "beginning true": {"nbf": True},
    "end beyond any calendar": {"exp": 1e300},
}


@pytest.mark.parametrize("change", CLAIMS.values(), ids=CLAIMS)
def test_claim_that_differs_from_the_credential_is_told_apart(change: dict[str, Any]) -> None:
    _, payload = claims(sign_vc_jwt(EXPIRING, signing_key(), method_of_key()))
    changed = {name: value for name, value in {**payload, **change}.items() if value is not None}

    assert verify(forged({"typ": "JWT"}, payload)) == EXPIRING
    with pytest.raises(ClaimsDifferError, match="claim"):
        verify(forged({"typ": "JWT"}, changed))


@pytest.mark.parametrize("missing", ["iss", "sub", "jti", "nbf", "exp"])
def test_claim_that_is_not_repeated_is_taken_from_the_credential(missing: str) -> None:
    _, payload = claims(sign_vc_jwt(EXPIRING, signing_key(), method_of_key()))

    assert verify(forged({"typ": "JWT"}, {name: value for name, value in payload.items() if name != missing}))


@pytest.mark.parametrize("typ", ["JWT", "vc+jwt"])
def test_member_that_only_a_claim_says_is_entered(typ: str) -> None:
    bare = credential(id=None, issuer=None, credentialSubject={"name": "x"})
    told = {
        "iss": did_of_key(),
        "jti": "https://issuer.example/c/1",
        "sub": "urn:uuid:1",
        "aud": "x",
        "own": "ignored",
    }
    document = verify(forged({"typ": typ}, {**bare, **told}))

    assert (document["issuer"], document["id"]) == (did_of_key(), "https://issuer.example/c/1")
    assert document["credentialSubject"] == {"id": "urn:uuid:1", "name": "x"}


def test_times_of_a_vc_jose_token_are_the_signatures_own() -> None:
    checked = verify_vc_jwt(forged(payload={**EXPIRING, "nbf": 1, "exp": 2.5}), resolve_did_key, NOW)

    assert checked.document == EXPIRING
    assert (checked.starts, checked.ends) == tuple(datetime.fromtimestamp(n, tz=UTC) for n in (1, 2.5))


def test_rounded_time_is_no_difference() -> None:
    assert verify(forged({"typ": "JWT"}, {**EXPIRING, "exp": 1798761600.5, "nbf": 1767225600 - 299})) == EXPIRING


def test_credential_inside_the_vc_claim_is_read() -> None:
    payload = {"vc": EXPIRING, "iss": did_of_key(), "jti": EXPIRING["id"]}

    assert verify(forged({"typ": "JWT"}, payload)) == EXPIRING
    with pytest.raises(MalformedError):
        verify(forged({"typ": "JWT"}, {"vc": "x", "iss": did_of_key()}))
    with pytest.raises(DataModelError):
        verify(forged({"typ": "JWT"}, {"vc": {"name": "x"}}))


def test_dates_of_an_older_credential_are_taken_from_its_claims() -> None:
    old = {"@context": [CREDENTIALS_V1], "type": ["VerifiableCredential"], "credentialSubject": {"name": "x"}}
    document = verify(forged({"typ": "JWT"}, {"vc": old, "iss": did_of_key(), "nbf": 1767225600, "exp": 1767225601}))

    assert (document["issuanceDate"], "expirationDate" in document) == ("2026-01-01T00:00:00Z", False)


@pytest.mark.parametrize(
    ("typ", "payload"),
    [
        ("vc+jwt", {**credential(), "vc": credential(name="another")}),
        ("vc+jwt", {"vc": credential(), "iss": did_of_key()}),
        ("application/vc+jwt", {**credential(), "vp": {}}),
        ("JWT", {**credential(), "vc": credential(name="another")}),
        (None, {**credential(), "vc": credential(name="another")}),
    ],
)
def test_token_with_two_credentials_is_refused(typ: str | None, payload: dict[str, Any]) -> None:
    with pytest.raises(MalformedError, match="two in one"):
        verify(forged({"typ": typ}, payload))


@pytest.mark.parametrize(
    "change",
    [
        {"relationships": frozenset({"authentication"})},
        {"controller": "did:web:mallory.example"},
        {"id": method_of_key("mallory")},
        {"revoked": NOW},
        {"expires": NOW - timedelta(days=1)},
    ],
)
def test_key_that_does_not_vouch_for_the_issuer_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(JoseError):
        verify(forged(), lambda method_id: replace(resolve_did_key(method_id), **change))


def test_key_of_somebody_else_is_not_resolved() -> None:
    resolver = Resolver()

    with pytest.raises(JoseError, match="somebody else"):
        verify(forged(kid=method_of_key("mallory")), resolver)
    assert resolver.asked == []


def test_key_that_is_not_listed_lends_nothing_to_another_signature() -> None:
    head, body, _ = forged(kid=f"{did_of_key()}#other").split(".")
    other = encode_base64url(signing_key("mallory").sign(f"{head}.{body}".encode()))

    with pytest.raises(TokenChangedError):
        verify(f"{head}.{body}.{other}")


def test_unreachable_key_stays_what_it_is() -> None:
    def unreachable(method_id: str) -> VerificationMethod:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        verify(forged(), unreachable)


def test_elliptic_key_verifies_es256_and_nothing_else() -> None:
    key = ec.derive_private_key(7, ec.SECP256R1())
    did = did_key(key.public_key())

    def token(alg: str) -> str:
        head = encoded({"alg": alg, "typ": "vc+jwt", "kid": f"{did}#{did[8:]}"})
        text = f"{head}.{encoded(credential(issuer=did))}"
        r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(SHA256())))
        return f"{text}.{encode_base64url(r.to_bytes(32) + s.to_bytes(32))}"

    assert verify(token("ES256"))["issuer"] == did
    for wrong in ("EdDSA", "HS256", "none", "ES384"):
        with pytest.raises(JoseError):
            verify(token(wrong))
    with pytest.raises(CredentialError):
        verify(token("ES256")[:-2])
