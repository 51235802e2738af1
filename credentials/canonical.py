"""From a JSON-LD document to canonical n-quads, refusing whatever a signature would not cover.

The general path of the trust core. The plan:

1. the JSON is in plain spelling (`credentials.plain_terms`);
2. PyLD expands with frozen contexts; every dropped term is an error;
3. the expanded form is walked: every term, type and address is absolute, every value of its type;
4. the RDF is canonicalised by RDFC-1.0 and written as sorted n-quads.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pyoxigraph
from pyld import jsonld
from pyld.canon import URDNA2015
from pyld.context_resolver import ContextResolver

from credentials.contexts import STANDARD, FrozenContexts
from credentials.errors import CredentialError, MalformedError, TermError
from credentials.plain_terms import check_plain_terms, is_absolute_iri
from credentials.strict_json import JsonObject

Engine = Literal["pyld", "oxigraph"]
Triple = dict[str, dict[str, str]]
Dataset = dict[str, list[Triple]]

KEPT_CONTEXTS = 256
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
# Open Badges writes the namespace with https
_XSD = ("http://www.w3.org/2001/XMLSchema#", "https://www.w3.org/2001/XMLSchema#")
_NUMBERS = ("integer", "decimal", "float", "double", "nonNegativeInteger", "positiveInteger")
_JSON_TYPES: dict[object, tuple[type, ...]] = {
    **{f"{namespace}boolean": (bool,) for namespace in _XSD},
    **{f"{namespace}{name}": (int, float) for namespace in _XSD for name in _NUMBERS},
}
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


def expand_strictly(document: JsonObject, contexts: FrozenContexts = STANDARD) -> list[JsonObject]:
    """Expand JSON-LD so that nothing is dropped, guessed or hidden.

    Returns:
        The expanded form: every term, type and id an absolute address.

    Raises:
        TermError: an undefined, dropped, relative or re-spelled term, type or id, or a protected
            term redefined.
        UnknownContextError: a context outside `contexts`.
        MalformedError: a value that is not JSON, or text that is not Unicode.

    Source: https://www.w3.org/TR/json-ld11-api/#expansion-algorithm
    """
    _guarded(lambda: check_plain_terms(document, contexts))
    expanded: list[JsonObject] = _guarded(lambda: _processor().expand(document, _options(contexts)))
    return expanded


def canonical_nquads(
    document: JsonObject,
    *,
    contexts: FrozenContexts = STANDARD,
    engine: Engine = "oxigraph",
    sha384: bool = False,
) -> str:
    """Canonicalise a JSON-LD document by RDFC-1.0.

    Args:
        document: the document as it will be hashed, without the proofs that are not covered.
        contexts: the contexts it may name.
        engine: `oxigraph` is byte-right; `pyld` departs from RDFC-1.0 on control characters other
            than tab, newline and return, and serves for comparison.
        sha384: hash with SHA-384 instead of SHA-256, as ecdsa-rdfc-2019 with P-384 demands.

    Returns:
        N-quads, one a line, in code-point order.

    Raises:
        TermError, UnknownContextError, MalformedError: as `expand_strictly`.

    Source: https://www.w3.org/TR/rdf-canon/#canon-algorithm
    """
    _guarded(lambda: check_plain_terms(document, contexts))
    dataset: Dataset = _guarded(lambda: _processor().to_rdf(document, _options(contexts)))
    if engine == "pyld":
        return _pyld_canonical(dataset)
    algorithm = pyoxigraph.CanonicalizationAlgorithm
    return _oxigraph_canonical(dataset, algorithm.RDFC_1_0_SHA_384 if sha384 else algorithm.RDFC_1_0)


def without_unknown_claims(document: JsonObject, contexts: FrozenContexts = STANDARD) -> JsonObject:
    """Return a token's payload as the credential in it: without the members that no context defines.

    In a token they are claims that are not understood, and those are ignored. The signature covers the token's bytes,
    so nothing is gained by hiding behind one; anywhere else an undefined member is refused.

    Raises:
        TermError, UnknownContextError, MalformedError: as `expand_strictly`.

    Source: RFC 7519 section 4; https://www.w3.org/TR/vc-jose-cose/#securing-with-jose
    """
    unknown: set[str | None] = {name for name in document if ":" in name}
    probe = {name: "x" for name in document if name not in unknown} | {
        name: document[name] for name in ("@context", "type") if name in document
    }
    processor = jsonld.JsonLdProcessor(on_property_dropped=unknown.add)
    _guarded(lambda: processor.expand(probe, _options(contexts)))
    return {name: value for name, value in document.items() if name not in unknown}


class _StrictProcessor(jsonld.JsonLdProcessor):  # type: ignore[misc]
    """PyLD's processor, which walks what it expanded before anything is made of it."""

    _has_own_terms = False

    def expand(self, input_: Any, options: JsonObject) -> Any:
        expanded = super().expand(input_, options)
        _check_expanded(expanded)
        if not expanded:
            raise TermError("the document says nothing")
        return expanded

    def _process_context(self, active_ctx: Any, local_ctx: Any, options: JsonObject, *rest: Any, **how: Any) -> Any:
        """Process what a frozen context scopes to a type once, not for every node of that type.

        PyLD forgets it, since such contexts do not propagate: almost half of an expansion (measured).
        """
        frozen: FrozenContexts = options["frozenContexts"]
        if rest or "cycles" in how or id(local_ctx) not in frozen.scoped or "_uuid" not in active_ctx:
            # A document's own terms would be kept with whatever is made on top of them.
            self._has_own_terms |= id(local_ctx) not in frozen.scoped and _has_terms(local_ctx)
            return super()._process_context(active_ctx, local_ctx, options, *rest, **how)
        key = (active_ctx["_uuid"], id(local_ctx), *sorted(how.items()))
        kept = frozen.processed.get(key)
        if kept is None:
            kept = super()._process_context(active_ctx, local_ctx, options, **how)
            if len(frozen.processed) >= KEPT_CONTEXTS:
                frozen.processed.clear()
            if not self._has_own_terms:
                frozen.processed[key] = kept
        return kept


