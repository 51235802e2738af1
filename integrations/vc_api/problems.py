"""Why something does not hold, as the standards have it told: problem details with a type of theirs.

Sources: https://www.w3.org/TR/vc-data-model-2.0/#problem-details,
https://www.w3.org/TR/vc-data-integrity/#processing-errors, https://www.w3.org/TR/cid-1.0/#processing-errors and
https://www.w3.org/TR/vc-bitstring-status-list/#processing-errors
"""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse

from credentials.strict_json import JsonObject, compact_json
from verification.checks import Problem

DATA_MODEL = "https://www.w3.org/TR/vc-data-model#"
SECURITY = "https://w3id.org/security#"
STATUS_LIST = "https://www.w3.org/ns/credentials/status-list#"
LONGEST_MESSAGE = 500

_BY_CODE = {
    "malformed": f"{DATA_MODEL}PARSING_ERROR",
    "proof": f"{SECURITY}PROOF_VERIFICATION_ERROR",
    "proof-domain": f"{SECURITY}INVALID_DOMAIN_ERROR",
    "proof-challenge": f"{SECURITY}INVALID_CHALLENGE_ERROR",
    "proof-key": f"{SECURITY}INVALID_VERIFICATION_METHOD",
    "proof-relationship": f"{SECURITY}INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD",
    "key-ended": f"{SECURITY}PROOF_VERIFICATION_ERROR",
    "proof-unsupported": f"{SECURITY}PROOF_VERIFICATION_ERROR",
    "audience": f"{SECURITY}PROOF_VERIFICATION_ERROR",
    "claims-differ": f"{DATA_MODEL}CRYPTOGRAPHIC_SECURITY_ERROR",
    "changed": f"{DATA_MODEL}CRYPTOGRAPHIC_SECURITY_ERROR",
    "jose": f"{DATA_MODEL}CRYPTOGRAPHIC_SECURITY_ERROR",
    "did": f"{SECURITY}INVALID_VERIFICATION_METHOD",
    "did-deactivated": f"{SECURITY}INVALID_VERIFICATION_METHOD",
    "key-format": f"{SECURITY}INVALID_VERIFICATION_METHOD",
    "status-list": f"{STATUS_LIST}STATUS_VERIFICATION_ERROR",
    "list-unreachable": f"{STATUS_LIST}STATUS_RETRIEVAL_ERROR",
    "list-too-short": f"{STATUS_LIST}STATUS_LIST_LENGTH_ERROR",
    "list-index-out-of-range": f"{DATA_MODEL}RANGE_ERROR",
    "list-index-form": f"{DATA_MODEL}MALFORMED_VALUE_ERROR",
    **dict.fromkeys(
        ("list-signed-by-other", "list-purpose-mismatch", "list-expired", "list-not-yet-valid", "list-is-another"),
        f"{STATUS_LIST}STATUS_VERIFICATION_ERROR",
    ),
    "validity": f"{DATA_MODEL}RANGE_ERROR",
    "out-of-time": f"{SECURITY}PROOF_TRANSFORMATION_ERROR",
    "out-of-memory": f"{SECURITY}PROOF_TRANSFORMATION_ERROR",
}
OTHERWISE = f"{DATA_MODEL}MALFORMED_VALUE_ERROR"
"""A value that breaks a rule of the data model, of a vocabulary, or of the request."""


def type_of(problem: Problem) -> str:
    """Return the standards' type of a problem."""
    return _BY_CODE.get(problem.code, OTHERWISE)


def detail_of(problem: Problem) -> JsonObject:
    """Return one problem with the standards' members, and our own `code` and `message`."""
    kind, message = type_of(problem), problem.detail[:LONGEST_MESSAGE]
    title = kind.partition("#")[2].replace("_", " ").capitalize()
    return {"type": kind, "title": title, "detail": message, "code": problem.code, "message": message}


def refused(problem: Problem, checks: Sequence[str], *, status: int = 400) -> HttpResponse:
    """Return what does not hold as problem details, and in the shape that the suites read."""
    told = detail_of(problem)
    body = {
        **told,
        "status": status,
        "verified": False,
        "checks": [{"check": list(checks), "error": told}],
        "errors": [told],
        "problemDetails": [told],
        "warnings": [],
    }
    return HttpResponse(compact_json(body), status=status, content_type="application/problem+json")
