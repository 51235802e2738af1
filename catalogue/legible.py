"""Texts of an entry of which letters were lost on their way here: nobody would sign them as they are. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalogue.content import AchievementContent
from registry.encodings import GARBLED, is_garbled
from registry.refusals import Refusal


def legible_refusals(content: AchievementContent) -> Iterator[Refusal]:
    """Refuse them wherever they stand, each place once."""
    stated = content.columns()
    parties = [(party.name, party.signatory_name, party.signatory_role) for party in content.parties]
    for name, value in {**stated.pop("texts"), **stated.pop("facts"), **stated, "parties": parties}.items():
        if any(map(is_garbled, _each_text(value))):
            yield Refusal(name, "garbled-text", GARBLED)


def _each_text(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _each_text(part)
