"""One chunk: built, linted, signed and checked again while no transaction is open.

The bytes are a function of the awards' facts, the builder version and the signing intent, so whoever signs a
chunk again after a dead worker writes the same ones.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeVar

from catalogue.documents import achievement_facts, issuer_facts
from catalogue.selectors import versions
from credentials.data_integrity import ProofOptions, proof_configuration
from credentials.data_model import check_data_model
from credentials.documents import AchievementFacts, AwardFacts, CredentialBuilder, IssuerFacts
from credentials.errors import CredentialError, DataModelError, SchemaError, TemplateError
from credentials.schema import check_schema, check_slots
from credentials.signers import ManySigner
from credentials.strict_json import compact_json
from credentials.templates import (
    AwardShape,
    CredentialTemplate,
    SignedText,
    check_independently,
    compiled_template,
    shape_of,
)
from issuing.errors import SelfCheckError
from issuing.models import Award, AwardState
from issuing.signing.intents import Signature, intended_signature, stop_signing
from registry.models import IssuerProfile, OutboxMessage

T = TypeVar("T")
KeepLease = Callable[[], None]
CHECKED_ONE_IN = 200
KNOWN_EDITIONS = 1_000


class WaitingAward(NamedTuple):
    """What signing reads of an award; plain values, since making model objects costs more than reading them."""

    id: uuid.UUID
    facts: str
    learner_id: uuid.UUID | None
    status_list_id: uuid.UUID


class Origin(NamedTuple):
    """What all awards of a chunk share, since one act made them."""

    organisation_id: uuid.UUID
    version_id: uuid.UUID
    issuer_profile_id: uuid.UUID
    default_visibility: str


@dataclass(frozen=True, slots=True)
class SignedAward:
    """One award with its facts and its signed text."""

    award: WaitingAward
    facts: AwardFacts
    signed: SignedText


@dataclass(slots=True)
class SignedChunk:
    """A chunk ready to be stored; `refused` are awards whose document broke a rule, with the code."""

    message: OutboxMessage
    signature: Signature
    origin: Origin
    awards: list[SignedAward] = field(default_factory=list)
    refused: dict[uuid.UUID, str] = field(default_factory=dict)


class Edition:
    """What the awards of one version, profile, language and host have in common."""

    def __init__(self, issuer: IssuerFacts, achievement: AchievementFacts) -> None:
        self.issuer, self.achievement = issuer, achievement
        self.builder = CredentialBuilder(issuer, achievement)
        self.templates: dict[AwardShape, CredentialTemplate] = {}

    def template_for(self, facts: AwardFacts) -> CredentialTemplate:
        """Return the template of the award's shape; the first document of a shape is linted as a whole."""
        shape = shape_of(facts)
        if shape not in self.templates:
            document = self.builder.build(facts)
            check_data_model(document)
            check_schema(document)
            if len(self.templates) >= KNOWN_EDITIONS:
                self.templates.clear()
            self.templates[shape] = compiled_template(self.issuer, self.achievement, shape)
        return self.templates[shape]


def sign_chunk(message: OutboxMessage, *, keep_lease: KeepLease = lambda: None) -> SignedChunk:
    """Sign every award of a claimed chunk that still waits for it; `keep_lease` is called before each slow step.

    Each step is taken for the whole chunk before the next one: going through all steps award by award costs
    twice the time (measured: every step finds the processor's caches filled by the others).

    Raises:
        SelfCheckError: a signed text is not what its facts say; the issuer's signing has been stopped.
        NoKeyYetError, SigningStoppedError, KeyUnavailableError, SigningNotHereError: it has to wait.
        LeaseLostError: `keep_lease` says that another worker has taken the chunk over.
    """
    chunk = SignedChunk(message, intended_signature(message), _origin(message))
    try:
        readable = _read(_waiting(message), chunk)
        ready = list(_linted(_kept(readable, keep_lease), chunk))
        texts = _signed(_kept(ready, keep_lease), chunk.signature)
        _check(ready, texts, chunk.signature, keep_lease)
    except TemplateError as mismatch:
        if chunk.signature.key.issuer is not None:
            stop_signing(chunk.signature.key.issuer)
        raise SelfCheckError(f"chunk {message.pk}: {mismatch.message}") from mismatch
    chunk.awards = [SignedAward(one.award, one.facts, text) for one, text in zip(ready, texts, strict=True)]
    return chunk


def _kept(items: Iterable[T], keep_lease: KeepLease) -> Iterator[T]:
    for item in items:
        keep_lease()
        yield item


