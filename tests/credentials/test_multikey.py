"""Keys and bytes as text: one spelling each."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from credentials.dids import did_key_document
from credentials.errors import DidError, KeyFormatError
from credentials.multikey import (
    PublicKey,
    decode_base58,
    decode_base64url,
    decode_multikey,
    encode_base58,
    encode_base64url,
    encode_multikey,
    key_from_jwk,
)
from tests.credentials.builders import signing_key

P256 = ec.derive_private_key(7, ec.SECP256R1()).public_key()
P384 = ec.derive_private_key(7, ec.SECP384R1()).public_key()


@pytest.mark.parametrize(
    ("key", "start", "prefix"),
    [(signing_key().public_key(), "z6Mk", "ed01"), (P256, "zDna", "8024"), (P384, "z82L", "8124")],
)
def test_key_survives_the_journey_with_the_prefix_of_its_kind(key: PublicKey, start: str, prefix: str) -> None:
    text = encode_multikey(key)

    assert text.startswith(start)
    assert decode_base58(text[1:])[:2].hex() == prefix
    assert encode_multikey(decode_multikey(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "u7QF",
        "6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
        "z" + encode_base58(bytes.fromhex("ed01") + bytes(31)),
        "z" + encode_base58(bytes.fromhex("ed01") + bytes(33)),
        "z" + encode_base58(bytes.fromhex("1205") + bytes(32)),
        "z" + encode_base58(bytes.fromhex("8024") + b"\x02" + b"\xff" * 32),
        "z" + encode_base58(bytes.fromhex("8024") + b"\x04" + bytes(64)),
        "z0OIl",
        "z" + "1" * 1_000_000,
        None,
    ],
)
def test_text_that_is_no_multikey_is_refused(text: str) -> None:
    with pytest.raises(KeyFormatError):
        decode_multikey(text)


SMALL_ORDER = {
    "order 1": "01" + "00" * 31,
    "order 2": "ec" + "ff" * 30 + "7f",
    "order 4": "00" * 32,
    "order 4, other sign": "00" * 31 + "80",
    "order 8": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "order 8, other sign": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "order 8, the other": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "order 1, spelled above p": "ee" + "ff" * 30 + "7f",
    "order 4, spelled above p": "ed" + "ff" * 30 + "7f",
}


@pytest.mark.parametrize("point", SMALL_ORDER.values(), ids=SMALL_ORDER)
def test_key_under_which_one_signature_fits_any_document_is_refused(point: str) -> None:
    raw = bytes.fromhex(point)
    nobodys = bytes.fromhex("01" + "00" * 63)

    assert any(fits(raw, nobodys, f"document {number}".encode()) for number in range(64))
    with pytest.raises(KeyFormatError, match="weak"):
        decode_multikey("z" + encode_base58(bytes.fromhex("ed01") + raw))
    with pytest.raises(KeyFormatError, match="weak"):
        key_from_jwk({"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(raw)})
    with pytest.raises(DidError, match="weak"):
        did_key_document("did:key:z" + encode_base58(bytes.fromhex("ed01") + raw))


def fits(key: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except InvalidSignature:
        return False
    return True


def test_curve_without_a_prefix_is_refused() -> None:
    with pytest.raises(KeyFormatError):
        encode_multikey(ec.derive_private_key(7, ec.SECP521R1()).public_key())


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0a", b"abc", bytes(range(64))])
def test_bytes_survive_both_alphabets(data: bytes) -> None:
    assert decode_base58(encode_base58(data)) == data
    assert decode_base64url(encode_base64url(data)) == data


@pytest.mark.parametrize("text", ["AA==", "A", "AB", "AAB", "A+/A", "AA\n", " AA", "ÄA"])
def test_second_spelling_in_base64url_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64url"):
        decode_base64url(text)


def test_public_key_is_read_from_a_jwk_and_a_private_one_refused() -> None:
    raw = encode_base64url(signing_key().public_key().public_bytes_raw())
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": raw}
    numbers = P256.public_numbers()
    x, y = (encode_base64url(number.to_bytes(32)) for number in (numbers.x, numbers.y))

    assert encode_multikey(key_from_jwk(jwk)) == encode_multikey(signing_key().public_key())
    assert encode_multikey(key_from_jwk({"kty": "EC", "crv": "P-256", "x": x, "y": y})) == encode_multikey(P256)
    for bad in ({**jwk, "d": raw}, {**jwk, "crv": "X25519"}, {**jwk, "x": "!"}, {"kty": "oct", "k": raw}, None):
        with pytest.raises(KeyFormatError):
            key_from_jwk(bad)
    with pytest.raises(KeyFormatError):
        key_from_jwk({"kty": "EC", "crv": "P-256", "x": x, "y": x})
