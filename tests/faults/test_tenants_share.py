"""Tenants share fairly: whatever one organisation has waiting or broken, another's one award, mail and list go on."""

from __future__ import annotations

from tests.faults.house import DEMO_ACHIEVEMENT, House, wait_for, write_csv

OTHER_ACHIEVEMENT = "deakin/teamwork"
CROWD = 300
AWARD_ONE_BY_ONE = """
from catalogue.selectors import achievement_named
from issuing.services import AwardOrder, award_achievement
from registry.actors import SYSTEM
from registry.services import Recipient
achievement = achievement_named({achievement!r})
for n in range({count}):
    recipient = Recipient(name=f"Crowd {{n}} Example", email=f"crowd{{n}}@example.org")
    award_achievement(order=AwardOrder(achievement=achievement, recipient=recipient), actor=SYSTEM)
"""
OF = "FROM issuing_credential c JOIN registry_organisation o ON o.id = c.organisation_id WHERE o.slug {}"
LIST_OF = (
    "FROM issuing_publishedstatuslist p JOIN issuing_statuslist l ON l.id = p.list_id "
    "JOIN registry_issuer i ON i.id = l.issuer_id WHERE i.slug = '{}'"
)
KEYS_OF = "WHERE issuer_id = (SELECT id FROM registry_issuer WHERE slug = '{}')"
CROWDED, OTHER = (name.split("/")[0] for name in (DEMO_ACHIEVEMENT, OTHER_ACHIEVEMENT))


def award_other(house: House, email: str) -> None:
    path = write_csv(house.var / "other.csv", [(email, "Other Example")])
    house.manage("award", OTHER_ACHIEVEMENT, "--csv", str(path))


def sent_to_other(house: House) -> int:
    where = "JOIN issuing_letter d ON d.award_id = c.award_id WHERE d.state = 'sent' AND"
    return int(house.value(f"SELECT count(*) {OF.format(f'= {OTHER!r}').replace('WHERE', where)}"))


def test_hundreds_of_awards_and_unsendable_mails_of_one_delay_nobody_else(house: House) -> None:
    house.python(AWARD_ONE_BY_ONE.format(achievement=DEMO_ACHIEVEMENT, count=CROWD))
    house.rows(
        "UPDATE registry_learneridentifier SET value = 'a' || chr(8232) || id || '@x.org' "  # a line separator
        "WHERE value LIKE 'crowd%' AND value NOT LIKE 'crowd%0@example.org'"
    )
    award_other(house, "other@example.org")
    house.start_beat()
    house.start_worker(concurrency=1)

    wait_for(lambda: sent_to_other(house) == 1, seconds=120, what="the other organisation's mail")
    house.wait_until_idle(seconds=240)

    signed = f"SELECT {{}}(c.signed_at) {OF}"
    assert house.value(signed.format("max", f"= {OTHER!r}")) < house.value(signed.format("max", f"= {CROWDED!r}"))
    states = dict(house.rows("SELECT state, count(*) FROM issuing_letter GROUP BY state"))
    assert states["failed"] == CROWD - CROWD // 10
    assert len(house.message_ids()) == states["sent"]


def test_damaged_key_of_one_issuer_keeps_no_other_list_old(house: House) -> None:
    award_other(house, "another@example.org")
    house.start_beat()
    worker = house.start_worker(concurrency=1)
    house.wait_until_idle(seconds=120)
    worker.stop()
    newest = f"SELECT max(p.version) {LIST_OF}"
    before = {slug: house.value(newest.format(slug)) for slug in (CROWDED, OTHER)}
    house.rows("UPDATE issuing_publishedstatuslist SET at = at - interval '2 days'")
    turn = f"UPDATE issuing_signingkey SET kek_id = reverse(kek_id) {KEYS_OF.format(CROWDED)}"
    house.rows(turn)

    house.start_worker(concurrency=1)
    wait_for(lambda: house.value(newest.format(OTHER)) > before[OTHER], seconds=60, what="the other's list")
    assert house.value(newest.format(CROWDED)) == before[CROWDED]

    house.rows(turn)
    wait_for(lambda: house.value(newest.format(CROWDED)) > before[CROWDED], seconds=60, what="the mended one's list")
