"""Documents in plain spelling: what the JSON says is what the signed RDF says.

A signature over RDF covers statements, not their spelling. A holder may therefore re-spell a signed
document so that its signature holds while a reader of the JSON sees something else. Refused:

1. nulls, empty arrays and arrays in arrays: expansion drops or flattens them;
2. members named by keyword or address (`@type`, `https://…#validUntil`, `cred:validUntil`), and
   types given by the address of a term that a frozen context names;
3. inline contexts that do more than add terms: `@vocab`, `@base`, `@import`, nulls, prefixes,
   keyword aliases, a second name for an address that a frozen context names;
4. a second description of the document's own node, where statements could be moved to.

Source: https://www.w3.org/TR/vc-data-integrity/#validating-contexts and
https://www.w3.org/TR/vc-data-model-2.0/#json-ld
"""

import re
from collections.abc import Iterator
from typing import Any

from credentials.contexts import FrozenContexts
from credentials.errors import TermError
from credentials.strict_json import JsonObject

LANGUAGE_MEMBERS = frozenset({"@value", "@language", "@direction"})
_OPAQUE_MEMBER = "jsonSchema"  # VCDM 2.0 types it @json: signed as it stands, not expanded
_INLINE_KEYWORDS = frozenset({"@version", "@protected", "@language", "@direction"})
_TERM_KEYWORDS = frozenset({"@id", "@type", "@container", "@context", "@protected", "@language"})
_KEYWORD_ALIASES = {"id": "@id", "type": "@type"}
_CONTAINERS = ("@set", "@list", "@language", None)
_PREFIX_ENDINGS = tuple(":/?#[]@")  # a term for such an address would shorten ids and types
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|\\^`\x7f]+")


def is_absolute_iri(text: object) -> bool:
    """Tell whether `text` is an absolute address that RDF can hold (RFC 3987 with a scheme)."""
    return isinstance(text, str) and bool(_ABSOLUTE_IRI.fullmatch(text))


def check_plain_terms(document: JsonObject, contexts: FrozenContexts) -> None:
    """Refuse a document that could read differently as JSON and as RDF.

    Raises:
        TermError: with the place, for every case of the list at the head of this module.
        UnknownContextError: a context outside `contexts`.
    """
    own_id = document.get("id")
    for path, node in _objects(document, ""):
        _check_names(path, node)
        _check_types(path, node, contexts)
        if "@context" in node:
            _check_context(path, node["@context"], contexts)
        again = path and isinstance(own_id, str) and node.get("id") == own_id and len(node) > 1
        if again and not _is_refresh(path, node, document):
            raise TermError(f"{path}: describes the document itself a second time")


def _is_refresh(path: str, node: JsonObject, document: JsonObject) -> bool:
    """Tell whether a node says no more than where to fetch the document anew: at its own address, as issuers do.

    Its one type may not be the document's as well: then no statement can wander from one to the other unnoticed.
    """
    types = document.get("type")
    refreshes = (
        path.removesuffix("/0") == "/refreshService"
        and set(node) == {"id", "type"}
        and node["type"] in (_REFRESH, [_REFRESH])
    )
    return refreshes and _REFRESH not in (types if isinstance(types, list) else [types])


_REFRESH = "1EdTechCredentialRefresh"


def _objects(value: Any, path: str) -> Iterator[tuple[str, JsonObject]]:
    """Yield every object with its path, refusing nulls, empty and nested arrays on the way."""
    if isinstance(value, dict):
        yield path, value
        for name, member in value.items():
            if name not in ("@context", _OPAQUE_MEMBER):
                yield from _objects(member, f"{path}/{name}")
    elif isinstance(value, list):
        _check_array(value, path)
        for position, item in enumerate(value):
            yield from _objects(item, f"{path}/{position}")
    elif value is None:
        raise TermError(f"{path}: null is not covered by the signature")


def _check_array(items: list[Any], path: str) -> None:
    if not items:
        raise TermError(f"{path}: an empty array is not covered by the signature")
    if any(isinstance(item, list) for item in items):
        raise TermError(f"{path}: an array inside an array")


def _check_names(path: str, node: JsonObject) -> None:
    allowed = LANGUAGE_MEMBERS if "@value" in node else {"@context"}
    for name in node:
        if name.startswith("@") and name not in allowed:
            raise TermError(f"{path}: the member {name!r} is a keyword")
        if ":" in name:
            raise TermError(f"{path}: the member {name!r} is an address, not a term")


def _check_types(path: str, node: JsonObject, contexts: FrozenContexts) -> None:
    types = node.get("type", ())
    for name in types if isinstance(types, list) else (types,):
        if isinstance(name, str) and ":" in name and name in contexts.names_by_iri:
            raise TermError(f"{path}/type: {name!r} is the address of a standard type")


def _check_context(path: str, context: Any, contexts: FrozenContexts) -> None:
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, str):
            contexts.load(part)
        elif isinstance(part, dict):
            _check_inline_context(f"{path}/@context", _unwrapped(part), contexts)
        else:
            raise TermError(f"{path}/@context: neither an address nor an object")


def _unwrapped(context: JsonObject) -> JsonObject:
    """Return what a context holds that was copied with its wrapper: `{"@context": {…}}`, as JSON-LD processors do.

    Wrapped once, and nothing beside it; anything else keeps its keyword and is refused for it.
    """
    inner = context.get("@context")
    return inner if len(context) == 1 and isinstance(inner, dict) else context


def _check_inline_context(path: str, context: JsonObject, contexts: FrozenContexts) -> None:
    for term, definition in context.items():
        if term.startswith("@"):
            if term not in _INLINE_KEYWORDS or definition is None:
                raise TermError(f"{path}: {term} is not allowed in an inline context")
        elif isinstance(definition, str):
            _check_address(path, term, definition, contexts)
        elif isinstance(definition, dict):
            _check_definition(f"{path}/{term}", term, definition, contexts)
        else:
            raise TermError(f"{path}/{term}: a term cannot be undefined")


def _check_definition(path: str, term: str, definition: JsonObject, contexts: FrozenContexts) -> None:
    if unknown := set(definition) - _TERM_KEYWORDS:
        raise TermError(f"{path}: {sorted(unknown)} is not allowed in an inline context")
    container = definition.get("@container")
    if container not in _CONTAINERS or definition.get("@type") == "@json":
        raise TermError(f"{path}: such a container or type is not allowed in an inline context")
    _check_address(path, term, definition.get("@id"), contexts)
    if "@context" in definition:
        _check_context(path, definition["@context"], contexts)


def _check_address(path: str, term: str, address: Any, contexts: FrozenContexts) -> None:
    if _KEYWORD_ALIASES.get(term) == address and address:
        return
    if term in (*_KEYWORD_ALIASES, _OPAQUE_MEMBER) or not is_absolute_iri(address):
        raise TermError(f"{path}: {term!r} does not map to an absolute address")
    if address.endswith(_PREFIX_ENDINGS):
        raise TermError(f"{path}: {term!r} is a prefix")
    names = contexts.names_by_iri.get(address)
    if names is not None and term not in names:
        raise TermError(f"{path}: {term!r} is a second name for {address}")
