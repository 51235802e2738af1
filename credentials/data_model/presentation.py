"""Presentations: credentials that a holder shows, as objects or in envelopes (VCDM 4.13)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from credentials.canonical import expand_strictly
from credentials.contexts import CREDENTIALS_V2, STANDARD, FrozenContexts
from credentials.data_model.credential import check_data_model, issuer_id
from credentials.data_model.json_members import (
    as_list,
    check_base_context,
    check_id,
    check_party,
    check_proof_types,
    check_typed_objects,
    check_types,
)
from credentials.errors import DataModelError
from credentials.strict_json import JsonObject

ENVELOPE = "EnvelopedVerifiableCredential"


@dataclass(frozen=True, slots=True)
class EnvelopedCredential:
    """A credential in the form of a token inside a `data:` address; still to be verified."""

    media_type: str
    token: str


def check_presentation(document: JsonObject, contexts: FrozenContexts = STANDARD, *, allow_v1: bool = False) -> None:
    """Check that a document is a verifiable presentation, and each credential in it one too.

    Proofs, and what envelopes hold (`enveloped_credentials`), are the caller's to verify.

    Raises:
        DataModelError: with the place and the rule broken.
        TermError, UnknownContextError, MalformedError: as `expand_strictly`.

    Source: https://www.w3.org/TR/vc-data-model-2.0/#verifiable-presentations
    """
    check_base_context(document, allow_v1=allow_v1)
    own = {n: v for n, v in document.items() if n not in ("proof", "verifiableCredential")}
    check_types(document, "", "VerifiablePresentation")
    expand_strictly(own, contexts)
    check_id(document, "")
    if "holder" in document:
        check_party(document["holder"], "/holder")
    check_typed_objects(document, "termsOfUse")
    for credential in _credentials(document):
        if is_envelope(credential):
            opened_envelope(credential)
        else:
            check_data_model(credential, contexts, allow_v1=allow_v1)
    check_proof_types(document)


def check_self_asserted(document: JsonObject) -> None:
    """Demand that each credential with no proof of its own is issued by the holder.

    Such a credential is vouched for by the presentation's proof alone.

    Raises:
        DataModelError: no holder, or a holder who is not the issuer.

    Source: https://www.w3.org/TR/vc-data-model-2.0/#presentations-including-holder-claims
    """
    for credential in _credentials(document):
        secured = "proof" in credential or is_envelope(credential)
        if not secured and issuer_id(credential) != holder_id(document):
            raise DataModelError("/verifiableCredential: neither secured nor issued by the holder")


def holder_id(document: JsonObject) -> str | None:
    """Return the id of a presentation's holder, None where it names none.

    Raises:
        DataModelError: a holder without an absolute address.
    """
    return check_party(document["holder"], "/holder") if "holder" in document else None


def enveloped_credentials(document: JsonObject) -> list[EnvelopedCredential]:
    """Return the tokens a presentation holds in envelopes; raises DataModelError on a bad one."""
    return [opened_envelope(item) for item in _credentials(document) if is_envelope(item)]


def _credentials(document: JsonObject) -> list[JsonObject]:
    if "verifiableCredential" not in document:
        return []
    credentials = as_list(document["verifiableCredential"])
    if not all(isinstance(item, dict) for item in credentials):
        raise DataModelError("/verifiableCredential: neither an object nor an envelope")
    return credentials


def is_envelope(credential: JsonObject) -> bool:
    """Tell whether an object is an envelope: by its type, or because its id holds the data."""
    identifier: Any = credential.get("id")
    by_id = isinstance(identifier, str) and identifier.startswith("data:")
    return by_id or ENVELOPE in as_list(credential.get("type"))


def opened_envelope(envelope: JsonObject) -> EnvelopedCredential:
    """Return the media type and token of an enveloped credential.

    Raises:
        DataModelError: another context or type, or an id that holds no data.

    Source: https://www.w3.org/TR/vc-data-model-2.0/#enveloped-verifiable-credentials
    """
    if as_list(envelope.get("@context"))[:1] != [CREDENTIALS_V2]:
        raise DataModelError("an envelope's @context is the base context")
    check_types(envelope, "/verifiableCredential", ENVELOPE)
    identifier = envelope.get("id")
    if not isinstance(identifier, str) or not identifier.startswith("data:"):
        raise DataModelError("an envelope's id is a data address")
    head, comma, content = identifier.removeprefix("data:").partition(",")
    media_type = head.partition(";")[0]
    try:
        token = unquote_to_bytes(content).decode("ascii")
    except UnicodeDecodeError as error:
        raise DataModelError("an envelope's content is not a token") from error
    if not comma or not media_type or not token:
        raise DataModelError("an envelope's id holds no data")
    return EnvelopedCredential(media_type, token)
