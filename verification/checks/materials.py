"""What the checks judge: values gathered beforehand. Nothing here fetches, and nothing knows the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something is not as it should be: a stable code, and a sentence in English for experts."""

    code: str
    detail: str = ""


class DocumentKind(StrEnum):
    """What an input is, by what it says of itself."""

    ACHIEVEMENT = "achievement"
    ENDORSEMENT = "endorsement"
    STATUS_LIST = "status-list"
    STATEMENT = "statement"
    LEARNER_RECORD = "clr-2"
    OLDER_MODEL = "data-model-1.1"
    OPEN_BADGE_2 = "open-badge-2"
    PRESENTATION = "presentation"
    ENVELOPE = "envelope"
    VOCABULARY = "vocabulary"
    SD_JWT = "sd-jwt"
    PDF = "pdf"
    PICTURE = "picture"
    PAGE = "page"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reading:
    """The input as read.

    `problem`: why it cannot be read in one way. `unfinished`: why nothing is known about it (a kind that we do not
    read, a departure from its standard, time, memory). With neither, `document` is a credential that follows
    `standard`. `signed` is False where a kind that carries its signature inside has none.
    """

    document: JsonObject | None
    problem: Problem | None = None
    unfinished: Problem | None = None
    wrapping: str = "json"
    kind: DocumentKind = DocumentKind.ACHIEVEMENT
    standard: str = "Open Badges 3.0"
    signed: bool = True


@dataclass(frozen=True, slots=True)
class HeldProof:
    """One signature that fits, and the key that it fits.

    `created` is None where the format carries no time; `begins` and `ends` bound the signature itself where its
    format has that (`nbf` and `exp` of a token, `expires` of a proof).
    """

    method: str
    created: datetime | None
    suite: str
    public_key: str = ""
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProofReading:
    """What became of the signatures: all hold, or the problem of one, or why nobody could tell."""

    proofs: tuple[HeldProof, ...] = ()
    problem: Problem | None = None
    unfinished: Problem | None = None


@dataclass(frozen=True, slots=True)
class KeyLife:
    """When a key of ours signed. A compromised key's signatures count until that moment at most."""

    valid_from: datetime
    retired_at: datetime | None = None
    compromised_at: datetime | None = None


class Identity(StrEnum):
    """How the signing key relates to the issuer that the document names."""

    CONFIRMED = "confirmed"
    ANOTHER_SIGNER = "another-signer"
    NOT_LISTED = "not-listed"
    NO_METHOD = "no-method"
    UNREACHABLE = "unreachable"
    UNSUPPORTED = "method-not-supported"
    WITHDRAWN = "key-ended"
    UNTRIED = "unproven"


@dataclass(frozen=True, slots=True)
class IssuerReading:
    """Who the document says issued it, and whether the key belongs to that issuer.

    `keys` holds the key history of an issuer of ours, by address of the key; `ours` says whether it is one, `platform`
    whether it is this installation itself.
    """

    did: str
    name: str
    identity: Identity
    detail: str = ""
    ours: bool = False
    platform: bool = False
    keys: Mapping[str, KeyLife] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Voucher:
    """Somebody who vouches for the issuer, as the register of trusted issuers has it."""

    name: str
    vouched_by: str
    since: date
    until: date | None = None
    source: str = ""
    names: tuple[str, ...] = ()
    """The registered name in every language; `name` is the one in the reader's."""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """How the name that a document gives its issuer could mislead.

    `code`: `looks-like-known` (read as the same name), `resembles-known` (nearly), `mixed-scripts` (alphabets mixed
    within a word). `name` and `vouched_by` are those of the other, registered issuer; empty for mixed scripts.
    """

    code: str
    name: str = ""
    vouched_by: str = ""


@dataclass(frozen=True, slots=True)
class ListReading:
    """One status entry of the document, looked up. `value` is the bit, None where it could not be read."""

    purpose: str
    value: bool | None
    as_of: datetime | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """A status change that we recorded ourselves."""

    purpose: str
    value: bool
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """What we know about a credential because we issued it.

    `same_as_issued`: the document at hand says what our stored one says. `signed_at` is our own record of the
    signing, which a thief of the key alone cannot write. `successor_url` is None where the newer version is private.
    `recorded` is False where an issuer of ours signed it and we hold no record of it: then nothing is compared. `revocable`
    is False for a statement of ours that has no place in a list.
    """

    same_as_issued: bool
    signed_at: datetime | None = None
    events: tuple[StatusEvent, ...] = ()
    superseded: bool = False
    successor_url: str | None = None
    recorded: bool = True
    revocable: bool = True


@dataclass(frozen=True, slots=True)
class AskedHolder:
    """What the visitor typed about the holder, and whether the document's identifiers include it.

    `matches` is None where nothing can be compared; `reason` says why.
    """

    text: str
    matches: bool | None
    reason: str = "nothing-to-compare"


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """Everything that one verification judges.

    Parts that come after an unreadable document or a signature that does not hold stay at their defaults:
    they were never gathered. `vouchers` None means that the register could not be read; `resemblance` says whose
    registered name the document's resembles, an unknown issuer's or a recognised one's that is called otherwise.
    `passed_over` names the purposes of status entries that say nothing about whether a credential stands.
    """

    reading: Reading
    proof: ProofReading | None = None
    issuer: IssuerReading | None = None
    vouchers: tuple[Voucher, ...] | None = ()
    resemblance: Resemblance | None = None
    lists: tuple[ListReading, ...] = ()
    passed_over: tuple[str, ...] = ()
    own: OwnRecord | None = None
    asked: AskedHolder | None = None
    erased_at: datetime | None = None
    visible: bool = True
