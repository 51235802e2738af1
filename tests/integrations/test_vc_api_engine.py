"""The conformance endpoints and the product are one engine: the same process, limits, words and names."""

import json

import pytest

from credentials import canonical
from credentials.contexts import CONTEXT_SHA256, DATA_INTEGRITY_V2
from credentials.multikey import encode_base58
from credentials.status_lists import MIN_ENTRIES
from integrations.vc_api import verifying
from integrations.vc_api.key import issuer_did
from integrations.vc_api.problems import type_of
from tests.attacks.documents import poison
from tests.integrations import conformance as w3c
from tests.integrations.conformance import a_credential
from verification.checks import Problem
from verification.isolated import CHILD, MAX_DOCUMENT_BYTES, UnfinishedError, WorkBound
from verification.negotiation import VC_TYPES

pytestmark = pytest.mark.django_db
DATA_MODEL, SECURITY = "https://www.w3.org/TR/vc-data-model#", "https://w3id.org/security#"
ISSUE, VERIFY, PRESENT = "/vc-api/credentials/issue", "/vc-api/credentials/verify", "/vc-api/presentations/verify"
STATUS_LIST = "https://www.w3.org/ns/credentials/status-list#"


@pytest.fixture(autouse=True)
def conformance_mode(settings, tmp_path):
    settings.VC_API, settings.VAR_DIR = True, tmp_path


@pytest.fixture
def post(client):
    return w3c.sender(client)


def issued(post, **members):
    return post(ISSUE, {"credential": a_credential(**members)}).json()["verifiableCredential"]


def test_no_document_of_a_stranger_is_expanded_in_the_web_process(post, monkeypatch):
    signed = issued(post)
    shown = w3c.by_presenter(
        {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"]}
    )

    def never(*_):
        pytest.fail("expanded in the web process")

    monkeypatch.setattr(canonical, "_processor", never)

    assert post(ISSUE, {"credential": a_credential()}).status_code == 201
    assert post(VERIFY, {"verifiableCredential": signed}).status_code == 200
    assert post(PRESENT, {"verifiablePresentation": shown}).status_code == 200


def test_poison_costs_what_it_costs_at_the_desk_and_the_next_is_served(post):
    hostile = poison(8, 3) | {"issuer": issuer_did()}
    for address, body in ((ISSUE, {"credential": hostile}), (VERIFY, {"verifiableCredential": hostile})):
        answer = post(address, body)
        assert answer.status_code == 400, answer.content

    assert post(VERIFY, {"verifiableCredential": issued(post)}).status_code == 200


@pytest.mark.parametrize(("code", "status"), [("busy", 503), ("too-large", 413), ("out-of-time", 400)])
def test_what_the_reading_process_cannot_do_is_never_a_success(post, monkeypatch, code, status):
    def stop(*_):
        raise UnfinishedError(Problem(code, "why"))

    signed = issued(post)
    monkeypatch.setattr(WorkBound, "spend", stop)
    answers = [
        post(ISSUE, {"credential": a_credential()}),
        post(VERIFY, {"verifiableCredential": signed}),
        post(PRESENT, {"verifiablePresentation": {}}),
    ]

    assert {answer.status_code for answer in answers} == {status}
    assert {answer.json()["verified"] for answer in answers} == {False}
    assert all(("Retry-After" in answer) is (status == 503) for answer in answers)


def of_size(size, wrapper, member):
    """Return a body of exactly `size` bytes that holds a credential."""
    credential = wrapper | {"credentialSubject": {"id": "did:example:subject", "name": ""}}
    empty = json.dumps({member: credential})
    credential["credentialSubject"]["name"] = "x" * (size - len(empty))
    return json.dumps({member: credential})


def test_body_of_a_megabyte_is_read_and_a_larger_one_told_the_limit(post):
    whole, larger = (of_size(MAX_DOCUMENT_BYTES + more, a_credential(), "credential") for more in (0, 1))

    assert len(whole) == 1_048_576
    assert post(ISSUE, whole).status_code == 201
    answer = post(ISSUE, larger)
    assert (answer.status_code, "1,048,576 bytes" in answer.json()["detail"]) == (413, True)


def test_credential_without_an_issuer_is_refused(post):
    bare = {name: value for name, value in a_credential().items() if name != "issuer"}
    for credential in (bare, bare | {"issuer": None}, bare | {"issuer": {"id": None}}, bare | {"issuer": ""}):
        assert post(ISSUE, {"credential": credential}).status_code == 400


def test_id_of_the_credential_is_an_option_that_is_known(post):
    body = {"credential": a_credential(), "options": {"credentialId": "urn:uuid:1"}}

    answer = post(ISSUE, body)

    assert (answer.status_code, "id" in answer.json()["verifiableCredential"]) == (201, False)
    assert post(ISSUE, body | {"options": {"credentialId": 1}}).status_code == 400


@pytest.mark.parametrize("form", ["bare", "multihash"])
def test_digest_of_bare_bytes_and_a_wrapped_context_are_read(post, form):
    digest = bytes.fromhex(CONTEXT_SHA256[DATA_INTEGRITY_V2])
    related = {
        "id": DATA_INTEGRITY_V2,
        "digestMultibase": "z" + encode_base58(digest if form == "bare" else b"\x12\x20" + digest),
    }
    wrapped = {"@context": {"ownMember": "https://x.example/#ownMember"}}
    credential = a_credential(relatedResource=related, ownMember="x")
    credential["@context"].append(wrapped)

    assert post(VERIFY, {"verifiableCredential": issued(post, **credential)}).status_code == 200


@pytest.mark.parametrize("accept", ["", "*/*", *VC_TYPES, "application/json, text/plain, */*"])
def test_status_list_of_the_suites_has_the_asked_name(client, accept):
    answer = client.get("/vc-api/status/revocation", headers={"Accept": accept} if accept else {})

    named = accept.partition(",")[0]
    assert answer["Content-Type"] == (named if named in VC_TYPES else VC_TYPES[0])
    assert "Accept" in answer["Vary"]
    assert json.loads(answer.content)["credentialSubject"]["statusPurpose"] == "revocation"


def changed(document):
    return document | {"name": "another"}


def with_proof(**members):
    return lambda document: document | {"proof": document["proof"] | members}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (changed, f"{DATA_MODEL}CRYPTOGRAPHIC_SECURITY_ERROR"),
        (lambda document: document | {"type": ["X"]}, f"{DATA_MODEL}MALFORMED_VALUE_ERROR"),
        (lambda document: document | {"undefined": "x"}, f"{DATA_MODEL}MALFORMED_VALUE_ERROR"),
        (with_proof(proofPurpose="authentication"), f"{SECURITY}PROOF_VERIFICATION_ERROR"),
        (with_proof(cryptosuite="rsa"), f"{SECURITY}PROOF_VERIFICATION_ERROR"),
        (with_proof(verificationMethod="did:key:z6Mkx#z6Mkx"), f"{SECURITY}INVALID_VERIFICATION_METHOD"),
    ],
    ids=["changed", "unknown type", "undefined term", "another purpose", "unknown cryptosuite", "unknown method"],
)
def test_problem_has_the_type_that_its_standard_gives_it(post, change, kind):
    answer = post(VERIFY, {"verifiableCredential": change(issued(post))})
    body = answer.json()

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert (body["type"], body["errors"][0]["type"], body["problemDetails"][0]["type"]) == (kind, kind, kind)
    assert all(body["errors"][0][name] for name in ("title", "detail", "code", "message"))


