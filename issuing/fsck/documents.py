"""N4: every stored credential is byte for byte what was signed, says what was fixed, and verifies."""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections.abc import Iterator
from functools import lru_cache

from django.core.exceptions import ObjectDoesNotExist

from catalogue.documents import achievement_facts, issuer_facts
from catalogue.selectors import versions
from credentials.builders import builder_of
from credentials.contexts import context_bytes
from credentials.documents import AchievementFacts, AwardFacts, IssuerFacts
from credentials.errors import CredentialError, UnknownBuilderError
from issuing.fsck.breaches import Breach, breach_of
from issuing.fsck.decoder import signature_holds
from issuing.models import Credential
from registry.models import IssuerProfile

SAMPLE = 1_000
READ_CHUNK = 500


class Contexts(dict[str, str]):
    """The pinned contexts as texts, read on first use; any other address is a KeyError."""

    def __missing__(self, url: str) -> str:
        try:
            self[url] = context_bytes(url).decode()
        except CredentialError as error:
            raise KeyError(url) from error
        return self[url]


def documents_hold(*, full: bool) -> Iterator[Breach]:
    """N4: digest, facts and signature of what is stored; all signatures with `full`, else 1,000 at random."""
    stored = Credential.objects.filter(erased_at=None)
    sampled = _sample(stored.count(), full=full)
    contexts = Contexts()
    problems: dict[str, list[object]] = {}
    rows = stored.select_related("key", "award").order_by("pk")
    for number, credential in enumerate(rows.iterator(chunk_size=READ_CHUNK)):
        for problem in _problems(credential, contexts if number in sampled else None):
            problems.setdefault(problem, []).append(credential.pk)
    for problem, ids in problems.items():
        yield from breach_of("N4", problem, ids)


def _sample(total: int, *, full: bool) -> set[int]:
    if full or total <= SAMPLE:
        return set(range(total))
    return set(random.SystemRandom().sample(range(total), SAMPLE))


def _problems(credential: Credential, contexts: Contexts | None) -> Iterator[str]:
    text = credential.document or ""
    if hashlib.sha256(text.encode()).hexdigest() != credential.sha256:
        yield "stored bytes differ from their digest"
    try:
        if not _says_what_was_fixed(credential, text):
            yield "document differs from the facts that were fixed"
    except UnknownBuilderError:
        yield "document was made by a builder that this release does not have"
    if contexts is None:
        return
    try:
        if not signature_holds(text, credential.key.public_multibase, contexts):
            yield "signature does not hold"
    except (ValueError, KeyError, TypeError, SyntaxError):
        yield "document cannot be read"


def _says_what_was_fixed(credential: Credential, text: str) -> bool:
    """Rebuild the document from facts and immutable definitions, and compare; the proof must name the key's time."""
    award = credential.award
    builder = builder_of(award.builder_version)
    try:
        document = json.loads(text)
        proof = document.pop("proof")[0]
        facts = AwardFacts.from_json(award.facts)
        base_url = facts.credential_id.rpartition("/c/")[0]
        rebuilt = builder.build(
            _issuer(award.issuer_profile_id, facts.language, base_url, builder.version),
            _achievement(award.version_id, facts.language, base_url, builder.version),
            facts,
        )
    except (ValueError, KeyError, TypeError, CredentialError, ObjectDoesNotExist):
        return False
    created = credential.proof_created.strftime("%Y-%m-%dT%H:%M:%SZ")
    return bool(document == rebuilt and proof.get("created") == created)


@lru_cache(maxsize=1_000)
def _issuer(profile_id: uuid.UUID, language: str, base_url: str, builder: int) -> IssuerFacts:
    profile = IssuerProfile.objects.select_related("issuer__organisation").get(pk=profile_id)
    return issuer_facts(profile, language, base_url=base_url, builder=builder_of(builder))


@lru_cache(maxsize=1_000)
def _achievement(version_id: uuid.UUID, language: str, base_url: str, builder: int) -> AchievementFacts:
    return achievement_facts(versions().get(pk=version_id), language, base_url=base_url, builder=builder_of(builder))
