"""N7: the audit chain, recomputed entry by entry, and the signed heads it has to run through."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from issuing.fsck.breaches import Breach, breach_of
from issuing.fsck.decoder import signed_claims
from issuing.models import SigningKey
from registry.models import AuditEntry, AuditHead, AuditSeal

START = "0" * 64
READ_CHUNK = 2_000


def chain_unbroken() -> Iterator[Breach]:
    """N7: positions run from 1 without a gap, each seal binds its entry to the seal before it, none is skipped."""
    touched: list[object] = []
    broken: list[object] = []
    last_entry, previous = 0, START
    seals = AuditSeal.objects.select_related("entry").order_by("position")
    for position, seal in enumerate(seals.iterator(chunk_size=READ_CHUNK), start=1):
        if seal.position != position or seal.previous != previous:
            broken.append(seal.entry_id)
        if seal.hash != _digest(seal.entry, seal.previous):
            touched.append(seal.entry_id)
        last_entry, previous = max(last_entry, seal.entry_id), seal.hash
    yield from breach_of("N7", "audit entry changed after it was sealed", touched)
    yield from breach_of("N7", "audit chain broken before this entry", broken)


def heads_hold() -> Iterator[Breach]:
    """N7: each day's head is what the platform signed, and the chain still runs through it."""
    keys = list(SigningKey.objects.filter(issuer=None).values_list("public_multibase", flat=True))
    unsigned = []
    for head in AuditHead.objects.order_by("day").iterator(chunk_size=READ_CHUNK):
        claims = signed_claims(head.signature, keys)
        said = (claims.get("day"), claims.get("position"), claims.get("hash"))
        if said != (f"{head.day:%Y-%m-%d}", head.position, head.hash):
            unsigned.append(head.day)
    through = AuditSeal.objects.filter(position=OuterRef("position"), hash=OuterRef("hash"))
    passed_by = AuditHead.objects.filter(~Exists(through)).order_by("day").values_list("day", flat=True)
    yield from breach_of("N7", "head of the audit chain is not what was signed", unsigned)
    yield from breach_of("N7", "audit chain does not run through the signed head of this day", passed_by)


def _digest(entry: AuditEntry, previous: str) -> str:
    """Hash an entry as docs/reference.md defines it: a JSON array, sorted keys, no spaces, ASCII only."""
    values = [
        previous,
        entry.id,
        f"{entry.at:%Y-%m-%dT%H:%M:%S.%f+00:00}",
        entry.actor_kind,
        entry.actor_id,
        entry.act,
    ]
    organisation = str(entry.organisation_id) if entry.organisation_id else ""
    values += [organisation, entry.object_kind, entry.object_id, entry.detail]
    return hashlib.sha256(json.dumps(values, separators=(",", ":"), sort_keys=True).encode("ascii")).hexdigest()
