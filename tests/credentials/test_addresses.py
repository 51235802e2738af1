"""Addresses in facts: what RDF or readers would trip over is refused, what is usual is taken."""

import pytest

from credentials.documents import EvidenceFacts, rules
from credentials.errors import DataModelError


@pytest.mark.parametrize(
    "address",
    [
        "https://e.example/%2",
        "https://e.example/a#b#c",
        "https://e.example/[x]",
        "https://e.example:port/",
        "https://me@e.example/",
        "https://e.example/\ue000",
        "https://",
        "javascript:alert(1)",
        "data:text/plain,x",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "//e.example/x",
        "https://e.example/a/..",
    ],
)
def test_addresses_that_rdf_or_readers_would_trip_over_are_refused(address: str) -> None:
    with pytest.raises(DataModelError):
        EvidenceFacts(id=address)


def test_an_endless_address_is_refused_before_it_is_read() -> None:
    kept = rules._starts_iri.cache_info().currsize

    with pytest.raises(DataModelError):
        rules.check_iri("https://uni.example/" + "a" * 3_000 + "/x", "evidence.id")
    assert rules._starts_iri.cache_info().currsize == kept


def test_usual_addresses_are_accepted() -> None:
    for address in ("https://müll.example:8443/é?q=a/b?c#d?e", "urn:isbn:0451450523", "did:web:a.example%3A8000:x#k"):
        assert EvidenceFacts(id=address).id == address
