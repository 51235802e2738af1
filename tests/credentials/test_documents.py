"""Documents from facts: shape, round trip, refusals. Traps 21, 22 and 23."""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from credentials.builders import Builder, v1, v2
from credentials.documents import (
    AchievementFacts,
    AlignmentFacts,
    AwardFacts,
    EvidenceFacts,
    GroundFacts,
    IdentifierFacts,
    InformationFacts,
    IssuerFacts,
    LevelFacts,
    RelatedFacts,
    ResultDescriptionFacts,
    ResultFacts,
    facts_text,
    identity_hash,
)
from credentials.errors import DataModelError
from credentials.strict_json import compact_json

SALT = "c2FsdHlzYWx0eXNhbHR5MQ"
SCORE = "https://uni.example/catalogue/fishing/v/1/#score"
PASSED = "https://uni.example/catalogue/fishing/v/1/#passed"


@pytest.fixture(params=[v1.BUILDER, v2.BUILDER], ids=["builder 1", "builder 2"])
def builder(request: pytest.FixtureRequest) -> Builder:
    """Each builder keeps what all of them promise."""
    return request.param


def issuer() -> IssuerFacts:
    return IssuerFacts(
        id="did:web:uni.example:issuers:sea",
        name="Sample Sea College",
        url="https://uni.example/",
        image_url="https://uni.example/media/aa.png",
        official="Dr. Ola Sample",
    )


def achievement(**changes: Any) -> AchievementFacts:
    facts: dict[str, Any] = {
        "id": "https://uni.example/catalogue/fishing/v/1/",
        "name": "Introduction to Inshore Commercial Fishing",
        "description": "Entry-level work on an inshore fishing vessel.",
        "language": "en",
        "achievement_type": "MicroCredential",
        "criteria": "Show safe work as crew.",
    }
    return AchievementFacts(**{**facts, **changes})


def rich_achievement(**changes: Any) -> AchievementFacts:
    facts: dict[str, Any] = {
        "image_url": "https://uni.example/media/bb.png",
        "version": "1",
        "credits_available": Decimal("2.5"),
        "tags": ("fishing", "safety"),
        "alignments": (AlignmentFacts(target_name="EQF 2", target_url="https://eqf.example/2", target_code="2"),),
        "result_descriptions": (
            ResultDescriptionFacts(
                id=SCORE,
                name="Score",
                result_type="Percent",
                allowed_values=("50", "100"),
                levels=(LevelFacts(id=PASSED, name="Passed"),),
            ),
        ),
        "related": (RelatedFacts(id="https://uni.example/catalogue/fishing/v/0/", version="0"),),
        "information": (InformationFacts(label="Assessment", text="Task on board"),),
    }
    return achievement(**{**facts, **changes})


def award(**changes: Any) -> AwardFacts:
    facts: dict[str, Any] = {
        "credential_id": "https://uni.example/c/8c5c1f3e-0000-4000-8000-000000000001",
        "subject_id": "urn:uuid:8c5c1f3e-0000-4000-8000-000000000002",
        "holder_name": "Mika Muster",
        "awarded_on": date(2026, 11, 20),
        "valid_from": datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        "status_list_url": "https://uni.example/status/1",
        "status_index": 0,
        "language": "en",
    }
    return AwardFacts(**{**facts, **changes})


def rich_award(**changes: Any) -> AwardFacts:
    facts: dict[str, Any] = {
        "email_hash": identity_hash("mika@example.org", SALT),
        "salt": SALT,
        "identifiers": (IdentifierFacts(identity_type="identifier", identity_hash=identity_hash("4711", SALT)),),
        "valid_until": datetime(2028, 11, 20, tzinfo=UTC),
        "suspension_list_url": "https://uni.example/status/2",
        "learning_from": date(2026, 9, 1),
        "learning_to": date(2026, 11, 1),
        "learning_period": "autumn 2026",
        "participation": "on-site",
        "supervision": "supervised on-site with identity check",
        "language_of_assessment": "mi",
        "ground": GroundFacts(body="Board", decided_on=date(2026, 11, 2), reference="7/26"),
        "credits_earned": Decimal("2.50"),
        "narrative": "Worked two seasons.\nAlone.",
        "evidence": (EvidenceFacts(id="https://uni.example/e/1", name="Logbook"), EvidenceFacts(narrative="Talk")),
        "results": (ResultFacts(description_id=SCORE, value="87", achieved_level=PASSED, status="Completed"),),
        "sample": True,
    }
    return award(**{**facts, **changes})


def every_value(node: Any) -> Iterator[Any]:
    yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from every_value(child)


@pytest.mark.parametrize(("what", "who"), [(achievement(), award()), (rich_achievement(), rich_award())])
def test_document_has_no_null_and_nothing_empty(builder: Builder, what: AchievementFacts, who: AwardFacts) -> None:
    values = list(every_value(builder.build(issuer(), what, who)))

    assert not [value for value in values if value is None or value in ([], {}, "")]


