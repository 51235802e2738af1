"""The two or three facts of an award that its letters ask for, read as plain values."""

from __future__ import annotations

import json

from credentials.strict_json import JsonObject
from issuing.models import Award


def facts_in(award: Award) -> JsonObject:
    """Return an award's facts as plain values: a letter asks for two of them.

    Raises:
        ValueError: that is no JSON object.
    """
    facts = json.loads(award.facts)
    if not isinstance(facts, dict):
        raise ValueError("facts are no object")  # noqa: TRY004 - what is stored is broken, not the call
    return facts


def name_in(award: Award) -> str | None:
    """Return the holder's name as the award states it, None where its facts cannot be read (any more)."""
    try:
        return str(facts_in(award)["holder_name"])
    except (ValueError, KeyError):
        return None
