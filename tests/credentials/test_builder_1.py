"""Builder 1 is frozen: the digests below are of documents that people hold and of the words in them."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.builders import v1
from credentials.builders.v1 import award_words, entry_words
from credentials.documents import AchievementFacts, AwardFacts, IssuerFacts, StatedEntry, StatedIssuer
from credentials.strict_json import compact_json
from credentials.templates import TemplateSigner, check_independently
from tests.credentials import frozen_facts

DOCUMENTS = "23ac4c53470004465cad4b0e5e3d375d3f7c65c94ac85a12c62ebb0d033957d7"
WORDS = "6c8cab7859cbb6cfd6500c0d18187cfee732d502f201011af0a548baea3bb6ea"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
Edition = tuple[IssuerFacts, AchievementFacts]


def editions() -> Iterator[Edition]:
    yield frozen_facts.full_definitions()
    entries = [v1.BUILDER.achievement_facts(stated) for stated in frozen_facts.stated_entries()]
    for stated in frozen_facts.stated_issuers():
        issuer = v1.BUILDER.issuer_facts(stated)
        yield from ((issuer, achievement) for achievement in entries)


def documents() -> Iterator[str]:
    for issuer, achievement in editions():
        writer = v1.BUILDER.writer(issuer, achievement)
        yield compact_json(v1.BUILDER.achievement_document(issuer, achievement))
        for award in frozen_facts.awards(achievement.language):
            yield writer.text(award)
            assert writer.text(award) == compact_json(writer.build(award))


def digest(texts: Iterator[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def words() -> Iterator[str]:
    for module in (entry_words, award_words):
        for name, value in sorted(vars(module).items()):
            if name.lstrip("_").isupper():
                yield json.dumps([name, value], ensure_ascii=False, default=repr)


def test_documents_of_builder_1_never_change() -> None:
    """Who changed this on purpose wants a new builder."""
    assert digest(documents()) == DOCUMENTS


def test_words_of_builder_1_never_change() -> None:
    """Who changed this on purpose wants a new builder."""
    assert digest(words()) == WORDS


def test_every_word_stands_in_a_document_that_the_digest_is_taken_over() -> None:
    written = "\n".join(documents())
    tables = [entry_words.LABELS, entry_words.KINDS, entry_words.STATES, entry_words.BASES, entry_words.RESULT_NAMES]
    labels = {text for table in tables for texts in table.values() for text in texts.values()}
    # Facts of the award itself have labels of their own
    own = {"Mode of participation", "Art der Teilnahme", "Period of learning", "Lernzeitraum"}

    assert {label for label in labels - own if json.dumps(label, ensure_ascii=False)[1:-1] not in written} == set()


def test_the_frozen_facts_fill_every_member_that_builder_1_knows() -> None:
    known = {
        AwardFacts: list(frozen_facts.awards("de")),
        StatedIssuer: list(frozen_facts.stated_issuers()),
        StatedEntry: list(frozen_facts.stated_entries()),
        IssuerFacts: [frozen_facts.full_definitions()[0]],
        AchievementFacts: [frozen_facts.full_definitions()[1]],
    }
    unfilled = {
        f"{kind.__name__}.{field.name}"
        for kind, values in known.items()
        for field in fields(kind)
        if not any(getattr(value, field.name) for value in values) and field.name != "status_index"
    }

    assert unfilled == set()


def test_what_builder_1_accepted_is_signed_by_it_whatever_is_current() -> None:
    issuer, achievement = frozen_facts.full_definitions()
    writer = v1.BUILDER.writer(issuer, achievement)
    created = datetime(2026, 6, 1, tzinfo=UTC)
    signer = TemplateSigner(writer, private_key=KEY, verification_method=f"{issuer.id}#key", created=created)
    for award in frozen_facts.awards("de"):
        signed = signer.sign(award)
        check_independently(signed.text, writer, award, public_key=KEY.public_key())

    assert json.loads(signed.text)["validFrom"] == "2026-05-31T22:00:00Z"
    assert (signer.fills.by_template, signer.fills.by_general_path) == (2, 0)


def test_a_changed_word_changes_both_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(documents()), digest(words())
    labels = {**entry_words.LABELS, "level": {"en": "Level", "de": "Stufe"}}
    monkeypatch.setattr(entry_words, "LABELS", labels)

    assert not {digest(documents()), digest(words())} & set(before)
