"""Bitstring Status Lists: publishing the status of many credentials, reading that of one."""

import gzip
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.contexts import CREDENTIALS_V2, STANDARD, FrozenContexts
from credentials.data_integrity import Canonicalise, check_proofs
from credentials.data_model import check_data_model, issuer_id
from credentials.dids import VerificationMethod
from credentials.errors import StatusListError
from credentials.multikey import decode_base64url, encode_base64url
from credentials.plain_terms import is_absolute_iri
from credentials.strict_json import JsonObject
from credentials.timestamps import format_timestamp, parse_timestamp

MIN_ENTRIES = 131_072
"""A list has at least so many entries, that one holder hides among many (16 KiB of bits)."""
MAX_BYTES = 16 * 1024 * 1024
"""Largest list accepted, uncompressed; the decompression bomb stops here."""
MAX_STATUS_SIZE = 8
_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 65_536
_INDEX = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class StatusReading:
    """What a status list says of one credential.

    `value` is the entry's bits as a number; not 0 means revoked, suspended or, for the purpose
    `message`, whatever `message` says.
    """

    purpose: str
    value: int
    message: str | None = None

    @property
    def is_set(self) -> bool:
        """Tell whether the status is set: revoked or suspended, by `purpose`."""
        return self.value != 0


def encode_bits(bits: bytearray | bytes) -> str:
    """Compress a list's bits: `u` and base64url of gzip, the same text for the same bits.

    Raises:
        StatusListError: fewer than 131,072 entries or more than 16 MiB.

    Source: https://www.w3.org/TR/vc-bitstring-status-list/#bitstring-generation-algorithm
    """
    if not MIN_ENTRIES <= len(bits) * 8 <= MAX_BYTES * 8:
        raise StatusListError(f"a list of {len(bits) * 8} entries is too short or too long", code="list-too-short")
    return "u" + encode_base64url(gzip.compress(bytes(bits), compresslevel=6, mtime=0))


def status_bit(encoded_list: str, index: int) -> bool:
    """Read one credential's bit from a status list.

    Args:
        encoded_list: multibase base64url text (`u` + no padding) of a gzip stream;
            uncompressed at least 131,072 bits (16 KiB), at most 16 MiB.
        index: `statusListIndex`, counted in bits from 0, left-most bit first.

    Returns:
        True when the bit is set: revoked or suspended, by the list's `statusPurpose`.

    Raises:
        StatusListError: not multibase, not gzip, cut short, too short, too long, or `index` beyond
            the end.

    Source: https://www.w3.org/TR/vc-bitstring-status-list/#bitstring-expansion-algorithm
    """
    return _value_at(expand_bits(encoded_list), index, 1) != 0


def expand_bits(encoded_list: object) -> bytes:
    """Decompress a list's bits; raises StatusListError as `status_bit` does."""
    try:
        packed = decode_base64url(_after_letter(encoded_list))
    except ValueError as error:
        raise StatusListError(f"encodedList is {error}") from error
    # measured in pieces before anything is kept: a bomb costs time up to the cap, but no memory
    bits = _inflated(packed, _measured(packed))
    _check_enough(len(bits) * 8)
    return bits


def _after_letter(encoded_list: object) -> str:
    """Return the text behind multibase's `u`."""
    if not isinstance(encoded_list, str) or not encoded_list.startswith("u"):
        raise StatusListError("encodedList is not base64url multibase")
    return encoded_list[1:]


def _check_enough(entries: int) -> None:
    if entries < MIN_ENTRIES:
        raise StatusListError(f"a list of {entries} entries is too short", code="list-too-short")


def _measured(packed: bytes) -> int:
    """Return the uncompressed size, refusing what is not exactly one whole gzip stream."""
    stream = zlib.decompressobj(_GZIP)
    size, rest = 0, packed
    try:
        while not stream.eof:
            piece = stream.decompress(rest, _PIECE)
            rest = stream.unconsumed_tail
            size += len(piece)
            if size > MAX_BYTES:
                raise StatusListError("the list is larger than 16 MiB")
            if not piece and not rest and not stream.eof:
                raise StatusListError("the list is cut short")
    except zlib.error as error:
        raise StatusListError("the list is not gzip") from error
    if stream.unused_data:
        raise StatusListError("something follows the list")
    return size


def _inflated(packed: bytes, size: int) -> bytes:
    return zlib.decompress(packed, _GZIP, bufsize=max(size, 1))


