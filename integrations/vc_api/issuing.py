"""Issuing for conformance suites: a credential in, the same with a proof out."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from credentials.contexts import CREDENTIALS_V1, DATA_INTEGRITY_V2
from credentials.data_integrity import ProofOptions
from credentials.errors import CredentialError
from credentials.status_lists import MIN_ENTRIES, status_entry
from credentials.strict_json import JsonObject
from credentials.timestamps import parse_timestamp
from integrations.vc_api.key import issuer_did, key_address
from integrations.vc_api.known import STATUS_PURPOSES, list_address, signed
from registry.dates import meant_day
from verification.isolated import WorkBound, canonicaliser, check_unsigned

CRYPTOSUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022")


class OptionError(CredentialError):
    """An option of the request is not known or not of its kind."""

    code = "option"


def issued(credential: JsonObject, options: JsonObject, *, cryptosuite: str | None, at: dt.datetime) -> JsonObject:
    """Return the credential with one more proof by the throw-away key.

    Args:
        credential: data model 2.0 or 1.1, with its issuer.
        options: cryptosuite, created, expires, domain, challenge, proofId, previousProof, credentialId, credentialStatus.
        cryptosuite: what the address demands, where it names one.
        at: when it is signed.

    Raises:
        CredentialError: an unknown option, or a document that breaks a rule.
        UnfinishedError: it is larger, or takes longer, than we allow.
    """
    _check_options(options, cryptosuite)
    document = with_status(with_context(with_issuers_id(credential)), options.get("credentialStatus"))
    bound = WorkBound()
    check_unsigned(document, bound)
    return signed(document, _proof_options(options, cryptosuite, at), canonicaliser(bound, for_suites=True))


def with_issuers_id(credential: JsonObject) -> JsonObject:
    """Enter our DID where an issuer is described without its id, as the suites' inputs leave to the issuer.

    Without any issuer it is no credential: what is not there, or wrong, stays so and is refused.
    """
    issuer = credential.get("issuer")
    if not isinstance(issuer, dict) or "id" in issuer:
        return credential
    return {**credential, "issuer": {**issuer, "id": issuer_did()}}


def with_context(credential: JsonObject) -> JsonObject:
    """Add the data-integrity context to a 1.1 document, whose own context does not know our proofs."""
    context = credential.get("@context")
    if not isinstance(context, list) or context[:1] != [CREDENTIALS_V1] or DATA_INTEGRITY_V2 in context:
        return credential
    return {**credential, "@context": [*context, DATA_INTEGRITY_V2]}


def with_status(credential: JsonObject, wanted: Any) -> JsonObject:
    """Add a status entry of our own list when the request asks for one.

    Raises:
        OptionError: another type or purpose, or the credential has a status already.
    """
    if wanted is None:
        return credential
    asked: Mapping[str, Any] = wanted if isinstance(wanted, dict) else {"type": wanted}
    purpose = asked.get("statusPurpose", "revocation")
    if asked.get("type", "BitstringStatusListEntry") != "BitstringStatusListEntry" or purpose not in STATUS_PURPOSES:
        raise OptionError("credentialStatus: BitstringStatusListEntry for revocation or suspension is what there is")
    if "credentialStatus" in credential:
        raise OptionError("credentialStatus: the credential has one already")
    index = secrets.randbelow(MIN_ENTRIES)
    entry = status_entry(list_id=list_address(purpose), index=index, purpose=purpose)
    return {**credential, "credentialStatus": entry}


def _proof_options(options: JsonObject, cryptosuite: str | None, at: dt.datetime) -> ProofOptions:
    previous = options.get("previousProof")
    domain = options.get("domain")
    return ProofOptions(
        verification_method=key_address(),
        created=_moment(options, "created") or at,
        cryptosuite=cryptosuite or options.get("cryptosuite", CRYPTOSUITES[0]),
        expires=_moment(options, "expires"),
        domain=tuple(domain) if isinstance(domain, list) else domain,
        challenge=options.get("challenge"),
        id=options.get("proofId"),
        previous_proof=tuple(previous) if isinstance(previous, list) else previous,
    )


def _moment(options: JsonObject, name: str) -> dt.datetime | None:
    if name not in options:
        return None
    try:
        return meant_day(parse_timestamp(options[name]))
    except ValueError as error:
        raise OptionError(f"{name}: {error}") from error


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_one_or_more(value: Any) -> bool:
    return bool(value) and all(_is_text(item) for item in (value if isinstance(value, list) else [value]))


_OPTIONS: Mapping[str, Callable[[Any], bool]] = {
    "type": lambda value: value == "DataIntegrityProof",
    "cryptosuite": lambda value: value in CRYPTOSUITES,
    "proofPurpose": lambda value: value == "assertionMethod",
    "verificationMethod": lambda value: value == key_address(),
    "created": _is_text,
    "expires": _is_text,
    "challenge": _is_text,
    "domain": _is_one_or_more,
    "proofId": _is_text,
    "credentialId": _is_text,
    "previousProof": _is_one_or_more,
    "credentialStatus": lambda value: isinstance(value, str | dict),
}


def _check_options(options: JsonObject, cryptosuite: str | None) -> None:
    for name, value in options.items():
        if name not in _OPTIONS or not _OPTIONS[name](value):
            raise OptionError(f"{name[:60]}: not known, or not a value that this issuer takes")
    if cryptosuite is not None and options.get("cryptosuite", cryptosuite) != cryptosuite:
        raise OptionError(f"cryptosuite: this address issues {cryptosuite}")
