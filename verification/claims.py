"""What a signed statement says that is no certificate: its claims as lines, all of them words of its signer. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from verification.quoting import isolated

MAX_LINES = 40
LONGEST_VALUE = 300
LONGEST_LABEL = 60


def claim_lines(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (place, value) for every claim of a document, in its own order, cleaned and cut; at most `MAX_LINES`."""
    claims: dict[str, Any] = {
        name: document[name] for name in ("name", "description", "credentialSubject") if name in document
    }
    claims |= _evidence(document.get("evidence"))
    lines: list[tuple[str, str]] = []
    for place, value in _leaves("", claims):
        lines.append((isolated(place, LONGEST_LABEL), isolated(value, LONGEST_VALUE)))
        if len(lines) == MAX_LINES:
            break
    return lines


def _evidence(value: Any) -> dict[str, Any]:
    """Return what a statement rests on, each piece under its name: the checks of a verification report, for one."""
    listed = value if isinstance(value, list) else [value]
    named = [entry for entry in listed if isinstance(entry, dict) and isinstance(entry.get("name"), str)]
    return {"evidence": {entry["name"]: entry.get("description", "") for entry in named}} if named else {}


def _leaves(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(f"{place} · {name}" if place else str(name), member)
    elif isinstance(value, list):
        for member in value:
            yield from _leaves(place, member)
    else:
        yield place, str(value)
