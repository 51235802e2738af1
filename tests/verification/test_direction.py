"""A text's direction is in no signature over RDF: anybody may add one, and it must change nothing that is said."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from credentials.canonical import canonical_nquads
from credentials.data_integrity import ProofOptions, add_proof, check_proofs
from tests.credentials.builders import credential, did_of_key, method_of_key, resolve_did_key, signing_key
from tests.verification.builders import document_of, signed_credential
from tests.verification.test_desk import signed_badge
from verification.checks import Verdict
from verification.proofs import issuer_of
from verification.resolve import verify_source

pytestmark = pytest.mark.django_db
TURNED = {"@direction": "rtl"}


def verify(document):
    return verify_source(json.dumps(document), at=timezone.now())


def a_plain_credential(name):
    """Return a signed credential without an achievement, whose issuer has `name`."""
    document = credential(issuer={"id": did_of_key(), "name": name}, name="Statement")
    return add_proof(document, signing_key(), ProofOptions(method_of_key(), timezone.now()))


def test_a_direction_is_not_covered_and_not_read():
    signed = a_plain_credential("Weavers")
    turned = signed | {"issuer": {"id": did_of_key(), "name": {"@value": "Weavers", **TURNED}}}

    assert canonical_nquads(turned) == canonical_nquads(signed)
    assert check_proofs(turned, resolve=resolve_did_key, at=timezone.now())
    assert issuer_of(turned) == issuer_of(signed) == (did_of_key(), "Weavers")


def turned_name(badge):
    subject = badge["credentialSubject"]
    achievement = subject["achievement"] | {"name": {"@value": subject["achievement"]["name"], **TURNED}}
    return badge | {"credentialSubject": subject | {"achievement": achievement}}


def turned_context(badge):
    return badge | {"@context": [*badge["@context"], TURNED]}


@pytest.mark.parametrize("turn", [turned_name, turned_context])
def test_the_desk_says_the_same_of_a_text_that_was_given_a_direction(client, turn):
    badge = signed_badge(Ed25519PrivateKey.generate())
    plain, given = verify(badge), verify(turn(badge))

    assert given.verdict is plain.verdict is Verdict.ISSUER_NOT_KNOWN
    assert [finding.outcome for finding in given.findings] == [finding.outcome for finding in plain.findings]
    page = client.post("/verify", {"text": json.dumps(turn(badge))}).content.decode()
    assert "Basket weaving" in page
    assert "rtl" not in page.partition("<main")[2].partition("</main")[0]


def test_one_of_ours_that_gained_a_direction_is_not_as_issued():
    document = document_of(signed_credential())
    turned = document | {"name": {"@value": document["name"], **TURNED}}

    assert verify(turned).verdict not in (Verdict.GENUINE, Verdict.ISSUER_NOT_KNOWN)
