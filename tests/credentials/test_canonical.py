"""Canonical n-quads: byte-right, and nothing dropped on the way."""

import hashlib
import json
from typing import Any

import pytest

from bench.samples import fixed_sample
from credentials import canonical
from credentials.builders import CURRENT
from credentials.canonical import canonical_nquads, expand_strictly, without_unknown_claims
from credentials.contexts import CREDENTIALS_V1, CREDENTIALS_V2, OPEN_BADGES_V3, STANDARD
from credentials.errors import MalformedError, TermError, UnknownContextError
from tests.credentials.builders import EXAMPLES, credential

DAY = "2026-11-21T00:00:00Z"
ESCAPED = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
    "\x7f": "\\u007F",
}


def test_expansion_maps_every_term_to_an_address() -> None:
    (node,) = expand_strictly(credential())

    assert node["@type"] == ["https://www.w3.org/2018/credentials#VerifiableCredential"]
    assert "https://www.w3.org/2018/credentials#validFrom" in node


def test_both_engines_agree_on_ordinary_text() -> None:
    document = credential(name='Größe "5" \\ 日本 😀 \u2028 _:c14n0 <x> .\n')

    assert canonical_nquads(document, engine="pyld") == canonical_nquads(document)


@pytest.mark.parametrize("code", [*range(1, 32), 34, 92, 127], ids=hex)
def test_characters_are_escaped_as_rdfc_demands(code: int) -> None:
    character = chr(code)
    expected = ESCAPED.get(character, f"\\u{code:04X}")

    lines = canonical_nquads(credential(name=f"a{character}b"))

    assert f'"a{expected}b"' in lines


def test_lines_are_sorted_by_code_point_and_end_in_a_line_feed() -> None:
    subjects = [{"id": f"urn:x:{letter}", "name": letter} for letter in "zaZéA\U0001f600\uf900"]

    lines = canonical_nquads(credential(credentialSubject=subjects))

    assert lines.endswith(" .\n")
    assert lines.split("\n")[:-1] == sorted(lines.split("\n")[:-1])


def test_order_of_members_and_values_does_not_matter() -> None:
    document = credential(credentialSubject=[{"id": "urn:x:1", "name": "b"}, {"id": "urn:x:2", "name": "a"}])
    reordered = json.loads(json.dumps(document, sort_keys=True))
    reordered["credentialSubject"].reverse()

    assert canonical_nquads(document) == canonical_nquads(reordered)


def test_sha384_orders_blank_nodes_by_another_hash() -> None:
    subjects = [{"name": str(number)} for number in range(5)]
    document = credential(credentialSubject=subjects)

    lines = canonical_nquads(document)
    other = canonical_nquads(document, sha384=True)

    assert lines != other
    assert hashlib.sha256(lines.encode()).digest() != hashlib.sha256(other.encode()).digest()


