"""What a signed statement says that is no certificate: its claims as lines, all of them words of its signer.

Members that everybody's statements have are called by words; of a report of checks such as ours each check is called
and told as on our pages. Whatever else stands there keeps the name that it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from verification.quoting import isolated
from verification.wording import CHECKS, outcome_word

MAX_LINES = 40
LONGEST_VALUE = 300
LONGEST_LABEL = 60
MEMBERS: Mapping[str, Promise] = {
    "name": _("Name"),
    "description": _("Description"),
    "credentialSubject · id": _("About"),
    "credentialSubject · name": _("Name of what it is about"),
    "credentialSubject · description": _("What is said of it"),
    "credentialSubject · type": _("Kind of statement"),
    "credentialSubject · endorsementComment": _("In the signer's words"),
    "credentialSubject · digestMultibase": _("Digest of exactly what it is about"),
}
_OUTCOME = re.compile(r"(passed|failed|unknown|not_applicable)(?: \(([a-z0-9-]{1,60})\))?")


def claim_lines(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (place, value) for every claim of a document, in its own order, cleaned and cut; at most `MAX_LINES`."""
    claims: dict[str, Any] = {
        name: document[name] for name in ("name", "description", "credentialSubject") if name in document
    }
    evidence = _evidence(document.get("evidence"))
    lines: list[tuple[str, str]] = []
    for place, value in _leaves("", claims):
        label = str(MEMBERS[place]) if place in MEMBERS else isolated(place, LONGEST_LABEL)
        lines.append((label, isolated(value, LONGEST_VALUE)))
        if len(lines) == MAX_LINES:
            return lines
    return [*lines, *_pieces(evidence)][:MAX_LINES]


def _pieces(evidence: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a statement rests on; where all of it are checks with outcomes, in the words of our pages."""
    found = {name: _OUTCOME.fullmatch(told) if isinstance(told, str) else None for name, told in evidence.items()}
    is_report = all(name in CHECKS and match for name, match in found.items())
    for name, told in evidence.items():
        match = found[name]
        if is_report and match:
            code = f" ({match[2]})" if match[2] else ""
            yield str(CHECKS[name].name), f"{outcome_word(name, match[1])}{code}"
        else:
            for place, value in _leaves(f"evidence · {name}", told):
                yield isolated(place, LONGEST_LABEL), isolated(value, LONGEST_VALUE)


def _evidence(value: Any) -> dict[str, Any]:
    """Return what a statement rests on, each piece under its name: the checks of a verification report, for one."""
    listed = value if isinstance(value, list) else [value]
    named = [entry for entry in listed if isinstance(entry, dict) and isinstance(entry.get("name"), str)]
    return {entry["name"]: entry.get("description", "") for entry in named}


def _leaves(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(f"{place} · {name}" if place else str(name), member)
    elif isinstance(value, list):
        for member in value:
            yield from _leaves(place, member)
    else:
        yield place, str(value)
