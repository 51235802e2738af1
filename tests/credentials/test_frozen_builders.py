"""Builders are frozen: the digests below are of documents that people hold and of the words in them.

Whoever changes what one of them makes on purpose wants a new builder, with digests of its own.
"""

import hashlib
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.builders import Builder, v1, v2
from credentials.builders.v1 import award_words as award_words_1
from credentials.builders.v1 import entry_words as entry_words_1
from credentials.builders.v2 import award_words as award_words_2
from credentials.builders.v2 import entry_words as entry_words_2
from credentials.canonical import canonical_nquads
from credentials.documents import AchievementFacts, AwardFacts, IssuerFacts, StatedEntry, StatedIssuer
from credentials.jose import sign_vc_jwt
from credentials.schema import check_schema
from credentials.stencils import StencilSigner, check_independently
from credentials.stencils.escaping import rdf_escaped
from credentials.strict_json import compact_json
from tests.credentials import frozen_facts_1, frozen_facts_2

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@dataclass(frozen=True)
class Frozen:
    """A builder, where its code and words lie, what its digests are taken over, and the digests."""

    package: ModuleType
    words: tuple[ModuleType, ...]
    facts: Any
    documents: str
    told: str

    @property
    def builder(self) -> Builder:
        return self.package.BUILDER


BUILDERS = {
    "builder 1": Frozen(
        v1,
        (entry_words_1, award_words_1),
        frozen_facts_1,
        documents="23ac4c53470004465cad4b0e5e3d375d3f7c65c94ac85a12c62ebb0d033957d7",
        told="6c8cab7859cbb6cfd6500c0d18187cfee732d502f201011af0a548baea3bb6ea",
    ),
    "builder 2": Frozen(
        v2,
        (entry_words_2, award_words_2),
        frozen_facts_2,
        documents="531de46f4fef4a56ada5dc22ba4f50a51f543c844affa6f96395291e9b0bc86f",
        told="a05cdc8e772740437c5bcda36859f35749bf6c506c27296f4f684272ecc396ff",
    ),
}


@pytest.fixture(params=BUILDERS)
def frozen(request: pytest.FixtureRequest) -> Frozen:
    return BUILDERS[request.param]


def editions(frozen: Frozen) -> Iterator[tuple[IssuerFacts, AchievementFacts]]:
    yield frozen.facts.full_definitions()
    entries = [frozen.builder.achievement_facts(stated) for stated in frozen.facts.stated_entries()]
    for stated in frozen.facts.stated_issuers():
        issuer = frozen.builder.issuer_facts(stated)
        yield from ((issuer, achievement) for achievement in entries)


def documents(frozen: Frozen) -> Iterator[str]:
    for issuer, achievement in editions(frozen):
        writer = frozen.builder.writer(issuer, achievement)
        yield compact_json(frozen.builder.achievement_document(issuer, achievement))
        for award in frozen.facts.awards(achievement.language):
            yield writer.text(award)


