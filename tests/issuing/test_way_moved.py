"""What stood in the database before the award's way was one table, moved by the migrations; on SQLite, in processes."""

import os
import sqlite3
import subprocess
import sys
import uuid
from hashlib import blake2b
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BEFORE = ("issuing", "0008_letters", "catalogue", "0007_typed_facts")
"""As an upgrade leaves it that broke off: one room is through, the others are on their way."""
NOW = "2026-06-01 10:00:00"


def run(folder: Path, *arguments: str) -> None:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder / 'old.sqlite3'}", "VAR_DIR": str(folder)}
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True)


class OldHouse:
    """Rows as the code before wrote them, as far as these migrations look at them."""

    def __init__(self, folder: Path) -> None:
        self.rows = sqlite3.connect(folder / "old.sqlite3", isolation_level=None)
        self.rows.execute("PRAGMA foreign_keys = OFF")
        self.organisation, self.line, self.version = (uuid.uuid4() for _ in range(3))
        self.insert("registry_organisation", id=self.organisation, slug="old")
        owned = {"organisation_id": self.organisation}
        self.insert("registry_node", id=self.organisation, path="old/", kind="organisation", **owned)
        self.insert("registry_issuer", id=self.organisation, node_id=self.organisation, **owned)
        self.insert("catalogue_achievement", id=self.line, duplicates="deny", issuer_id=self.organisation, **owned)
        self.insert("catalogue_achievementversion", id=self.version, achievement_id=self.line)

    def insert(self, table: str, **values: object) -> None:
        """Insert a row; what must not be empty and is not named is made up by its type."""
        for _number, name, kind, needed, default, key in self.rows.execute(f"PRAGMA table_info({table})").fetchall():
            if needed and default is None and name not in values and not (key and kind.lower() == "integer"):
                values[name] = {
                    "integer": 0,
                    "bool": 0,
                    "datetime": NOW,
                    "date": NOW[:10],
                    "char(32)": uuid.uuid4(),
                }.get(kind.lower().split()[0], "{}")
        marks = ", ".join("?" * len(values))
        plain = [value.hex if isinstance(value, uuid.UUID) else value for value in values.values()]
        names = ", ".join(f'"{name}"' for name in values)
        self.rows.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", plain)

    def award(self, state: str, learner: uuid.UUID, *, key: bool, **more: object) -> uuid.UUID:
        number = uuid.uuid4()
        values = {"organisation_id": self.organisation, "version_id": self.version, "learner_id": learner}
        index = self.rows.execute("SELECT count(*) FROM issuing_award").fetchone()[0]
        self.insert(
            "issuing_award", id=number, state=state, dedupe_key=self.key(learner) if key else None,
            status_index=index, approver=more.pop("approver", ""), accepted_by_kind="user", refused_code="",
            accepted_by="maker", **values, **more,
        )  # fmt: skip
        return number

    def credential(self, number: uuid.UUID, **more: object) -> None:
        self.insert("issuing_credential", award_id=number, document="{}", released="{}", **more)

    def key(self, learner: uuid.UUID) -> uuid.UUID:
        return uuid.UUID(bytes=blake2b(learner.bytes, key=self.line.bytes, digest_size=16).digest())

    def read(self, number: uuid.UUID, column: str) -> object:
        return self.rows.execute(f"SELECT {column} FROM issuing_award WHERE id = ?", [number.hex]).fetchone()[0]


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("old")
    run(folder, "-m", "tests.upgrades.steps", *BEFORE)
    house = OldHouse(folder)
    ada, bob, cleo, dora = (uuid.uuid4() for _ in range(4))
    awards = {"claimed": house.award("delivered", ada, key=False)}
    awards["corrected"] = house.award("delivered", ada, key=True, approver="second")
    house.credential(awards["claimed"], successor_id=awards["corrected"], claimed_at=NOW)
    house.credential(awards["corrected"])
    house.insert("issuing_statuschange", credential_id=awards["claimed"], purpose="revocation", value=1, reason="x")
    # 1. A replacement that waits for the worker. 2. One that waits for its holder: nothing tells what it replaces.
    # 3. One that was cancelled, and left the old award without its key.
    awards["old"] = house.award("delivered", bob, key=False)
    awards["new"] = house.award("accepted", bob, key=True)
    awards["old at claim"] = house.award("delivered", cleo, key=False)
    awards["new at claim"] = house.award("awaiting_claim", cleo, key=True)
    awards["left"] = house.award("delivered", dora, key=False)
    awards["cancelled"] = house.award("cancelled", dora, key=False)
    for name in ("old", "old at claim", "left"):
        house.credential(awards[name])
    payload = f'{{"award_ids": ["{awards["new"]}"], "replaces": {{"{awards["new"]}": "{awards["old"]}"}}}}'
    house.insert("registry_outboxmessage", topic="awards.accepted", payload=payload, last_error="", claimed_by="")
    house.learners = {"ada": ada, "bob": bob, "cleo": cleo, "dora": dora}
    run(folder, "manage.py", "migrate", "-v", "0")
    return house, awards


def test_times_and_approvers_come_to_the_award(moved):
    house, awards = moved

    assert house.read(awards["claimed"], "claimed_at") == NOW
    approvals = house.rows.execute('SELECT award_id, decision, "by" FROM issuing_approval').fetchall()
    assert approvals == [(awards["corrected"].hex, "release", "second")]


@pytest.mark.parametrize(("new", "old"), [("corrected", "claimed"), ("new", "old"), ("new at claim", "old at claim")])
def test_what_an_award_replaces_is_read_back(moved, new, old):
    house, awards = moved

    assert house.read(awards[new], "replaces_id") == awards[old].hex


@pytest.mark.parametrize(
    ("holder", "name"), [("corrected", "ada"), ("old", "bob"), ("old at claim", "cleo"), ("left", "dora")]
)
def test_the_award_that_stands_holds_its_line(moved, holder, name):
    house, awards = moved

    held = house.rows.execute(
        "SELECT id FROM issuing_award WHERE dedupe_key = ?", [house.key(house.learners[name]).hex]
    )
    assert held.fetchall() == [(awards[holder].hex,)]


def test_who_waits_for_a_letter_that_nobody_wrote_is_asked_for(moved):
    house, awards = moved

    told = house.rows.execute("SELECT payload FROM registry_outboxmessage WHERE topic = 'awards.due'").fetchall()
    assert [str(awards["new at claim"]) in payload for (payload,) in told] == [True]


def test_nobody_approves_what_he_made_on_sqlite_too(moved):
    house, awards = moved

    row = {
        "award_id": awards["new"],
        "decision": "release",
        "by_kind": "user",
        "reason": "",
        "ground": "",
        "reference": "",
    }
    house.insert("issuing_approval", id=7, by="another", **row)
    with pytest.raises(sqlite3.IntegrityError, match="cannot approve"):
        house.insert("issuing_approval", id=8, by="maker", **row | {"revision": 1})
