"""`POST /api/v1/verify`: any bytes get an answer, and never a 5xx."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integrations.builders import Machine

pytestmark = pytest.mark.django_db
VERIFY = "/api/v1/verify"
CREDENTIAL = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": "did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj",
    "credentialSubject": {"id": "did:example:subject"},
}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe", b"null", b"[]", b"5", b"{", b"{}", b'{"credential": NaN}', b'{"credential": {"a": Infinity}}',
        b'{"credential": {"a": 1, "a": 2}}', b'{"credential": {}, "credential": {}}', b'{"credential": "x", "url": "y"}',
        b'{"credential": 5}', b'{"credential": null}', b'{"credential": []}', b'{"credential": ""}', b'{"url": 5}',
        b'{"url": ""}', b'{"url": "no address"}', b'{"url": "https://example.org/\\r\\nHost: x"}', b'{"extra": 1}',
        b'{"credential": {}, "extra": 1}', b'{"credential": "\\ud800"}', b'{"credential": {"a": 1e999}}',
        b'{"credential": ' + b"9" * 5000 + b"}", b'{"credential": ' + b"[" * 100_000, b'{"a":' * 100_000,
        b'{"credential": "{\\"a\\": NaN}"}', b'{"credential": "{\\"a\\": 1, \\"a\\": 2}"}', b'{"credential": "[]"}',
        b'{"credential": "hello"}', b'{"credential": "hello world"}', b'{"credential": "5d4eb3b2-08c1-4ee1"}',
    ],
)  # fmt: skip
def test_body_that_cannot_be_read_is_malformed(body):
    answer = Machine().post(VERIFY, body)

    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json"), answer.content
    assert (answer.json()["verdict"], bool(answer.json()["code"])) == ("malformed", True)


@pytest.mark.parametrize(
    "body",
    [{"credential": CREDENTIAL}, {"credential": json.dumps(CREDENTIAL)}, {"credential": {}},
     {"credential": "eyJhbGciOiJub25lIn0.e30."}, {"url": "http://localhost:8000/c/00000000-0000-4000-8000-000000000000"},
     {"url": "https://127.0.0.1/"}, {"url": "file:///etc/passwd"}, {"url": "gopher://example.org"}],
)  # fmt: skip
def test_whatever_can_be_read_gets_a_report_that_is_not_genuine(body):
    answer = Machine().post(VERIFY, body)

    assert answer.status_code == 200, answer.content
    report = answer.json()
    assert report["verdict"] not in {"genuine", ""}
    assert len(report["checks"]) == 10


def test_body_over_one_megabyte_is_too_large_and_one_below_is_not():
    padding = "a" * 1_048_540

    assert Machine().post(VERIFY, {"credential": padding + "a" * 100}).status_code == 413
    assert Machine().post(VERIFY, {"credential": {"a": padding[:1_000_000]}}).status_code == 200


def test_other_methods_are_told_which_one_to_use():
    answer = Machine().get(VERIFY)

    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")


def test_secret_marker_of_a_private_credential_is_the_same_as_of_an_unknown_one():
    number = "00000000-0000-4000-8000-000000000000"

    assert Machine().post(VERIFY, {"url": number}).json()["verdict"] == "private-or-unknown"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300) | JSON.map(lambda value: json.dumps({"credential": value}).encode()))
def test_no_body_brings_the_server_down(body):
    answer = Machine().post(VERIFY, body)

    assert answer.status_code in {200, 422}
    assert answer.json()["verdict"] != "genuine"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(CREDENTIAL)), value=JSON)
def test_no_replaced_member_makes_an_unsigned_credential_genuine(name, value):
    answer = Machine().post(VERIFY, {"credential": CREDENTIAL | {name: value}})

    assert answer.status_code in {200, 422}
    assert answer.json()["verdict"] != "genuine"
