"""Bytes that are meant to hurt: each is answered, soon, never as genuine, and the process that reads stays alive."""

from __future__ import annotations

import base64
import gzip
import json
import resource
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from credentials.jose import sign_vc_jwt
from credentials.strict_json import compact_json
from tests.attacks.documents import KEY, METHOD, credential, poison, ring
from tests.verification.builders import document_of, signed_credential
from verification import isolated
from verification.checks import Check, Outcome, Report, Verdict
from verification.isolated import CHILD, UnfinishedError, WorkBound, canonicaliser, read_document
from verification.resolve import verify_source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_way_out")]
DEEP = 100_000
BAD = (Verdict.MALFORMED, Verdict.NOT_GENUINE, Verdict.COULD_NOT_CONFIRM)


def checked(source: object) -> Report:
    return verify_source(source if isinstance(source, bytes | str) else compact_json(source), at=timezone.now())


def reason_of(report: Report, check: Check = Check.FORMAT) -> str:
    return next(finding.reason for finding in report.findings if finding.check is check)


# -- Bytes that two parsers read in two ways -------------------------------------------------------
HOSTILE_JSON = {
    "nan": '{"a": NaN}',
    "infinity": '{"a": -Infinity}',
    "duplicate": '{"id": "a", "id": "b"}',
    "deep arrays": '{"a":' + "[" * DEEP + "]" * DEEP + "}",
    "deep objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "long number": '{"a": ' + "9" * 5_000 + "}",
    "huge exponent": '{"a": 1e999999}',
    "lone surrogate": '{"a": "\\ud800"}',
    "control": '{"a": "\x01"}',
    "comment": "{/* */}",
    "trailing": '{"a": 1} {"b": 2}',
    "not utf-8, twice a name": b'{"a": "\xff", "a": 1}',
    "utf-16, twice a name": '{"a": 1, "a": 2}'.encode("utf-16"),
    "text": '"x"',
    "null byte": b"\x00" * 100,
    "cut": '{"@context": [',
}


@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_text_that_is_not_strict_json_is_malformed_at_once(name):
    start = time.process_time()
    report = checked(HOSTILE_JSON[name])

    assert report.verdict is Verdict.MALFORMED
    assert time.process_time() - start < 0.5


NOTHING_KNOWN = {
    "array": ("[]", "kind-not-supported"),
    "object": ("{}", "kind-not-supported"),
    "utf-16": ('{"a": 1}'.encode("utf-16"), "kind-not-supported"),
    "megabyte": ('{"a": "' + "x" * (2 * 1024 * 1024) + '"}', "too-large"),
}


@pytest.mark.parametrize("name", NOTHING_KNOWN)
def test_json_of_no_kind_that_we_know_is_neither_forged_nor_unreadable(name):
    source, reason = NOTHING_KNOWN[name]
    report = checked(source)

    assert (report.verdict, report.reason) == (Verdict.COULD_NOT_CONFIRM, reason)


