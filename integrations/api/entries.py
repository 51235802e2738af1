"""Entries of the catalogue as machines write and read them: the shape of `import_catalogue`, one at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from catalogue.content import AchievementContent, PartyContent, RunContent
from catalogue.formats import CatalogueRow, read_catalogue
from credentials.strict_json import JsonObject, compact_json
from integrations.errors import FieldsError

_TEXTS = ("name", "short_name", "description", "criteria")
_READ_BUT_NOT_WRITTEN = ("texts", "facts", "parties", "runs")


def entry_from(said: Mapping[str, Any]) -> CatalogueRow:
    """Read one entry by the rules of the import.

    Raises:
        FieldsError: every fault with field, code and remedy; `code` of the refusal is the first fault's.
    """
    read = read_catalogue(compact_json({"achievements": [dict(said)]}).encode(), name="entry.json")
    if read.refusals:
        fields = ", ".join(fault.place for fault in read.refusals)
        raise FieldsError(code=read.refusals[0].code, refusals=read.refusals, fields=fields)
    return read.rows[0]


def content_as_said(content: AchievementContent) -> JsonObject:
    """Return a version's content in the shape in which it is written; what is not stated is left out."""
    said: JsonObject = {name: dict(content.texts[name]) for name in _TEXTS if name in content.texts}
    for part in fields(content):
        value = getattr(content, part.name)
        if part.name not in _READ_BUT_NOT_WRITTEN and value not in (None, "", "not_stated", (), {}, []):
            said[part.name] = _plain(value)
    if content.facts:
        said["facts"] = {item: fact.get("value", fact["state"]) for item, fact in content.facts.items()}
    if content.parties:
        said["parties"] = [_said_of(party) for party in content.parties]
    if content.runs:
        said["runs"] = [_said_of(run) for run in content.runs]
    return said


def _said_of(row: PartyContent | RunContent) -> JsonObject:
    values = {part.name: getattr(row, part.name) for part in fields(row)}
    return {name: _plain(value) for name, value in values.items() if value not in (None, "", {})}


def _plain(value: Any) -> Any:
    """Write a value as JSON; exact decimals as text, so that nothing is rounded."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return {name: _plain(item) for name, item in value.items()} if isinstance(value, Mapping) else value


def patched(content: AchievementContent, patch: Mapping[str, Any], place: Mapping[str, str]) -> CatalogueRow:
    """Return an entry with some of what it says replaced whole; a null removes it. Raises FieldsError."""
    said = content_as_said(content) | dict(patch) | dict(place)
    return entry_from({name: value for name, value in said.items() if value is not None})
