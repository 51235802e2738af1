"""Status lists: bits in the right order, bounded, whole, and believed only when proven."""

import base64
import gzip
import resource
import time
import zlib
from datetime import timedelta
from typing import Any

import pytest

from credentials.canonical import expand_strictly
from credentials.data_integrity import add_proof
from credentials.errors import DataModelError, ProofError, StatusListError
from credentials.status_lists import (
    MAX_BYTES,
    MIN_ENTRIES,
    StatusReading,
    check_entry,
    encode_bits,
    expand_bits,
    read_status,
    status_bit,
    status_entry,
    status_list_credential,
)
from tests.credentials.builders import NOW, credential, did_of_key, proof_options, resolve_did_key, signing_key

LIST = "https://issuer.example/status/1"


def bits_with(*indexes: int, entries: int = MIN_ENTRIES) -> bytearray:
    bits = bytearray(entries // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    return bits


def multibase(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed_list(bits: bytearray | None = None, name: str = "issuer", **members: Any) -> dict[str, Any]:
    facts = {
        "list_id": LIST,
        "issuer": did_of_key(),
        "purpose": "revocation",
        "encoded_list": encode_bits(bits or bits_with(7)),
        "valid_from": NOW,
        "valid_until": NOW + timedelta(days=1),
        "ttl_seconds": 60,
    }
    return add_proof(status_list_credential(**{**facts, **members}), signing_key(name), proof_options(name))


def entry(index: int = 7, **members: Any) -> dict[str, Any]:
    return {**status_entry(list_id=LIST, index=index, purpose="revocation"), **members}


def read(list_credential: dict[str, Any], of: dict[str, Any] | None = None, **members: Any) -> StatusReading:
    facts = {"issuer": did_of_key(), "resolve": resolve_did_key, "at": NOW}
    return read_status(of or entry(), list_credential, **{**facts, **members})


def test_index_zero_is_the_left_most_bit() -> None:
    bits = bytearray(MIN_ENTRIES // 8)
    bits[0] = 0b1000_0000
    bits[1] = 0b0000_0001
    encoded = encode_bits(bits)

    assert [index for index in range(16) if status_bit(encoded, index)] == [0, 15]


def test_same_bits_give_the_same_text() -> None:
    assert encode_bits(bits_with(5)) == encode_bits(bytes(bits_with(5)))
    assert encode_bits(bits_with(5)).startswith("uH4sIA")
    assert expand_bits(encode_bits(bits_with(5, 130_000))) == bits_with(5, 130_000)


@pytest.mark.parametrize("index", [-1, MIN_ENTRIES, 10**15])
def test_index_beyond_the_list_is_refused(index: int) -> None:
    with pytest.raises(StatusListError, match="outside"):
        status_bit(encode_bits(bits_with()), index)


def test_list_that_is_too_short_to_hide_in_is_refused() -> None:
    with pytest.raises(StatusListError):
        encode_bits(bytearray(MIN_ENTRIES // 8 - 1))
    with pytest.raises(StatusListError, match="too short"):
        status_bit(multibase(gzip.compress(bytes(MIN_ENTRIES // 8 - 1))), 0)


def test_stream_that_is_cut_short_is_refused() -> None:
    packed = gzip.compress(bytes(bits_with(7)))

    for missing in (1, 8, 9, len(packed) - 12):
        with pytest.raises(StatusListError, match=r"cut short|not gzip"):
            status_bit(multibase(packed[:-missing]), 7)


def test_stream_with_something_behind_it_is_refused() -> None:
    packed = gzip.compress(bytes(bits_with(7)))

    for tail in (b"\0", packed):
        with pytest.raises(StatusListError, match="follows"):
            status_bit(multibase(packed + tail), 7)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "u",
        encode_bits(bits_with())[1:],
        "z" + encode_bits(bits_with())[1:],
        encode_bits(bits_with()) + "==",
        multibase(zlib.compress(bytes(MIN_ENTRIES // 8))),
        multibase(b"not gzip"),
        None,
        ["u"],
    ],
)
def test_text_that_is_no_list_is_refused(text: Any) -> None:
    with pytest.raises(StatusListError):
        status_bit(text, 0)


def test_decompression_bomb_stops_at_the_cap_without_memory() -> None:
    bomb = multibase(gzip.compress(bytes(MAX_BYTES * 16)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()

    with pytest.raises(StatusListError, match="larger"):
        status_bit(bomb, 0)

    assert time.process_time() - started < 0.2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_list_credential_is_a_sound_credential() -> None:
    document = signed_list()

    assert expand_strictly({name: v for name, v in document.items() if name != "proof"})
    assert document["credentialSubject"]["ttl"] == 60_000


def test_set_and_unset_status_are_read() -> None:
    assert read(signed_list()).is_set
    assert not read(signed_list(), entry(8)).is_set
    assert read(signed_list(bits_with(0)), entry(0)) == StatusReading("revocation", 1)


@pytest.mark.parametrize(
    "change",
    [
        {"statusListIndex": 7},
        {"statusListIndex": "07"},
        {"statusListIndex": "-1"},
        {"statusListIndex": "7.0"},
        {"statusListIndex": " 7"},
        {"statusListIndex": "٧"},
        {"statusListIndex": "0x7"},
        {"statusListIndex": "9" * 5000},
        {"statusListCredential": "status/1"},
        {"statusPurpose": ""},
        {"statusPurpose": 5},
        {"type": "StatusList2021Entry"},
        {"type": None},
        {"statusSize": 0},
        {"statusSize": True},
        {"statusSize": "2"},
        {"statusSize": 9},
        {"statusSize": 2},
        {"statusMessage": [5]},
        {"statusSize": 2, "statusMessage": [{"status": "0x0", "message": "a"}]},
    ],
)
def test_malformed_entry_is_refused(change: dict[str, Any]) -> None:
    if change == {"statusMessage": [5]}:
        change = {**change, "statusSize": 2}

    with pytest.raises(StatusListError):
        check_entry(entry(**change))


def test_entry_with_types_as_an_array_is_understood() -> None:
    check_entry(entry(type=["BitstringStatusListEntry"]))


def test_list_without_a_proof_or_with_a_broken_one_is_refused() -> None:
    document = signed_list()

    with pytest.raises(ProofError):
        read({name: v for name, v in document.items() if name != "proof"})
    with pytest.raises(ProofError):
        read({**document, "validUntil": "2099-01-01T00:00:00Z"})


def test_list_by_another_issuer_or_another_key_is_refused() -> None:
    with pytest.raises(StatusListError, match="somebody else"):
        read(signed_list(issuer=did_of_key("mallory")))
    with pytest.raises(StatusListError, match="somebody else"):
        read(signed_list(issuer=did_of_key("mallory"), name="mallory"))
    with pytest.raises(ProofError, match="somebody else"):
        read(signed_list(name="mallory"))


def test_list_for_another_purpose_is_refused() -> None:
    with pytest.raises(StatusListError, match="purpose"):
        read(signed_list(purpose="suspension"))


def test_list_outside_its_validity_is_refused() -> None:
    with pytest.raises(StatusListError, match="not valid yet"):
        read(signed_list(), at=NOW - timedelta(seconds=1))
    with pytest.raises(StatusListError, match="no longer"):
        read(signed_list(), at=NOW + timedelta(days=1))


def test_another_list_than_the_entry_names_is_refused() -> None:
    with pytest.raises(StatusListError, match="another list"):
        read(signed_list(list_id="https://issuer.example/status/2"))


def test_document_that_is_no_list_is_refused() -> None:
    plain = add_proof(credential(id=LIST), signing_key(), proof_options())

    with pytest.raises(StatusListError, match="not a status list"):
        read(plain)
    with pytest.raises(DataModelError):
        read({**signed_list(), "credentialSubject": {}})


def test_status_of_several_bits_is_read_with_its_message() -> None:
    messages = [{"status": hex(value), "message": f"m{value}"} for value in range(4)]
    wide = entry(3, statusPurpose="message", statusSize=2, statusMessage=messages)
    bits = bits_with(6, entries=MIN_ENTRIES * 2)

    reading = read(signed_list(bits, purpose="message"), wide)

    assert reading == StatusReading("message", 2, "m2")
    with pytest.raises(StatusListError, match="too short"):
        read(signed_list(bits_with(6), purpose="message"), wide)
