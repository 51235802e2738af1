"""What the operator tells visitors: imprint, privacy, accessibility, contact, help.

Each is a text file per language, `imprint.de.txt`, in the operator's folder (OPERATOR_PAGES_DIR): paragraphs with empty
lines between them, a line that starts with `# ` is a heading, web and mail addresses become links. A file that holds
nothing but a web address sends visitors there. Testamur ships a help page, and, outside production, samples of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.language_maps import best_language

PAGES: Final[dict[str, str | Promise]] = {
    "help": _("Help"),
    "contact": _("Contact"),
    "accessibility": _("Accessibility"),
    "privacy": _("Privacy"),
    "imprint": _("Imprint"),
}
SHIPPED_DIR: Final = Path(__file__).resolve().parent / "texts"
SHIPPED_EVERYWHERE: Final = frozenset({"help"})
MOST_BYTES: Final = 200_000
_ELSEWHERE: Final = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class OperatorPage:
    """One page in one language: `parts` are (is a heading, text); with an `address` it stands elsewhere."""

    name: str
    language: str
    parts: tuple[tuple[bool, str], ...]
    address: str = ""


def operator_page(name: str, language: str) -> OperatorPage | None:
    """Return a page in the language that serves a reader best; None where there is no text of it."""
    files = _files(name)
    tag = best_language(list(files), language)
    text = _text(files[tag]) if tag else ""
    if not tag or not text:
        return None
    if _ELSEWHERE.fullmatch(text):
        return OperatorPage(name, tag, (), text)
    return OperatorPage(name, tag, tuple(_parts(text)))


def operator_links(language: str) -> list[tuple[str | Promise, str]]:
    """Return (label, address) of every page that there is, in the order of the page's foot."""
    pages = [(label, operator_page(name, language)) for name, label in PAGES.items()]
    return [(label, page.address or f"/about/{page.name}/") for label, page in pages if page is not None]


def missing_texts() -> list[str]:
    """Return the names of the files that a production installation still lacks or that cannot be read."""
    if not settings.IN_PRODUCTION:
        return []
    wanted = [(name, tag) for name in PAGES for tag, _label in settings.LANGUAGES]
    return [f"{name}.{tag}.txt" for name, tag in wanted if not _text(_files(name).get(tag))]


def _files(name: str) -> dict[str, Path]:
    """Return the file of each language; what the operator wrote replaces all that is shipped of a page."""
    own = {tag: path for tag, _label in settings.LANGUAGES if (path := _own(name, tag)).is_file()}
    if own or (settings.IN_PRODUCTION and name not in SHIPPED_EVERYWHERE):
        return own
    return {tag: SHIPPED_DIR / f"{name}.{tag}.txt" for tag, _label in settings.LANGUAGES}


def _own(name: str, tag: str) -> Path:
    folder: Path = settings.OPERATOR_PAGES_DIR
    return folder / f"{name}.{tag}.txt"


def _text(path: Path | None) -> str:
    """Return what a file says; nothing of one that is not there, too long or no UTF-8 text."""
    try:
        data = path.read_bytes() if path else b""
        return data.decode("utf-8-sig").replace("\r\n", "\n").strip() if len(data) <= MOST_BYTES else ""
    except (OSError, UnicodeDecodeError):
        return ""


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Yield headings and paragraphs; a heading needs no empty line around it."""
    for part in re.split(r"(?m)^(# .+)$|\n\s*\n", text):
        if part and part.startswith("# "):
            yield True, part.removeprefix("# ").strip()
        elif part and part.strip():
            yield False, part.strip()
