"""What somebody handed in: told apart by its first bytes, never by a name or a declared type. Pure."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from verification.checks import Problem

MAX_UPLOAD_BYTES = 5 * 1024 * 1024
MAX_TEXT_BYTES = 1024 * 1024
MAX_PIXELS = 25_000_000
PNG_HEADER_BYTES = 33
HTTP_PORT, HTTPS_PORT = 80, 443
_PNG = b"\x89PNG\r\n\x1a\n"
_JWT = re.compile(rb"[A-Za-z0-9_=+/-]+\.[A-Za-z0-9_=+/-]*\.[A-Za-z0-9_=+/-]*")
SHORT_NUMBER_DIGITS = 12
_SHORT_NUMBER = re.compile(r"[0-9a-f]{4}[ -]?[0-9a-f]{4}[ -]?[0-9a-f]{4}")
_CREDENTIAL_PATH = re.compile(r"/c/([0-9a-fA-F-]{32,36})(?:\.[a-z0-9.]+)?/?")


class Kind(StrEnum):
    """What an input is."""

    ADDRESS = "address"
    NUMBER = "number"
    SHORT_NUMBER = "short-number"
    JSON = "json"
    JWT = "jwt"
    PNG = "png"
    SVG = "svg"


@dataclass(frozen=True, slots=True)
class Sniffed:
    """An input and what it is; `problem` where it is nothing that can be checked."""

    kind: Kind | None
    data: bytes = b""
    problem: Problem | None = None

    @property
    def text(self) -> str:
        """The input as text; only for kinds that are ASCII by their pattern."""
        return self.data.decode("utf-8", errors="replace")


def sniff(source: bytes | str) -> Sniffed:
    """Tell what `source` is. White space around it, and a byte-order mark, are forgiven."""
    data = source if isinstance(source, bytes) else source.encode("utf-8", errors="replace")
    if len(data) > MAX_UPLOAD_BYTES:
        return _refused("too-large", f"larger than {MAX_UPLOAD_BYTES} bytes")
    if data.startswith(_PNG):
        return _checked_picture(data)
    data = data.removeprefix(b"\xef\xbb\xbf").strip()
    if not data:
        return _refused("empty", "nothing was given")
    if data.startswith(b"<"):
        return (
            Sniffed(Kind.SVG, data) if b"<svg" in data[:65_536] else _refused("not-recognised", "markup, but no SVG")
        )
    return _sniffed_text(data)


def _sniffed_text(data: bytes) -> Sniffed:
    if later := _later(data):
        return later
    if len(data) > MAX_TEXT_BYTES:
        return _refused("too-large", f"text larger than {MAX_TEXT_BYTES} bytes")
    if data[:1] in b'{["':
        return Sniffed(Kind.JSON, data)
    if re.match(rb"https?://", data, re.IGNORECASE) and len(data.split()) == 1:
        return Sniffed(Kind.ADDRESS, data)
    if credential_number(data.decode("utf-8", errors="replace")):
        return Sniffed(Kind.NUMBER, data)
    if short_number_digits(data.decode("utf-8", errors="replace")):
        return Sniffed(Kind.SHORT_NUMBER, data)
    if _JWT.fullmatch(data):
        return Sniffed(Kind.JWT, data)
    return _refused("not-recognised", "neither JSON, nor a token, nor an address, nor a picture")


def _later(data: bytes) -> Sniffed | None:
    """Name the formats that people bring and that are not read yet."""
    if data.startswith(b"%PDF"):
        return _refused("pdf-later", "PDF files are not read yet")
    if data.startswith((b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")):
        return _refused("picture-without-data", "only PNG and SVG pictures can hold a credential")
    if b"~" in data[-2:] or (data.count(b"~") and _JWT.match(data)):
        return _refused("sd-jwt-later", "SD-JWT credentials are not read yet")
    return None


def _refused(code: str, detail: str) -> Sniffed:
    return Sniffed(None, b"", Problem(code, detail))


def _checked_picture(data: bytes) -> Sniffed:
    """Refuse a picture by what its header says, before anything decodes it."""
    width, height = picture_size(data)
    if not 0 < width * height <= MAX_PIXELS:
        return _refused("picture-too-large", f"{width} x {height} pixels; at most {MAX_PIXELS}")
    return Sniffed(Kind.PNG, data)


def picture_size(png: bytes) -> tuple[int, int]:
    """Return width and height from a PNG's header (PNG specification §11.2.1); 0, 0 where it has none."""
    if len(png) < PNG_HEADER_BYTES or png[12:16] != b"IHDR":
        return 0, 0
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def credential_number(text: str) -> uuid.UUID | None:
    """Return the credential number that a text is, in any of its usual spellings."""
    plain = text.strip().lower().removeprefix("urn:uuid:")
    try:
        return uuid.UUID(plain) if re.fullmatch(r"[0-9a-f-]{32,36}", plain) else None
    except ValueError:
        return None


def short_number(number: str) -> str:
    """Return the short form of a credential's number, as pages and paper show it: 7d33-4a4b-efc3."""
    digits = number.replace("-", "")[:SHORT_NUMBER_DIGITS]
    return "-".join(digits[place : place + 4] for place in range(0, len(digits), 4))


def short_number_digits(text: str) -> str:
    """Return the twelve digits of a short number, however it is grouped; empty for anything else."""
    plain = text.strip().lower()
    return re.sub("[ -]", "", plain) if _SHORT_NUMBER.fullmatch(plain) else ""


def own_credential_number(address: str, base_urls: list[str]) -> tuple[bool, uuid.UUID | None]:
    """Tell whether an address is under one of ours, and which credential it names.

    Returns:
        (ours, number): number is None where the address is ours but no credential's.
    """
    try:
        parts = urlsplit(address.strip())
        hosts = {_host(urlsplit(base)) for base in base_urls}
        ours = _host(parts) in hosts
    except ValueError:
        return False, None
    found = _CREDENTIAL_PATH.fullmatch(parts.path) if ours else None
    return ours, credential_number(found[1]) if found else None


def _host(parts: SplitResult) -> tuple[str, int]:
    """Return host and port, the standard ports of http and https as one: both lead to us."""
    port = HTTPS_PORT if parts.port is None else parts.port
    return (parts.hostname or "").rstrip("."), HTTPS_PORT if port == HTTP_PORT else port
