"""The rules of the house that no linter knows: sizes, the clock, names of rooms."""

import ast
import re
from pathlib import Path

import pytest

from config.bootstrap.folders import ROOT

ROOMS = (
    "config",
    "credentials",
    "registry",
    "catalogue",
    "issuing",
    "verification",
    "wallet",
    "console",
    "integrations",
    "bench",
)
LONGEST_FUNCTION, LONGEST_FILE = 40, 400
CLOCKS = {"now", "today", "utcnow", "time", "monotonic", "localtime", "gmtime", "time_ns"}
PURE = ("credentials", "verification/checks")
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "base"}


def sources(*folders: str) -> list[Path]:
    """Return the Python files of these rooms, migrations left out."""
    return [
        path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts
    ]


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_is_longer_than_forty_lines():
    long = [
        f"{p}:{f.name} ({length(f)})" for p in sources(*ROOMS) for f in functions(p) if length(f) > LONGEST_FUNCTION
    ]

    assert long == []


def test_half_of_the_functions_have_eight_lines_or_fewer():
    lengths = sorted(length(function) for path in sources(*ROOMS) for function in functions(path))

    assert lengths[len(lengths) // 2] <= 8
    assert lengths[len(lengths) * 9 // 10] <= 20


def test_no_file_is_longer_than_four_hundred_lines():
    assert [str(p) for p in sources(*ROOMS) if len(p.read_text().splitlines()) > LONGEST_FILE] == []


def test_trust_core_and_checks_have_no_clock():
    calls = [
        f"{path}:{node.lineno}"
        for path in sources(*PURE)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]

    assert calls == []


def test_no_module_has_a_name_that_says_nothing():
    named = [p for p in sources(*ROOMS) if p.stem in FORBIDDEN_NAMES or p.parent.name in FORBIDDEN_NAMES]

    # Django finds a database backend by this name.
    assert [str(p.relative_to(ROOT)) for p in named] == ["registry/postgresql/base.py"]


def test_template_tags_are_for_templates():
    """What a tag writes, mails, files and machines write too: it stands in a function of the room that the tag calls."""
    calling = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(*ROOMS)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and re.match(rf"({'|'.join(ROOMS)})\.templatetags", node.module or "")
    ]

    assert calling == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_it_is(room):
    assert ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text()))


RIGHTWARDS = ("credentials", "registry", "catalogue", "issuing", "verification", "wallet", "console", "integrations")
"""From the left; `bench` and `config` stand to the right of all."""


def test_no_room_names_one_to_its_right_in_a_text():
    """An import by its name is an import: `import_string("integrations.tasks")` would pass the contracts."""
    named = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.value}"
        for number, room in enumerate(RIGHTWARDS)
        for path in sources(room)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value
        if "." in node.value and node.value.split(".")[0] in {*RIGHTWARDS[number + 1 :], "bench", "config"}
    ]

    assert named == []
