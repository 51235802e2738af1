"""Moves the installation that the environment names to this version, and prints what it then holds, as JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from issuing.models import Award, Credential, Letter, LetterKind, SignedDocument, SigningKey, StatusChange
from tests.issuing.builders import drain_all, signing_here
from tests.upgrades.steps import squashed_not_recorded, steps_left

KEK = (Path(__file__).parent / "dumps" / "key-encryption-key").read_bytes()


def fsck() -> list[Any]:
    """Return the breaches that `fsck --full` tells."""
    out = StringIO()
    with suppress(SystemExit):
        call_command("fsck", full=True, json=True, stdout=out)
    return list(json.loads(out.getvalue())["breaches"])


def held() -> dict[str, Any]:
    """Return what `fill.py` told of the same installation, as this version keeps it."""
    replaced = Award.objects.exclude(replaces=None).values_list("pk", "replaces_id")
    times = Award.objects.values_list("pk", "claimed_at", "declined_at")
    letters = Letter.objects.filter(kind=LetterKind.CLAIM, occasion="")
    return {
        "awards": {str(pk): state for pk, state in Award.objects.values_list("pk", "state")},
        "credentials": {str(pk): sha256 for pk, sha256 in Credential.objects.values_list("pk", "sha256")},
        "replaces": {str(new): str(old) for new, old in replaced},
        "claimed": {str(pk): claimed.isoformat() for pk, claimed, _ in times if claimed},
        "declined": {str(pk): declined.isoformat() for pk, _, declined in times if declined},
        "letters": {str(pk): state for pk, state in letters.values_list("award_id", "state")},
        "status_changes": StatusChange.objects.count(),
        "keys": SigningKey.objects.count(),
        "statement_states": dict(Counter(SignedDocument.objects.values_list("state", flat=True))),
        "statements": {str(pk): sha256 for pk, sha256 in SignedDocument.objects.values_list("pk", "sha256")},
    }


def main() -> None:
    """Prepare, look, do what waited, look again."""
    call_command("prepare", stderr=StringIO())
    told: dict[str, Any] = {"left": [*steps_left(), *squashed_not_recorded()], "moved": held(), "breaches": fsck()}
    with signing_here(KEK):
        drain_all()
    json.dump(told | {"drained": held(), "breaches_then": fsck()}, sys.stdout)