@pytest.mark.parametrize(
    ("asked", "kind"),
    [({"challenge": "other"}, "INVALID_CHALLENGE_ERROR"), ({"domain": "other.example"}, "INVALID_DOMAIN_ERROR")],
)
def test_presentation_for_somebody_else_has_the_type_of_that(post, asked, kind):
    bare = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"]}
    shown = w3c.by_presenter(bare, challenge="abc", domain="verifier.example")

    answer = post(PRESENT, {"verifiablePresentation": shown, "options": asked})

    assert answer.json()["type"] == f"{SECURITY}{kind}"


def with_status(**members):
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": verifying.list_address("revocation"),
    }
    return {"credentialStatus": entry | members}


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"statusListCredential": "https://status.example/1"}, f"{STATUS_LIST}STATUS_RETRIEVAL_ERROR"),
        ({"statusListIndex": str(MIN_ENTRIES)}, f"{DATA_MODEL}RANGE_ERROR"),
        ({"statusPurpose": "suspension"}, f"{STATUS_LIST}STATUS_VERIFICATION_ERROR"),
        ({"statusListIndex": "x"}, f"{DATA_MODEL}MALFORMED_VALUE_ERROR"),
    ],
)
def test_problem_of_a_status_has_the_type_that_its_standard_gives_it(post, members, kind):
    body = {
        "verifiableCredential": issued(post, **with_status(**members)),
        "options": {"checks": ["proof", "credentialStatus"]},
    }

    answer = post(VERIFY, body)

    assert (answer.status_code, answer.json()["type"]) == (400, kind)


def test_body_that_is_no_json_is_a_parsing_error(post):
    assert post(VERIFY, b"{").json()["type"] == f"{DATA_MODEL}PARSING_ERROR"
    assert type_of(Problem("list-too-short", "")) == f"{STATUS_LIST}STATUS_LIST_LENGTH_ERROR"


def test_type_of_a_problem_is_never_told_by_words_that_a_document_brings_along(post):
    signed = issued(post)
    answer = post(VERIFY, {"verifiableCredential": with_proof(type="does not fit the document")(signed)})
    told = [type_of(Problem("status-list", words)) for words in ("the status type 'is outside' …", "is too short")]

    assert answer.json()["type"] == f"{SECURITY}PROOF_VERIFICATION_ERROR"
    assert told == [f"{STATUS_LIST}STATUS_VERIFICATION_ERROR"] * 2


def test_the_process_that_judges_is_the_desks(post, client, monkeypatch):
    asked, ask = [], CHILD.ask

    def listened(data, *limits):
        asked.append(json.loads(data)["op"])
        return ask(data, *limits)

    monkeypatch.setattr(CHILD, "ask", listened)
    signed = issued(post)
    post(VERIFY, {"verifiableCredential": signed})
    client.post("/verify", {"text": json.dumps(signed)})

    assert asked[:4] == ["judge", "canonicalise", "canonicalise", "judge"]
    assert asked[4:] == ["read", "prove"]


@pytest.mark.django_db(transaction=True)
def test_a_loader_that_takes_json_alone_reads_and_verifies_over_http(live_server):
    w3c.check_reading_by_json_only(live_server.url)
