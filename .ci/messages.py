"""Keep the German words in step with the sources: `python .ci/messages.py`, in checks with `--check`.

Reads every gettext text of the rooms and templates, merges them into locale/de/LC_MESSAGES/django.po
and writes django.mo next to it. Babel does the work, so no gettext tools are needed; the compiled
file is committed, so a fresh clone speaks German.
"""

import io
import pathlib
import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = pathlib.Path(__file__).resolve().parent.parent
PO = ROOT / "locale/de/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
ROOMS = ("config", "registry", "catalogue", "issuing", "verification", "wallet", "console", "integrations")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "gettext_noop": None,
}


def _texts(path: pathlib.Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    source = path.read_text(encoding="utf-8")
    # templatize() keeps the page's indentation, which Python's tokenizer would not take.
    code = source if path.suffix == ".py" else "\n".join(map(str.strip, templatize(source).splitlines()))
    for _line, message, _comments, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
        yield message, context


def _sources() -> list[pathlib.Path]:
    python = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
    pages = [path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    return sorted([*python, *pages])


def template_catalog() -> Catalog:
    """Return every translatable text of the sources, with the file it stands in."""
    catalog = Catalog(project="Testamur", charset="utf-8", fuzzy=False)
    for path in _sources():
        for message, context in _texts(path):
            if message and message != "":
                catalog.add(message, locations=[(str(path.relative_to(ROOT)), 0)], context=context)
    return catalog


def german_catalog() -> Catalog:
    """Return the German words as they are kept."""
    with PO.open("rb") as file:
        return read_po(file, locale="de", charset="utf-8")


def merged_catalog() -> Catalog:
    """Return the kept words with new texts added (untranslated) and gone ones left out."""
    catalog = (
        german_catalog() if PO.exists() else Catalog(locale="de", project="Testamur", charset="utf-8", fuzzy=False)
    )
    catalog.update(template_catalog(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    return catalog


def untranslated(catalog: Catalog) -> list[str]:
    """Return the texts without German words, and those that Babel only guessed."""
    return [str(message.id) for message in catalog if message.id and (message.fuzzy or not _is_whole(message.string))]


def _is_whole(words: str | tuple[str, ...] | list[str]) -> bool:
    return all(words) if isinstance(words, (tuple, list)) else bool(words)


def compiled(catalog: Catalog) -> bytes:
    """Return the catalog as gettext's binary form."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def _written(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalog, width=110, include_lineno=False, sort_output=True, omit_header=False)
    return file.getvalue()


def problems() -> list[str]:
    """Return what is out of step, in sentences; nothing when all is well."""
    kept, fresh = german_catalog(), merged_catalog()
    found = [f"No German for: {text}" for text in untranslated(fresh)]
    gone = {message.id for message in kept} - {message.id for message in fresh}
    found += [f"No longer in the sources: {text}" for text in sorted(map(str, gone))]
    if not MO.exists() or MO.read_bytes() != compiled(kept):
        found.append("django.mo is not made from django.po.")
    return found


def main() -> int:
    """Write both files, or only say what is out of step."""
    if "--check" in sys.argv:
        found = problems()
        sys.stdout.write("\n".join([*found, "" if found else "German is in step.\n"]))
        return 1 if found else 0
    catalog = merged_catalog()
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(_written(catalog))
    MO.write_bytes(compiled(german_catalog()))
    missing = untranslated(catalog)
    sys.stdout.write("\n".join([f"{len(catalog)} texts, {len(missing)} without German.", *missing, ""]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
