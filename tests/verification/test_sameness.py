"""Whether a document handed in is the one that was issued: by what it says, not by how it is written."""

import pytest

from verification.sameness import is_same_statement

ISSUED = {
    "@context": ["https://a.example", "https://b.example"],
    "id": "https://uni.example/c/1",
    "issuer": {"id": "did:web:uni.example", "name": "Uni"},
    "awardedDate": "2026-11-20T00:00:00Z",
    "evidence": [{"id": "urn:x:1"}, {"id": "urn:x:2"}],
    "proof": [{"created": "2026-11-20T00:00:00Z"}],
}


def test_another_order_and_a_set_of_one_are_the_same():
    reordered = dict(reversed(ISSUED.items())) | {"evidence": [{"id": "urn:x:2"}, {"id": "urn:x:1"}]}

    assert is_same_statement(reordered | {"proof": ISSUED["proof"][0]}, ISSUED)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "https://uni.example/c/2"},
        {"issuer": {"id": "did:web:other.example", "name": "Uni"}},
        {"awardedDate": "2026-11-21T00:00:00Z"},
        {"@context": ["https://b.example", "https://a.example"]},
        {"evidence": [{"id": "urn:x:1"}]},
        {"added": True},
    ],
)
def test_same_number_with_another_content_is_another_document(change):
    assert not is_same_statement(ISSUED | change, ISSUED)
