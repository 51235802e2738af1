"""Public keys as text: Multikey and multibase, as verification methods and did:key use them."""

import base64
import binascii
import re

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.bindings import crypto_core_ed25519_is_valid_point

from credentials.errors import KeyFormatError

PublicKey = Ed25519PublicKey | EllipticCurvePublicKey

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_ED25519 = bytes.fromhex("ed01")
_CURVES: dict[bytes, SECP256R1 | SECP384R1] = {bytes.fromhex("8024"): SECP256R1(), bytes.fromhex("8124"): SECP384R1()}
_CODES = {curve.name: code for code, curve in _CURVES.items()}
_POINT_LENGTHS = {SECP256R1.name: 33, SECP384R1.name: 49}
MAX_BASE58_CHARACTERS = 200
"""Base 58 takes quadratic time: longer text than any key or signature is refused unread."""
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def encode_base58(data: bytes) -> str:
    """Write bytes in base58btc, without the multibase letter."""
    number = int.from_bytes(data)
    digits = []
    while number:
        number, digit = divmod(number, 58)
        digits.append(_ALPHABET[digit])
    leading = len(data) - len(data.lstrip(b"\0"))
    return "1" * leading + "".join(reversed(digits))


def decode_base58(text: str) -> bytes:
    """Read base58btc, without the multibase letter.

    Raises:
        KeyFormatError: a character outside the alphabet, or longer than 200 characters.
    """
    if len(text) > MAX_BASE58_CHARACTERS:
        raise KeyFormatError("base58 text is too long")
    number = 0
    for character in text:
        if character not in _VALUES:
            raise KeyFormatError("not base58btc")
        number = number * 58 + _VALUES[character]
    leading = len(text) - len(text.lstrip("1"))
    return b"\0" * leading + number.to_bytes((number.bit_length() + 7) // 8)


def encode_base64url(data: bytes) -> str:
    """Write bytes in base64url without padding and without the multibase letter."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str) -> bytes:
    """Read base64url without padding, in its one canonical spelling.

    Raises:
        ValueError: padding, another alphabet, or unused bits that are not zero.

    Source: RFC 4648 sections 3.5 and 5; RFC 7515 section 2
    """
    if not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise ValueError("not base64url without padding")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode_base64url(data) != text:
        # the last character may carry unused bits: a second spelling of the same bytes
        raise ValueError("not canonical base64url")
    return data


def encode_multikey(public_key: PublicKey) -> str:
    """Write a public key as `publicKeyMultibase` of a Multikey.

    Returns:
        `z` + base58btc of the key type's prefix (Ed25519 ed01, P-256 8024, P-384 8124) and the key.

    Source: https://www.w3.org/TR/cid-1.0/#Multikey
    """
    if isinstance(public_key, Ed25519PublicKey):
        return "z" + encode_base58(_ED25519 + public_key.public_bytes_raw())
    if public_key.curve.name not in _CODES:
        raise KeyFormatError(f"the curve {public_key.curve.name} has no Multikey form here")
    point = public_key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return "z" + encode_base58(_CODES[public_key.curve.name] + point)


def decode_multikey(text: str) -> PublicKey:
    """Read a `publicKeyMultibase` of a Multikey.

    Raises:
        KeyFormatError: not base58btc multibase, an unknown prefix, or no such key.

    Source: https://www.w3.org/TR/cid-1.0/#Multikey
    """
    if not isinstance(text, str) or not text.startswith("z"):
        raise KeyFormatError("a Multikey starts with z")
    data = decode_base58(text[1:])
    code, raw = data[:2], data[2:]
    if code == _ED25519:
        return _ed25519_key(raw)
    if code in _CURVES:
        return _curve_key(_CURVES[code], raw)
    raise KeyFormatError(f"the Multikey prefix {code.hex()} is not Ed25519, P-256 or P-384")


def _ed25519_key(raw: bytes) -> Ed25519PublicKey:
    try:
        key = Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise KeyFormatError("an Ed25519 key has 32 bytes") from error
    _check_strong(raw)
    return key


def _check_strong(raw: bytes) -> None:
    """Refuse a point that no honest key is: under one of small order a single signature fits any document.

    Source: RFC 8032 section 5.1; https://eprint.iacr.org/2020/1244 (what verifiers take)
    """
    if not crypto_core_ed25519_is_valid_point(raw):
        raise KeyFormatError("the Ed25519 key is weak: one signature by it would fit any document")


def _curve_key(curve: SECP256R1 | SECP384R1, point: bytes) -> EllipticCurvePublicKey:
    if len(point) != _POINT_LENGTHS[curve.name]:
        raise KeyFormatError(f"a Multikey on {curve.name} holds one compressed point")
    try:
        return EllipticCurvePublicKey.from_encoded_point(curve, point)
    except ValueError as error:
        raise KeyFormatError(f"not a point on {curve.name}") from error


def key_from_jwk(jwk: object) -> PublicKey:
    """Read a public key from a JSON Web Key: OKP Ed25519, EC P-256 or P-384.

    Raises:
        KeyFormatError: another type, a private member, or no such key.

    Source: RFC 7517; RFC 8037
    """
    if not isinstance(jwk, dict) or "d" in jwk:
        raise KeyFormatError("not a public JSON Web Key")
    kind, curve = jwk.get("kty"), jwk.get("crv")
    if (kind, curve) == ("OKP", "Ed25519"):
        return _ed25519_key(_jwk_bytes(jwk, "x"))
    if kind == "EC" and curve in _JWK_CURVES:
        return _jwk_point(_JWK_CURVES[curve], _jwk_bytes(jwk, "x"), _jwk_bytes(jwk, "y"))
    raise KeyFormatError("the JSON Web Key is not Ed25519, P-256 or P-384")


_JWK_CURVES: dict[object, SECP256R1 | SECP384R1] = {"P-256": SECP256R1(), "P-384": SECP384R1()}


def _jwk_bytes(jwk: dict[str, object], member: str) -> bytes:
    try:
        return decode_base64url(str(jwk.get(member)))
    except (ValueError, binascii.Error) as error:
        raise KeyFormatError(f"the member {member} of the JSON Web Key is not base64url") from error


def _jwk_point(curve: SECP256R1 | SECP384R1, x: bytes, y: bytes) -> EllipticCurvePublicKey:
    if len(x) != len(y) or len(x) != _POINT_LENGTHS[curve.name] - 1:
        raise KeyFormatError(f"not the coordinates of a point on {curve.name}")
    try:
        return EllipticCurvePublicKey.from_encoded_point(curve, b"\x04" + x + y)
    except ValueError as error:
        raise KeyFormatError(f"not a point on {curve.name}") from error
