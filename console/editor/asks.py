"""What a sheet asks: one answer, a list of rows, an information item with its answers. Data of the pages, no rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

Text = str | Promise
Words = Mapping[str, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One answer: `name` is its path without the language, `kind` line, text, number, day, one, some, yes or state.

    `words` are the codes to choose from; `translated` answers are given for each language; `suggested` is the id
    of a list on the page from which a line may be chosen.
    """

    name: str
    label: Text
    help: Text = ""
    kind: str = "line"
    words: Words = field(default_factory=dict)
    translated: bool = False
    longest: int = 2000
    suggested: str = ""

    def path(self, language: str) -> str:
        """Return where the answer stands on a sheet."""
        return f"{self.name}.{language}" if self.translated else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAsk:
    """A list of rows of the same answers; `one` says what a row is."""

    name: str
    label: Text
    one: Text
    help: Text = ""
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Answers under one heading. An information item has a state; `asks` count only where it is stated, `always` do ever."""

    code: str
    label: Text
    why: Text = ""
    has_state: bool = False
    asks: tuple[Ask, ...] = ()
    always: tuple[Ask, ...] = ()
    lists: tuple[ListAsk, ...] = ()

    @property
    def every(self) -> tuple[Ask, ...]:
        """The single answers of the group."""
        return (*self.asks, *self.always)

    @property
    def state_ask(self) -> str:
        """The path of the item's state."""
        return f"facts.{self.code}"
