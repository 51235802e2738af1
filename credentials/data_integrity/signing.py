"""Making a proof: eddsa-rdfc-2022 and eddsa-jcs-2022."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.contexts import STANDARD, FrozenContexts
from credentials.data_integrity.chains import proofs_of, with_previous_proofs
from credentials.data_integrity.suites import Canonicalise, canonicaliser, check_key_fits, signing_input, suite_named
from credentials.multikey import encode_base58
from credentials.strict_json import JsonObject
from credentials.timestamps import format_timestamp


@dataclass(frozen=True, slots=True)
class ProofOptions:
    """What a proof says beside its value.

    `verification_method` is the key's absolute address; `created` and `expires` aware times;
    `previous_proof` the id, or ids, of proofs this one builds on; `domain` one or several.
    """

    verification_method: str
    created: datetime
    cryptosuite: str = "eddsa-rdfc-2022"
    purpose: str = "assertionMethod"
    challenge: str | None = None
    domain: str | tuple[str, ...] | None = None
    expires: datetime | None = None
    previous_proof: str | tuple[str, ...] | None = None
    id: str | None = None


def proof_configuration(options: ProofOptions, context: Any) -> JsonObject:
    """Return the proof without its value, as it is hashed: with the document's `context`.

    Source: https://www.w3.org/TR/vc-di-eddsa/#proof-configuration-eddsa-rdfc-2022
    """
    members = {
        "@context": context,
        "id": options.id,
        "type": "DataIntegrityProof",
        "cryptosuite": options.cryptosuite,
        "created": format_timestamp(options.created),
        "expires": options.expires and format_timestamp(options.expires),
        "verificationMethod": options.verification_method,
        "proofPurpose": options.purpose,
        "challenge": options.challenge,
        "domain": _listed(options.domain),
        "previousProof": _listed(options.previous_proof),
    }
    return {name: value for name, value in members.items() if value is not None}


def _listed(value: str | tuple[str, ...] | None) -> str | list[str] | None:
    return list(value) if isinstance(value, tuple) else value


def add_proof(
    document: JsonObject,
    private_key: Ed25519PrivateKey,
    options: ProofOptions,
    contexts: FrozenContexts = STANDARD,
    canonicalise: Canonicalise | None = None,
) -> JsonObject:
    """Return a copy of `document` with one more proof; `proof` is always an array.

    `canonicalise` makes the canonical n-quads elsewhere, as for `check_proofs`: somebody else's document is signed.

    Raises:
        ProofError: the suite does not take this key, or a previous proof is not there.
        TermError, UnknownContextError, MalformedError: the document cannot be canonicalised.

    Source: https://www.w3.org/TR/vc-data-integrity/#add-proof-set-chain
    """
    suite = suite_named(options.cryptosuite)
    public_key = private_key.public_key()
    check_key_fits(suite, public_key)
    configuration = proof_configuration(options, document.get("@context"))
    unsecured = with_previous_proofs(document, configuration)
    canonical = canonicaliser(suite, public_key, contexts, canonicalise)
    data = signing_input(canonical(configuration), canonical(unsecured), public_key)
    if suite.signs_rdf:
        # only a JSON proof carries the context; an RDF one takes the document's
        del configuration["@context"]
    proof = {**configuration, "proofValue": "z" + encode_base58(private_key.sign(data))}
    return {**document, "proof": [*proofs_of(document, allow_none=True), proof]}
