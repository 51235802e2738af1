"""Compiled stencils give, byte for byte, what the general path gives; traps 21 and 23 hold on this way too."""

import json
import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pyoxigraph
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.samples import CREATED, VERIFICATION_METHOD, Sample, fixed_sample
from credentials.builders import CURRENT, CredentialWriter
from credentials.canonical import canonical_nquads
from credentials.data_integrity import ProofOptions, add_proof
from credentials.documents import (
    AchievementFacts,
    AlignmentFacts,
    AwardFacts,
    EvidenceFacts,
    GroundFacts,
    IdentifierFacts,
    IssuerFacts,
    ResultFacts,
    identity_hash,
)
from credentials.errors import DataModelError, StencilError
from credentials.multikey import encode_base58
from credentials.stencils import (
    CredentialStencil,
    StencilSigner,
    check_independently,
    compiled_stencil,
    stencil_key,
)
from credentials.stencils.base58 import encode_signature
from credentials.stencils.escaping import json_escaped, rdf_escaped
from credentials.stencils.layouts import OrderedLayout, SortedLayout
from credentials.stencils.self_check import check_facts
from credentials.strict_json import compact_json

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
INTENT: dict[str, Any] = {"verification_method": VERIFICATION_METHOD, "created": CREATED}
DOCUMENTS = 1_000
HOSTILE = (
    'He said "no"',
    "back\\slash \\u0041 \\n",
    "_:c14n0",
    "<x> .",
    '" .\n<urn:a> <urn:b> "c',
    "tab\tline\r\nbreak\u2028and\u2029more",
    "李 样本 漢字 ひらがな",
    "🎓👩\u200d🎓\U0010fffd",
    "e\u0301 \u00e9 \u0130\u00df",
    "\u202eright to left\u202c",
    "{{slot}} %s %(name)s {0} ${x}",
    "</script><!-- ]]>",
    "\ufeff\u00a0\u200b.",
    "^^<http://www.w3.org/2001/XMLSchema#date>",
    "a@en",
)
ADDRESS_PIECES = (*"abcXYZ019-_~/é漢", "%20", "%2F", "&x=", "//", "😀")
Fill = Callable[[random.Random], AwardFacts]


def hostile(chance: random.Random) -> str:
    """Prose of one to four hostile pieces in any order, with random characters between."""
    pieces = chance.choices(HOSTILE, k=chance.randint(1, 4))
    return "".join(piece + chr(chance.choice((0x21, 0x7B, 0xE9, 0x2028, 0x4E00, 0x1F600))) for piece in pieces)


def hostile_line(chance: random.Random) -> str:
    return hostile(chance).replace("\n", " ").replace("\t", " ").replace("\r", " ")


def hostile_address(chance: random.Random) -> str:
    start = chance.choice(
        ("https://a.example/", "https://zz.example:8443/x?q=1&r=", "urn:x-evidence:", "https://müll.example/é")
    )
    return start + "".join(chance.choices(ADDRESS_PIECES, k=12)).replace("/.", "/-")


def random_uuid(chance: random.Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def minimal_fill(chance: random.Random) -> AwardFacts:
    return AwardFacts(
        credential_id=f"https://credentials.example.edu/c/{random_uuid(chance)}",
        subject_id=f"urn:uuid:{random_uuid(chance)}",
        holder_name=hostile_line(chance),
        awarded_on=date(2026, 1, 1) + timedelta(days=chance.randrange(900)),
        valid_from=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(10**8)),
        status_list_url="https://credentials.example.edu/status/1",
        status_index=chance.randrange(131_072),
        language="en",
    )


def full_fill(chance: random.Random) -> AwardFacts:
    salt = f"{chance.getrandbits(128):032x}"
    learning_from = date(2025, 1, 1) + timedelta(days=chance.randrange(300))
    return replace(
        minimal_fill(chance),
        salt=salt,
        email_hash=identity_hash(hostile(chance), salt),
        identifiers=(IdentifierFacts(identity_type="ext:eduID", identity_hash=identity_hash("1", salt)),),
        valid_until=datetime(2036, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(10**8)),
        learning_from=learning_from,
        learning_to=learning_from + timedelta(days=chance.randrange(100)),
        supervision=hostile_line(chance),
        narrative=chance.choice((None, hostile(chance))),
        ground=GroundFacts(body=hostile_line(chance)),
        credits_earned=Decimal("2.5"),
        results=(ResultFacts(description_id=SCORE, value=hostile_line(chance)),),
    )


def evidence_fill(chance: random.Random) -> AwardFacts:
    """Addresses of evidence sort anywhere: the form has to sort its lines after each fill."""
    return replace(
        minimal_fill(chance),
        suspension_list_url="https://credentials.example.edu/status/2",
        evidence=(
            EvidenceFacts(id=hostile_address(chance), narrative=hostile(chance)),
            EvidenceFacts(id=hostile_address(chance), name=hostile_line(chance)),
            EvidenceFacts(name=f"{hostile_line(chance)} {random_uuid(chance)}", genre="Film"),
        ),
    )


