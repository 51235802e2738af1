"""Nothing is kept that nobody calls: functions, errors and columns; and nothing points to where a reader cannot go."""

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from config.bootstrap.folders import ROOT
from tests.config.test_house_rules import ROOMS, sources

WORDS = re.compile(r"\w+")
KEPT = {
    "mfa_required": "organisations that ask for a second step: the console asks it of their members",
    "released": "which fields a holder lets others see: the wallet",
    "legal_name": "a recipient's name as on a document of identity: the wallet's requests for correction",
    "credentials_held_by": "what an account holds: the wallet's first page",
    "verify_identifier": "an address or number that a holder has proven: the wallet",
    "RegisterRole": "officers of a register, who decide and never award",
    "Accreditation": "who accredited a provider: the register's entries",
}
"""What the next rooms stand on, though nothing calls it yet."""
DJANGO = {
    "Command",
    "MachineSecurity",
    "THEIR_WORDS",
    "app_name",
    "provider_classes",
    "last_login",
    "user_permissions",
}
"""What Django, allauth, drf-spectacular or translators look for by its name."""
BY_PLACE = {"settings.py", "apps.py"}
"""Modules of which Django reads every name."""


@cache
def words() -> Counter[str]:
    """Return how often each word stands in the house's own sources: code, templates, settings of tools."""
    tools = [ROOT / name for name in ("manage.py", "pyproject.toml", "Dockerfile", "docker-compose.yml")]
    migrations = [path for room in ROOMS for path in (ROOT / room).glob("migrations/*.py")]
    files = [*sources(*ROOMS), *migrations, *tools, *sorted((ROOT / "templates").rglob("*.*"))]
    return Counter(word for file in files for word in WORDS.findall(file.read_text(encoding="utf-8")))


def public(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield the public functions, classes and constants of a module, and whether something decorates them."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, bool(node.decorator_list)
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from ((target.id, False) for target in targets if isinstance(target, ast.Name))


def test_every_public_name_of_a_module_is_used_somewhere():
    listed = Counter(name for path in sources(*ROOMS) for name, _decorated in public(path) if not name.startswith("_"))
    again = Counter(word for path in sources(*ROOMS) if path.name == "__init__.py" for word in exported(path))
    unused = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources(*ROOMS)
        for name, decorated in public(path)
        if not (name.startswith("_") or decorated or name in KEPT or name in DJANGO or path.name in BY_PLACE)
        and words()[name] <= listed[name] + 2 * again[name]
    ]

    assert unused == [], "\n".join(unused)


def exported(path: Path) -> list[str]:
    """Return the names that a package hands on: each stands in its import and in `__all__`."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return [str(ast.literal_eval(entry)) for entry in getattr(node.value, "elts", ())]
    return []


def test_every_column_is_read_or_written_somewhere():
    columns = [
        (f"{model.__name__}.{field.name}", field.name)
        for model in apps.get_models()
        if model.__module__.split(".")[0] in ROOMS
        for field in model._meta.get_fields()
        if field.concrete and not field.primary_key
    ]
    models = Counter(
        word for path in sources(*ROOMS) if "models" in path.as_posix() for word in WORDS.findall(path.read_text())
    )

    unused = [told for told, name in columns if not (name in KEPT or name in DJANGO) and words()[name] <= models[name]]
    assert unused == [], "\n".join(unused)


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_for_later_is_there(name):
    assert words()[name]


ELSEWHERE = re.compile(
    r"\b(HOUSE|TRUST|CONTRACT|RELIABILITY|EXAMPLES|DEPENDENCIES|PERFORMANCE|UX|LOOK)(\.md|'s|,? §| [A-Z]?\d)|\b(DATA-MODEL|DEPENDENCIES)\b"
    r"|\bshared/(?!data\b|tools/oracle)|[Aa]buse case|\(field[:,]? \w+ §|\(glossary\)|\b[Ff]aults? \d|\([Ff]inding \d"
)
"""Pages that lay beside the project while it was planned, and the numbers of their lists."""
OF_OTHERS = {"desk/README.md"}
"""Pages among the test files of others, which VECTORS_DIR names."""
PAGE = re.compile(r"[\w./-]*\w\.md\b")
TRAP = re.compile(r"\b[Tt]raps? ((?:\d+(?:, | and )?)+)")


def written() -> list[Path]:
    """Return every file in which people write to people: sources, tests, settings, pages, templates, styles."""
    folders = ["docs", "tests", ".ci", "static", "templates", "requirements", *ROOMS]
    kinds = {".py", ".md", ".toml", ".html", ".txt", ".css", ".js", ".yml", ""}
    inside = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    own = Path(__file__)
    return [path for path in [*ROOT.glob("*.*"), *inside] if path.is_file() and path.suffix in kinds and path != own]


def texts() -> Iterator[tuple[str, Path, str]]:
    for path in written():
        if "__pycache__" not in path.parts and path.stat().st_size < 2_000_000:
            yield str(path.relative_to(ROOT)), path, path.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize(
    "pointer",
    [
        *(
            "see HOUSE.md",
            "(TRUST §3)",
            "TRUST.md",
            "RELIABILITY I4",
            "CONTRACT.md",
            "UX.md",
            "DATA-MODEL",
            "(glossary)",
        ),
        *("../shared/design/", "abuse case P3", "(field: frameworks §4)", "Fault 12: signed", "(finding 22)"),
    ],
)
def test_a_pointer_to_elsewhere_is_seen(pointer):
    assert ELSEWHERE.search(pointer)


def test_nothing_points_to_a_page_that_a_reader_does_not_have():
    pointing = [f"{name}: {hit[0]}" for name, _path, text in texts() for hit in ELSEWHERE.finditer(text)]

    assert pointing == [], "\n".join(pointing)


def test_every_page_that_is_named_is_there():
    """`docs/operators.md` in a comment, a link in a page: from the root, from docs/, or from where it is named."""
    loose = [
        f"{name}: {page}"
        for name, path, text in texts()
        for page in set(PAGE.findall(text))
        if page not in OF_OTHERS
        and not any((folder / page.lstrip("/")).is_file() for folder in (ROOT, ROOT / "docs", path.parent))
    ]

    assert loose == [], "\n".join(sorted(loose))


def test_every_trap_that_is_named_is_in_the_list():
    listed = {trap["number"] for trap in tomllib.loads((ROOT / "tests/traps.toml").read_text())["trap"]}
    named = [
        (name, int(n)) for name, _p, text in texts() for hit in TRAP.finditer(text) for n in re.findall(r"\d+", hit[1])
    ]

    assert [one for one in named if one[1] not in listed] == []
