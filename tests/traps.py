"""The list of traps and their guards (`traps.toml`), and how a guard is disabled."""

import inspect
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

LIST = Path(__file__).with_name("traps.toml")
ALL_TRAPS = range(1, 28)
STARS = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


@dataclass(frozen=True)
class Proof:
    """One removal: `guards` (`file:function` → what it answers instead), and the tests that must notice."""

    trap: int | str
    without: str
    guards: dict[str, str]
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Traps:
    """Every removal, and the traps (by number → reason) that do not concern what is built."""

    proofs: tuple[Proof, ...]
    excused: dict[int, str]


def part_of(traps: Traps, asked: str) -> Traps:
    """Return one of so many parts of the removals, `2/3` for the second of three; ValueError where there is none."""
    part, _, parts = asked.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 0 < int(part) <= int(parts)):
        raise ValueError(f"{asked}: write for example 1/2, the first of two parts.")
    return Traps(traps.proofs[int(part) - 1 :: int(parts)], traps.excused)


def read_traps(path: Path = LIST) -> Traps:
    listed = tomllib.loads(path.read_text("utf-8"))
    proofs = tuple(
        Proof(trap["number"], proof["without"], proof["guards"], tuple(proof["tests"]))
        for trap in listed["trap"]
        for proof in trap["proof"]
    )
    return Traps(proofs, {entry["number"]: entry["reason"] for entry in listed.get("excused", [])})


def guard_named(name: str) -> FunctionType:
    """Return the function that `file:function` or `file:Class.method` names, without its decorators.

    Raises:
        LookupError: no such file, or no such function in it.
    """
    path, _, place = name.partition(":")
    try:
        found: Any = import_module(path.removesuffix(".py").replace("/", "."))
        for part in place.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise LookupError(f"no such guard: {name}") from error
    function = inspect.unwrap(found)
    if not isinstance(function, FunctionType) or not str(inspect.getsourcefile(function)).endswith(path):
        raise LookupError(f"not a function of that file: {name}")
    return function


def disable(name: str, instead: str) -> None:
    """Let a guard answer the expression `instead`, for as long as this process lives.

    The function object stays and its code is exchanged: so it is disabled wherever it is referred to, in other
    modules, in tables and in closures. The expression sees the guard's parameters and its module's names, and the
    guard itself under the name `undisabled`.
    """
    function = guard_named(name)
    function.__globals__["undisabled"] = _copy_of(function)
    stand_in = eval(f"lambda {', '.join(_parameters(function))}: {instead}")
    function.__code__ = stand_in.__code__


def _copy_of(function: FunctionType) -> Callable[..., Any]:
    copy = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__)
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _parameters(function: FunctionType) -> Iterator[str]:
    """Yield the parameters as a lambda writes them; the values of defaults stay on the function."""
    starred = False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        starred = starred or parameter.kind is parameter.VAR_POSITIONAL
        yield STARS.get(parameter.kind, "") + parameter.name
