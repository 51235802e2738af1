"""One chunk: built, linted, signed and checked again while no transaction is open.

The bytes are a function of the awards' facts, the builder version and the signing intent, so whoever signs a
chunk again after a dead worker writes the same ones.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import structlog

from credentials.data_integrity import ProofOptions, proof_configuration
from credentials.documents import AwardFacts
from credentials.errors import CredentialError, DataModelError, SchemaError, StencilError
from credentials.signers import ManySigner
from credentials.stencils import CredentialStencil, SignedText, check_independently
from credentials.strict_json import compact_json
from issuing.editions import Edition, edition_of
from issuing.errors import SelfCheckError
from issuing.models import Award, AwardState
from issuing.services.basis import require_mandates_for_signing
from issuing.signing.intents import Signature, intended_signature, stop_signing
from registry.alarms import AlarmCode, organisation_subject, raise_alarm
from registry.models import OutboxMessage

T = TypeVar("T")
KeepLease = Callable[[], None]
CHECKED_ONE_IN = 200
log = structlog.get_logger(__name__)


class WaitingAward(NamedTuple):
    """What signing reads of an award; plain values, since making model objects costs more than reading them."""

    id: uuid.UUID
    facts: str
    learner_id: uuid.UUID | None
    status_list_id: uuid.UUID
    claimed_at: dt.datetime | None
    builder_version: int
    revision: int
    replaces_id: uuid.UUID | None


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
    """A chunk ready to be stored.

    `refused` are awards whose document broke a rule, with the code; `aside` are those that nobody foresaw: they wait in
    chunks of their own, and keep no neighbour waiting.
    """

    message: OutboxMessage
    signature: Signature
    origin: Origin
    awards: list[SignedAward] = field(default_factory=list)
    refused: dict[uuid.UUID, str] = field(default_factory=dict)
    aside: list[uuid.UUID] = field(default_factory=list)

    def set_aside(self, award_id: uuid.UUID, error: Exception) -> None:
        """Part with an award that raised what nobody foresaw; alone in its chunk it stays, and the chunk is put back."""
        if len(self.message.payload["award_ids"]) == 1:
            raise error
        self.aside.append(award_id)


# The plan of `sign_chunk`. Nothing of what it makes is kept before `finish_chunk`: a worker that is killed between any two
# steps leaves a lease that ends, and whoever leases the row then writes the same bytes, since 1 is read from the row.
#
# 1. The intent: which key, and since when, as it was written down when the chunk was leased. Without a key, or with signing
#    stopped, the chunk waits.
# 2. The awards that still wait, and their facts. What was cancelled meanwhile is left out; facts that cannot be read
#    are refused. In the name of an organisation that mandates the issuer no more nothing new is signed: the chunk waits.
#    What stands in place of an older certificate is signed, as that was awarded under a mandate.
# 3. Lint: the document once per shape, every award's values. What breaks a rule is refused, what nobody foresaw is set
#    aside: neither keeps a neighbour waiting.
# 4. Sign.
# 5. Check: every text against its facts byte for byte; the first and one in 200 by code that shares nothing with 4. A
#    difference stops the issuer's signing, and nothing of the chunk is stored.
# 6. Alarms for what was refused or set aside, once for the chunk. They are kept at once: a kill behind them counts them
#    twice, one before them loses none.
def sign_chunk(message: OutboxMessage, *, keep_lease: KeepLease = lambda: None) -> SignedChunk:
    """Sign every award of a leased chunk that still waits for it; `keep_lease` is called before each slow step.

    Each step is taken for the whole chunk before the next one: going through all steps award by award costs
    twice the time (measured: every step finds the processor's caches filled by the others).

    Raises:
        SelfCheckError: a signed text is not what its facts say; the issuer's signing has been stopped.
        NoKeyYetError, SigningStoppedError, KeyUnavailableError, SigningNotHereError: it has to wait.
        MandateOverError: so it has where it is in the name of an organisation that mandates the issuer no more.
        LeaseLostError: `keep_lease` says that another worker has taken the chunk over.
    """
    chunk = SignedChunk(message, intended_signature(message), _origin(message))  # 1
    try:
        waiting = list(_waiting(message))  # 2
        if any(one.replaces_id is None for one in waiting):
            require_mandates_for_signing(chunk.origin.version_id)
        readable = _read(iter(waiting), chunk)
        linted = list(_linted(_kept(readable, keep_lease), chunk))  # 3
        ready, texts = _signed(_kept(linted, keep_lease), chunk)  # 4
        _check(ready, texts, chunk.signature, keep_lease)  # 5
    except StencilError as mismatch:
        if chunk.signature.key.issuer is not None:
            stop_signing(chunk.signature.key.issuer)
        raise SelfCheckError(f"chunk {message.pk}: {mismatch.message}") from mismatch
    chunk.awards = [SignedAward(one.award, one.facts, text) for one, text in zip(ready, texts, strict=True)]
    _raise_alarms(chunk)  # 6
    return chunk


def _raise_alarms(chunk: SignedChunk) -> None:
    """Raise one alarm for all awards of a chunk that met the same fate."""
    for code, unsigned in (
        (AlarmCode.ACCEPTED_AWARD_REFUSED, chunk.refused),
        (AlarmCode.AWARD_SET_ASIDE, chunk.aside),
    ):
        if unsigned:
            subject = organisation_subject(chunk.origin.organisation_id)
            raise_alarm(code, subject=subject, times=len(unsigned), chunk=chunk.message.pk)


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
    stencil: CredentialStencil


def _read(awards: Iterator[WaitingAward], chunk: SignedChunk) -> list[tuple[WaitingAward, AwardFacts]]:
    """Read the facts again; those that cannot be read are refused."""
    readable = []
    for award in awards:
        try:
            readable.append((award, AwardFacts.from_json(award.facts)))
        except DataModelError as refusal:
            _refuse(award, refusal.code, chunk)
        except Exception as error:
            log.exception("award.set_aside", award=str(award.id), chunk=chunk.message.pk)
            chunk.set_aside(award.id, error)
    return readable


def _linted(readable: Iterable[tuple[WaitingAward, AwardFacts]], chunk: SignedChunk) -> Iterator[_Ready]:
    """Lint: the whole document once per shape, the slot values of every award; what breaks a rule is refused."""
    editions: dict[tuple[int, str, str], Edition] = {}
    for award, facts in readable:
        key = (award.builder_version, facts.language, facts.credential_id.rpartition("/c/")[0])
        try:
            edition = editions.get(key) or edition_of(chunk.origin.version_id, chunk.origin.issuer_profile_id, *key)
            editions[key] = edition
            shape = edition.builder.shape_of(facts)
            edition.lint(facts, shape)
            stencil = edition.stencil_for(shape)
        except (DataModelError, SchemaError) as refusal:
            _refuse(award, refusal.code, chunk)
        except StencilError:
            raise
        except Exception as error:
            log.exception("award.set_aside", award=str(award.id), chunk=chunk.message.pk)
            chunk.set_aside(award.id, error)
        else:
            yield _Ready(award, facts, edition, stencil)


def _refuse(award: WaitingAward, code: str, chunk: SignedChunk) -> None:
    """Let an award that was acknowledged and cannot be signed end, loudly: accepting it should have said so."""
    chunk.refused[award.id] = code
    log.error("award.refused", award=str(award.id), code=code)


def _signed(linted: Iterable[_Ready], chunk: SignedChunk) -> tuple[list[_Ready], list[SignedText]]:
    """Sign each; returns what was signed and the texts, in the same order."""
    signature = chunk.signature
    signer, method, created = ManySigner(signature.private_key), signature.method, signature.created
    ready, texts = [], []
    for one in linted:
        try:
            text = one.stencil.sign_same_shape(one.facts, signer, method, created)
        except StencilError:
            raise
        except Exception as error:
            log.exception("award.set_aside", award=str(one.award.id), chunk=chunk.message.pk)
            chunk.set_aside(one.award.id, error)
        else:
            ready.append(one)
            texts.append(text)
    return ready, texts


def _check(ready: Sequence[_Ready], texts: Sequence[SignedText], signature: Signature, keep_lease: KeepLease) -> None:
    """Compare every text with its facts, and check the first and one in 200 as a stranger would."""
    public_key = signature.private_key.public_key()
    proof = proof_pattern(signature)
    for one, signed in zip(ready, texts, strict=True):
        _compare(signed.text, one.edition, one.facts, proof)
    for one, signed in zip(ready[::CHECKED_ONE_IN], texts[::CHECKED_ONE_IN], strict=True):
        keep_lease()
        check_independently(signed.text, one.edition.writer, one.facts, public_key=public_key)


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
        unsigned = edition.writer.text(facts).removesuffix("}")
    except CredentialError as error:
        raise StencilError("a signed text cannot be told again") from error
    if not text.startswith(unsigned) or not proof.fullmatch(text, len(unsigned)):
        raise StencilError("a signed text differs from its facts")
