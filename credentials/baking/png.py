"""PNG: the credential is one uncompressed iTXt chunk, spliced in behind the header.

Source: https://www.imsglobal.org/spec/ob/v3p0/#png and https://www.w3.org/TR/png-3/#5Chunk-layout
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from zlib import crc32

from credentials.baking.image_rules import check_free, check_image_size, check_once, check_parts
from credentials.errors import BakingError, NoCredentialError

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_AROUND_DATA: Final = 12
_KEYWORD: Final = b"openbadgecredential"
_KEYWORDS: Final = (_KEYWORD, b"openbadges")
_TEXT_KINDS: Final = (b"iTXt", b"tEXt", b"zTXt")


class _Chunk(NamedTuple):
    kind: bytes
    data: bytes
    end: int


def bake_png(png: bytes, text: str) -> bytes:
    """Return the image with the credential in it; every other byte stays.

    Args:
        png: a PNG without a credential, up to 5 MB.
        text: the signed document's JSON, or a compact JWT.

    Raises:
        BakingError: not a whole PNG, too large, or it holds a credential already.
    """
    chunks = list(_chunks(png))
    check_free(_badges(chunks))
    if "\0" in text:
        raise BakingError("the text has a null character")
    # keyword, null, not compressed, method 0, empty language tag, null, empty translated keyword, null
    data = b"iTXt" + _KEYWORD + b"\0\0\0\0\0" + text.encode()
    chunk = (len(data) - 4).to_bytes(4, "big") + data + crc32(data).to_bytes(4, "big")
    head = chunks[0].end
    return png[:head] + chunk + png[head:]


def extract_png(data: bytes) -> str:
    """Return the credential's text: JSON or a compact JWT (Open Badges 2.0: JSON, a JWS or an address).

    Raises:
        BakingError: not a whole PNG, too large, no credential, more than one, or a compressed one.
    """
    found = _badges(_chunks(data))
    check_once(found)
    if not found:
        raise NoCredentialError("the image holds no credential")
    return _text(found[0])


def _chunks(png: bytes) -> Iterator[_Chunk]:
    """Walk the chunks from IHDR to IEND, each with its checksum checked."""
    check_image_size(png)
    if not png.startswith(_SIGNATURE):
        raise BakingError("not a PNG image")
    place = len(_SIGNATURE)
    kind = b""
    parts = 0
    while kind != b"IEND":
        parts += 1
        check_parts(parts)
        data_end = place + 8 + int.from_bytes(png[place : place + 4], "big")
        kind, end = png[place + 4 : place + 8], data_end + 4
        if end > len(png) or end < place + _AROUND_DATA:
            raise BakingError("the PNG image is cut short")
        if crc32(png[place + 4 : data_end]) != int.from_bytes(png[data_end:end], "big"):
            raise BakingError("a part of the PNG image has a wrong checksum")
        if (place == len(_SIGNATURE)) != (kind == b"IHDR"):
            raise BakingError("the PNG image has no header where it belongs")
        yield _Chunk(kind, png[place + 8 : data_end], end)
        place = end


def _badges(chunks: Iterable[_Chunk]) -> list[_Chunk]:
    """Return every chunk that some reader takes for the badge: under either keyword, in any kind of text chunk."""
    return [chunk for chunk in chunks if chunk.kind in _TEXT_KINDS and chunk.data.partition(b"\0")[0] in _KEYWORDS]


def _text(chunk: _Chunk) -> str:
    _check_kind(chunk)
    _, _, rest = chunk.data.partition(b"\0")
    _check_uncompressed(rest)
    parts = rest[2:].split(b"\0", 2)
    try:
        _language, _translated, text = parts
        return text.decode("utf-8")
    except ValueError as error:
        raise BakingError("the credential in the image cannot be read") from error


def _check_kind(chunk: _Chunk) -> None:
    if chunk.kind != b"iTXt":
        raise BakingError("the credential in the image is in an older kind of text chunk, which is not read")


def _check_uncompressed(rest: bytes) -> None:
    """Refuse compression (flag and method behind the keyword): the standard forbids it, and it hides bombs."""
    if rest[:2] != b"\0\0":
        raise BakingError("the credential in the image is compressed")