def fixed_fill(chance: random.Random) -> AwardFacts:
    return replace(
        fixed_sample(1).awards[0],
        **{
            name: getattr(full, name)
            for full in [full_fill(chance)]
            for name in ("credential_id", "subject_id", "holder_name", "email_hash", "salt", "results", "status_index")
        },
    )


def wide_sample() -> Sample:
    """More than ten blank nodes, so that `_:c14n10` sorts before `_:c14n2`, and little else."""
    sample = fixed_sample(1)
    skills = tuple(
        AlignmentFacts(target_name=f"Skill {number}", target_url=f"https://s.example/{number}") for number in range(9)
    )
    descriptions = sample.achievement.result_descriptions
    return replace(
        sample,
        issuer=IssuerFacts(id=sample.issuer.id, name="Sample"),
        achievement=replace(plain_achievement(), alignments=skills, result_descriptions=descriptions),
    )


def plain_achievement() -> AchievementFacts:
    return AchievementFacts(
        id="https://credentials.example.edu/catalogue/bench/plain/v/1/",
        name="Plain",
        description="Plain.",
        language="en",
        achievement_type="ext:Plain",
        criteria="None.",
    )


SCORE = fixed_sample(1).awards[0].results[0].description_id
SHAPES: dict[str, tuple[Sample, Fill, type]] = {
    "minimal": (fixed_sample(1), minimal_fill, OrderedLayout),
    "fixed": (fixed_sample(1), fixed_fill, OrderedLayout),
    "wide": (wide_sample(), full_fill, OrderedLayout),
    "evidence": (fixed_sample(1), evidence_fill, SortedLayout),
}


def twin_alignments() -> Sample:
    sample = fixed_sample(1)
    twins = (sample.achievement.alignments[0],) * 2
    return replace(sample, achievement=replace(sample.achievement, alignments=twins))


def writer_of(sample: Sample) -> CredentialWriter:
    return CURRENT.writer(sample.issuer, sample.achievement)


def signer_for(sample: Sample) -> StencilSigner:
    return StencilSigner(writer_of(sample), private_key=KEY, **INTENT)


def general_form(text: str) -> str:
    """Canonicalise a JSON text without anything of the stencils: parsed, expanded by PyLD, put in order by pyoxigraph."""
    document = json.loads(text)
    document.pop("proof", None)
    return canonical_nquads(document, engine="oxigraph")


def compare_with_general_path(name: str, documents: int) -> StencilSigner:
    sample, fill, layout = SHAPES[name]
    chance = random.Random(f"{name} {os.environ.get('STENCIL_SEED', '1')}")
    signer = signer_for(sample)
    for _ in range(documents):
        award = fill(chance)
        signed = signer.sign(award)
        stencil = compiled_stencil(writer_of(sample), CURRENT.shape_of(award))
        assert isinstance(stencil.layout, layout)
        if signed.by_stencil:
            assert stencil.canonical_nquads(award) == general_form(signed.text)
    return signer


