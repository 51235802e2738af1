"""One letter that cannot be made, or kills whoever makes it: every other one leaves, once, and its turn comes later."""

from __future__ import annotations

from tests.faults.batches import accept_file
from tests.faults.house import DEMO_ACHIEVEMENT, House, wait_for, write_csv
from tests.faults.test_tenants_share import award_other, sent_to_other

DEADLY, CROWD, REVOKED = "Deadly Example", 30, 6
SENT = "(SELECT award_id FROM issuing_letter WHERE state = 'sent') AS sent"
OF_DEADLY = f"FROM issuing_letter l JOIN issuing_award a ON a.id = l.award_id WHERE a.facts LIKE '%{DEADLY}%'"
REVOKE = """
from issuing.services import revoke_credential
from registry.actors import SYSTEM
ids = {ids}
for number in ids:
    revoke_credential(credential_id=number, reason="Mistake.", actor=SYSTEM)
"""


def count_of(house: House, where: str) -> int:
    return int(house.value(f"SELECT count(*) FROM issuing_letter WHERE {where}"))


def everybody_else_is_told(house: House) -> bool:
    """Whether the people of the file and of the other organisation have their mails, without one."""
    waiting = f"award_id NOT IN (SELECT id FROM issuing_award WHERE facts LIKE '%{DEADLY}%') AND state <> 'sent'"
    return count_of(house, "state = 'sent'") >= CROWD and count_of(house, waiting) == 0


def test_letter_that_kills_its_worker_keeps_no_other_one_back(house: House) -> None:
    people = [(f"poison{n}@example.org", f"Poison {n} Example") for n in range(CROWD)]
    people[CROWD // 3] = ("deadly@example.org", DEADLY)
    house.manage("award", DEMO_ACHIEVEMENT, "--csv", str(write_csv(house.var / "poison.csv", people)))
    award_other(house, "other@example.org")
    house.start_beat()
    worker = house.start_worker(concurrency=1, failpoint="deadly-letter", DEADLY=DEADLY)

    wait_for(lambda: everybody_else_is_told(house), seconds=240, what="everybody else's mail")
    assert (house.var / "struck").exists(), "no worker died of it"
    assert sent_to_other(house) == 1
    assert len(house.message_ids()) == count_of(house, "state = 'sent'")
    assert house.value(f"SELECT l.state {OF_DEADLY}") == "waiting"

    worker.stop()
    house.rows("UPDATE issuing_letter SET lease_until = NULL, not_before = now() WHERE state = 'waiting'")
    house.start_worker(concurrency=1)
    wait_for(lambda: house.value(f"SELECT l.state {OF_DEADLY}") == "sent", seconds=60, what="the mended letter")


def test_letter_of_unreadable_facts_keeps_no_other_one_back(house: House) -> None:
    house.start_beat()
    worker = house.start_worker(concurrency=1)
    accepted = accept_file(house, REVOKED)
    wait_for(lambda: accepted.count_of(house, SENT, "award_id") == REVOKED, seconds=120, what="the first letters")
    worker.stop()
    house.python(REVOKE.format(ids=accepted.ids))
    poison, *others = accepted.ids
    of_poison = f"award_id = '{poison}' AND kind = 'revoked'"
    facts = house.value(f"SELECT facts FROM issuing_award WHERE id = '{poison}'")
    house.rows(f"UPDATE issuing_award SET facts = '{{' WHERE id = '{poison}'")
    house.start_worker(concurrency=1)

    told = "kind = 'revoked' AND state = 'sent'"
    wait_for(lambda: count_of(house, told) == REVOKED - 1 == len(others), seconds=120, what="the others' letters")
    wait_for(lambda: count_of(house, f"{of_poison} AND failures > 0") == 1, seconds=60, what="the poison's turn")
    assert count_of(house, f"{of_poison} AND state = 'waiting'") == 1
    assert house.value("SELECT count(*) FROM registry_alarm WHERE code = 'mail_failed'") == 1

    quoted = facts.replace("'", "''")
    house.rows(f"UPDATE issuing_award SET facts = '{quoted}' WHERE id = '{poison}'")
    wait_for(lambda: count_of(house, told) == REVOKED, seconds=120, what="the mended letter")
    house.rows("DELETE FROM registry_alarm")
