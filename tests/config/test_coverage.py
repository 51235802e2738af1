"""Coverage counts every room: the list that it reads is that of the tree, of the import contracts and of the types."""

import tomllib

from config.bootstrap.folders import ROOT
from tests.config.test_house_rules import ROOMS

TOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
NOT_ROOMS = {"tests"}


def test_every_room_is_counted_and_nothing_else():
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - NOT_ROOMS
    (layers,) = [one["layers"] for one in TOOLS["importlinter"]["contracts"] if one["id"] == "rooms"]

    assert set(TOOLS["coverage"]["run"]["source_pkgs"]) == rooms
    assert rooms == set(ROOMS)
    assert rooms == set(TOOLS["importlinter"]["root_packages"])
    assert rooms == {room.strip() for layer in layers for room in layer.split("|")}
    assert rooms == set(TOOLS["mypy"]["packages"])


def test_every_process_of_a_room_is_counted():
    run = TOOLS["coverage"]["run"]

    assert {"subprocess", "fork", "_exit"} <= set(run["patch"])
    assert run["parallel"]
    assert run["sigterm"]


def test_coverage_is_locked_for_tests_alone():
    locks = {name: (ROOT / "requirements" / name).read_text() for name in ("run.txt", "dev.txt")}

    assert {name: "\ncoverage==" in text for name, text in locks.items()} == {"run.txt": False, "dev.txt": True}
