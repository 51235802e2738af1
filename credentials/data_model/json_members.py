"""Rules that members of credentials and presentations share."""

from datetime import datetime
from typing import Any

from credentials.contexts import CREDENTIALS_V1, CREDENTIALS_V2
from credentials.errors import DataModelError
from credentials.plain_terms import LANGUAGE_MEMBERS, is_absolute_iri
from credentials.strict_json import JsonObject
from credentials.timestamps import parse_timestamp


def as_list(value: Any) -> list[Any]:
    """Return one or many as many; JSON-LD makes no difference between them."""
    return value if isinstance(value, list) else [value]


def check_base_context(document: JsonObject, *, allow_v1: bool) -> str:
    """Return the base context, the first item of the array `@context` (4.3 Contexts)."""
    context = document.get("@context")
    if not isinstance(context, list) or not context:
        raise DataModelError("@context is an array that starts with the base context")
    allowed = (CREDENTIALS_V2, CREDENTIALS_V1) if allow_v1 else (CREDENTIALS_V2,)
    if context[0] not in allowed:
        raise DataModelError(f"the first @context is not {CREDENTIALS_V2}")
    return str(context[0])


def check_types(value: JsonObject, path: str, required: str | None = None) -> None:
    """Demand at least one type, each a text, among them `required` (4.5 Types)."""
    types = as_list(value.get("type", []))
    if not types or not all(isinstance(name, str) and name for name in types):
        raise DataModelError(f"{path}: type is missing or not a text")
    if required is not None and required not in types:
        raise DataModelError(f"{path}: type lacks {required}")


def check_id(value: JsonObject, path: str, *, required: bool = False) -> None:
    """Demand that `id`, where there is one or must be one, is one absolute address (4.4)."""
    if "id" not in value and not required:
        return
    if not is_absolute_iri(value.get("id")):
        raise DataModelError(f"{path}: id is not one absolute address")


def check_typed_objects(document: JsonObject, member: str, *, id_required: bool = False) -> None:
    """Demand that each value of `member` is an object with a type and, if there, a proper id."""
    if member not in document:
        return
    for item in as_list(document[member]):
        if not isinstance(item, dict):
            raise DataModelError(f"/{member}: not an object")
        check_types(item, f"/{member}")
        check_id(item, f"/{member}", required=id_required)


def check_party(value: Any, path: str) -> str:
    """Return the id of an issuer or holder: an address, or an object that has one (4.7)."""
    party = value.get("id") if isinstance(value, dict) else value
    if not is_absolute_iri(party):
        raise DataModelError(f"{path}: neither an absolute address nor an object with one as id")
    if isinstance(value, dict):
        check_texts(value, path)
    return str(party)


def check_texts(value: JsonObject, path: str) -> None:
    """Demand that name and description are texts, in one or several languages (4.6)."""
    for member in ("name", "description"):
        if member in value:
            for text in as_list(value[member]):
                _check_text(text, f"{path}/{member}")


def _check_text(text: Any, path: str) -> None:
    if isinstance(text, str):
        return
    if not isinstance(text, dict) or not isinstance(text.get("@value"), str):
        raise DataModelError(f"{path}: neither a text nor a language object")
    if set(text) - LANGUAGE_MEMBERS:
        raise DataModelError(f"{path}: a language object has no other members")
    if not all(isinstance(part, str) for part in text.values()):
        raise DataModelError(f"{path}: language and direction are texts")
    if text.get("@direction", "ltr") not in ("ltr", "rtl"):
        raise DataModelError(f"{path}: direction is ltr or rtl")


def check_period(document: JsonObject, first: str, last: str) -> None:
    """Demand times with a zone, the second not before the first (4.9 Validity Period)."""
    begin, end = _moment(document, first), _moment(document, last)
    if begin is not None and end is not None and end < begin:
        raise DataModelError(f"/{last}: before {first}")


def _moment(document: JsonObject, member: str) -> datetime | None:
    if member not in document:
        return None
    try:
        return parse_timestamp(document[member])
    except ValueError as error:
        raise DataModelError(f"/{member}: {error}") from error


def check_proof_types(document: JsonObject) -> None:
    """Demand that each proof is an object with a type (4.12 Securing Mechanisms)."""
    check_typed_objects(document, "proof")
