"""The pages of the console."""

from console.views.award_one import award_one
from console.views.awards import award, cancel, send
from console.views.batches import (
    award_many,
    batch,
    batches,
    cancel_many,
    confirm_many,
    failed_rows,
    send_many,
    template,
    undo_many,
)
from console.views.changes import change_status, correct, send_link, withdraw_link
from console.views.lists import awards
from console.views.tree import achievement, home, place

__all__ = [
    "achievement",
    "award",
    "award_many",
    "award_one",
    "awards",
    "batch",
    "batches",
    "cancel",
    "cancel_many",
    "change_status",
    "confirm_many",
    "correct",
    "failed_rows",
    "home",
    "place",
    "send",
    "send_link",
    "send_many",
    "template",
    "undo_many",
    "withdraw_link",
]
