"""An older backup is restored, and the house goes on awarding."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.batches import AcceptedFile, accept_file
from tests.faults.house import House

LOST = 10


@pytest.fixture
def old_house(tmp_path: Path) -> Iterator[House]:
    """Yield an opened house on SQLite: a backup is a copy of one file."""
    with House(tmp_path, database="sqlite", broker="folder") as house:
        house.open()
        yield house


def backup(house: House) -> Path:
    """Copy the database the way SQLite wants it."""
    copy = house.var / "backup.sqlite3"
    with closing(sqlite3.connect(house.var / "testamur.sqlite3")) as data, closing(sqlite3.connect(copy)) as target:
        data.backup(target)
    return copy


def restore(house: House, copy: Path) -> None:
    """Put the copy in the database's place."""
    for leftover in house.var.glob("testamur.sqlite3-*"):
        leftover.unlink()
    shutil.copyfile(copy, house.var / "testamur.sqlite3")


def places(house: House, accepted: AcceptedFile) -> set[tuple[str, int]]:
    listed = ", ".join(f"'{award_id.replace('-', '')}'" for award_id in accepted.ids)
    return set(house.rows(f"SELECT status_list_id, status_index FROM issuing_award WHERE id IN ({listed})"))


@pytest.mark.parametrize("told_by_hand", [False, True])
def test_no_place_given_out_after_the_backup_is_used_again(old_house: House, told_by_hand: bool) -> None:
    """The ten awards after the backup are lost here; their places are not given to anybody else."""
    house = old_house
    accept_file(house, 3)
    copy = backup(house)
    lost = places(house, accept_file(house, LOST))
    assert len(lost) == LOST
    restore(house, copy)
    assert house.value("SELECT count(*) FROM issuing_statuslist WHERE closed_at IS NOT NULL") == 0

    if told_by_hand:
        # The worst case: the marks went with the machine.
        shutil.rmtree(house.var / "given-out")
        told = json.loads(house.manage("after_restore", "--json").stdout)
        assert len(told["closed"]) == house.value(
            "SELECT count(*) FROM issuing_statuslist WHERE closed_at IS NOT NULL"
        )
    after = accept_file(house, 2 * LOST)

    assert len(places(house, after)) == 2 * LOST
    assert not places(house, after) & lost
    assert house.value("SELECT count(*) FROM registry_auditentry WHERE act = 'status_list.closed'") >= 1
    house.start_beat()
    house.start_worker()
    house.wait_until_idle(seconds=240)
    assert after.count_of(house, "issuing_credential", "award_id") == 2 * LOST
    house.fsck()
