"""One chunk: built, linted, signed and checked again while no transaction is open.

The bytes are a function of the awards' facts, the builder version and the signing intent, so whoever signs a
chunk again after a dead worker writes the same ones.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from catalogue.documents import achievement_facts, issuer_facts
from catalogue.selectors import versions
from credentials.data_model import check_data_model
from credentials.documents import AchievementFacts, AwardFacts, IssuerFacts, build_credential
from credentials.errors import CredentialError, DataModelError, SchemaError, TemplateError
from credentials.schema import check_schema
from credentials.templates import AwardShape, SignedText, TemplateSigner, check_independently, shape_of
from credentials.templates.self_check import check_facts
from issuing.errors import SelfCheckError
from issuing.models import Award, AwardState
from issuing.signing.intents import Signature, intended_signature, stop_signing
from registry.models import IssuerProfile, OutboxMessage

CHECKED_ONE_IN = 200
KNOWN_EDITIONS = 1_000


@dataclass(frozen=True, slots=True)
class SignedAward:
    """One award with its facts and its signed text."""

    award: Award
    facts: AwardFacts
    signed: SignedText


@dataclass(slots=True)
class SignedChunk:
    """A chunk ready to be stored; `refused` are awards whose document broke a rule, with the code."""

    message: OutboxMessage
    signature: Signature
    awards: list[SignedAward] = field(default_factory=list)
    refused: dict[uuid.UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edition:
    """What the awards of one version, profile, language and host have in common."""

    issuer: IssuerFacts
    achievement: AchievementFacts


def sign_chunk(message: OutboxMessage) -> SignedChunk:
    """Sign every award of a claimed chunk that still waits for it.

    Raises:
        SelfCheckError: a signed text is not what its facts say; the issuer's signing has been stopped.
        NoKeyYetError, SigningStoppedError, KeyUnavailableError, SigningNotHereError: it has to wait.
    """
    chunk = SignedChunk(message, intended_signature(message))
    signing = _ChunkSigning(chunk.signature)
    for award in _waiting(message):
        try:
            facts = AwardFacts.from_json(award.facts)
            signed = signing.sign(award, facts)
        except (DataModelError, SchemaError) as refusal:
            chunk.refused[award.pk] = refusal.code
        except TemplateError as mismatch:
            if chunk.signature.key.issuer is not None:
                stop_signing(chunk.signature.key.issuer)
            raise SelfCheckError(f"{award.pk}: {mismatch.message}") from mismatch
        else:
            chunk.awards.append(SignedAward(award, facts, signed))
    return chunk


def _waiting(message: OutboxMessage) -> Iterator[Award]:
    """Yield the chunk's awards in the order in which they were accepted."""
    columns = ("id", "facts", "organisation_id", "learner_id", "version_id", "issuer_profile_id", "status_list_id")
    found = Award.objects.filter(pk__in=message.payload["award_ids"], state=AwardState.ACCEPTED).only(*columns)
    known = {str(award.pk): award for award in found}
    yield from (known[award_id] for award_id in message.payload["award_ids"] if award_id in known)


class _ChunkSigning:
    """Signers of one chunk, by edition; each shape is linted once, each text compared with its facts."""

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        self.public_key = signature.private_key.public_key()
        self.signers: dict[Edition, TemplateSigner] = {}
        self.linted: set[tuple[str, AwardShape]] = set()
        self.count = 0

    def sign(self, award: Award, facts: AwardFacts) -> SignedText:
        """Build, lint, sign, and check what came out."""
        base_url = facts.credential_id.rpartition("/c/")[0]
        edition = edition_of(award.version_id, award.issuer_profile_id, facts.language, base_url)
        self._lint(edition, facts)
        signed = self._signer(edition).sign(facts)
        if self.count % CHECKED_ONE_IN == 0:
            check_independently(signed.text, edition.issuer, edition.achievement, facts, public_key=self.public_key)
        else:
            _compare(signed.text, edition, facts)
        self.count += 1
        return signed

    def _lint(self, edition: Edition, facts: AwardFacts) -> None:
        """Check the whole document of the first award of each shape; slot values were checked with the facts."""
        key = (edition.achievement.id, shape_of(facts))
        if key in self.linted:
            return
        document = build_credential(edition.issuer, edition.achievement, facts)
        check_data_model(document)
        check_schema(document)
        self.linted.add(key)

    def _signer(self, edition: Edition) -> TemplateSigner:
        if edition not in self.signers:
            self.signers[edition] = TemplateSigner(
                edition.issuer,
                edition.achievement,
                private_key=self.signature.private_key,
                verification_method=self.signature.method,
                created=self.signature.created,
            )
        return self.signers[edition]


def _compare(text: str, edition: Edition, facts: AwardFacts) -> None:
    try:
        check_facts(text, edition.issuer, edition.achievement, facts)
    except TemplateError:
        raise
    except CredentialError as error:
        raise TemplateError(f"a signed text cannot be read: {error.code}") from error


@lru_cache(maxsize=KNOWN_EDITIONS)
def edition_of(version_id: uuid.UUID, profile_id: uuid.UUID, language: str, base_url: str) -> Edition:
    """Return the facts of an edition; published versions and profiles never change, so it is read once."""
    version = versions().get(pk=version_id)
    profile = IssuerProfile.objects.select_related("issuer__organisation").get(pk=profile_id)
    return Edition(
        issuer=issuer_facts(profile, language, base_url=base_url),
        achievement=achievement_facts(version, language, base_url=base_url),
    )
