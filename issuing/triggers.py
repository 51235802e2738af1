"""Rules about rows that the database keeps although other tables decide them."""

from __future__ import annotations

from typing import Final

from registry.triggers import RowRule

TWO_PERSONS: Final = RowRule(
    name="issuing_approval_by_another",
    table="issuing_approval",
    # What is recorded of a body outside rests on its ground; nobody claims to have decided it himself.
    breach=(
        "SELECT 1 FROM issuing_award WHERE NEW.ground = '' "
        'AND accepted_by = NEW."by" AND accepted_by_kind = NEW.by_kind '
        "AND (id = NEW.award_id OR batch_id = NEW.batch_id AND revision = 0)"
    ),
    message="Who fixed the facts of an award cannot approve it.",
)
