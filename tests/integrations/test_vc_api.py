"""The conformance endpoints over HTTP: every W3C input and vector through the addresses that suites call."""

import copy
import json

import pytest

from credentials.errors import CredentialError
from credentials.status_lists import status_bit
from integrations.vc_api.key import issuer_did
from tests.integrations import conformance as w3c
from tests.integrations.conformance import a_credential

pytestmark = pytest.mark.django_db
ISSUE, VERIFY, PRESENT = "/vc-api/credentials/issue", "/vc-api/credentials/verify", "/vc-api/presentations/verify"
SUITES = ["eddsa-rdfc-2022", "eddsa-jcs-2022"]
JUDGED_OTHERWISE = {
    # read as an enveloped ES256 token by an https issuer: nobody can dereference its key (VCDM 2.0 §4.13.1)
    "presentation-enveloped-vc-ok.json": False,
    # the three name what is wrong, not "fail": a claim of one's own needs its issuer as holder (§4.13.4)
    "presentation-self-asserted-vc-no-holder.json": False,
    "presentation-self-asserted-vc-holder-mismatch.json": False,
    "presentation-self-asserted-vc-issuer-mismatch.json": False,
}


@pytest.fixture(autouse=True)
def conformance_mode(settings, tmp_path):
    settings.VC_API = True
    settings.VAR_DIR = tmp_path


@pytest.fixture(scope="module", autouse=True)
def vectors(missing):
    if not w3c.INPUTS.exists() or not w3c.EDDSA.exists():
        missing(f"the W3C files are not in {w3c.VECTORS}")


@pytest.fixture
def post(client):
    return w3c.sender(client)


def is_right(name):
    return JUDGED_OTHERWISE.get(name, "-fail" not in name)


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("name", w3c.names("credential") + w3c.names("issuer"))
def test_vcdm2_credential_is_issued_and_verified_or_refused_as_its_name_says(post, name, suite):
    credential = w3c.issued_by(issuer_did(), w3c.read(w3c.INPUTS / name), name)

    answer = post(ISSUE, {"credential": credential, "options": {"cryptosuite": suite}})

    assert answer.status_code == (201 if is_right(name) else 400), answer.content
    if is_right(name) and "proof" not in credential:
        issued = answer.json()["verifiableCredential"]
        checked = post(VERIFY, {"verifiableCredential": issued, "options": {"checks": ["proof"]}})
        assert (checked.status_code, checked.json()["errors"]) == (200, [])
    if not is_right(name):
        assert answer.json()["errors"]
        assert post(VERIFY, {"verifiableCredential": credential}).status_code == 400


@pytest.mark.parametrize("name", w3c.names("presentation"))
def test_vcdm2_presentation_is_judged_as_its_name_says(post, name):
    presentation = w3c.read(w3c.INPUTS / name)
    try:
        presentation = w3c.shown(presentation)
    except CredentialError:
        assert not is_right(name)  # cannot even be signed: sent as it is

    answer = post(PRESENT, {"verifiablePresentation": presentation})

    assert answer.status_code == (200 if is_right(name) else 400), answer.content
    assert bool(answer.json()["errors"]) is not is_right(name)


@pytest.mark.parametrize("name", [name for name in w3c.names("presentation") if "self-asserted" not in name])
def test_unsigned_presentation_is_judged_by_its_form_when_no_check_is_asked(post, name):
    body = {"verifiablePresentation": w3c.read(w3c.INPUTS / name), "options": {"checks": []}}

    assert post(PRESENT, body).status_code == (400 if "-fail" in name else 200)


def signed_vectors():
    folders = [w3c.EDDSA / "eddsa-rdfc-2022", w3c.EDDSA / "eddsa-jcs-2022", w3c.EDDSA / "proof-set-chain"]
    return sorted(str(p.relative_to(w3c.EDDSA)) for folder in folders for p in folder.glob("signed*.json"))


@pytest.mark.parametrize("name", signed_vectors())
def test_w3c_vector_verifies_and_one_changed_letter_does_not(post, name):
    vector = w3c.read(w3c.EDDSA / name)
    changed = copy.deepcopy(vector) | {"name": "Another name"}

    answer = post(VERIFY, {"verifiableCredential": vector, "options": {"checks": ["proof"]}})

    assert (answer.status_code, answer.json()["errors"]) == (200, []), answer.content
    assert post(VERIFY, {"verifiableCredential": changed}).status_code == 400


@pytest.mark.parametrize("broken", [0, 1, 2, 3])
def test_chain_with_one_broken_proof_is_refused(post, broken):
    chain = w3c.read(w3c.EDDSA / "proof-set-chain" / "signedProofChain2.json")
    chain["proof"][broken]["proofPurpose"] = "authentication"

    assert post(VERIFY, {"verifiableCredential": chain}).status_code == 400


def test_chain_without_the_proof_it_builds_on_is_refused(post):
    chain = w3c.read(w3c.EDDSA / "proof-set-chain" / "signedProofChain1.json")
    chain["proof"] = chain["proof"][1:]

    assert post(VERIFY, {"verifiableCredential": chain}).status_code == 400


@pytest.mark.parametrize("suite", SUITES)
def test_address_of_a_suite_issues_that_suite(post, suite):
    answer = post(f"/vc-api/issuers/{suite}/credentials/issue", {"credential": a_credential()})

    assert answer.status_code == 201
    assert answer.json()["verifiableCredential"]["proof"]["cryptosuite"] == suite


def test_address_of_an_unknown_suite_is_not_there(post):
    assert post("/vc-api/issuers/rsa-1024/credentials/issue", {"credential": a_credential()}).status_code == 404


