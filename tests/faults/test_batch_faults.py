"""A batch that the worker checks and awards: the worker is killed in the middle, and another one ends it."""

from __future__ import annotations

from tests.faults.batches import AcceptedFile, assert_each_signed_and_mailed_once
from tests.faults.house import DEMO_ACHIEVEMENT, House, wait_for, write_csv

ROWS = 5_000
MAKE = """
from catalogue.selectors import achievement_named
from issuing.services import BatchOrder, make_batch
from registry.actors import SYSTEM
content = open({path!r}, "rb").read()
order = BatchOrder(achievement=achievement_named({achievement!r}), content=content, kind="csv")
make_batch(order=order, actor=SYSTEM)
"""
AWARDED = "SELECT count(*) FROM issuing_award WHERE batch_id IS NOT NULL"


def test_worker_killed_while_it_awards_a_file_is_followed_by_another_that_ends_it(house: House) -> None:
    people = [(f"batch.learner{n}@example.org", f"Learner {n} Example") for n in range(ROWS)]
    path = write_csv(house.var / "batch.csv", people)
    house.python(MAKE.format(path=str(path), achievement=DEMO_ACHIEVEMENT))
    house.start_beat()
    first = house.start_worker()
    wait_for(lambda: house.value(AWARDED) > 0, seconds=120, what="the first chunk of the file", every=0.002)
    first.kill_tree()
    cut_off = house.value(AWARDED)
    assert 0 < cut_off < ROWS

    house.start_worker()
    wait_for(lambda: house.value("SELECT state FROM issuing_batch") == "done", seconds=240, what="the file to be done")
    house.wait_until_idle(seconds=240)

    assert house.value("SELECT count(DISTINCT row_number) FROM issuing_award WHERE batch_id IS NOT NULL") == ROWS
    ids = [str(row[0]) for row in house.rows("SELECT id FROM issuing_award WHERE batch_id IS NOT NULL")]
    assert_each_signed_and_mailed_once(house, AcceptedFile(ids))
    house.fsck()