def _value_at(bits: bytes, index: int, status_size: int) -> int:
    if not 0 <= index < len(bits) * 8 // status_size:
        raise StatusListError(
            f"index {index} is outside {len(bits) * 8 // status_size} entries", code="list-index-out-of-range"
        )
    first = index * status_size
    value = 0
    for position in range(first, first + status_size):
        value = value << 1 | bits[position // 8] >> (7 - position % 8) & 1
    return value


def status_list_credential(
    *,
    list_id: str,
    issuer: str,
    purpose: str,
    encoded_list: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
    ttl_seconds: int | None = None,
) -> JsonObject:
    """Build the unsigned credential that publishes a list.

    Args:
        list_id: the list's permanent address, named by entries as `statusListCredential`.
        issuer: the DID that issued the credentials listed.
        purpose: `revocation`, `suspension`, `refresh` or `message`.
        encoded_list: from `encode_bits`.
        valid_from: aware time.
        valid_until: aware time, or None.
        ttl_seconds: how long a reader may keep it.

    Source: https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistcredential
    """
    subject: JsonObject = {
        "id": f"{list_id}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purpose,
        "encodedList": encoded_list,
        **({} if ttl_seconds is None else {"ttl": ttl_seconds * 1000}),
    }
    document: JsonObject = {
        "@context": [CREDENTIALS_V2],
        "id": list_id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": format_timestamp(valid_from),
    }
    if valid_until is not None:
        document["validUntil"] = format_timestamp(valid_until)
    return {**document, "credentialSubject": subject}


def status_entry(*, list_id: str, index: int, purpose: str) -> JsonObject:
    """Build the `credentialStatus` entry that points to place `index` of the list `list_id`."""
    return {
        "id": f"{list_id}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_id,
    }


def check_entry(entry: JsonObject) -> None:
    """Check the form of a status entry, before its list is fetched.

    Raises:
        StatusListError: another type, a bad purpose, index, size, messages or address.

    Source: https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry
    """
    types = entry.get("type")
    if "BitstringStatusListEntry" not in (types if isinstance(types, list) else [types]):
        raise StatusListError(f"the status type {str(types)[:60]!r} is not understood")
    purpose, index = entry.get("statusPurpose"), entry.get("statusListIndex")
    if not isinstance(purpose, str) or not purpose:
        raise StatusListError("statusPurpose is a text")
    _check_index(index)
    if not is_absolute_iri(entry.get("statusListCredential")):
        raise StatusListError("statusListCredential is not an address")
    size = _status_size(entry)
    if size > 1 and len(_messages(entry)) != 2**size:
        raise StatusListError("a status of several bits has a message for each value")


def _check_index(index: object) -> None:
    if not isinstance(index, str) or not _INDEX.fullmatch(index):
        raise StatusListError("statusListIndex is a whole number written as text", code="list-index-form")


def _status_size(entry: JsonObject) -> int:
    size = entry.get("statusSize", 1)
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MAX_STATUS_SIZE:
        raise StatusListError(f"statusSize is a whole number from 1 to {MAX_STATUS_SIZE}")
    return size


def _messages(entry: JsonObject) -> dict[str, str]:
    listed = entry.get("statusMessage", [])
    messages = listed if isinstance(listed, list) else [listed]
    try:
        return {item["status"]: str(item["message"]) for item in messages}
    except (TypeError, KeyError) as error:
        raise StatusListError("statusMessage holds pairs of status and message") from error


def read_status(
    entry: JsonObject,
    list_credential: JsonObject,
    *,
    issuer: str,
    resolve: Callable[[str], VerificationMethod],
    at: datetime,
    contexts: FrozenContexts = STANDARD,
    canonicalise: Canonicalise | None = None,
) -> StatusReading:
    """Check a fetched status list and read one entry from it.

    Args:
        entry: the credential's `credentialStatus`, one of them.
        list_credential: what was fetched from the entry's `statusListCredential`, parsed.
        issuer: the issuer id of the credential, who must have issued the list as well.
        resolve: dereferences a verification method.
        at: the moment of checking.
        contexts: the contexts the list may name.
        canonicalise: as for `check_proofs`.

    Raises:
        StatusListError: the entry or list is malformed, another list, by another issuer, not valid
            at `at`, or does not cover the entry.
        ProofError: the list's own proof does not hold.
        DataModelError, TermError, UnknownContextError: the list is no credential.

    Source: https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm
    """
    check_entry(entry)
    check_data_model(list_credential, contexts)
    _check_list_issuer(list_credential, issuer)
    check_proofs(
        list_credential, resolve=resolve, at=at, controller=issuer, contexts=contexts, canonicalise=canonicalise
    )
    _check_list_validity(list_credential, at)
    return _reading(entry, _list_subject(entry, list_credential))


def _check_list_issuer(document: JsonObject, issuer: str) -> None:
    if issuer_id(document) != issuer:
        raise StatusListError("the list is issued by somebody else", code="list-signed-by-other")


def _check_list_validity(document: JsonObject, at: datetime) -> None:
    # form and time zone were checked with the data model
    if "validFrom" in document and parse_timestamp(document["validFrom"]) > at:
        raise StatusListError("the list is not valid yet", code="list-not-yet-valid")
    if "validUntil" in document and parse_timestamp(document["validUntil"]) <= at:
        raise StatusListError("the list is no longer valid", code="list-expired")


def _list_subject(entry: JsonObject, document: JsonObject) -> JsonObject:
    types, subject = document["type"], document["credentialSubject"]
    if "BitstringStatusListCredential" not in (types if isinstance(types, list) else [types]):
        raise StatusListError("the document is not a status list")
    if "id" in document and document["id"] != entry["statusListCredential"]:
        raise StatusListError("the document is another list than the entry names", code="list-is-another")
    if not isinstance(subject, dict) or subject.get("type") != "BitstringStatusList":
        raise StatusListError("the document holds no status list")
    purposes: Any = subject.get("statusPurpose")
    if entry["statusPurpose"] not in (purposes if isinstance(purposes, list) else [purposes]):
        raise StatusListError("the list serves another purpose than the entry names", code="list-purpose-mismatch")
    return subject


def _reading(entry: JsonObject, subject: JsonObject) -> StatusReading:
    size = _status_size(entry)
    bits = expand_bits(subject.get("encodedList"))
    _check_enough(len(bits) * 8 // size)
    value = _value_at(bits, int(entry["statusListIndex"]), size)
    return StatusReading(entry["statusPurpose"], value, _messages(entry).get(hex(value)))
