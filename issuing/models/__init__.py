"""The tables of issuing."""

from issuing.models.awards import (
    Award,
    AwardState,
    Credential,
    DailyCount,
    Delivery,
    DeliveryState,
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

__all__ = [
    "FIRST_ROW_OF_FILES",
    "Award",
    "AwardState",
    "Batch",
    "BatchFile",
    "BatchState",
    "Credential",
    "DailyCount",
    "Delivery",
    "DeliveryState",
    "KeyKind",
    "PublishedStatusList",
    "SignedDocument",
    "SigningKey",
    "StatusChange",
    "StatusList",
    "StatusPurpose",
    "StatusReason",
    "Wrapping",
]
