"""Workers that die while holders accept, while a second person has approved, and while awards take others' places."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pytest

from tests.faults.batches import kill_in_flight
from tests.faults.house import DEMO_ACHIEVEMENT, House, write_csv

ROWS, MANY, KILLS = 400, 20_000, 3
PREPARED = """
from django.db import OperationalError
from catalogue.models import Achievement
from catalogue.selectors import achievement_named
from issuing.models import ApprovalKind, Award, Batch
from issuing.services import ApprovalOrder, accept_award, approve_awards, set_approval
from registry.actors import SYSTEM, Actor, actor_for_user
from registry.models import Membership, Organisation, Role, User
line = achievement_named("{line}")
"""
AT_CLAIM = 'Organisation.objects.filter(pk=line.organisation_id).update(signing_policy="{policy}")'
# Where the database is busy for longer than it lets anybody wait, a holder reads "try again in a moment", and does.
CLAIMING = """
for pk in list(Award.objects.filter(state="awaiting_claim").order_by("id").values_list("id", flat=True)):
    while True:
        try:
            accept_award(award_id=pk, actor=Actor(kind="holder", id=str(pk)))
        except OperationalError:
            continue
        break
"""
GUARDED = "set_approval(order=ApprovalOrder(place=line, kinds=frozenset({kinds})), actor=SYSTEM)"
APPROVING = """
user, _new = User.objects.get_or_create(email="second@example.org", defaults={"name": "Second Person"})
Membership.objects.get_or_create(user=user, node=line.issuer.node, role=Role.APPROVER)
for pk in set(Award.objects.filter(state="awaiting_approval").values_list("batch_id", flat=True)):
    approve_awards(subject_id=pk, actor=actor_for_user(user))
"""
REPLACING = 'Achievement.objects.filter(pk=line.pk).update(duplicates="{policy}")'


def told(house: House, code: str) -> str:
    return house.python(PREPARED.replace("{line}", DEMO_ACHIEVEMENT) + code)


def award(house: House, way: str, rows: int, day: str = "2026-06-01") -> None:
    people = [(f"{way}{n}@example.org", f"{way.title()} Example {n}") for n in range(rows)]
    path = write_csv(house.var / f"{way}-{day}.csv", people)
    path.write_text(path.read_text().replace("\n", f",{day}\n").replace(f"name,{day}", "name,awarded_on"))
    house.manage("award", DEMO_ACHIEVEMENT, "--csv", str(path))


def killed_again_and_again(house: House) -> None:
    for _kill in range(KILLS):
        kill_in_flight(house, house.start_worker())
    house.start_worker()
    house.wait_until_idle(seconds=900)


def through_claims(house: House, rows: int) -> None:
    """Holders accept while workers die."""
    told(house, AT_CLAIM.replace("{policy}", "at_claim"))
    award(house, "claims", rows)
    with ThreadPoolExecutor(1) as pool:
        claiming = pool.submit(told, house, CLAIMING)
        for _kill in range(KILLS):
            kill_in_flight(house, house.start_worker())
        house.start_worker()
        claiming.result()
    house.wait_until_idle(seconds=900)
    told(house, AT_CLAIM.replace("{policy}", "at_award"))


def through_approvals(house: House, rows: int) -> None:
    told(house, GUARDED.replace("{kinds}", "{ApprovalKind.SECOND_PERSON}"))
    award(house, "approvals", rows)
    told(house, APPROVING)
    killed_again_and_again(house)
    told(house, GUARDED.replace("{kinds}", ""))


def through_replacements(house: House, rows: int) -> None:
    told(house, REPLACING.replace("{policy}", "replace"))
    award(house, "replacements", rows)
    house.start_worker()
    house.wait_until_idle(seconds=900)
    house.processes.pop().kill_tree()
    award(house, "replacements", rows, day="2026-06-02")
    killed_again_and_again(house)
    told(house, REPLACING.replace("{policy}", "deny"))


WAYS = {"claims": through_claims, "approvals": through_approvals, "replacements": through_replacements}


def go(house: House, way: str, rows: int) -> None:
    house.start_beat()
    house.start_worker()
    house.wait_until_idle(seconds=300)
    house.processes.pop().kill_tree()
    before = totals(house)
    WAYS[way](house, rows)
    made = rows * 2 if way == "replacements" else rows
    after = totals(house)
    assert {name: after[name] - before[name] for name in after} == {
        "credentials": made,
        "first letters": made,
        "letters of a kind": 0,
        "revoked": made - rows,
        "not arrived": 0,
    }


def totals(house: House) -> dict[str, int]:
    """Count what must be there once for each award; `first letters` are those that bring one to its holder.

    A letter that asks for what has been accepted before it left is dropped.
    """
    twice = (
        "SELECT award_id FROM issuing_letter WHERE award_id IS NOT NULL GROUP BY award_id, kind HAVING count(*) > 1"
    )
    counts = {
        "credentials": "SELECT count(*) FROM issuing_credential",
        "first letters": "SELECT count(*) FROM issuing_letter "
        "WHERE state IN ('sent', 'dropped') AND kind IN ('claim', 'corrected', 'renewed')",
        "letters of a kind": f"SELECT count(*) FROM ({twice}) AS again WHERE award_id NOT IN "
        "(SELECT award_id FROM issuing_letter WHERE kind = 'reminder')",
        "revoked": "SELECT count(*) FROM issuing_statuschange WHERE purpose = 'revocation'",
        "not arrived": "SELECT count(*) FROM issuing_award WHERE state <> 'delivered'",
    }
    return {name: int(house.value(sql)) for name, sql in counts.items()}


def test_some_hundred_awards_are_accepted_through_three_kills(house: House) -> None:
    go(house, "claims", ROWS)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("database", "broker"), [("sqlite", "folder"), ("postgres", "redis")])
def test_20000_awards_go_their_way_through_three_kills(
    tmp_path: Path, database: Literal["sqlite", "postgres"], broker: Literal["folder", "redis"], way: str
) -> None:
    with House(tmp_path, database=database, broker=broker) as house:
        house.open()
        go(house, way, MANY)
        house.fsck()
