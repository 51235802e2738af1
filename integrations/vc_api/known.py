"""What the conformance endpoints know: contexts, keys by did:key, and a status list of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from credentials.contexts import EXAMPLES_V2, EXAMPLES_V2_DOCUMENT, STANDARD
from credentials.data_integrity import ProofOptions, add_proof
from credentials.dids import VerificationMethod, did_key_document, method_in
from credentials.status_lists import MIN_ENTRIES, encode_bits, status_list_credential
from credentials.strict_json import JsonObject
from integrations.vc_api.key import issuer_did, key_address, throw_away_key
from registry.selectors import link_base_url

CONTEXTS = STANDARD.with_extra({EXAMPLES_V2: EXAMPLES_V2_DOCUMENT})
"""The standard contexts, and the examples context that the suites' documents name."""

STATUS_PURPOSES = ("revocation", "suspension")


def key_for(purpose: str) -> Callable[[str], VerificationMethod]:
    """Return what dereferences a did:key listed for `purpose`; any other DID method raises DidError."""

    def resolve(method_id: str) -> VerificationMethod:
        return method_in(did_key_document(method_id.partition("#")[0]), method_id, purpose)

    return resolve


def list_address(purpose: str) -> str:
    """Return the address of the conformance status list for a purpose."""
    return f"{link_base_url()}/vc-api/status/{purpose}"


def status_list(purpose: str, *, at: dt.datetime) -> JsonObject:
    """Return the conformance status list, signed: nothing issued here is ever revoked."""
    unsigned = status_list_credential(
        list_id=list_address(purpose),
        issuer=issuer_did(),
        purpose=purpose,
        encoded_list=encode_bits(bytes(MIN_ENTRIES // 8)),
        valid_from=at.replace(microsecond=0),
    )
    return signed(unsigned, ProofOptions(verification_method=key_address(), created=at))


def signed(document: JsonObject, options: ProofOptions) -> JsonObject:
    """Add a proof by the throw-away key; one proof stands alone, several in an array, as the suites write them."""
    secured = add_proof(document, throw_away_key(), options, CONTEXTS)
    proofs = secured["proof"]
    return {**secured, "proof": proofs[0] if len(proofs) == 1 else proofs}
