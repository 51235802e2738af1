"""The schema of Open Badges 3.0: own documents pass, each broken rule is named. Traps 21 and 22."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.samples import CREATED, VERIFICATION_METHOD, fixed_sample, rich_sample
from credentials.builders import CURRENT
from credentials.data_integrity import ProofOptions, add_proof
from credentials.documents import EvidenceFacts
from credentials.errors import SchemaError
from credentials.schema import MAX_VALUES, check_schema, check_slots


def own_document(*, rich: bool = False) -> dict[str, Any]:
    sample = rich_sample(1) if rich else fixed_sample(1)
    award = replace(sample.awards[0], evidence=(EvidenceFacts(id="https://e.example/1", name="Log"),))
    document = CURRENT.build(sample.issuer, sample.achievement, award)
    return add_proof(document, Ed25519PrivateKey.generate(), ProofOptions(VERIFICATION_METHOD, CREATED))


def required_places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, dict):
        yield from ((*path, name) for name in ("type", "achievement", "criteria", "targetName") if name in node)
        for name, child in node.items():
            yield from required_places(child, (*path, name))
    if isinstance(node, list):
        for number, child in enumerate(node):
            yield from required_places(child, (*path, number))


def place(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


@pytest.mark.parametrize("rich", [False, True])
def test_own_documents_pass(rich: bool) -> None:
    sample = rich_sample(1) if rich else fixed_sample(1)

    check_schema(own_document(rich=rich))
    check_schema(CURRENT.achievement_document(sample.issuer, sample.achievement))
    check_schema(own_document(rich=rich)["issuer"])


def test_every_missing_required_member_is_found() -> None:
    document = own_document(rich=True)
    paths = list(required_places(document))
    for path in paths:
        broken = copy.deepcopy(document)
        del place(broken, path[:-1])[path[-1]]
        with pytest.raises(SchemaError):
            check_schema(broken)

    assert len(paths) > 50


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("credentialSubject", "achievement", "achievementType"), "Microcredential"),
        (("credentialSubject", "achievement", "criteria"), "text"),
        (("credentialSubject", "achievement", "alignment"), {"type": ["Alignment"]}),
        (("credentialSubject", "achievement", "image"), "https://i.example/1.png"),
        (("credentialSubject", "identifier", 1, "identityHash"), "sha256$123"),
        (("credentialSubject", "identifier", 1, "identityHash"), "mika@example.org"),
        (("credentialSubject", "identifier", 0, "hashed"), "false"),
        (("credentialSubject", "type"), "AchievementSubject"),
        (("credentialSubject", "creditsEarned"), "5"),
        (("credentialSubject", "activityStartDate"), "2026-09-01"),
        (("credentialSubject", "result", 0, "status"), "Passed"),
        (("validFrom",), "2026-11-20T12:00:00"),
        (("type",), ["AchievementCredential"]),
        (("issuer",), "not an address"),
        (("issuer", "id"), "/issuers/1"),
        (("evidence",), {"type": ["Evidence"]}),
        (("name",), 5),
        (("@context",), "https://www.w3.org/ns/credentials/v2"),
        (("@context", 0), "https://other.example/"),
        (("proof", 0, "verificationMethod"), "#key-1"),
        (("credentialStatus",), {"id": "https://s.example/1"}),
        (("credentialSubject", "narrative"), None),
        (("credentialSubject", "achievement", "tag"), []),
        (("extension",), {"deep": [{"null": None}]}),
    ],
)
def test_wrong_value_is_found_with_its_place(path: tuple[Any, ...], value: Any) -> None:
    document = own_document()
    place(document, path[:-1])[path[-1]] = value

    with pytest.raises(SchemaError) as refusal:
        check_schema(document)

    assert refusal.value.path.startswith("$")
    assert refusal.value.reason


def test_error_names_the_place_in_the_document() -> None:
    document = own_document()
    document["credentialSubject"]["achievement"]["alignment"][2]["targetUrl"] = "no address"

    with pytest.raises(SchemaError) as refusal:
        check_schema(document)

    assert refusal.value.path == "$.credentialSubject.achievement.alignment[2].targetUrl"


def test_subject_needs_an_id_or_an_identifier() -> None:
    by_identifier, by_id, neither = own_document(), own_document(), own_document()
    del by_identifier["credentialSubject"]["id"]
    del by_id["credentialSubject"]["identifier"]
    for name in ("id", "identifier"):
        del neither["credentialSubject"][name]

    check_schema(by_identifier)
    check_schema(by_id)
    with pytest.raises(SchemaError):
        check_schema(neither)


def test_documents_of_others_may_say_more_and_use_what_the_data_model_allows() -> None:
    document = own_document()
    document["proof"] = document["proof"][0]
    document["name"] = {"@value": "Name", "@language": "en"}
    document["issuer"] = "did:web:other.example"
    document["further"] = {"member": [1, 2.5, True]}
    document["type"] = ["VerifiableCredential", "OpenBadgeCredential"]

    check_schema(document)


def test_endorsements_are_checked_where_they_stand_and_alone() -> None:
    document = own_document()
    endorsement = {
        "@context": document["@context"],
        "id": "https://uni.example/e/1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": document["issuer"],
        "validFrom": "2026-11-20T12:00:00Z",
        "credentialSubject": {"id": document["id"], "type": ["EndorsementSubject"]},
    }
    document["endorsement"] = [endorsement]
    check_schema(document)
    check_schema(endorsement)

    del endorsement["credentialSubject"]["id"]
    for broken in (document, endorsement):
        with pytest.raises(SchemaError):
            check_schema(broken)


def test_document_with_too_many_values_is_refused_unread() -> None:
    document = own_document()
    document["further"] = [1] * MAX_VALUES

    with pytest.raises(SchemaError, match="more than"):
        check_schema(document)


def test_anything_else_has_to_be_a_verifiable_credential() -> None:
    with pytest.raises(SchemaError):
        check_schema({"type": ["Thing"]})
    with pytest.raises(SchemaError):
        check_schema({})


def test_slots_of_good_awards_pass() -> None:
    sample = fixed_sample(1)
    check_slots(sample.awards[0])
    check_slots(replace(sample.awards[0], evidence=(EvidenceFacts(id="https://e.example/1", narrative="a\nb"),)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("credential_id", "no address"),
        ("holder_name", ""),
        ("email_hash", "sha256$1"),
        ("valid_from", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_slot_that_went_past_the_constructor_is_found(name: str, value: Any) -> None:
    award = replace(fixed_sample(1).awards[0])
    object.__setattr__(award, name, value)

    with pytest.raises(SchemaError) as refusal:
        check_slots(award)

    assert refusal.value.path == name
