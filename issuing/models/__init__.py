"""The tables of issuing."""

from issuing.models.awards import (
    Award,
    AwardState,
    Credential,
    DailyCount,
    SignedDocument,
    StatusChange,
    StatusReason,
    Wrapping,
)
from issuing.models.batches import FIRST_ROW_OF_FILES, Batch, BatchFile, BatchState
from issuing.models.keys import (
    KeyKind,
    PublishedStatusList,
    SigningKey,
    StatusList,
    StatusPurpose,
)
from issuing.models.letters import (
    Addressee,
    BounceKind,
    ClaimLinkWithdrawal,
    Letter,
    LetterKind,
    LetterState,
)

__all__ = [
    "FIRST_ROW_OF_FILES",
    "Addressee",
    "Award",
    "AwardState",
    "Batch",
    "BatchFile",
    "BatchState",
    "BounceKind",
    "ClaimLinkWithdrawal",
    "Credential",
    "DailyCount",
    "KeyKind",
    "Letter",
    "LetterKind",
    "LetterState",
    "PublishedStatusList",
    "SignedDocument",
    "SigningKey",
    "StatusChange",
    "StatusList",
    "StatusPurpose",
    "StatusReason",
    "Wrapping",
]
