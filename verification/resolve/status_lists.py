"""Status of our own credentials: the newest published list has to cover the place. Without one nobody can tell."""

from __future__ import annotations

from typing import Any

from credentials.errors import CredentialError, StatusListError
from credentials.status_lists import expand_bits
from credentials.strict_json import parse_json_object
from issuing.models import StatusPurpose
from verification.checks import ListReading, Problem
from verification.resolve.by_digest import ByDigest
from verification.selectors import OwnRow, list_text, newest_list

_BITS: ByDigest[bytes] = ByDigest(64)
BITS_IN_A_BYTE = 8


def own_lists(row: OwnRow, document: dict[str, Any]) -> tuple[ListReading, ...]:
    """Look the credential's place up in every published list that its document names a purpose of."""
    return tuple(_reading(row, purpose) for purpose in _purposes(document))


def _purposes(document: dict[str, Any]) -> list[str]:
    """Return revocation, and suspension where the document has such an entry; never fewer than revocation."""
    entries = document.get("credentialStatus", [])
    named = [
        entry.get("statusPurpose")
        for entry in (entries if isinstance(entries, list) else [entries])
        if isinstance(entry, dict)
    ]
    suspension = [str(StatusPurpose.SUSPENSION)] if "suspension" in named else []
    return [str(StatusPurpose.REVOCATION), *suspension]


def _reading(row: OwnRow, purpose: str) -> ListReading:
    award = row.credential.award
    by_row = purpose == StatusPurpose.REVOCATION
    newest = row.revocation_list if by_row else newest_list(award.status_list_id, purpose)
    if newest is None:
        return ListReading(
            purpose, None, None, Problem("list-not-published", f"no published {purpose} list covers it")
        )
    at = newest.at
    try:
        bits = _BITS.get(f"{newest.row} {newest.etag}", lambda: _bits_of(newest.row))
    except CredentialError as error:
        return ListReading(purpose, None, at, Problem("list-unreadable", error.message))
    if award.status_index >= len(bits) * BITS_IN_A_BYTE:
        return ListReading(purpose, None, at, Problem("list-index-out-of-range", f"place {award.status_index}"))
    byte, bit = divmod(award.status_index, BITS_IN_A_BYTE)
    return ListReading(purpose, bool(bits[byte] >> (7 - bit) & 1), at)


def _bits_of(published_id: int) -> bytes:
    """Decompress one published list. Raises StatusListError, MalformedError."""
    text = list_text(published_id)
    if text is None:
        raise StatusListError("the list is gone")
    subject = parse_json_object(text, max_bytes=32 * 1024 * 1024).get("credentialSubject")
    return expand_bits(subject.get("encodedList") if isinstance(subject, dict) else None)
