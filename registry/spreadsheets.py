"""Files that people open in a spreadsheet: whatever is not plainly text is made so. The house's only writer of CSV.

Pure. Source: OWASP, CSV Injection; seen to be evaluated behind blanks, marks and separators of another kind as well.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Final

_FORMULA: Final = "=\uff1d\ufe66+\uff0b\ufe62\\-\uff0d\ufe63\u2212@\uff20\ufe6b\u207a-\u207c\u208a-\u208c"
"""What begins a formula, with the forms that compatibility mappings (UAX #15) make of it."""
_SEPARATORS: Final = r";,\t|\r\n\x0b\x0c\x85\u2028\u2029"
_UNSEEN: Final = (
    r"\s\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff'\"`"
)
"""What a spreadsheet passes over, or nobody sees: blanks, controls, marks; and the quotes that hide a beginning."""
_BEGINNING: Final = re.compile(rf"(\A|[{_SEPARATORS}])[{_UNSEEN}]*+([{_FORMULA}])?")
"""A beginning, what nobody sees there, and the formula if there is one: each run is read once, so time is linear."""
_SEPARATOR: Final = re.compile(rf"[{_SEPARATORS}]")


def plain_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, whichever separator it splits by.

    An apostrophe stands before everything that would begin one; texts without such a beginning stay as they are.
    """
    safe = _BEGINNING.sub(_marked, text)
    return f"'{safe}" if text[:1] < " " and text and not safe.startswith("'") else safe


def _marked(run: re.Match[str]) -> str:
    """Put an apostrophe behind each separator of a run that a formula follows: each could be the one."""
    if run[2] is None:
        return run[0]
    return ("" if run[1] else "'") + _SEPARATOR.sub(r"\g<0>'", run[0])


def spreadsheet(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as CSV (RFC 4180), every cell plain text."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([plain_cell(cell) for cell in row] for row in rows)
    return stream.getvalue()
