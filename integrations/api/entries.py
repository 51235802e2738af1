"""Entries of the catalogue as machines write and read them: the shape of `import_catalogue`, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalogue.content import AchievementContent
from catalogue.formats import CatalogueRow
from catalogue.said import content_as_said, read_said
from integrations.errors import FieldsError


def entry_from(said: Mapping[str, Any]) -> CatalogueRow:
    """Read one entry by the rules of the import.

    Raises:
        FieldsError: every fault with field, code and remedy; `code` of the refusal is the first fault's.
    """
    read = read_said(said, {})
    if read.refusals:
        fields = ", ".join(fault.place for fault in read.refusals)
        raise FieldsError(code=read.refusals[0].code, refusals=read.refusals, fields=fields)
    return read.rows[0]


def patched(content: AchievementContent, patch: Mapping[str, Any], place: Mapping[str, str]) -> CatalogueRow:
    """Return an entry with some of what it says replaced whole; a null removes it. Raises FieldsError."""
    said = content_as_said(content) | dict(patch) | dict(place)
    return entry_from({name: value for name, value in said.items() if value is not None})
