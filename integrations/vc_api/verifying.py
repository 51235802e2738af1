"""Verifying for conformance suites: credentials and presentations, by what the request asks to be checked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from credentials.data_integrity import CheckedProof, check_proofs
from credentials.data_model import check_data_model, check_presentation, check_self_asserted, holder_id, issuer_id
from credentials.data_model.presentation import is_envelope, opened_envelope
from credentials.errors import CredentialError, DataModelError, StatusListError
from credentials.jose import verify_vc_jwt
from credentials.status_lists import check_entry, read_status
from credentials.strict_json import JsonObject
from credentials.timestamps import parse_timestamp
from integrations.vc_api.known import CONTEXTS, STATUS_PURPOSES, key_for, list_address, status_list

CHECKS = ("proof", "credentialStatus", "validity")
_AFTER, _BEFORE = ("validUntil", "expirationDate"), ("validFrom", "issuanceDate")


class RequestError(CredentialError):
    """The request's options cannot be used."""

    code = "option"


class ValidityError(CredentialError):
    """The credential is not valid yet, or no longer."""

    code = "validity"


class AudienceError(CredentialError):
    """A challenge or domain was asked for, and there is no proof that could answer it."""

    code = "audience"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the request asks to be checked, and what a holder was asked to sign."""

    checks: tuple[str, ...]
    challenge: str | None
    domain: str | None
    at: dt.datetime


def wanted_by(options: JsonObject, *, at: dt.datetime) -> Wanted:
    """Read a request's options; without `checks` the proof is checked.

    Raises:
        RequestError: an unknown check, or texts that are none.
    """
    checks = options.get("checks", ["proof"])
    if not isinstance(checks, list) or not all(name in CHECKS for name in checks if isinstance(name, str)):
        raise RequestError(f"checks: a list of {', '.join(CHECKS)}")
    texts = {name: options.get(name) for name in ("challenge", "domain")}
    if not all(isinstance(item, str) for item in checks) or not all(
        text is None or isinstance(text, str) for text in texts.values()
    ):
        raise RequestError("checks, challenge and domain are texts")
    return Wanted(tuple(checks), texts["challenge"], texts["domain"], at)


def check_credential(credential: JsonObject, wanted: Wanted) -> None:
    """Check a credential, in an envelope or with proofs.

    Raises:
        CredentialError: whatever does not hold; nothing is checked in part.
    """
    if is_envelope(credential):
        check_envelope(credential, wanted)
        return
    check_data_model(credential, CONTEXTS, allow_v1=True)
    if "proof" in wanted.checks:
        _checked(credential, wanted, "assertionMethod")
    if "credentialStatus" in wanted.checks:
        _check_status(credential, wanted.at)
    if "validity" in wanted.checks:
        _check_validity(credential, wanted.at)


def check_envelope(envelope: JsonObject, wanted: Wanted) -> None:
    """Open an envelope and verify the token in it; raises CredentialError."""
    token = opened_envelope(envelope).token
    if "proof" in wanted.checks:
        check_data_model(verify_vc_jwt(token, key_for("assertionMethod"), wanted.at).document, CONTEXTS)


def check_shown(presentation: JsonObject, wanted: Wanted) -> None:
    """Check a presentation: its form, its proof by its holder, and each credential in it.

    With an empty `checks` credentials count by their form alone, and a proof is checked where there is one.

    Raises:
        CredentialError: whatever does not hold.
    """
    check_presentation(presentation, CONTEXTS, allow_v1=True)
    in_full = "proof" in wanted.checks
    proofs = _checked(presentation, wanted, "authentication") if in_full or "proof" in presentation else []
    if not proofs and (wanted.challenge is not None or wanted.domain is not None):
        raise AudienceError("there is no proof that answers the challenge or names the domain")
    if not in_full:
        _check_own_claims(presentation, proofs)
        return
    check_self_asserted(presentation)
    inner = Wanted(wanted.checks, None, None, wanted.at)
    for credential in _credentials(presentation):
        if "proof" in credential or is_envelope(credential):
            check_credential(credential, inner)


def _checked(document: JsonObject, wanted: Wanted, purpose: str) -> list[CheckedProof]:
    return check_proofs(
        document,
        resolve=key_for(purpose),
        at=wanted.at,
        purpose=purpose,
        domain=wanted.domain,
        challenge=wanted.challenge,
        contexts=CONTEXTS,
    )


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


def _check_status(credential: JsonObject, at: dt.datetime) -> None:
    """Read each status entry; only our own list can be read, another one leaves the status unknown: an error."""
    entries = credential.get("credentialStatus", [])
    lists = {list_address(purpose): purpose for purpose in STATUS_PURPOSES}
    for entry in entries if isinstance(entries, list) else [entries]:
        check_entry(entry)
        purpose = lists.get(entry["statusListCredential"])
        if purpose is None:
            raise StatusListError("the status list cannot be fetched")
        document = status_list(purpose, at=at)
        resolve = key_for("assertionMethod")
        reading = read_status(entry, document, issuer=issuer_id(credential), resolve=resolve, at=at, contexts=CONTEXTS)
        if reading.is_set:
            raise StatusListError(f"the status {reading.purpose} is set")


def _check_validity(credential: JsonObject, at: dt.datetime) -> None:
    # form and time zone were checked with the data model
    if any(parse_timestamp(credential[name]) > at for name in _BEFORE if name in credential):
        raise ValidityError("not valid yet")
    if any(parse_timestamp(credential[name]) <= at for name in _AFTER if name in credential):
        raise ValidityError("no longer valid")
