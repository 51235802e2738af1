"""What the bytes of a table's text stand for: told, proven, or asked for; never misread in silence. Pure.

1. An encoding that somebody named is the one. 2. A mark of byte order, or the zeros of letters that take two bytes,
prove Unicode. 3. So do bytes that are UTF-8: text in another encoding is hardly ever that by chance. 4. What is left
is a code page, and no byte says which. Windows-1252 is taken, with a note to look at the names, unless the text then
has what no Western European language has: control signs, signs inside words, four accented letters in a row. That is
asked about.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from registry.refusals import RuleBrokenError, gettext_noop

ENCODINGS: Final = (
    "utf-8", "utf-16", "utf-32",
    "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
    "windows-1257", "windows-1258",
    "iso-8859-1", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8",
    "iso-8859-9", "iso-8859-10", "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16",
    "koi8-r", "koi8-u", "macroman", "mac-latin2", "mac-greek", "mac-cyrillic", "mac-turkish",
    "cp437", "cp737", "cp775", "cp850", "cp852", "cp857", "cp866", "cp874",
    "shift_jis", "euc-jp", "euc-kr", "big5", "gb18030",
)  # fmt: skip
"""The names that may be given; Python and the WHATWG read them alike."""
GUESSED: Final = "latin-1"
"""The note that letters were taken for Western European ones."""

_MARKS: Final = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_READ_AS: Final = {"utf-8": "utf-8-sig"}
"""Python leaves the mark of UTF-8 in the text otherwise."""
_LOOKED_AT: Final = 400
_WHICH: Final = gettext_noop(
    "The letters of this file cannot be told for certain. Save it as XLSX or as CSV (UTF-8), or name its encoding: "
    "windows-1250 for Polish or Czech, windows-1251 for Cyrillic, windows-1253 for Greek, windows-1254 for Turkish, "
    "macroman for an old Mac, cp850 for DOS."
)
_ANOTHER: Final = gettext_noop(
    "The file is not in the encoding that was named: name another one, or save it as XLSX or as CSV (UTF-8)."
)
_UNKNOWN: Final = gettext_noop(
    "There is no such encoding here: name one such as utf-8, windows-1250 or iso-8859-2, or none at all."
)

_NO_TABLE: Final = gettext_noop("This is no table: save it as XLSX or as CSV (UTF-8) and send that.")

_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd]")
_ACCENTED: Final = "À-ÖØ-öø-ÿŠšŽžŒœŸƒ"
_LETTER: Final = f"[A-Za-z{_ACCENTED}]"
_NO_WORDS: Final = (
    f"[{_ACCENTED}]{{4}}",  # Greek, Cyrillic, Hebrew, Arabic
    f"(?<={_LETTER})[€‚„†‡ˆ‰‹“”˜›¡¢£¤¥¦§¨«¬¯±²³µ¶¸¹»¼½¾¿×÷](?={_LETTER})",  # Polish, Turkish, DOS, Mac
    f"(?<!{_LETTER})[£¥¯¬¦¤¹²³ª](?={_LETTER})|[±¶¸¼½¾×÷](?=[{_ACCENTED}])",
    "(?<=[a-z])[ŠŒŽŸ](?![A-Z])|(?<=[A-Z])[ŠŒŽŸ](?=[a-z])",  # Mac
)
_DOUBTFUL: Final = re.compile("|".join((_CONTROLS.pattern, *_NO_WORDS)))
"""What text in Windows-1252 has only where it is none. `O´Brien`, `col·lega`, `Mª` and `m²` are text."""


class Decoded(NamedTuple):
    """A text, the encoding it was in, and codes of what was noticed."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode_table(data: bytes, encoding: str = "") -> Decoded:
    """Return the text of a table, without its mark of byte order.

    Args:
        data: the file.
        encoding: one of `ENCODINGS`, in any case; empty where nobody named one.

    Raises:
        RuleBrokenError: `encoding-unknown` (no such name), `wrong-encoding` (the file is not in it),
            `encoding-unclear` (nobody named one, and none can be told), `not-a-table`.
    """
    if encoding:
        return _named(data, encoding)
    proven = _proven(data)
    try:
        return Decoded(_checked(data.decode(_READ_AS.get(proven, proven))), proven)
    except UnicodeDecodeError as error:
        if b"\x00" in data:
            raise RuleBrokenError("", "not-a-table", _NO_TABLE) from error
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise RuleBrokenError("", "encoding-unclear", _WHICH) from error
    if not _is_western(text):
        raise RuleBrokenError("", "encoding-unclear", _WHICH)
    return Decoded(text, "windows-1252", (GUESSED,))


def _is_western(text: str) -> bool:
    """Tell whether a text of Windows-1252 has nothing that no Western European language has."""
    return _DOUBTFUL.search(text) is None


def _named(data: bytes, encoding: str) -> Decoded:
    name = encoding.strip().lower()
    if name not in ENCODINGS:
        raise RuleBrokenError("encoding", "encoding-unknown", _UNKNOWN)
    proven = _proven(data)
    # Without a mark, which half of a letter comes first is seen.
    read_as = proven if proven.startswith(f"{name}-") else name
    try:
        text = data.decode(_READ_AS.get(read_as, read_as))
    except UnicodeDecodeError as error:
        raise RuleBrokenError("encoding", "wrong-encoding", _ANOTHER) from error
    if not name.startswith("utf") and _CONTROLS.search(text):
        raise RuleBrokenError("encoding", "wrong-encoding", _ANOTHER)
    return Decoded(_checked(text), name)


def _checked(text: str) -> str:
    if "\x00" in text:
        raise RuleBrokenError("", "not-a-table", _NO_TABLE)
    return text


def _proven(data: bytes) -> str:
    """Return what a mark of byte order says, or the zeros of letters that take two bytes; else UTF-8."""
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return name
    beginning = data[:_LOOKED_AT]
    for name, zeros in (("utf-16-le", beginning[1::2]), ("utf-16-be", beginning[0::2])):
        if zeros and zeros.count(0) * 2 > len(zeros):
            return name
    return "utf-8"


GARBLED: Final = gettext_noop(
    "Letters of this text were lost when it was saved or sent: type it again, or send the file as XLSX or as CSV (UTF-8)."
)
_LOST: Final = re.compile("[\x80-\x84\x86-\x9f\ufffd]")
"""What stands for letters that were lost: a program put it there that read a text in another encoding than its own."""


def is_garbled(text: str) -> bool:
    """Tell whether a text was read in another encoding than its own somewhere on its way: `M\ufffdller`, `MÃ¼ller`."""
    return not text.isascii() and (_LOST.search(text) is not None or _is_doubly_encoded(text))


def _is_doubly_encoded(text: str) -> bool:
    """Tell whether a text's letters, taken for those of Windows-1252, are UTF-8: no language writes that."""
    try:
        text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return True