def digest(texts: Iterator[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def tables(frozen: Frozen) -> Iterator[tuple[str, Any]]:
    for module in frozen.words:
        yield from ((name, value) for name, value in sorted(vars(module).items()) if name.lstrip("_").isupper())


def words(frozen: Frozen) -> Iterator[str]:
    for entry in tables(frozen):
        yield json.dumps(entry, ensure_ascii=False, default=repr)


def texts_in(value: Any) -> Iterator[str]:
    """Yield every word of a table, without the places that are filled."""
    if isinstance(value, str):
        yield from (part.strip(" ,.:") for part in re.split(r"\{\w+\}", value))
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from texts_in(member)
    elif isinstance(value, tuple):
        for member in value:
            yield from texts_in(member)


def test_documents_never_change(frozen: Frozen) -> None:
    assert digest(documents(frozen)) == frozen.documents


def test_words_never_change(frozen: Frozen) -> None:
    assert digest(words(frozen)) == frozen.told


def test_every_word_stands_in_a_document_that_the_digest_is_taken_over(frozen: Frozen) -> None:
    written = "\n".join(documents(frozen))
    known = {text for name, value in tables(frozen) if name != "LANGUAGES" for text in texts_in(value) if text}
    # Builder 1 had labels for two items of an entry that it never wrote.
    unwritten = {"Mode of participation", "Art der Teilnahme", "Period of learning", "Lernzeitraum"} & (
        set() if frozen.builder.version > 1 else known
    )

    assert {text for text in known - unwritten if json.dumps(text, ensure_ascii=False)[1:-1] not in written} == set()


def test_the_facts_fill_every_member_that_the_builder_reads(frozen: Frozen) -> None:
    """Of each class of facts, whatever member the package names is filled in somewhere."""
    folder = Path(inspect.getfile(frozen.package)).parent
    read = set(re.findall(r"\.(\w+)\b", "\n".join(path.read_text() for path in folder.glob("*.py"))))
    issuer, achievement = frozen.facts.full_definitions()
    filled: dict[type, list[Any]] = {
        AwardFacts: list(frozen.facts.awards("de")),
        StatedIssuer: list(frozen.facts.stated_issuers()),
        StatedEntry: list(frozen.facts.stated_entries()),
        IssuerFacts: [issuer],
        AchievementFacts: [achievement],
    }
    unfilled = {
        f"{kind.__name__}.{field.name}"
        for kind, values in filled.items()
        for field in fields(kind)
        if field.name in read and all(getattr(value, field.name) in (None, "", ()) for value in values)
    }

    assert unfilled == set()


def test_its_documents_pass_the_schema_and_the_independent_check(frozen: Frozen) -> None:
    created = datetime(2026, 6, 1, tzinfo=UTC)
    issuer, achievement = frozen.facts.full_definitions()
    writer = frozen.builder.writer(issuer, achievement)
    signer = StencilSigner(writer, private_key=KEY, verification_method=f"{issuer.id}#key", created=created)
    awards = list(frozen.facts.awards("de"))
    for award in awards:
        check_schema(writer.build(award))
        signed = signer.sign(award)
        check_independently(signed.text, writer, award, public_key=KEY.public_key())

    assert (signer.fills.by_stencil, signer.fills.by_general_path) == (len(awards), 0)


@pytest.mark.parametrize("table", ["LABELS", "STATES", "_WORDINGS"])
def test_one_changed_word_changes_both_digests(frozen: Frozen, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(documents(frozen)), digest(words(frozen))
    module = next(module for module in frozen.words if hasattr(module, table))
    changed = dict(getattr(module, table))
    key = "de" if table == "_WORDINGS" else next(iter(changed))
    changed[key] = changed["en"] if table == "_WORDINGS" else {**changed[key], "de": "anders"}
    monkeypatch.setattr(module, table, changed)
    module.wording_for.cache_clear() if table == "_WORDINGS" else None

    after = digest(documents(frozen)), digest(words(frozen))
    module.wording_for.cache_clear() if table == "_WORDINGS" else None
    assert not set(before) & set(after)


def test_builders_share_no_code_but_what_is_frozen_with_them() -> None:
    """A later builder copies: a change for it would change documents of the earlier one."""
    for frozen in BUILDERS.values():
        folder = Path(inspect.getfile(frozen.package)).parent
        imported = set(
            re.findall(r"(?m)^from (credentials[.\w]*)", "\n".join(p.read_text() for p in folder.glob("*.py")))
        )
        own = f"credentials.builders.{folder.name}"
        shared = {name for name in imported if name != own and not name.startswith(f"{own}.")}

        # Facts and their form as text are held to the digests above; no word or member comes from there.
        assert shared <= {
            "credentials.builders.builder",
            "credentials.documents",
            "credentials.errors",
            "credentials.strict_json",
        }


def leaves(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        for name, child in node.items():
            yield from leaves(child) if name not in ("@context", "type") else ()
    elif isinstance(node, list):
        for child in node:
            yield from leaves(child)
    else:
        yield node


def test_no_member_of_any_document_is_dropped_on_expansion(frozen: Frozen) -> None:
    """Every value that stands in the JSON is signed: it stands in the statements that the signature covers."""
    for issuer, achievement in [frozen.facts.full_definitions(), *list(editions(frozen))[1::7]]:
        *_, award = frozen.facts.awards(achievement.language)
        document = frozen.builder.build(issuer, achievement, award)
        signed = canonical_nquads(document)
        written = [rdf_escaped(value) for value in leaves(document) if isinstance(value, str)]

        assert [value for value in written if f'"{value}"' not in signed and f"<{value}>" not in signed] == []


def test_a_token_says_the_same_times_in_seconds(frozen: Frozen) -> None:
    issuer, achievement = frozen.facts.full_definitions()
    *_, award = frozen.facts.awards("de")
    document = frozen.builder.build(issuer, achievement, award)
    token = sign_vc_jwt(document, KEY, f"{issuer.id}#key")
    claims = jwt.decode(token, options={"verify_signature": False})

    assert claims["nbf"] == award.valid_from.timestamp()
    assert claims["exp"] == award.valid_until.timestamp()
