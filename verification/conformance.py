"""What the VC-API has judged: a credential or a presentation, by what a request asks to be checked.

Pure, and run in the reading process: the same trust core under the same limits as at the desk, so that the figures
of conformance suites speak of the product. Keys by did:key, and of this installation's own DIDs, whose documents come
with the request; older documents and the examples context of the suites are let in here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from credentials.canonical import without_unknown_claims
from credentials.contexts import EXAMPLES_V2, EXAMPLES_V2_DOCUMENT, STANDARD, FrozenContexts
from credentials.data_integrity import CheckedProof, check_proofs
from credentials.data_model import check_data_model, check_presentation, check_self_asserted, holder_id, issuer_id
from credentials.data_model.presentation import is_envelope, opened_envelope
from credentials.dids import VerificationMethod, did_key_document, method_in
from credentials.errors import CredentialError, DataModelError, StatusListError
from credentials.jose import CheckedToken, parse_token, verify_vc_jwt
from credentials.status_lists import check_entry, read_status
from credentials.strict_json import JsonObject
from credentials.timestamps import parse_timestamp

CHECKS = ("proof", "credentialStatus", "validity")
_AFTER, _BEFORE = ("validUntil", "expirationDate"), ("validFrom", "issuanceDate")


class ValidityError(CredentialError):
    """The credential or its signature does not count yet, or no longer."""

    code = "validity"


class AudienceError(CredentialError):
    """A challenge or domain was asked for, and there is no proof that could answer it."""

    code = "audience"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the request asks to be checked, and what a holder was asked to sign.

    `lists` holds the status lists that may be read, by address, `dids` the documents of our own DIDs: nothing is fetched
    here.
    """

    checks: tuple[str, ...]
    challenge: str | None
    domain: str | None
    at: datetime
    lists: Mapping[str, JsonObject]
    dids: Mapping[str, JsonObject]


@cache
def suite_contexts() -> FrozenContexts:
    """Return the standard contexts, and the examples context that the suites' documents name."""
    return STANDARD.with_extra({EXAMPLES_V2: EXAMPLES_V2_DOCUMENT})


def check_unsigned(document: JsonObject) -> None:
    """Check a credential's form alone, as it is before it is signed; raises CredentialError."""
    check_data_model(document, suite_contexts(), allow_v1=True)


def check_credential(credential: JsonObject, wanted: Wanted) -> None:
    """Check a credential, in an envelope or with proofs.

    Raises:
        CredentialError: whatever does not hold; nothing is checked in part.
    """
    if is_envelope(credential):
        _check_envelope(credential, wanted)
        return
    check_unsigned(credential)
    if "proof" in wanted.checks:
        _checked(credential, wanted, "assertionMethod")
    _check_rest(credential, wanted)


def _check_envelope(envelope: JsonObject, wanted: Wanted) -> None:
    """Open an envelope and verify the token in it: its key, its signature, its times, and the credential inside.

    With an empty `checks` its form is judged, and that of the credential inside.
    """
    token = opened_envelope(envelope).token
    if not wanted.checks:
        check_unsigned(without_unknown_claims(parse_token(token).document, suite_contexts()))
        return
    checked = verify_vc_jwt(token, _key_for("assertionMethod", wanted), wanted.at)
    credential = without_unknown_claims(checked.document, suite_contexts())
    check_unsigned(credential)
    _check_times(checked, wanted.at)
    _check_rest(credential, wanted)


def _check_times(token: CheckedToken, at: datetime) -> None:
    if token.starts is not None and token.starts > at:
        raise ValidityError("the token's signature does not count yet")
    if token.ends is not None and token.ends <= at:
        raise ValidityError("the token's signature has ended")


def _check_rest(credential: JsonObject, wanted: Wanted) -> None:
    if "credentialStatus" in wanted.checks:
        _check_status(credential, wanted)
    if "validity" in wanted.checks:
        _check_validity(credential, wanted.at)