def _origin(message: OutboxMessage) -> Origin:
    first = Award.objects.filter(pk=message.payload["award_ids"][0])
    columns = ("organisation_id", "version_id", "issuer_profile_id", "organisation__default_visibility")
    return Origin(*first.values_list(*columns).get())


def _waiting(message: OutboxMessage) -> Iterator[WaitingAward]:
    """Yield the chunk's awards that wait to be signed, in the order in which they were accepted."""
    ids = [uuid.UUID(award_id) for award_id in message.payload["award_ids"]]
    rows = Award.objects.filter(id__any_of=ids, state=AwardState.ACCEPTED).values_list(*WaitingAward._fields)
    known = {row[0]: row for row in rows}
    return (WaitingAward(*known[award_id]) for award_id in ids if award_id in known)


class _Ready(NamedTuple):
    """An award whose facts passed the lint, with what will write its document."""

    award: WaitingAward
    facts: AwardFacts
    edition: Edition
    template: CredentialTemplate


def _read(awards: Iterator[WaitingAward], chunk: SignedChunk) -> list[tuple[WaitingAward, AwardFacts]]:
    """Read the facts again; those that cannot be read are refused."""
    readable = []
    for award in awards:
        try:
            readable.append((award, AwardFacts.from_json(award.facts)))
        except DataModelError as refusal:
            chunk.refused[award.id] = refusal.code
    return readable


def _linted(readable: Iterable[tuple[WaitingAward, AwardFacts]], chunk: SignedChunk) -> Iterator[_Ready]:
    """Lint: the whole document once per shape, the slot values of every award; what breaks a rule is refused."""
    editions: dict[tuple[str, str], Edition] = {}
    for award, facts in readable:
        key = (facts.language, facts.credential_id.rpartition("/c/")[0])
        edition = editions.get(key) or edition_of(chunk.origin.version_id, chunk.origin.issuer_profile_id, *key)
        editions[key] = edition
        try:
            template = edition.template_for(facts)
            check_slots(facts)
        except (DataModelError, SchemaError) as refusal:
            chunk.refused[award.id] = refusal.code
        else:
            yield _Ready(award, facts, edition, template)


def _signed(ready: Iterable[_Ready], signature: Signature) -> list[SignedText]:
    signer, method, created = ManySigner(signature.private_key), signature.method, signature.created
    return [one.template.sign_same_shape(one.facts, signer, method, created) for one in ready]


def _check(ready: Sequence[_Ready], texts: Sequence[SignedText], signature: Signature, keep_lease: KeepLease) -> None:
    """Compare every text with its facts, and check the first and one in 200 as a stranger would."""
    public_key = signature.private_key.public_key()
    proof = proof_pattern(signature)
    for one, signed in zip(ready, texts, strict=True):
        _compare(signed.text, one.edition, one.facts, proof)
    for one, signed in zip(ready[::CHECKED_ONE_IN], texts[::CHECKED_ONE_IN], strict=True):
        keep_lease()
        edition = one.edition
        check_independently(signed.text, edition.issuer, edition.achievement, one.facts, public_key=public_key)


def proof_pattern(signature: Signature) -> re.Pattern[str]:
    """Return what has to stand behind the unsigned text: the one proof of this intent, whatever its value."""
    configuration = proof_configuration(ProofOptions(signature.method, signature.created), [])
    members = compact_json({name: value for name, value in configuration.items() if name != "@context"})
    start = re.escape(f',"proof":[{members.removesuffix("}")},"proofValue":"z')
    return re.compile(start + r'[1-9A-HJ-NP-Za-km-z]{80,90}"\}\]\}')


def _compare(text: str, edition: Edition, facts: AwardFacts, proof: re.Pattern[str]) -> None:
    """Demand that a signed text is, byte for byte, what the builder makes of the facts, and the proof behind it.

    That says more than parsing it again and comparing the values, and costs half (measured).
    """
    try:
        unsigned = edition.builder.text(facts).removesuffix("}")
    except CredentialError as error:
        raise TemplateError("a signed text cannot be told again") from error
    if not text.startswith(unsigned) or not proof.fullmatch(text, len(unsigned)):
        raise TemplateError("a signed text differs from its facts")


@lru_cache(maxsize=KNOWN_EDITIONS)
def edition_of(version_id: uuid.UUID, profile_id: uuid.UUID, language: str, base_url: str) -> Edition:
    """Return an edition; published versions and profiles never change, so it is read once."""
    version = versions().get(pk=version_id)
    profile = IssuerProfile.objects.select_related("issuer__organisation").get(pk=profile_id)
    return Edition(
        issuer_facts(profile, language, base_url=base_url),
        achievement_facts(version, language, base_url=base_url),
    )
