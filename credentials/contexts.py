"""The frozen JSON-LD contexts: read from installed packages, pinned by digest, never fetched."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from credentials.errors import UnknownContextError
from credentials.strict_json import JsonObject, parse_json_object

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
OPEN_BADGES_V3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR_V2 = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"
MULTIKEY_V1 = "https://w3id.org/security/multikey/v1"
DID_V1 = "https://www.w3.org/ns/did/v1"

EXAMPLES_V2 = "https://www.w3.org/ns/credentials/examples/v2"
"""Known to the conformance endpoints and tests alone, through `with_extra`: it defines every term."""
EXAMPLES_V2_DOCUMENT: JsonObject = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}

_BADGES = ("openbadgeslib", "ob3/contexts")
_PYLD = ("pyld", "documentloader/frozen/bundled")
_OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0"
_FILES: Mapping[str, tuple[tuple[str, str], str]] = MappingProxyType(
    {
        CREDENTIALS_V2: (_BADGES, "credentials-v2.json"),
        CREDENTIALS_V1: (_PYLD, "credentials-v1.jsonld"),
        OPEN_BADGES_V3: (_BADGES, "ob-v3p0-context-3.0.3.json"),
        f"{_OPEN_BADGES}/context-3.0.2.json": (_BADGES, "ob-v3p0-context-3.0.2.json"),
        f"{_OPEN_BADGES}/context-3.0.1.json": (_BADGES, "ob-v3p0-context-3.0.1.json"),
        OPEN_BADGES_EXTENSIONS: (_BADGES, "ob-v3p0-extensions.json"),
        CLR_V2: (_BADGES, "clr_context_2.0.1.json"),
        DATA_INTEGRITY_V2: (_BADGES, "security-data-integrity-v2.json"),
        MULTIKEY_V1: (_BADGES, "security-multikey-v1.json"),
        DID_V1: (_PYLD, "did-v1.jsonld"),
        "https://w3id.org/security/suites/ed25519-2020/v1": (
            _PYLD,
            "security-ed25519-2020-v1.jsonld",
        ),
    }
)
CONTEXT_SHA256: Mapping[str, str] = MappingProxyType(
    {
        CREDENTIALS_V2: "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        CREDENTIALS_V1: "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8",
        OPEN_BADGES_V3: "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
        f"{_OPEN_BADGES}/context-3.0.2.json": ("00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53"),
        f"{_OPEN_BADGES}/context-3.0.1.json": ("5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571"),
        OPEN_BADGES_EXTENSIONS: "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
        CLR_V2: "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
        DATA_INTEGRITY_V2: "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
        MULTIKEY_V1: "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
        DID_V1: "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f",
        "https://w3id.org/security/suites/ed25519-2020/v1": (
            "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588"
        ),
    }
)


@dataclass(frozen=True)
class FrozenContexts:
    """A closed set of JSON-LD contexts: address → document."""

    documents: Mapping[str, JsonObject]
    resolved: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """PyLD's processed forms of these documents; lives and dies with this set."""
    processed: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """The same of the contexts scoped inside them, for each context that was active."""

    def load(self, url: str) -> JsonObject:
        """Return the context document at `url`.

        Raises:
            UnknownContextError: `url` is not in the set.
        """
        try:
            return self.documents[url]
        except (KeyError, TypeError) as error:
            raise UnknownContextError(f"unknown context: {str(url)[:200]}") from error

    def with_extra(self, extra: Mapping[str, JsonObject]) -> "FrozenContexts":
        """Return a new set with `extra` added: for the conformance endpoints and tests only."""
        return FrozenContexts(MappingProxyType({**self.documents, **extra}))

    @cached_property
    def scoped(self) -> Mapping[int, JsonObject]:
        """The contexts that these documents scope to a type or term, each by its object's identity."""
        return {id(scoped): scoped for document in self.documents.values() for scoped in _scoped(document["@context"])}

    @cached_property
    def names_by_iri(self) -> Mapping[str, frozenset[str]]:
        """Every absolute address that a context of this set gives a name to → those names."""
        names: dict[str, set[str]] = {}
        for document in self.documents.values():
            for name, iri in _defined_terms(document["@context"]):
                names.setdefault(iri, set()).add(name)
        return {iri: frozenset(of_iri) for iri, of_iri in names.items()}


def _scoped(context: Any) -> Iterator[JsonObject]:
    """Yield the contexts inside a context's term definitions, at any depth."""
    if isinstance(context, list):
        for part in context:
            yield from _scoped(part)
    if not isinstance(context, dict):
        return
    for definition in context.values():
        if isinstance(definition, dict) and isinstance(inner := definition.get("@context"), dict):
            yield inner
            yield from _scoped(inner)


def _defined_terms(context: Any, prefixes: Mapping[str, str] | None = None) -> Iterator[tuple[str, str]]:
    """Yield (term, absolute address) for a context and the contexts scoped inside it."""
    if isinstance(context, list):
        for part in context:
            yield from _defined_terms(part, prefixes)
    if not isinstance(context, dict):
        return
    addresses = {term: _address(definition) for term, definition in context.items()}
    known = {**(prefixes or {}), **{term: iri for term, iri in addresses.items() if iri}}
    for term, definition in context.items():
        if (address := addresses[term]) and not term.startswith("@"):
            yield term, _absolute(address, known)
        if isinstance(definition, dict):
            yield from _defined_terms(definition.get("@context"), known)


def _address(definition: Any) -> str:
    """Return what a term definition maps to, or "" for a keyword or nothing."""
    address = definition.get("@id") if isinstance(definition, dict) else definition
    return address if isinstance(address, str) and ":" in address else ""


def _absolute(address: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, rest = address.partition(":")
    return address if rest.startswith("//") else prefixes.get(prefix, prefix + ":") + rest


def _path_of(url: str) -> Path:
    """Locate a context file beside its package, without importing the package."""
    (package, folder), name = _FILES[url]
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise UnknownContextError(f"the package {package} with the context {url} is not installed")
    return Path(spec.origin).parent / folder / name


@cache
def context_bytes(url: str) -> bytes:
    """Return the exact bytes of a standard context, checked against its pin.

    Raises:
        UnknownContextError: not a standard context, or the file differs from its pin.
    """
    if url not in _FILES:
        raise UnknownContextError(f"unknown context: {url[:200]}")
    data = _path_of(url).read_bytes()
    if hashlib.sha256(data).hexdigest() != CONTEXT_SHA256[url]:
        raise UnknownContextError(f"the installed context {url} is not the pinned one")
    return data


def check_pins() -> None:
    """Read every standard context and compare its SHA-256 with the pin; every process that loads the house does so at its start.

    Raises:
        UnknownContextError: a file is missing or differs.
    """
    for url in _FILES:
        context_bytes(url)


class _StandardDocuments(Mapping[str, JsonObject]):
    """The standard contexts, each read, checked and parsed on first use."""

    def __getitem__(self, url: str) -> JsonObject:
        if url not in _FILES:
            raise KeyError(url)
        return _parsed_context(url)

    def __iter__(self) -> Iterator[str]:
        return iter(_FILES)

    def __len__(self) -> int:
        return len(_FILES)


@cache
def _parsed_context(url: str) -> JsonObject:
    return parse_json_object(context_bytes(url))


STANDARD = FrozenContexts(_StandardDocuments())
"""What documents may name as context: VCDM 2.0 and 1.1, Open Badges 3.0, CLR 2.0, security, DID."""