def check_shown(presentation: JsonObject, wanted: Wanted) -> None:
    """Check a presentation: its form, its proof by the holder that it names, and each credential in it.

    With an empty `checks` credentials count by their form alone, and a proof is checked where there is one. Validity
    and status are asked of every credential, also of the holder's own claims.

    Raises:
        CredentialError: whatever does not hold.
    """
    check_presentation(presentation, suite_contexts(), allow_v1=True)
    in_full = "proof" in wanted.checks
    secured = in_full or "proof" in presentation
    proofs = _checked(presentation, wanted, "authentication", holder_id(presentation)) if secured else []
    if not proofs and (wanted.challenge is not None or wanted.domain is not None):
        raise AudienceError("there is no proof that answers the challenge or names the domain")
    if in_full:
        check_self_asserted(presentation)
    else:
        _check_own_claims(presentation, proofs)
    inner = Wanted(wanted.checks, None, None, wanted.at, wanted.lists, wanted.dids)
    for credential in _credentials(presentation):
        if is_envelope(credential) or (in_full and "proof" in credential):
            check_credential(credential, inner)
        else:
            _check_rest(credential, inner)


def _checked(document: JsonObject, wanted: Wanted, purpose: str, controller: str | None = None) -> list[CheckedProof]:
    return check_proofs(
        document,
        resolve=_key_for(purpose, wanted),
        at=wanted.at,
        purpose=purpose,
        controller=controller,
        domain=wanted.domain,
        challenge=wanted.challenge,
        contexts=suite_contexts(),
    )


def _key_for(purpose: str, wanted: Wanted) -> Callable[[str], VerificationMethod]:
    """Return what dereferences a did:key or a DID of our own listed for `purpose`; any other DID raises DidError."""

    def resolve(address: str) -> VerificationMethod:
        did = address.partition("#")[0]
        return method_in(wanted.dids.get(did) or did_key_document(did), address, purpose)

    return resolve


def _check_own_claims(presentation: JsonObject, proofs: list[CheckedProof]) -> None:
    """Demand that whoever signs both a presentation and a claim in it is named as holder (VCDM 2.0 §4.13.4)."""
    signers = {proof.method.controller for proof in proofs}
    for credential in _credentials(presentation):
        if is_envelope(credential) or "proof" in credential:
            continue
        issuer = issuer_id(credential)
        if issuer in signers and issuer != holder_id(presentation):
            raise DataModelError("/holder: a claim of the presenter's own needs them as holder")


def _credentials(presentation: JsonObject) -> list[JsonObject]:
    shown = presentation.get("verifiableCredential", [])
    return shown if isinstance(shown, list) else [shown]


def _check_status(credential: JsonObject, wanted: Wanted) -> None:
    """Read each status entry; a list that is not at hand leaves the status unknown: an error."""
    entries = credential.get("credentialStatus", [])
    for entry in entries if isinstance(entries, list) else [entries]:
        check_entry(entry)
        document = wanted.lists.get(entry["statusListCredential"])
        if document is None:
            raise StatusListError("the status list cannot be fetched", code="list-unreachable")
        reading = read_status(
            entry,
            document,
            issuer=issuer_id(credential),
            resolve=_key_for("assertionMethod", wanted),
            at=wanted.at,
            contexts=suite_contexts(),
        )
        if reading.is_set:
            raise StatusListError(f"the status {reading.purpose} is set")


def _check_validity(credential: JsonObject, at: datetime) -> None:
    # form and time zone were checked with the data model
    if any(parse_timestamp(credential[name]) > at for name in _BEFORE if name in credential):
        raise ValidityError("not valid yet")
    if any(parse_timestamp(credential[name]) <= at for name in _AFTER if name in credential):
        raise ValidityError("no longer valid")


def judge(request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a request of the reading process, `as` one of `form`, `credential`, `presentation`.

    Raises:
        CredentialError: whatever does not hold; the process tells it as the problem.
    """
    document = request["document"]
    if request["as"] == "unsigned":
        check_unsigned(document)
        return {"problem": None}
    wanted = Wanted(
        tuple(request["checks"]),
        request["challenge"],
        request["domain"],
        datetime.fromisoformat(request["at"]),
        request["lists"],
        request["dids"],
    )
    {"credential": check_credential, "presentation": check_shown}[request["as"]](document, wanted)
    return {"problem": None}
