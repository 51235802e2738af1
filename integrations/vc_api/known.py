"""What the conformance endpoints have of their own: a status list, and signatures by the throw-away key."""

from __future__ import annotations

import datetime as dt

from credentials.data_integrity import Canonicalise, ProofOptions, add_proof
from credentials.status_lists import MIN_ENTRIES, encode_bits, status_list_credential
from credentials.strict_json import JsonObject
from integrations.vc_api.key import issuer_did, key_address, throw_away_key
from registry.selectors import link_base_url

STATUS_PURPOSES = ("revocation", "suspension")


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


def signed(document: JsonObject, options: ProofOptions, canonicalise: Canonicalise | None = None) -> JsonObject:
    """Add a proof by the throw-away key; one proof stands alone, several in an array, as the suites write them.

    `canonicalise` does its work in the reading process, where the document is a stranger's.
    """
    secured = add_proof(document, throw_away_key(), options, canonicalise=canonicalise)
    proofs = secured["proof"]
    return {**secured, "proof": proofs[0] if len(proofs) == 1 else proofs}
