"""Re-spellings that keep the signed RDF and change what a reader of the JSON sees."""

from typing import Any

import pytest

from credentials.contexts import CREDENTIALS_V2, STANDARD
from credentials.errors import TermError, UnknownContextError
from credentials.plain_terms import check_plain_terms, is_absolute_iri
from tests.credentials.builders import credential

CRED = "https://www.w3.org/2018/credentials#"
RESPELLED: dict[str, dict[str, Any]] = {
    "null": {"validUntil": None, "evidence": [None]},
    "empty array": {"evidence": []},
    "array in an array": {"credentialStatus": [[{"type": "BitstringStatusListEntry"}]]},
    "term by its address": {f"{CRED}validUntil": "2027-01-01T00:00:00Z"},
    "term by a prefix": {"cred:validUntil": "2027-01-01T00:00:00Z"},
    "keyword for type": {"@type": "VerifiableCredential"},
    "keyword for id": {"credentialSubject": {"@id": "urn:x:1"}},
    "graph beside": {"@graph": [{"id": "urn:x:1"}]},
    "included node": {"@included": [{"id": "urn:x:1"}]},
    "reverse property": {"@reverse": {"issuer": "urn:x:1"}},
    "typed value": {
        "validFrom": {"@value": "2026-01-01T00:00:00Z", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
    },
    "type by its address": {"type": ["VerifiableCredential", f"{CRED}VerifiableCredential"]},
    "status type by its address": {
        "credentialStatus": {"type": "https://www.w3.org/ns/credentials/status#BitstringStatusListEntry"}
    },
    "the document described again": {"credentialSubject": {"id": "https://issuer.example/c/1", "name": "x"}},
}
INLINE: dict[str, Any] = {
    "vocab": {"@vocab": "https://x.example/"},
    "no vocab": {"@vocab": None},
    "base": {"@base": "https://x.example/"},
    "import": {"@import": CREDENTIALS_V2},
    "propagation": {"@propagate": False, "x": "https://x.example/x"},
    "no language": {"@language": None},
    "undefined term": {"validUntil": None},
    "alias of a keyword": {"kind": "@type"},
    "alias of graph": {"more": "@graph"},
    "id as something else": {"id": "https://x.example/id"},
    "second name of a term": {"until": f"{CRED}validUntil"},
    "second name of a term, typed": {"until": {"@id": f"{CRED}validUntil", "@type": "@id"}},
    "second name of a type": {"Mine": f"{CRED}VerifiableCredential"},
    "reverse": {"back": {"@reverse": "https://x.example/back"}},
    "nesting": {"x": {"@id": "https://x.example/x", "@nest": "y"}},
    "index": {"x": {"@id": "https://x.example/x", "@container": "@index"}},
    "graph container": {"x": {"@id": "https://x.example/x", "@container": "@graph"}},
    "opaque value": {"x": {"@id": "https://x.example/x", "@type": "@json"}},
    "opaque member": {"jsonSchema": "https://x.example/x"},
    "prefix of ids": {"did": "https://x.example/"},
    "prefix by hash": {"urn": "https://x.example/vocab#"},
    "relative": {"x": "y"},
    "a number": {"x": 5},
    "second name, scoped": {"x": {"@id": "https://x.example/x", "@context": {"until": f"{CRED}validUntil"}}},
    "wrapped twice": {"@context": {"@context": {"x": "https://x.example/x"}}},
    "wrapped with something beside it": {"@context": {"x": "https://x.example/x"}, "y": "https://x.example/y"},
    "wrapped vocab": {"@context": {"@vocab": "https://x.example/"}},
    "wrapped address": {"@context": CREDENTIALS_V2},
    "wrapped second name of a term": {"@context": {"until": f"{CRED}validUntil"}},
    "nothing": None,
    "a list": [{"x": "https://x.example/x"}],
}


def test_plain_document_and_inline_terms_are_accepted() -> None:
    inline = {
        "@version": 1.1,
        "@protected": True,
        "ExampleCredential": "https://x.example/#ExampleCredential",
        "member": {"@id": "https://x.example/#member", "@type": "@id", "@container": "@set"},
        "VerifiableCredential": f"{CRED}VerifiableCredential",
        "id": "@id",
    }

    check_plain_terms(credential(**{"@context": [CREDENTIALS_V2, inline]}), STANDARD)
    check_plain_terms(credential(name={"@value": "x", "@language": "en", "@direction": "ltr"}), STANDARD)
    check_plain_terms(credential(evidence=[{"id": "https://issuer.example/c/1"}]), STANDARD)


@pytest.mark.parametrize("change", RESPELLED.values(), ids=RESPELLED)
def test_respelled_document_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(TermError):
        check_plain_terms({**credential(), **change}, STANDARD)


@pytest.mark.parametrize("context", INLINE.values(), ids=INLINE)
def test_inline_context_that_does_more_than_add_terms_is_refused(context: Any) -> None:
    with pytest.raises(TermError):
        check_plain_terms(credential(**{"@context": [CREDENTIALS_V2, context]}), STANDARD)


def test_context_inside_a_node_is_held_to_the_same_rules() -> None:
    with pytest.raises(TermError):
        check_plain_terms(credential(credentialSubject={"@context": {"@vocab": "https://x.example/"}}), STANDARD)
    with pytest.raises(UnknownContextError):
        check_plain_terms(credential(credentialSubject={"@context": "https://x.example/"}), STANDARD)


def test_opaque_schema_is_left_as_it_stands() -> None:
    check_plain_terms(credential(credentialSubject={"jsonSchema": {"$id": "a:b", "x:y": None, "enum": []}}), STANDARD)


@pytest.mark.parametrize("text", ["did:key:z6Mk", "urn:uuid:1", "https://h/é?a=b#c", "data:application/vc+jwt,a.b.c"])
def test_address_with_a_scheme_is_absolute(text: str) -> None:
    assert is_absolute_iri(text)


@pytest.mark.parametrize(
    "text", ["", "x", "/x", "//h/x", "_:b0", "https ://h", "a:", "a:b c", "a:b\n", "a:<b>", None, 5]
)
def test_anything_else_is_not(text: object) -> None:
    assert not is_absolute_iri(text)


OWN_REFRESH = {"id": "https://uni.example/c/1", "type": "1EdTechCredentialRefresh"}


def refreshed(refresh: Any, **changes: Any) -> dict[str, Any]:
    return credential(**({"id": OWN_REFRESH["id"], "refreshService": refresh} | changes))


def test_a_document_may_be_fetched_anew_at_its_own_address():
    """Its own id names the node of the document, and the service says nothing of it but that."""
    for refresh in (OWN_REFRESH, OWN_REFRESH | {"type": ["1EdTechCredentialRefresh"]}, [OWN_REFRESH]):
        check_plain_terms(refreshed(refresh), STANDARD)


@pytest.mark.parametrize(
    ("refresh", "changes"),
    [
        (OWN_REFRESH | {"validUntil": "2027-01-01T00:00:00Z"}, {}),
        (OWN_REFRESH | {"type": ["1EdTechCredentialRefresh", "OpenBadgeCredential"]}, {}),
        (OWN_REFRESH | {"type": "OpenBadgeCredential"}, {}),
        (OWN_REFRESH, {"type": ["VerifiableCredential", "1EdTechCredentialRefresh"]}),
    ],
    ids=["with a statement", "with a type beside", "with another type", "of a document of the same type"],
)
def test_a_second_description_of_the_document_is_refused_but_for_its_own_refresh(refresh, changes):
    with pytest.raises(TermError, match="second time"):
        check_plain_terms(refreshed(refresh, **changes), STANDARD)