def test_multiple_valued_properties_are_arrays_even_of_one(builder: Builder) -> None:
    document = builder.build(issuer(), rich_achievement(), rich_award(evidence=(EvidenceFacts(name="Log"),)))
    subject = document["credentialSubject"]
    listed = [
        *(document[name] for name in ("@context", "type", "evidence")),
        *(subject[name] for name in ("type", "identifier", "result")),
        *(subject["achievement"][name] for name in ("type", "alignment", "resultDescription", "related", "tag")),
        document["issuer"]["type"],
    ]

    assert all(isinstance(value, list) for value in listed)


def test_minimal_document_names_the_subject_by_id_and_by_name(builder: Builder) -> None:
    subject = builder.build(issuer(), achievement(), award())["credentialSubject"]

    assert subject["id"] == "urn:uuid:8c5c1f3e-0000-4000-8000-000000000002"
    assert subject["identifier"] == [
        {"type": "IdentityObject", "hashed": False, "identityHash": "Mika Muster", "identityType": "name"}
    ]


def test_email_and_identifiers_appear_only_hashed_with_the_salt(builder: Builder) -> None:
    document = builder.build(issuer(), achievement(), rich_award(results=()))
    hashed = [entry for entry in document["credentialSubject"]["identifier"] if entry["hashed"]]

    assert [entry["identityType"] for entry in hashed] == ["emailAddress", "identifier"]
    assert {entry["salt"] for entry in hashed} == {SALT}
    assert "mika@example.org" not in json.dumps(document)
    assert "4711" not in json.dumps(document)


def test_identity_hash_is_of_the_normalised_identifier_and_the_salt() -> None:
    expected = "sha256$" + hashlib.sha256(("müller@example.org" + SALT).encode()).hexdigest()

    assert identity_hash("  MU\u0308ller@Example.org ", SALT) == expected


def test_short_salt_and_missing_salt_are_refused() -> None:
    with pytest.raises(DataModelError, match="salt"):
        rich_award(salt="short")
    with pytest.raises(DataModelError, match="salt is missing"):
        rich_award(salt=None)


def test_achievement_type_outside_the_list_needs_the_extension_prefix() -> None:
    assert achievement(achievement_type="ext:NanoDegree").achievement_type == "ext:NanoDegree"
    assert achievement(achievement_type="MicroCredential")
    with pytest.raises(DataModelError, match="achievement_type"):
        achievement(achievement_type="Microcredential")


def test_status_is_one_object_and_an_array_of_two_only_when_suspendable(builder: Builder) -> None:
    single = builder.build(issuer(), achievement(), award(status_index=5))["credentialStatus"]
    double = builder.build(issuer(), achievement(), rich_award(results=(), status_index=5))["credentialStatus"]

    assert single == {
        "id": "https://uni.example/status/1#5",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": "https://uni.example/status/1",
    }
    assert [entry["statusPurpose"] for entry in double] == ["revocation", "suspension"]
    assert {entry["statusListIndex"] for entry in double} == {"5"}


def test_credits_are_numbers_and_dates_are_date_times(builder: Builder) -> None:
    document = builder.build(issuer(), rich_achievement(), rich_award())
    subject = document["credentialSubject"]

    assert (subject["creditsEarned"], subject["achievement"]["creditsAvailable"]) == (2.5, 2.5)
    assert subject["activityStartDate"] == "2026-09-01T00:00:00Z"
    assert document["awardedDate"] == "2026-11-20T00:00:00Z"
    assert document["validFrom"] == "2026-11-20T09:30:00Z"


def test_facts_without_a_field_stand_labelled_in_narrative_and_criteria(builder: Builder) -> None:
    german = rich_award(language="de", results=())
    subject = builder.build(issuer(), achievement(language="de"), german)["credentialSubject"]
    criteria = builder.achievement_document(issuer(), rich_achievement())["criteria"]["narrative"]

    assert subject["narrative"].startswith("Worked two seasons.\nAlone.\n\n* Lernzeitraum: autumn 2026")
    assert "Verliehen auf Grundlage von: Board, 2026-11-02, 7/26" in subject["narrative"]
    assert criteria == "Show safe work as crew.\n\n* Assessment: Task on board"


def test_schema_reference_brings_the_context_that_defines_its_type(builder: Builder) -> None:
    plain = builder.build(issuer(), achievement(), award())
    named = builder.build(issuer(), achievement(schema_url="https://schema.example/ob.json"), award())

    assert "credentialSchema" not in plain
    assert len(plain["@context"]) == 2
    assert named["credentialSchema"][0]["type"] == "1EdTechJsonSchemaValidator2019"
    assert named["@context"][2] == "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


@pytest.mark.parametrize("facts", [award(), rich_award()])
def test_award_facts_survive_their_canonical_text(facts: AwardFacts) -> None:
    text = facts.to_json()

    assert AwardFacts.from_json(text) == facts
    assert AwardFacts.from_json(json.loads(text)) == facts
    assert AwardFacts.from_json(text).to_json() == text
    assert "null" not in text


