"""The tables of issuing."""

from issuing.models.awards import (
    Award,
    AwardState,
    Batch,
    BatchState,
    Credential,
    DailyCount,
    Delivery,
    DeliveryState,
    SignedDocument,
    StatusChange,
    StatusReason,
    Wrapping,
)
from issuing.models.keys import (
    KeyKind,
    PublishedStatusList,
    SigningKey,
    StatusList,
    StatusPurpose,
)

__all__ = [
    "Award",
    "AwardState",
    "Batch",
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
