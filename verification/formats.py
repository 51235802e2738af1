"""What somebody handed in: told apart by its first bytes, never by a name or a declared type. Pure.

People paste out of mails, editors and chats. What surrounds a certificate there is taken off: code fences, quotes,
brackets, line breaks, punctuation behind an address, a signature below. The certificate itself is never mended.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, urlsplit

from verification.checks import DocumentKind, Problem
from verification.checks.reasons import KIND, TOO_LARGE
from verification.pasted import DASHES, decoded, one_address, one_number, one_token, unpacked

MAX_UPLOAD_BYTES = 5 * 1024 * 1024
MAX_TEXT_BYTES = 1024 * 1024
MAX_PIXELS = 25_000_000
PNG_HEADER_BYTES = 33
HTTP_PORT, HTTPS_PORT = 80, 443
NOTHING = ("empty", "not-recognised")
"""Problems of an input that is nothing at all: a typing error is no verdict about a certificate."""
_PNG = b"\x89PNG\r\n\x1a\n"
_OTHER_PICTURES = (b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
SHORT_NUMBER_DIGITS = 12
_SHORT_NUMBER = re.compile(r"[0-9a-f]{4}[ -]?[0-9a-f]{4}[ -]?[0-9a-f]{4}")
_STATEMENT_PATH = re.compile(r"/statements/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?")
_TRIAL_PATH = re.compile(r"/trials/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?")
_CREDENTIAL_PATH = re.compile(r"/c/([0-9a-fA-F-]{32,36})(?:\.[a-z0-9.]+)?/?")
_CLAIM_PATH = re.compile(r"/claim/[^/]+(?:/.*)?")


class InputKind(StrEnum):
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
    """An input and what it is.

    `problem` where it is nothing that can be checked; `not_read` where that is only because we do not read its kind.
    `guessed`: its encoding was not told, so a character may be another one than the one that was signed.
    """

    kind: InputKind | None
    data: bytes = b""
    problem: Problem | None = None
    not_read: DocumentKind | None = None
    guessed: bool = False

    @property
    def text(self) -> str:
        """The input as text, cleaned of what surrounded it."""
        return self.data.decode("utf-8", errors="replace")

    @property
    def is_nothing(self) -> bool:
        """Whether this is no certificate, no part of one and no way to one."""
        return self.problem is not None and self.problem.code in NOTHING


@dataclass(frozen=True, slots=True)
class Understood:
    """An input, and what it is to this installation: `ours` an address of ours, `number` the credential it names."""

    sniffed: Sniffed
    ours: bool = False
    number: uuid.UUID | None = None
    claim: bool = False


def understand(source: bytes | str, base_urls: Sequence[str]) -> Understood:
    """Tell what `source` is, and whether it leads to a credential of ours; a link to our own desk is opened."""
    sniffed = sniff(source)
    if sniffed.kind is InputKind.NUMBER:
        return Understood(sniffed, ours=True, number=credential_number(sniffed.text))
    if sniffed.kind is not InputKind.ADDRESS:
        return Understood(sniffed)
    ours, number = own_credential_number(sniffed.text, base_urls)
    if not ours or number is not None:
        return Understood(sniffed, ours=ours, number=number)
    parts = urlsplit(sniffed.text)
    inside = parse_qs(parts.query).get("url", [""])[0] if parts.path.rstrip("/") == "/verify" else ""
    if inside and "/verify" not in inside:
        return understand(inside, base_urls)
    return Understood(sniffed, ours=True, claim=bool(_CLAIM_PATH.fullmatch(parts.path)))


def sniff(source: bytes | str) -> Sniffed:
    """Tell what `source` is, forgiving what surrounds it."""
    data = source if isinstance(source, bytes) else source.encode("utf-8", errors="replace")
    if len(data) > MAX_UPLOAD_BYTES:
        return _refused(TOO_LARGE, f"larger than {MAX_UPLOAD_BYTES} bytes")
    if data.startswith(_PNG):
        return _checked_picture(data)
    if data.lstrip().startswith(b"%PDF"):
        return _not_read(DocumentKind.PDF, "a PDF file")
    if data.startswith(_OTHER_PICTURES):
        return _not_read(DocumentKind.PICTURE, "only PNG and SVG pictures can hold a credential")
    text, guessed = decoded(data)
    text = text.strip()
    # Before anything looks into it. A drawing alone may be larger, and begins with its first sign.
    if len(text) > MAX_TEXT_BYTES and not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return _refused(TOO_LARGE, f"text larger than {MAX_TEXT_BYTES} bytes")
    return _sniffed_text(unpacked(text), data, guessed=guessed)


def _sniffed_text(text: str, data: bytes, *, guessed: bool) -> Sniffed:
    plain = text.encode("utf-8", errors="replace")
    if not text:
        return _refused("empty", "nothing was given")
    if text.startswith("<"):
        # The picture as it came: an XML declaration may name its encoding.
        return (
            Sniffed(InputKind.SVG, data)
            if "<svg" in text[:65_536]
            else _refused("not-recognised", "markup, but no SVG")
        )
    if len(plain) > MAX_TEXT_BYTES:
        return _refused(TOO_LARGE, f"text larger than {MAX_TEXT_BYTES} bytes")
    if text[:1] in "{[":
        return Sniffed(InputKind.JSON, plain, guessed=guessed)
    token = one_token(text)
    if "~" in token:
        return _not_read(DocumentKind.SD_JWT, "SD-JWT credentials are not read yet")
    ways = ((InputKind.JWT, token), (InputKind.ADDRESS, one_address(text)), (InputKind.NUMBER, one_number(text)))
    for kind, found in (*ways, (InputKind.SHORT_NUMBER, short_number_digits(text))):
        if found:
            return Sniffed(kind, found.encode("utf-8", errors="replace"))
    return _refused("not-recognised", "neither JSON, nor a token, nor an address, nor a picture")


def _refused(code: str, detail: str) -> Sniffed:
    return Sniffed(None, b"", Problem(code, detail))


def _not_read(kind: DocumentKind, detail: str) -> Sniffed:
    return Sniffed(None, b"", Problem(KIND, detail), kind)


def _checked_picture(data: bytes) -> Sniffed:
    """Refuse a picture by what its header says, before anything decodes it."""
    width, height = picture_size(data)
    if not width * height:
        return _refused("picture-broken", "a PNG without a size")
    if width * height > MAX_PIXELS:
        return _refused(TOO_LARGE, f"{width} x {height} pixels; at most {MAX_PIXELS}")
    return Sniffed(InputKind.PNG, data)


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
    plain = text.translate(DASHES).strip(" .").lower()
    return re.sub("[ -]", "", plain) if _SHORT_NUMBER.fullmatch(plain) else ""


def own_credential_number(address: str, base_urls: Sequence[str]) -> tuple[bool, uuid.UUID | None]:
    """Tell whether an address is under one of ours, and which credential it names.

    Returns:
        (ours, number): number is None where the address is ours but no credential's.
    """
    path = _own_path(address, base_urls)
    found = _CREDENTIAL_PATH.fullmatch(path) if path is not None else None
    return path is not None, credential_number(found[1]) if found else None


def own_statement_number(address: str, base_urls: Sequence[str]) -> uuid.UUID | None:
    """Return the number of the statement that an address of ours names; None for any other address."""
    found = _STATEMENT_PATH.fullmatch(_own_path(address, base_urls) or "")
    return uuid.UUID(found[1]) if found else None


def own_trial_number(address: str, base_urls: Sequence[str]) -> uuid.UUID | None:
    """Return the number of the trial that an address of ours names; None for any other address."""
    found = _TRIAL_PATH.fullmatch(_own_path(address, base_urls) or "")
    return uuid.UUID(found[1]) if found else None


def _own_path(address: str, base_urls: Sequence[str]) -> str | None:
    """Return the path of an address under one of ours, None of any other."""
    try:
        parts = urlsplit(address.strip())
        hosts = {_host(urlsplit(base)) for base in base_urls}
        return parts.path if _host(parts) in hosts else None
    except ValueError:
        return None


def _host(parts: SplitResult) -> tuple[str, int]:
    """Return host and port, the standard ports of http and https as one: both lead to us."""
    port = HTTPS_PORT if parts.port is None else parts.port
    return (parts.hostname or "").rstrip("."), HTTPS_PORT if port == HTTP_PORT else port
