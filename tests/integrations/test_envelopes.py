"""A presentation's envelope is opened, and what is in it verified."""

import pytest

from credentials.errors import CredentialError
from credentials.jose import sign_vc_jwt
from integrations.vc_api.verifying import check_credential, check_shown, wanted_by
from tests.credentials.builders import NOW, credential, did_of_key, method_of_key, signing_key

CONTEXT = "https://www.w3.org/ns/credentials/v2"


def envelope(signer: str = "issuer") -> dict:
    token = sign_vc_jwt(credential(), signing_key(signer), method_of_key(), "vc-jose")
    return {"@context": CONTEXT, "id": f"data:application/vc+jwt,{token}", "type": "EnvelopedVerifiableCredential"}


def test_envelope_around_a_good_token_is_accepted():
    check_credential(envelope(), wanted_by({}, at=NOW))


def test_envelope_around_a_token_that_does_not_hold_is_refused():
    with pytest.raises(CredentialError, match="signature"):
        check_credential(envelope(signer="mallory"), wanted_by({}, at=NOW))


def test_presentation_with_such_an_envelope_is_refused(monkeypatch):
    monkeypatch.setattr("integrations.vc_api.verifying._checked", lambda *_: [])
    shown = {
        "@context": [CONTEXT],
        "type": ["VerifiablePresentation"],
        "holder": did_of_key(),
        "verifiableCredential": [envelope(signer="mallory")],
    }

    with pytest.raises(CredentialError, match="signature"):
        check_shown(shown, wanted_by({}, at=NOW))