# -- Tokens ----------------------------------------------------------------------------------------
def part(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def token(header: dict[str, Any], payload: object = None, signature: bytes = b"x" * 64) -> str:
    body = credential() if payload is None else payload
    signing_input = f"{part(header)}.{part(body)}"
    return f"{signing_input}.{part(signature)}"


def signed_token() -> str:
    document = {name: value for name, value in credential().items() if name != "proof"}
    return sign_vc_jwt(document, KEY, METHOD)


GOOD_HEADER = {"alg": "EdDSA", "typ": "JWT", "kid": METHOD}
TWO_ALGORITHMS, NOT_A_NUMBER = b'{"alg":"EdDSA","alg":"none"}', b'{"a":NaN}'
RAW_PUBLIC = KEY.public_key().public_bytes_raw()


def hmac_token() -> str:
    import hashlib
    import hmac

    header, payload = part(GOOD_HEADER | {"alg": "HS256"}), part(credential())
    mac = hmac.new(RAW_PUBLIC, f"{header}.{payload}".encode(), hashlib.sha256).digest()
    return f"{header}.{payload}.{part(mac)}"


MALLORY = Ed25519PrivateKey.from_private_bytes(b"\x17" * 32)
MALLORYS_KEY = {"kty": "OKP", "crv": "Ed25519", "x": part(MALLORY.public_key().public_bytes_raw())}


def resigned(header: dict[str, Any], key: Ed25519PrivateKey = KEY) -> str:
    """Return a token whose signature by `key` holds, under a header that asks for something."""
    document = {name: value for name, value in credential().items() if name != "proof"}
    payload = json.loads(base64.urlsafe_b64decode(signed_token().split(".")[1] + "==")) | document
    signing_input = f"{part(header)}.{part(payload)}"
    return f"{signing_input}.{part(key.sign(signing_input.encode()))}"


HOSTILE_TOKENS = {
    "none": lambda: token({"alg": "none", "kid": METHOD}, signature=b"") + "x",
    "none signed": lambda: resigned(GOOD_HEADER | {"alg": "none"}),
    "hs256 with the public key": hmac_token,
    "rs256": lambda: resigned(GOOD_HEADER | {"alg": "RS256"}),
    "es256": lambda: resigned(GOOD_HEADER | {"alg": "ES256"}),
    "jwk": lambda: resigned(GOOD_HEADER | {"jwk": MALLORYS_KEY}, MALLORY),
    "jwk without kid": lambda: resigned({"alg": "EdDSA", "jwk": MALLORYS_KEY}, MALLORY),
    "jku": lambda: resigned(GOOD_HEADER | {"jku": "https://attacker.example/jwks"}, MALLORY),
    "x5u": lambda: resigned(GOOD_HEADER | {"x5u": "https://attacker.example/x"}, MALLORY),
    "x5c": lambda: resigned(GOOD_HEADER | {"x5c": ["x"]}, MALLORY),
    "crit": lambda: resigned(GOOD_HEADER | {"crit": ["b64"], "b64": False}),
    "kid path": lambda: resigned(GOOD_HEADER | {"kid": "../../../../etc/passwd"}),
    "kid file": lambda: resigned(GOOD_HEADER | {"kid": "file:///etc/passwd#x"}),
    "kid number": lambda: resigned(GOOD_HEADER | {"kid": 7}),
    "kid none": lambda: resigned({"alg": "EdDSA", "typ": "JWT"}, MALLORY),
    "typ": lambda: resigned(GOOD_HEADER | {"typ": "at+jwt"}),
    "padding": lambda: signed_token() + "==",
    "padded middle": lambda: signed_token().replace(".", "=.", 1),
    "standard alphabet": lambda: signed_token()[:-4] + "+/+/",
    "loose bits": lambda: signed_token()[:-1] + ("B" if signed_token()[-1] == "A" else "A"),
    "empty parts": lambda: "..",
    "four parts": lambda: signed_token() + ".x",
    "five parts": lambda: "a.b.c.d.e",
    "header duplicate": lambda: ".".join([part(TWO_ALGORITHMS), part(credential()), part(b"x")]),
    "payload text": lambda: token(GOOD_HEADER, "x"),
    "payload nan": lambda: ".".join([part(GOOD_HEADER), part(NOT_A_NUMBER), part(b"x")]),
    "vc text": lambda: token(GOOD_HEADER, {"vc": "x"}),
    "signature": lambda: token(GOOD_HEADER),
    "long": lambda: "A" * 900_000 + ".A.A",
    "sd-jwt": lambda: signed_token() + "~WyJzYWx0Il0~",
}


def test_the_token_that_the_attacks_start_from_is_good():
    assert checked(signed_token()).verdict is Verdict.ISSUER_NOT_KNOWN
    assert checked(resigned(GOOD_HEADER)).verdict is Verdict.ISSUER_NOT_KNOWN


@pytest.mark.parametrize("name", HOSTILE_TOKENS)
def test_a_hostile_token_is_not_believed_and_asks_nobody(name):
    start = time.monotonic()
    report = checked(HOSTILE_TOKENS[name]())

    assert report.verdict in BAD
    assert time.monotonic() - start < 2


IGNORED = {
    "jwk": {"jwk": MALLORYS_KEY},
    "jku": {"jku": "https://attacker.example/jwks"},
    "x5u": {"x5u": "https://attacker.example/x"},
    "x5c": {"x5c": ["x"]},
}


@pytest.mark.parametrize("carried", IGNORED.values(), ids=IGNORED)
def test_a_key_carried_beside_the_issuers_own_signature_is_ignored_and_asks_nobody(carried):
    assert checked(resigned(GOOD_HEADER | carried)).verdict is Verdict.ISSUER_NOT_KNOWN
    assert checked(resigned({"alg": "EdDSA"} | carried)).verdict is Verdict.ISSUER_NOT_KNOWN


# -- Vocabularies ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "contexts",
    [
        ["https://attacker.example/context"],
        ["https://www.w3.org/ns/credentials/v2", "https://attacker.example/context"],
        ["https://www.w3.org/ns/credentials/v2", {"@vocab": "https://attacker.example/"}],
        ["https://www.w3.org/ns/credentials/v2", {"@base": "https://attacker.example/"}],
        ["https://www.w3.org/ns/credentials/v2", {"id": "https://attacker.example/id"}],
        ["https://www.w3.org/ns/credentials/v2", {"@import": "https://attacker.example/"}],
        ["https://www.w3.org/ns/credentials/v2", "file:///etc/passwd"],
        [{"@version": 1.1}],
        "https://www.w3.org/ns/credentials/v2",
        {},
        None,
        7,
    ],
)
def test_a_vocabulary_that_is_not_ours_is_refused_without_a_socket(contexts):
    """Refused is not forged: what a word of an unknown vocabulary means is unknown."""
    report = checked(credential(**{"@context": contexts}))

    assert report.verdict is Verdict.COULD_NOT_CONFIRM
    assert report.reason in ("kind-not-supported", "departs-from-standard")
    assert report.outcome_of(Check.PROOF) is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("member", ["undefinedTerm", "@type", "https://attacker.example/term", "type"])