def test_second_issue_makes_a_proof_set_and_a_previous_proof_a_chain(post):
    first = post(ISSUE, {"credential": a_credential(), "options": {"proofId": "urn:uuid:1"}}).json()
    options = {"previousProof": "urn:uuid:1"}
    second = post(ISSUE, {"credential": first["verifiableCredential"], "options": options}).json()
    chain = second["verifiableCredential"]

    assert [proof.get("previousProof") for proof in chain["proof"]] == [None, "urn:uuid:1"]
    assert post(VERIFY, {"verifiableCredential": chain}).status_code == 200
    assert post(VERIFY, {"verifiableCredential": chain | {"proof": chain["proof"][1:]}}).status_code == 400


def test_unknown_previous_proof_is_refused(post):
    body = {"credential": a_credential(), "options": {"previousProof": "urn:uuid:2"}}

    assert post(ISSUE, body).status_code == 400


def test_data_model_1_credential_gets_the_context_of_its_proof(post):
    old = a_credential(issuanceDate="2020-01-01T00:00:00Z")
    old["@context"] = ["https://www.w3.org/2018/credentials/v1"]

    issued = post(ISSUE, {"credential": old}).json()["verifiableCredential"]

    assert issued["@context"][1:] == ["https://w3id.org/security/data-integrity/v2"]
    assert post(VERIFY, {"verifiableCredential": issued}).status_code == 200


def test_status_entry_is_added_when_asked_and_read_from_the_list(post, client):
    options = {"credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}}
    issued = post(ISSUE, {"credential": a_credential(), "options": options}).json()["verifiableCredential"]
    entry = issued["credentialStatus"]
    listed = client.get(entry["statusListCredential"].removeprefix("http://localhost:8000"))

    assert not status_bit(
        json.loads(listed.content)["credentialSubject"]["encodedList"], int(entry["statusListIndex"])
    )
    body = {"verifiableCredential": issued, "options": {"checks": ["proof", "credentialStatus"]}}
    assert post(VERIFY, body).status_code == 200


def test_status_list_elsewhere_is_an_error_and_never_good(post):
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": "https://status.example/1",
    }
    issued = post(ISSUE, {"credential": a_credential(credentialStatus=entry)}).json()["verifiableCredential"]
    body = {"verifiableCredential": issued, "options": {"checks": ["proof", "credentialStatus"]}}

    assert post(VERIFY, body).status_code == 400
    assert post(VERIFY, body).json()["checks"][0]["check"] == ["proof", "credentialStatus"]


def test_expired_credential_fails_when_validity_is_asked(post):
    expired = a_credential(validUntil="2020-01-01T00:00:00Z")
    issued = post(ISSUE, {"credential": expired}).json()["verifiableCredential"]

    assert post(VERIFY, {"verifiableCredential": issued, "options": {"checks": ["validity"]}}).status_code == 400


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"challenge": "abc", "domain": "verifier.example"}, 200),
        ({"challenge": "other"}, 400),
        ({"domain": "other.example"}, 400),
        ({"challenge": 5}, 400),
    ],
)
def test_presentation_answers_the_challenge_and_domain_it_was_asked(post, asked, status):
    presentation = w3c.shown(w3c.read(w3c.INPUTS / "presentation-ok.json"), challenge="abc", domain="verifier.example")

    assert post(PRESENT, {"verifiablePresentation": presentation, "options": asked}).status_code == status


def test_unsigned_presentation_cannot_answer_a_challenge(post):
    body = {"verifiablePresentation": w3c.read(w3c.INPUTS / "presentation-ok.json")}

    assert post(PRESENT, body | {"options": {"checks": [], "challenge": "abc"}}).status_code == 400
    assert post(PRESENT, body).status_code == 400


def test_own_claim_without_holder_is_refused_even_when_no_check_is_asked(post):
    presentation = w3c.shown(w3c.read(w3c.INPUTS / "presentation-self-asserted-vc-no-holder.json"))

    body = {"verifiablePresentation": presentation, "options": {"checks": []}}
    assert post(PRESENT, body).status_code == 400


def test_key_stays_and_is_readable_by_its_owner_only(client, tmp_path):
    first = client.get("/vc-api/").json()["issuer"]
    [file] = tmp_path.iterdir()

    assert client.get("/vc-api/").json()["issuer"] == first
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"{}", b'{"credential": NaN}', b'{"credential": {}, "credential": {}}', b'{"credential": []}',
     b'{"credential": {}, "options": []}', b'{"credential": {}, "extra": 1}', b'{"a":' * 90_000],
)  # fmt: skip
def test_hostile_body_is_refused_with_400(post, body):
    for address in (ISSUE, VERIFY, PRESENT):
        assert post(address, body).status_code == 400


@pytest.mark.parametrize(
    "options",
    [{"cryptosuite": "rsa"}, {"created": "yesterday"}, {"unknown": 1}, {"domain": [1]}, {"credentialStatus": "x"},
     {"proofPurpose": "authentication"}, {"cryptosuite": ["eddsa-rdfc-2022"]}, {"previousProof": {}}],
)  # fmt: skip
def test_option_that_is_not_understood_is_refused(post, options):
    assert post(ISSUE, {"credential": a_credential(), "options": options}).status_code == 400


@pytest.mark.parametrize(("vc_api", "mode"), [(False, "test"), (True, "production")])
def test_addresses_are_not_there_outside_the_conformance_mode(post, client, settings, vc_api, mode):
    settings.VC_API, settings.TESTAMUR_MODE = vc_api, mode

    answers = [post(address, {"credential": a_credential()}) for address in (ISSUE, VERIFY, PRESENT)]
    answers += [client.get("/vc-api/"), client.get("/vc-api/status/revocation")]

    assert {answer.status_code for answer in answers} == {404}