REFUSED: dict[str, dict[str, Any]] = {
    "undefined term": {"nickname": "x"},
    "undefined term in a subject": {"credentialSubject": {"id": "urn:x:1", "score": 5}},
    "undefined type": {"type": ["VerifiableCredential", "DiplomaCredential"]},
    "undefined nested type": {"credentialSubject": {"id": "urn:x:1", "type": "Person"}},
    "relative id": {"id": "c/1"},
    "id with a space": {"id": "https://issuer.example/c 1"},
    "id that no RDF holds": {"id": "https://issuer.example/<c>"},
    "blank node as id": {"id": "_:b0"},
    "relative issuer": {"issuer": "me"},
    "language that is none": {"name": {"@value": "x", "@language": "no language"}},
    "protected term redefined": {"@context": [CREDENTIALS_V2, {"name": "https://x.example/name"}]},
    "protected terms of another version redefined": {"@context": [CREDENTIALS_V2, CREDENTIALS_V1]},
    "type that is a number": {"type": ["VerifiableCredential", 5]},
    "context that is a number": {"@context": [CREDENTIALS_V2, 5]},
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_what_a_signature_would_not_cover_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(TermError):
        canonical_nquads(credential(**change))
    with pytest.raises(TermError):
        expand_strictly(credential(**change))


@pytest.mark.parametrize(
    ("member", "right", "wrong"),
    [("hashed", True, "true"), ("creditsEarned", 5, "5"), ("creditsEarned", 4.5, True), ("awardedDate", DAY, 5)],
)
def test_value_of_another_json_type_with_the_same_rdf_is_refused(member: str, right: Any, wrong: Any) -> None:
    def badge(value: Any) -> dict[str, Any]:
        subject: dict[str, Any] = {"id": "urn:x:1", "type": "AchievementSubject"}
        identity = {"type": "IdentityObject", "hashed": True, "identityHash": "x", "identityType": "name"}
        document = credential(type=["VerifiableCredential", "OpenBadgeCredential"], credentialSubject=subject)
        document["@context"] = [CREDENTIALS_V2, OPEN_BADGES_V3]
        if member == "awardedDate":
            document[member] = value
        elif member == "hashed":
            subject["identifier"] = {**identity, member: value}
        else:
            subject[member] = value
        return document

    assert canonical_nquads(badge(right))
    with pytest.raises(TermError, match="not written as"):
        canonical_nquads(badge(wrong))


def test_document_that_says_nothing_is_refused() -> None:
    with pytest.raises(TermError):
        canonical_nquads({"@context": [CREDENTIALS_V2], "id": "urn:x:1"})


def test_text_that_is_not_unicode_is_malformed() -> None:
    with pytest.raises(MalformedError):
        canonical_nquads(credential(name="\ud800"))


def test_document_nested_beyond_any_stack_is_refused() -> None:
    deep: dict[str, Any] = {"id": "urn:x:1"}
    for _ in range(5000):
        deep = {"credentialSubject": deep}

    with pytest.raises((MalformedError, TermError)):
        canonical_nquads(credential(credentialSubject=deep))


def test_test_context_maps_every_term() -> None:
    document = credential(
        **{"@context": [CREDENTIALS_V2, "https://www.w3.org/ns/credentials/examples/v2"], "nick": "x"}
    )

    assert "<https://www.w3.org/ns/credentials/examples#nick>" in canonical_nquads(document, contexts=EXAMPLES)


def test_kept_contexts_are_bounded_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = fixed_sample(1)
    document = CURRENT.build(sample.issuer, sample.achievement, sample.awards[0])
    frozen = STANDARD.with_extra({})
    plain = canonical_nquads(document)

    assert canonical_nquads(document, contexts=frozen) == plain
    assert len(frozen.processed) > 4
    monkeypatch.setattr(canonical, "KEPT_CONTEXTS", 4)
    frozen.processed.clear()
    for _again in range(2):
        assert canonical_nquads(document, contexts=frozen) == plain
        assert 0 < len(frozen.processed) <= 4


def test_nothing_is_kept_of_a_document_with_terms_of_its_own() -> None:
    frozen = STANDARD.with_extra({})
    own = {f"own{number}": f"https://example.org/{number}" for number in range(50)}
    status = {"type": "BitstringStatusListEntry", "own1": "x"}
    document = credential(credentialStatus=[status])
    canonical_nquads({**document, "@context": [*document["@context"], own]}, contexts=frozen)

    assert frozen.processed == {}


def test_a_kept_context_does_not_answer_for_another_active_one() -> None:
    frozen = STANDARD.with_extra({})
    status = {"type": "BitstringStatusListEntry", "own": "x"}
    document = credential(credentialStatus=[status])

    with_own = {**document, "@context": [*document["@context"], {"own": "https://example.org/own"}]}
    assert "<https://example.org/own>" in canonical_nquads(with_own, contexts=frozen)
    with pytest.raises(TermError):
        canonical_nquads(document, contexts=frozen)


def test_context_that_was_copied_with_its_wrapper_means_what_it_holds() -> None:
    terms = {"member": "https://x.example/#member"}
    plain = credential(**{"@context": [CREDENTIALS_V2, terms], "member": "x"})
    wrapped = credential(**{"@context": [CREDENTIALS_V2, {"@context": terms}], "member": "x"})

    assert canonical_nquads(wrapped) == canonical_nquads(plain)
    assert canonical_nquads(wrapped, engine="pyld") == canonical_nquads(plain)


def test_claims_that_no_context_defines_are_left_out_of_a_tokens_credential() -> None:
    claims = {"own": None, "azp": {"x": 1}, "https://x.example/claim": [[]], "nonce": "x", "evidence": []}
    scoped = {"@context": [CREDENTIALS_V2, OPEN_BADGES_V3], "type": ["VerifiableCredential", "AchievementCredential"]}
    badge = credential(**scoped, awardedDate=DAY)

    # what a context defines stays, right or wrong
    assert without_unknown_claims({**badge, **claims}) == {**badge, "evidence": []}
    assert without_unknown_claims(badge) == badge
    with pytest.raises(UnknownContextError):
        without_unknown_claims(credential(**{"@context": ["https://x.example/"]}))
