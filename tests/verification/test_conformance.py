"""What the VC-API has judged: envelopes are opened, and what is in them verified."""

from dataclasses import replace
from datetime import timedelta

import pytest

from credentials.data_integrity import ProofOptions, add_proof
from credentials.errors import CredentialError
from credentials.jose import sign_vc_jwt
from credentials.multikey import encode_base64url
from credentials.strict_json import compact_json
from tests.credentials.builders import NOW, credential, did_of_key, method_of_key, signing_key
from verification.conformance import ValidityError, Wanted, check_credential, check_shown

CONTEXT = "https://www.w3.org/ns/credentials/v2"
WANTED = Wanted(("proof",), None, None, NOW, {}, {})
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


def enveloped(token: str) -> dict:
    return {"@context": CONTEXT, "id": f"data:application/vc+jwt,{token}", "type": "EnvelopedVerifiableCredential"}


def envelope(signer: str = "issuer", **members) -> dict:
    return enveloped(sign_vc_jwt(credential(**members), signing_key(signer), method_of_key(), "vc-jose"))


def timed(**claims) -> dict:
    header = {"alg": "EdDSA", "typ": "vc+jwt", "kid": method_of_key()}
    text = ".".join(encode_base64url(compact_json(part).encode()) for part in (header, {**credential(), **claims}))
    return enveloped(f"{text}.{encode_base64url(signing_key().sign(text.encode()))}")


def test_envelope_around_a_good_token_is_accepted():
    check_credential(envelope(), WANTED)
    check_credential(envelope(**{"@context": [CONTEXT, EXAMPLES], "note": "known to the suites"}), WANTED)
    check_credential(timed(nbf=NOW.timestamp(), exp=(NOW + timedelta(seconds=1)).timestamp(), own="ignored"), WANTED)


def test_envelope_around_a_token_that_does_not_hold_is_refused():
    with pytest.raises(CredentialError, match="signature"):
        check_credential(envelope(signer="mallory"), WANTED)


@pytest.mark.parametrize("claims", [{"exp": NOW.timestamp()}, {"nbf": NOW.timestamp() + 1}])
def test_token_whose_signature_does_not_count_now_is_refused(claims):
    with pytest.raises(ValidityError, match="signature"):
        check_credential(timed(**claims), WANTED)


def test_envelope_around_two_credentials_is_refused():
    with pytest.raises(CredentialError, match="two in one"):
        check_credential(timed(vc=credential(name="another")), WANTED)


def test_presentation_with_such_an_envelope_is_refused(monkeypatch):
    monkeypatch.setattr("verification.conformance._checked", lambda *_: [])
    shown = {
        "@context": [CONTEXT],
        "type": ["VerifiablePresentation"],
        "holder": did_of_key(),
        "verifiableCredential": [envelope(signer="mallory")],
    }

    with pytest.raises(CredentialError, match="signature"):
        check_shown(shown, WANTED)


@pytest.mark.parametrize(
    "held",
    [
        lambda: enveloped("a.b.c"),
        lambda: timed(credentialSubject=[]),
        lambda: timed(vc=credential(name="another")),
    ],
    ids=["no token", "no subject", "two in one"],
)
def test_form_of_an_envelope_is_judged_when_no_check_is_asked(held):
    check_credential(envelope(), replace(WANTED, checks=()))

    with pytest.raises(CredentialError):
        check_credential(held(), replace(WANTED, checks=()))
    with pytest.raises(CredentialError):
        check_shown(
            {"@context": [CONTEXT], "type": ["VerifiablePresentation"], "verifiableCredential": [held()]},
            replace(WANTED, checks=()),
        )


@pytest.mark.parametrize("checks", [("proof",), ()])
def test_presentation_signed_by_another_than_its_holder_is_refused(checks):
    def shown_by(holder: str) -> dict:
        document = {"@context": [CONTEXT], "type": ["VerifiablePresentation"], "holder": holder}
        options = ProofOptions(verification_method=method_of_key(), created=NOW, purpose="authentication")
        return add_proof(document, signing_key(), options)

    wanted = replace(WANTED, checks=checks)
    check_shown(shown_by(did_of_key()), wanted)

    with pytest.raises(CredentialError):
        check_shown(shown_by(did_of_key("mallory")), wanted)


@pytest.mark.parametrize("checks", [("validity",), ("proof", "validity")])
def test_what_is_asked_is_asked_of_every_credential_in_a_presentation(checks):
    def shown_with(**members) -> dict:
        own = credential(issuer=did_of_key(), **members)
        document = {"@context": [CONTEXT], "type": ["VerifiablePresentation"], "holder": did_of_key()}
        options = ProofOptions(verification_method=method_of_key(), created=NOW, purpose="authentication")
        return add_proof(document | {"verifiableCredential": [own]}, signing_key(), options)

    wanted = replace(WANTED, checks=checks)
    check_shown(shown_with(), wanted)

    with pytest.raises(ValidityError):
        check_shown(shown_with(validUntil=NOW.isoformat().replace("+00:00", "Z")), wanted)
