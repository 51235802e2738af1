"""Does a document say what the stored one says? Order of members and of sets does not matter. Pure."""

from __future__ import annotations

import json
from typing import Any


def _canonical(value: Any, *, ordered: bool = False) -> Any:
    """Return a form in which equal statements are equal values: a set of one is its member, sets are sorted."""
    if isinstance(value, dict):
        return {name: _canonical(member, ordered=name == "@context") for name, member in value.items()}
    if not isinstance(value, list):
        return value
    members = [_canonical(member) for member in value]
    if len(members) == 1:
        return members[0]
    # The order of contexts decides what the terms mean; every other array in these documents is a set.
    return members if ordered else sorted(members, key=_text)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def is_same_statement(document: dict[str, Any], stored: dict[str, Any]) -> bool:
    """Tell whether two parsed documents state and prove the same."""
    return document == stored or _text(_canonical(document)) == _text(_canonical(stored))
