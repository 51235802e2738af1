"""Text as people paste it: its encoding, and what stands around the one thing that is meant. Pure."""

from __future__ import annotations

import codecs
import json
import re
from itertools import islice

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNSEEN = "\ufeff\u200b\u2060\u00ad"
# What opens a fence, without giving anything back; what closes it is looked for, not matched: strangers send this text.
_OPENING = re.compile(r"(?:^|\n)(`{3,}+|~{3,}+)[^\n]*+\n")
MAX_OPENINGS = 8
_SIGNATURE = re.compile(r"\r?\n--[ \u00a0]?\r?\n")
_AROUND = ("\"\"", "''", "``", "“”", "„“", "”“", "‘’", "‚‘", "«»", "»«", "‹›", "()", "[]", "<>")  # fmt: skip
DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
# The header of a token is a JSON object: its base64 begins with one of these.
_TOKEN = re.compile(
    r"(?:ey[A-Z]|ew[0-9A-Za-z])[A-Za-z0-9_=+/-]*\.[A-Za-z0-9_=+/-]*\.[A-Za-z0-9_=+/-]*(?:~[A-Za-z0-9_=+/.~-]*)?"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"“”„«»`{}|\\^]+", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?::\d{1,5})?/[^\s<>\"]+")
_NUMBER = re.compile(r"(?<![0-9a-f-])[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(?![0-9a-f-])")
_WITH_NUMBER = re.compile(rf"https?://[^\s]+/c/{_NUMBER.pattern}[a-z0-9./]*+", re.IGNORECASE)
_NUMBERS = re.compile(r"\[[\s\d.,-]{0,200}\]")
_BEHIND = ".,;:!?…'’*_"
MAX_WORDS = 5_000
HEX_DIGITS = 32


def decoded(data: bytes) -> tuple[str, bool]:
    """Return bytes as text, and whether their encoding had to be guessed.

    LanguageText are a byte-order mark and UTF-8 itself; UTF-16 without a mark shows in its zero bytes. What is left is one of
    the Western single-byte encodings, which no byte tells apart from another.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace"), False
    try:
        if b"\0" not in data[:2]:
            return data.decode("utf-8"), False
        return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le"), False
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), True
    except UnicodeDecodeError:
        return data.decode("latin-1"), True


def unpacked(text: str) -> str:
    """Take off what surrounds a text: a code fence, a mail's signature, quotes, brackets, white space."""
    plain = text.strip().strip(_UNSEEN).strip()
    plain = _inside_a_fence(plain)
    before = _SIGNATURE.split(plain, maxsplit=1)[0].strip()
    plain = before or plain
    for _ in range(3):
        inner = _unquoted(plain)
        if inner == plain:
            break
        plain = inner
    return plain


def _inside_a_fence(text: str) -> str:
    """Return what the first closed code fence holds, else the text; of texts full of openings some are tried."""
    for opening in islice(_OPENING.finditer(text), MAX_OPENINGS):
        end = text.find(opening[1], opening.end())
        if end >= 0:
            return text[opening.end() : end].strip()
    return text


def _unquoted(text: str) -> str:
    if text[:1] + text[1:][-1:] not in _AROUND:
        return text
    if text[0] == '"':
        try:
            return str(json.loads(text)).strip()
        except ValueError:
            return text[1:-1].strip()
    inner = text[1:-1].strip()
    # A drawing and a JSON array begin with such a sign, too.
    belongs = (text[0] == "<" and inner[:1] not in "hH") or (text[0] == "[" and _is_json(text))
    return text if belongs else inner


def _is_json(text: str) -> bool:
    """Tell roughly: an array of objects, texts or arrays by its beginning, one of numbers by being short and whole."""
    return text[1:].lstrip()[:1] in '{["' or bool(_NUMBERS.fullmatch(text))


def one_token(text: str) -> str:
    """Return the compact token that a text is, its line breaks taken out; empty where it is none."""
    squeezed = "".join(text.split())
    return squeezed if _TOKEN.fullmatch(squeezed) else ""


def one_address(text: str) -> str:
    """Return the one address in a text, with its scheme; empty where there is none, or more than one."""
    if len(text) > MAX_WORDS:
        return ""
    squeezed = "".join(text.split())
    if _WITH_NUMBER.fullmatch(squeezed):
        # A mail programme broke the line.
        return _trimmed(squeezed)
    found = list(dict.fromkeys(map(_trimmed, _ADDRESS.findall(text))))
    numbered = [address for address in found if _NUMBER.search(address.lower())]
    for candidates in (found, numbered):
        if len(candidates) == 1:
            return candidates[0]
    if not found and len(text.split()) == 1 and _BARE_ADDRESS.fullmatch(text):
        return f"https://{_trimmed(text)}"
    return ""


def _trimmed(address: str) -> str:
    """Take the punctuation off that follows an address in a sentence."""
    while address and (address[-1] in _BEHIND or (address[-1] in ")]>" and not _is_paired(address))):
        address = address[:-1]
    return address


def _is_paired(address: str) -> bool:
    closing = address[-1]
    opening = {")": "(", "]": "[", ">": "<"}[closing]
    return address.count(opening) >= address.count(closing)


def one_number(text: str) -> str:
    """Return the one credential number in a text, however its digits are grouped; empty where there is none."""
    if len(text) > MAX_WORDS:
        return ""
    plain = text.translate(DASHES).lower()
    digits = re.sub(r"[\s.-]", "", plain.removeprefix("urn:uuid:"))
    if len(digits) == HEX_DIGITS and re.fullmatch(r"[0-9a-f]+", digits):
        return digits
    found = {number.replace("-", "") for number in _NUMBER.findall(plain)}
    return found.pop() if len(found) == 1 else ""
