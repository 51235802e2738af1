"""Every route of the URL configuration, and the address at which it meets another organisation's object."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, resolve

_CONVERTER = re.compile(r"<(?:[a-z]+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One route: its pattern as `resolve` tells it, its parameters, and its view."""

    pattern: str
    view: Callable[..., Any]

    @property
    def parameters(self) -> list[str]:
        """Return the names in the pattern, in order."""
        return re.findall(r"<(?:[a-z]+:)?(\w+)>", self.pattern)

    def address(self, values: Mapping[str, str]) -> str:
        """Return the address with the values in place; it must lead back to this route."""
        text = _CONVERTER.sub(lambda found: values[found[1]], _without_expressions(self.pattern))
        address = "/" + re.sub(r"\[\\s\\S\]\*|[\\^$]", "", text)
        assert resolve(address).route == self.pattern, f"{address} does not lead to {self.pattern}"
        return address


def _without_expressions(pattern: str) -> str:
    """Turn `(?P<name>…)` into `<name>`, minding brackets inside."""
    text, place = "", 0
    while (start := pattern.find("(?P<", place)) >= 0:
        name, end = pattern[start + 3 : pattern.index(">", start) + 1], _closing(pattern, start)
        text, place = text + pattern[place:start] + name, end + 1
    return text + pattern[place:]


def _closing(pattern: str, start: int) -> int:
    depth = 0
    for place in range(start, len(pattern)):
        depth += {"(": 1, ")": -1}.get(pattern[place], 0)
        if depth == 0:
            return place
    raise ValueError(pattern)


def all_routes() -> list[Route]:
    """Return the routes of the whole installation, in order."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], prefix: str) -> Iterator[Route]:
    for entry in patterns:
        own = str(entry.pattern)
        pattern = prefix + own.removeprefix("^") if prefix else own  # as Django joins them
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, pattern)
        elif isinstance(entry, URLPattern):
            yield Route(pattern, entry.callback)