@pytest.mark.parametrize("name", SHAPES)
def test_filled_stencil_equals_the_general_path_on_hostile_values(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fills = compare_with_general_path(name, DOCUMENTS).fills
    with capsys.disabled():
        print(f"\n  {name}: {fills.by_stencil} by stencil, {fills.by_general_path} fallbacks")

    assert (fills.by_stencil, fills.by_general_path) == (DOCUMENTS, 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_filled_stencil_equals_the_general_path_a_hundred_thousand_times(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fills = compare_with_general_path(name, 100_000 // len(SHAPES)).fills
    with capsys.disabled():
        print(f"\n  {name}: {fills.by_stencil} by stencil, {fills.by_general_path} fallbacks")

    assert fills.by_general_path == 0


def test_identical_alignments_fall_back_and_are_still_right(capsys: pytest.CaptureFixture[str]) -> None:
    sample, chance = twin_alignments(), random.Random(2)
    signer = signer_for(sample)
    for _ in range(20):
        award = full_fill(chance)
        signed = signer.sign(award)
        check_independently(signed.text, writer_of(sample), award, public_key=KEY.public_key())
    with capsys.disabled():
        print(f"\n  twin alignments: {signer.fills.by_general_path} fallbacks")

    assert (signer.fills.by_stencil, signer.fills.by_general_path) == (0, 20)


def test_equal_results_fall_back_and_different_ones_do_not() -> None:
    sample = fixed_sample(1)
    signer = signer_for(sample)
    for values in (("87", "87"), ("87", "88")):
        results = tuple(ResultFacts(description_id=SCORE, value=value) for value in values)
        award = replace(sample.awards[0], results=results)
        signed = signer.sign(award)
        check_independently(signed.text, writer_of(sample), award, public_key=KEY.public_key())

    assert (signer.fills.by_stencil, signer.fills.by_general_path) == (1, 1)


@pytest.mark.parametrize("name", SHAPES)
def test_signed_text_is_what_the_general_path_signs(name: str) -> None:
    sample, fill, _ = SHAPES[name]
    award = fill(random.Random(3))
    document = CURRENT.build(sample.issuer, sample.achievement, award)

    signed = signer_for(sample).sign(award)

    assert signed.by_stencil
    assert signed.text == compact_json(add_proof(document, KEY, ProofOptions(**INTENT)))
    assert signed.sha256 == sha256(signed.text.encode()).hexdigest()


def test_repeated_evidence_is_written_once_in_the_canonical_form() -> None:
    sample, chance = fixed_sample(1), random.Random(4)
    one, _, three = evidence_fill(chance).evidence
    award = replace(evidence_fill(chance), evidence=(one, replace(one, name="x", narrative=None), three))

    signed = signer_for(sample).sign(award)

    check_independently(signed.text, writer_of(sample), award, public_key=KEY.public_key())
    assert signed.by_stencil


def test_own_text_verifies_and_every_changed_character_does_not() -> None:
    sample = fixed_sample(1)
    award, checks = sample.awards[0], {"public_key": KEY.public_key(), **INTENT}
    stencil = compiled_stencil(writer_of(sample), CURRENT.shape_of(award))
    text = signer_for(sample).sign(award).text
    changed = [text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :] for at in range(0, len(text), 7)]

    assert stencil.verify(text, award, **checks)
    assert not [other for other in changed if stencil.verify(other, award, **checks)]
    assert not stencil.verify(text + " ", award, **checks)
    assert not stencil.verify(text, award, **{**checks, "created": CREATED + timedelta(seconds=1)})
    assert not stencil.verify(text, award, **{**checks, "public_key": Ed25519PrivateKey.generate().public_key()})
    assert not stencil.verify(text, replace(award, holder_name="Someone Else"), **checks)


def test_award_of_another_shape_is_refused() -> None:
    sample = fixed_sample(1)
    stencil = CredentialStencil(writer_of(sample), CURRENT.shape_of(sample.awards[0]))
    other = replace(sample.awards[0], valid_until=None)

    with pytest.raises(StencilError):
        stencil.sign(other, private_key=KEY, **INTENT)
    with pytest.raises(StencilError):
        stencil.verify("", other, public_key=KEY.public_key(), **INTENT)


def test_award_that_does_not_go_with_the_achievement_is_refused() -> None:
    sample = fixed_sample(1)
    strange = replace(sample.awards[0], results=(ResultFacts(description_id="https://other.example/#r", value="1"),))

    with pytest.raises(DataModelError):
        signer_for(sample).sign(strange)


def test_self_check_finds_a_text_that_is_not_its_facts_and_a_signature_that_is_not_its_text() -> None:
    sample = fixed_sample(2)
    first, second = (signer_for(sample).sign(award).text for award in sample.awards)
    facts = (writer_of(sample), sample.awards[0])
    swapped = first.replace(json.loads(first)["proof"][0]["proofValue"], json.loads(second)["proof"][0]["proofValue"])

    check_independently(first, *facts, public_key=KEY.public_key())
    assert check_facts(first, *facts)["id"] == sample.awards[0].credential_id
    for wrong in (second, swapped, first.replace('"proof":', '"proofs":')):
        with pytest.raises(StencilError):
            check_independently(wrong, *facts, public_key=KEY.public_key())


def test_a_stencil_that_disagrees_with_the_general_path_is_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = fixed_sample(1)
    monkeypatch.setattr("credentials.stencils.escaping.rdf_escaped", lambda text: text)

    with pytest.raises(StencilError, match="differs"):
        CredentialStencil(writer_of(sample), CURRENT.shape_of(sample.awards[0]))


def test_stencils_are_kept_by_all_that_they_depend_on() -> None:
    sample = fixed_sample(1)
    writer, shape = writer_of(sample), CURRENT.shape_of(sample.awards[0])
    keys = {
        stencil_key(writer, shape),
        stencil_key(CURRENT.writer(replace(sample.issuer, name="Other"), sample.achievement), shape),
        stencil_key(CURRENT.writer(sample.issuer, replace(sample.achievement, description="Other")), shape),
        stencil_key(writer, shape._replace(has_valid_until=False)),
        stencil_key(writer, shape._replace(language="de")),
    }

    assert len(keys) == 5
    assert compiled_stencil(writer, shape) is compiled_stencil(writer_of(sample), shape)


def test_every_low_character_is_escaped_as_pyoxigraph_and_json_do() -> None:
    for code in range(0x100):
        text = f"a{chr(code)}b"
        literal = str(pyoxigraph.Literal(text))

        assert f'"{rdf_escaped(text)}"' == literal
        assert f'"{json_escaped(text)}"' == compact_json(text)


def test_fast_base58_equals_the_plain_one() -> None:
    chance = random.Random(5)
    signatures = [bytes(64), b"\0" + bytes([255] * 63), *(chance.randbytes(64) for _ in range(500))]

    assert [encode_signature(raw).decode() for raw in signatures] == [encode_base58(raw) for raw in signatures]
