"""docs/architecture.md is true: what it names is there, and its tables are the house's."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from config.bootstrap.folders import ROOT

PAGE = ROOT / "docs" / "architecture.md"
NAMED = re.compile(r"`([a-z_/]+(?:\.py|/))(?::(\w+))?`")
QUESTIONS = 10


@cache
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def part(heading: str) -> str:
    """Return what stands below a heading, up to the next one of its level."""
    mark, _, _name = heading.partition(" ")
    return re.split(rf"^{mark} ", text().split(f"{heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(section: str) -> list[list[str]]:
    """Return the cells of a section's first table, without its head."""
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines]


def defined(path: Path) -> set[str]:
    """Return the names that a module defines: functions, classes, constants, and methods of classes."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


@pytest.mark.parametrize(("place", "name"), sorted(set(NAMED.findall(text()))))
def test_what_the_page_names_is_there(place, name):
    path = ROOT / place

    assert path.exists()
    if name:
        assert name in defined(path)


def test_every_table_stands_in_its_room():
    said = {
        room.split(",")[0].strip(" /"): set(re.findall(r"[A-Z]\w+", tables))
        for room, _what, tables in rows(part("## Rooms"))
    }
    real: dict[str, set[str]] = {room: set() for room in said}
    for model in apps.get_models():
        if (room := model.__module__.split(".")[0]) in real:
            real[room].add(model.__name__)

    assert said == real


def test_keys_that_the_database_does_not_look_at_are_those_of_the_page():
    said = {(row[0], row[1]) for row in rows(part("### What the database does not keep"))}
    real = {
        (model.__name__, f"{field.name} → {field.related_model.__name__}")
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and not vars(field)["db_constraint"]
    }

    assert said == real


def test_each_of_the_ten_questions_is_answered_by_a_place_in_the_code():
    questions = re.split(r"^\d+\. ", part("## Ten questions"), flags=re.MULTILINE)[1:]

    assert len(questions) == QUESTIONS
    assert [question for question in questions if not any(name for _file, name in NAMED.findall(question))] == []