def _has_terms(context: Any) -> bool:
    parts = context if isinstance(context, list) else [context]
    return any(isinstance(part, dict) for part in parts)


def _processor() -> _StrictProcessor:
    return _StrictProcessor(on_property_dropped=_refuse_dropped)


def _refuse_dropped(name: str | None) -> None:
    raise TermError(f"the term {name!r} is not defined by any context")


class _StaticContexts(dict[str, Any]):
    """PyLD's store of resolved contexts, which keeps frozen contexts and forgets inline ones.

    Inline contexts come from documents: kept, they would be memory that strangers fill.
    """

    def __init__(self, contexts: FrozenContexts) -> None:
        self._contexts = contexts
        super().__init__()

    def get(self, key: str, default: Any = None) -> Any:
        return self._contexts.resolved.get(key, default)

    def __setitem__(self, key: str, value: Any) -> None:
        if key in self._contexts.documents:
            self._contexts.resolved[key] = value


def _options(contexts: FrozenContexts) -> JsonObject:
    def load(url: str, _options: JsonObject) -> JsonObject:
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": contexts.load(url),
            "tag": "static",
        }

    resolver = ContextResolver(_StaticContexts(contexts), load)
    # without a base, relative ids and unknown types stay relative, to be refused; an empty one would
    # make PyLD complete them silently under example.org
    return {"base": None, "documentLoader": load, "contextResolver": resolver, "frozenContexts": contexts}