def test_a_word_that_no_vocabulary_defines_is_refused(member):
    report = checked(credential(**{member: "https://attacker.example/x" if member != "type" else ["x"]}))

    assert (report.verdict, report.reason) == (Verdict.COULD_NOT_CONFIRM, "departs-from-standard")


# -- Poisoned graphs -------------------------------------------------------------------------------
@pytest.mark.parametrize(("width", "depth"), [(8, 2), (8, 3), (6, 4), (3, 6), (20, 2), (40, 1)])
def test_a_poisoned_graph_is_given_up_in_time_and_the_reader_lives(width, depth):
    checked(credential())
    reader = CHILD.process
    start = time.monotonic()
    report = checked(poison(width, depth))

    assert time.monotonic() - start < 3  # on a busy machine, where the reader is nicer than others
    assert report.verdict in BAD
    assert CHILD.process is reader
    assert reader is not None
    assert reader.poll() is None
    assert read_document(document_of(signed_credential()), WorkBound()) is None


def test_all_steps_of_one_document_share_one_limit(monkeypatch):
    bound, cpu_seconds = WorkBound(0.5), []
    ask = CHILD.ask

    def counted(data, seconds):
        reply, spent = ask(data, seconds)
        cpu_seconds.append(spent)
        return reply, spent

    monkeypatch.setattr(CHILD, "ask", counted)
    for _ in range(3):
        with pytest.raises(UnfinishedError):
            canonicaliser(bound)(poison(8, 3))

    assert sum(cpu_seconds) < 0.9


def test_names_for_blank_nodes_are_refused():
    report = checked(ring(12))

    assert (report.verdict, report.reason) == (Verdict.COULD_NOT_CONFIRM, "departs-from-standard")


def test_a_reader_that_was_killed_is_started_again():
    checked(credential())
    assert CHILD.process is not None
    CHILD.process.kill()
    CHILD.process.wait()

    assert read_document(document_of(signed_credential()), WorkBound()) is None


def test_a_document_beyond_the_limit_is_not_read():
    large = credential(description="x" * isolated.MAX_DOCUMENT_BYTES)

    with pytest.raises(UnfinishedError) as refused:
        read_document(large, WorkBound())

    assert refused.value.problem.code == "too-large"
    assert f"{isolated.MAX_DOCUMENT_BYTES:,}" in refused.value.problem.detail
    assert checked(large).verdict in BAD


def test_a_document_up_to_the_limit_is_read():
    room = isolated.MAX_DOCUMENT_BYTES - len(compact_json(credential(description="")).encode())

    assert read_document(credential(description="x" * room), WorkBound()) is None


def test_the_reading_fork_can_open_no_file_and_no_socket(tmp_path):
    """The limit that forbids it is set in every fork; asked here of the function that sets it."""
    import subprocess
    import sys

    script = (
        "import socket\n"
        "from verification.isolated_child import _limit_this_fork\n"
        "_limit_this_fork(1)\n"
        "for act in (lambda: socket.socket(), lambda: open('/etc/passwd')):\n"
        "    try:\n        act()\n    except OSError:\n        continue\n    raise SystemExit(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)

    assert done.returncode == 0, done.stderr


# -- Bombs -----------------------------------------------------------------------------------------
def test_a_gzip_bomb_in_a_list_costs_neither_time_nor_memory():
    from credentials.errors import StatusListError
    from credentials.status_lists import expand_bits

    bomb = "u" + base64.urlsafe_b64encode(gzip.compress(bytes(200 * 1024 * 1024), 9)).rstrip(b"=").decode()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    with pytest.raises(StatusListError):
        expand_bits(bomb)

    assert time.process_time() - start < 0.5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024


def test_an_unknown_key_type_and_did_method_are_refused():
    for did in (
        "did:example:1",
        "did:web:127.0.0.1",
        "did:web:exa%2fmple.com",
        "did:key:zQ3shokFTS3brHcD",
        "https://a.example/",
        "did:web:",
    ):
        document = credential(issuer=did)
        document["proof"][0]["verificationMethod"] = f"{did}#key"
        assert checked(document).verdict in BAD, did
