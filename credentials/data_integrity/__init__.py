"""Data Integrity proofs: eddsa-rdfc-2022 and eddsa-jcs-2022 made and checked, the ECDSA ones checked.

Source: https://www.w3.org/TR/vc-data-integrity/ and https://www.w3.org/TR/vc-di-eddsa/
"""

from credentials.data_integrity.checking import CheckedProof, check_proofs
from credentials.data_integrity.signing import ProofOptions, add_proof, proof_configuration
from credentials.data_integrity.suites import SUITES, Canonicalise

__all__ = [
    "SUITES",
    "Canonicalise",
    "CheckedProof",
    "ProofOptions",
    "add_proof",
    "check_proofs",
    "proof_configuration",
]
