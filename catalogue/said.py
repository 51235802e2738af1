"""An entry in the shape in which it is written, in files, by machines and on the pages of editors; and back. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any, Final

from catalogue.content import AchievementContent, PartyContent, RunContent
from catalogue.formats import CatalogueFile, read_catalogue
from credentials.strict_json import JsonObject, compact_json

TEXTS: Final = ("name", "short_name", "description", "criteria")
_READ_BUT_NOT_WRITTEN: Final = ("texts", "facts", "parties", "runs")


def read_said(said: Mapping[str, Any], place: Mapping[str, str]) -> CatalogueFile:
    """Read one entry by the rules of the import: its row where that could be read, and everything that is refused.

    Args:
        said: what the entry says; what is None is left out.
        place: its issuer, slug and kind.
    """
    entry = {name: value for name, value in {**said, **place}.items() if value is not None}
    return read_catalogue(compact_json({"achievements": [entry]}).encode(), name="entry.json")


def content_as_said(content: AchievementContent) -> JsonObject:
    """Return a version's content in the shape in which it is written; what is not stated is left out."""
    said: JsonObject = {name: dict(content.texts[name]) for name in TEXTS if name in content.texts}
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
