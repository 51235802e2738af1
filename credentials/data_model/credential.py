"""Credentials.

The plan of a check, in the order of the data model's sections:

1. base context and contexts; 2. every term and type maps to an address; 3. id and type; 4. issuer;
5. name and description; 6. subject; 7. validity; 8. status, schema, evidence, terms of use, refresh
service; 9. related resources; 10. proofs have a type.
"""

from typing import Any

from credentials.canonical import expand_strictly
from credentials.contexts import CREDENTIALS_V1, STANDARD, FrozenContexts
from credentials.data_model.json_members import (
    as_list,
    check_base_context,
    check_id,
    check_party,
    check_period,
    check_proof_types,
    check_texts,
    check_typed_objects,
    check_types,
)
from credentials.data_model.related import check_related_resources
from credentials.errors import DataModelError
from credentials.strict_json import JsonObject

_TYPED_MEMBERS = ("credentialStatus", "evidence", "termsOfUse", "refreshService")


def check_data_model(document: JsonObject, contexts: FrozenContexts = STANDARD, *, allow_v1: bool = False) -> None:
    """Check that a document is a verifiable credential, secured or not.

    The inside of `proof` is left to `check_proofs`, but for its type.

    Args:
        document: the parsed document.
        contexts: the contexts it may name.
        allow_v1: accept data model 1.1 as well, known by its base context.

    Raises:
        DataModelError: with the place and the rule broken.
        TermError, UnknownContextError, MalformedError: as `expand_strictly`.

    Source: https://www.w3.org/TR/vc-data-model-2.0/#verification
    """
    # 1, 2 contexts, terms
    base = check_base_context(document, allow_v1=allow_v1)
    expand_strictly({name: v for name, v in document.items() if name != "proof"}, contexts)
    # 3, 4, 5 who says what
    check_types(document, "", "VerifiableCredential")
    check_id(document, "")
    issuer_id(document)
    check_texts(document, "")
    # 6 about whom
    _check_subjects(document.get("credentialSubject"))
    # 7 from when to when
    (_check_v1_validity if base == CREDENTIALS_V1 else _check_validity)(document)
    # 8, 9, 10 what else
    for member in _TYPED_MEMBERS:
        check_typed_objects(document, member)
    check_typed_objects(document, "credentialSchema", id_required=True)
    check_related_resources(document)
    check_proof_types(document)


def issuer_id(document: JsonObject) -> str:
    """Return the id of a credential's issuer.

    Raises:
        DataModelError: no issuer, or one without an absolute address.
    """
    return check_party(document.get("issuer"), "/issuer")


def _check_subjects(subjects: Any) -> None:
    """Demand at least one subject, each saying something (4.8 Credential Subject)."""
    listed = as_list(subjects)
    for subject in listed:
        if not isinstance(subject, dict) or not subject:
            raise DataModelError("/credentialSubject: missing, empty or not an object")
        check_id(subject, "/credentialSubject")
        check_texts(subject, "/credentialSubject")
    if not listed:
        raise DataModelError("/credentialSubject: missing")


def _check_validity(document: JsonObject) -> None:
    _check_no_dates_of_v1(document)
    check_period(document, "validFrom", "validUntil")


def _check_no_dates_of_v1(document: JsonObject) -> None:
    if {"issuanceDate", "expirationDate"} & set(document):
        raise DataModelError("issuanceDate and expirationDate belong to data model 1.1")


def _check_v1_validity(document: JsonObject) -> None:
    """Check the dates of data model 1.1 (sections 4.6 and 4.7 there)."""
    if "issuanceDate" not in document:
        raise DataModelError("/issuanceDate: missing")
    check_period(document, "issuanceDate", "expirationDate")
    check_period(document, "validFrom", "validUntil")