def _guarded(step: Callable[[], Any]) -> Any:
    """Run PyLD on hostile input; whatever it raises becomes a refusal of ours."""
    try:
        return step()
    except CredentialError:
        raise
    except jsonld.JsonLdError as error:
        raise TermError(f"not valid JSON-LD: {_reason(error)}") from error
    except RecursionError as error:
        raise MalformedError("nested too deeply") from error
    except (TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
        raise TermError("not valid JSON-LD") from error


def _reason(error: BaseException) -> str:
    """Name the innermost JSON-LD error: PyLD wraps the one that says what is wrong."""
    reason = ""
    cause: BaseException | None = error
    while isinstance(cause, jsonld.JsonLdError):
        reason = f"{cause.code or cause.type}"
        cause = cause.__cause__
    if isinstance(cause, CredentialError):
        raise cause
    return reason


def _check_expanded(item: Any) -> None:
    """Walk the expanded form: nothing may be left that RDF conversion would drop silently."""
    if isinstance(item, list):
        for part in item:
            _check_expanded(part)
    elif isinstance(item, dict):
        if "@value" in item:
            _check_literal(item["@value"], item.get("@type"))
        for name, value in item.items():
            if check := _KEYWORD_CHECKS.get(name):
                check(value)
            elif not is_absolute_iri(name):
                raise TermError(f"{name!r} is not an absolute address")
            else:
                _check_expanded(value)


def _check_literal(value: Any, datatype: object) -> None:
    """Demand the one JSON type for a typed value: RDF holds `true` and `"true"` as the same."""
    if datatype is None or datatype == "@json":
        return
    wanted = _JSON_TYPES.get(datatype, (str,))
    if type(value) not in wanted:
        raise TermError(f"{value!r} is not written as {datatype} is")


def _check_iris(value: Any) -> None:
    for iri in value if isinstance(value, list) else [value]:
        if iri != "@json" and not is_absolute_iri(iri):
            raise TermError(f"{iri!r} is not an absolute address")


def _check_language(value: Any) -> None:
    if not isinstance(value, str) or not _LANGUAGE_TAG.fullmatch(value):
        raise TermError(f"{value!r} is not a language tag")


def _accept(value: Any) -> None:
    """Accept a keyword's value: it is a literal, which RDF always keeps."""


_KEYWORD_CHECKS: dict[str, Callable[[Any], None]] = {
    "@id": _check_iris,
    "@type": _check_iris,
    "@language": _check_language,
    "@value": _accept,
    "@direction": _accept,
    "@list": _check_expanded,
    "@graph": _check_expanded,
}


def _pyld_canonical(dataset: Dataset) -> str:
    options = {"algorithm": "URDNA2015", "format": "application/n-quads"}
    lines: str = _guarded(lambda: URDNA2015().main(dataset, options))
    return lines


def _oxigraph_canonical(dataset: Dataset, algorithm: pyoxigraph.CanonicalizationAlgorithm) -> str:
    try:
        quads = pyoxigraph.Dataset(_oxigraph_quads(dataset))
    except UnicodeEncodeError as error:
        raise MalformedError("a lone surrogate is not a character") from error
    except ValueError as error:
        raise TermError("an address or language tag is not valid RDF") from error
    quads.canonicalize(algorithm)
    return "".join(sorted(f"{quad} .\n" for quad in quads))


def _oxigraph_quads(dataset: Dataset) -> Iterator[pyoxigraph.Quad]:
    for name, triples in dataset.items():
        graph = _GRAPH_OF.get(name) or _resource(_typed(name))
        for triple in triples:
            yield pyoxigraph.Quad(
                _resource(triple["subject"]),
                pyoxigraph.NamedNode(triple["predicate"]["value"]),
                _term(triple["object"]),
                graph,
            )


_GRAPH_OF = {"@default": pyoxigraph.DefaultGraph()}


def _typed(name: str) -> dict[str, str]:
    return {"type": "blank node" if name.startswith("_:") else "IRI", "value": name}


def _resource(term: dict[str, str]) -> pyoxigraph.NamedNode | pyoxigraph.BlankNode:
    if term["type"] == "blank node":
        return pyoxigraph.BlankNode(term["value"].removeprefix("_:"))
    return pyoxigraph.NamedNode(term["value"])


def _term(term: dict[str, str]) -> pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal:
    if term["type"] != "literal":
        return _resource(term)
    if term["datatype"] == _LANG_STRING:
        return pyoxigraph.Literal(term["value"], language=term["language"])
    return pyoxigraph.Literal(term["value"], datatype=pyoxigraph.NamedNode(term["datatype"]))
