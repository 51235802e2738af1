"""The order of looking things up: what a document names is followed only after its signature holds."""

import pytest
from django.utils import timezone

from registry.fetch import Budget
from tests.credentials.builders import did_of_key, method_of_key
from verification.checks import Identity, IssuerReading, Problem, ProofReading
from verification.isolated import CHILD, WorkBound
from verification.resolve import foreign
from verification.resolve.foreign import Inspection, gather_foreign

KNOWN = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}
DOCUMENT = {
    "type": ["VerifiableCredential"],
    "issuer": did_of_key(),
    "proof": KNOWN | {"verificationMethod": method_of_key()},
}


def never(*_args, **_kwargs):
    pytest.fail("looked up")


def test_keys_of_another_signer_are_never_looked_up(monkeypatch):
    monkeypatch.setattr(foreign, "find_keys", never)
    document = DOCUMENT | {"proof": KNOWN | {"verificationMethod": method_of_key("mallory")}}

    proof, issuer, _ = foreign._prove(Inspection(document, None, timezone.now(), Budget(), WorkBound()))

    assert proof is None
    assert issuer.identity is Identity.ANOTHER_SIGNER


@pytest.mark.django_db
def test_no_key_is_looked_up_for_what_departs_from_its_standard(monkeypatch):
    monkeypatch.setattr(CHILD, "ask", lambda *_: ({"problem": ["schema", "$.name: missing"]}, 0.0))
    monkeypatch.setattr(foreign, "_prove", never)

    gathered = gather_foreign(DOCUMENT, at=timezone.now())

    assert gathered.materials.reading.unfinished == Problem("departs-from-standard", "$.name: missing")
    assert gathered.materials.proof is None


@pytest.mark.parametrize("proof", [None, ProofReading(problem=Problem("changed")), ProofReading()])
def test_nothing_a_document_names_is_looked_up_before_its_signature_holds(monkeypatch, proof):
    issuer = IssuerReading(did_of_key(), "", Identity.CONFIRMED)
    monkeypatch.setattr(foreign, "read_document", lambda *_, **__: None)
    monkeypatch.setattr(foreign, "_prove", lambda _: (proof, issuer, {}))
    for name in ("own_record", "read_lists", "vouchers_for", "resemblance"):
        monkeypatch.setattr(foreign, name, never)

    gathered = gather_foreign(DOCUMENT, at=timezone.now())

    assert gathered.materials.proof is proof
    assert gathered.materials.lists == ()