def test_unchecked_values_have_the_text_of_the_checked_facts() -> None:
    facts = rich_award()
    values = {field.name: getattr(facts, field.name) for field in dataclasses.fields(facts)}

    assert facts_text(values) == facts.to_json()
    assert AwardFacts.from_json(facts_text(values)) == facts


@pytest.mark.parametrize("who", [award, rich_award])
def test_text_of_the_builder_is_its_document_written_compactly(
    builder: Builder, who: Callable[[], AwardFacts]
) -> None:
    writer = builder.writer(issuer(), rich_achievement())

    assert writer.text(who()) == compact_json(writer.build(who()))


def permitted_characters() -> Iterator[str]:
    for code in (
        *range(0x20, 0x7F),
        9,
        10,
        13,
        *range(0xA0, 0xD800),
        *range(0xE000, 0xFFFE),
        *range(0x10000, 0x110000, 97),
    ):
        if code & 0xFFFE != 0xFFFE:
            yield chr(code)


def test_both_writers_agree_on_every_character_and_every_credit(builder: Builder) -> None:
    characters = "".join(permitted_characters())
    facts = [award(narrative=f"a{characters[start : start + 40_000]}z") for start in range(0, len(characters), 40_000)]
    facts += [award(credits_earned=Decimal(cents) / 100) for cents in (*range(1_000), *range(1_000, 999_901, 99))]
    writer = builder.writer(issuer(), achievement())

    for one in facts:
        assert writer.text(one) == compact_json(writer.build(one))
        text = json.dumps(json.loads(one.to_json()), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        assert one.to_json() == text


def test_equal_facts_have_equal_text() -> None:
    assert award(credits_earned=Decimal("2.50")).to_json() == award(credits_earned=Decimal("2.5")).to_json()


def test_times_keep_the_offset_of_the_place_where_they_were_counted() -> None:
    berlin = datetime(2026, 11, 20, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    here, there = award(), award(valid_from=berlin)

    assert here.valid_from == there.valid_from
    # The other one is written first: moments that are equal are not the same text.
    assert [json.loads(facts.to_json())["valid_from"] for facts in (here, there, here)] == [
        "2026-11-20T09:30:00Z",
        "2026-11-20T10:30:00+01:00",
        "2026-11-20T09:30:00Z",
    ]
    assert AwardFacts.from_json(there.to_json()).valid_from.utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"credential_id":1}', '{"unknown":1}', award().to_json()[:-1] + ',"holder_name":"a\\u0000"}']
)
def test_unreadable_facts_are_refused(text: str) -> None:
    with pytest.raises(DataModelError):
        AwardFacts.from_json(text)


@pytest.mark.parametrize(
    "change",
    [
        {"holder_name": "Mika\x07"},
        {"holder_name": "Mika\nMuster"},
        {"holder_name": "Mika\x85Muster"},
        {"holder_name": "\ud800"},
        {"holder_name": " "},
        {"holder_name": "x" * 1001},
        {"narrative": "bell \x07"},
        {"narrative": ""},
        {"credential_id": "/c/1"},
        {"credential_id": "https://uni.example/a/../c/1"},
        {"credential_id": "https://uni.example/c/<1>"},
        {"subject_id": "mailto:mika@example.org"},
        {"subject_id": "urn:uuid:8C5C1F3E-0000-4000-8000-000000000002"},
        {"status_index": -1},
        {"valid_from": datetime(2026, 1, 1)},  # noqa: DTZ001 the missing zone is the point
        {"valid_from": datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)},
        {"valid_from": datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Berlin"))},
        {"valid_from": datetime(2026, 1, 1, tzinfo=timezone(timedelta(minutes=19, seconds=32)))},
        {"valid_until": datetime(2020, 1, 1, tzinfo=UTC)},
        {"awarded_on": datetime(2026, 6, 1, 12, tzinfo=UTC)},
        {"awarded_on": datetime(2026, 6, 1)},  # noqa: DTZ001 the missing zone is the point
        {"learning_from": date(2026, 1, 1), "learning_to": datetime(2026, 6, 1, tzinfo=UTC)},
        {"learning_from": date(2026, 2, 1), "learning_to": date(2026, 1, 1)},
        {"credits_earned": Decimal("NaN")},
        {"credits_earned": Decimal("-1")},
        {"credits_earned": Decimal("1.001")},
        {"email_hash": "sha256$00", "salt": SALT},
        {"language": "not a language"},
        {"language": "de"},
        {"results": (ResultFacts(description_id="https://other.example/#r", value="1"),)},
    ],
)
def test_invalid_facts_are_refused(builder: Builder, change: dict[str, Any]) -> None:
    with pytest.raises(DataModelError):
        builder.build(issuer(), achievement(), award(**change))


def test_empty_evidence_and_empty_result_are_refused() -> None:
    with pytest.raises(DataModelError):
        EvidenceFacts()
    with pytest.raises(DataModelError):
        ResultFacts(description_id=SCORE)


def test_facts_cannot_change_after_they_were_fixed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        award().holder_name = "Other"  # type: ignore[misc]
