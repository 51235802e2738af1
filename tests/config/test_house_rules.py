"""The rules of the house that no linter knows: sizes, the clock, names of rooms."""

import ast
import re
from itertools import takewhile
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
    assert [str(p) for p in sources(*ROOMS, "tests") if len(p.read_text().splitlines()) > LONGEST_FILE] == []


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


SAYS = {"args", "message", "msg", "strerror", "detail", "remedy"}
"""Members in which errors and findings speak to people."""
LOOKED_FOR = {"startswith", "endswith", "find", "index", "count", "search", "match", "fullmatch"}
ERROR = re.compile(r"Error$|Exception$|^Warning$|Finding$|Problem$")


def names_of_errors(tree: ast.Module) -> set[str]:
    """Return the names under which a module holds errors: in `except … as`, and arguments that are annotated so."""
    caught = {n.name for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler) and n.name}
    given = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg) and n.annotation and is_error(n.annotation)}
    return caught | given


def is_error(annotation: ast.expr) -> bool:
    return any(
        ERROR.search(n.id if isinstance(n, ast.Name) else n.attr)
        for n in ast.walk(annotation)
        if isinstance(n, ast.Name | ast.Attribute)
    )


def tells(node: ast.expr, errors: set[str]) -> bool:
    """Say whether an expression is what an error says: `str(error)`, `error.args[0]`, `error.message.lower()`."""
    written = (
        part.args[0]
        for part in ast.walk(node)
        if isinstance(part, ast.Call)
        and isinstance(part.func, ast.Name)
        and part.func.id in {"str", "repr"}
        and part.args
    )
    members = (part.value for part in ast.walk(node) if isinstance(part, ast.Attribute) and part.attr in SAYS)
    return any(isinstance(whose, ast.Name) and whose.id in errors for whose in (*written, *members))


def decisions_by_words(source: str) -> list[str]:
    """Return the comparisons with, and the searches in, what errors say."""
    tree = ast.parse(source)
    errors = names_of_errors(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(
            isinstance(o, ast.In | ast.NotIn | ast.Eq | ast.NotEq) for o in node.ops
        ):
            asked = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOOKED_FOR:
            asked = [node.func.value, *node.args]
        else:
            continue
        if any(tells(part, errors) for part in asked):
            found.append(f"{node.lineno}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize(
    "decision",
    [
        'if "timed out" in str(error): pass',
        'if error.args[0] == "busy": pass',
        'if str(error).lower().startswith("no such"): pass',
        'if re.search("[Uu]nique", f"{str(error)}"): pass',
        'if error.message.endswith("again"): pass',
        "x = [1 for word in WORDS if word in repr(error)]",
    ],
)
def test_a_decision_by_the_words_of_an_error_is_seen(decision):
    caught = f"try:\n    pass\nexcept OSError as error:\n    {decision}\n"
    given = f"def judge(error: RegistryError | None):\n    {decision}\n"

    assert len(decisions_by_words(caught)) == len(decisions_by_words(given)) == 1
    assert decisions_by_words(caught.replace("error:", "another:")) == [], "of errors alone"


def test_nothing_is_decided_by_the_words_of_an_error():
    """Words are for people and change with the next release of a library: codes and classes of errors decide."""
    found = [
        f"{path.relative_to(ROOT)}:{line}" for path in sources(*ROOMS) for line in decisions_by_words(path.read_text())
    ]

    assert found == []


PLANNED = {
    "sign_chunk": "issuing/signing/chunks.py",
    "finish_chunk": "issuing/signing/storing.py",
    "award_batch": "issuing/services/batches.py",
    "gather_own": "verification/resolve/own.py",
}


@pytest.mark.parametrize("name", PLANNED)
def test_numbers_of_a_plan_come_back_in_the_function_under_it(name):
    path = ROOT / PLANNED[name]
    lines = path.read_text().splitlines()
    (function,) = [one for one in functions(path) if one.name == name]
    first = min([function.lineno, *(one.lineno for one in function.decorator_list)]) - 1
    above = takewhile(lambda line: line.startswith("#"), reversed(lines[:first]))
    planned = [found[1] for line in reversed(list(above)) if (found := re.match(r"# (\d+)\. ", line))]
    body = "\n".join(lines[function.lineno : function.end_lineno])

    assert len(planned) > 2
    assert re.findall(r"  # (\d+)$", body, re.MULTILINE) == planned
