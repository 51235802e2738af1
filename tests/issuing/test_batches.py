"""Files of awards: checked whole, accepted in chunks, safe to send again."""

import hashlib
import io
import json
import uuid

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from catalogue.models import DuplicatePolicy
from issuing.formats import read_award_file
from issuing.fsck import check_everything
from issuing.models import Award, Batch, Credential
from issuing.services import BatchOptions, award_achievement, award_batch, batches, revoke_credential, rows_of_table
from issuing.services.awarding import CHUNK_AWARDS
from registry.actors import SYSTEM
from registry.errors import RoleRequiredError
from registry.models import AuditEntry, Learner, OutboxMessage, Role
from registry.services import Recipient
from tests.issuing.builders import awarder_at, build_achievement, build_order, drain_all, signing_here
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db

RULE = {"measure": "score", "at_least": "60", "scale": "percent"}


def lines(count: int, start: int = 0) -> str:
    return "".join(f"p{n}@example.org,Person {n}\n" for n in range(start, start + count))


def send(achievement, text: str, actor=SYSTEM, on_error="refuse", header="email,name\n"):
    data = (header + text).encode()
    table = read_award_file(data)
    return award_batch(
        achievement=achievement,
        rows=rows_of_table(table, achievement),
        file_sha=hashlib.sha256(data).hexdigest(),
        actor=actor,
        options=BatchOptions(on_error=on_error),
    )


def states(outcome) -> list[str]:
    return [row.state for row in outcome.rows]


def test_file_becomes_credentials_in_chunks():
    achievement = build_achievement()
    outcome = send(achievement, lines(2_100), actor=awarder_at(achievement))
    chunks = OutboxMessage.objects.filter(topic="awards.accepted")

    assert outcome.counts == {"accepted": 2_100}
    assert sorted(len(chunk.payload["award_ids"]) for chunk in chunks) == [100, 1_000, 1_000]
    assert sum(entry.detail["count"] for entry in AuditEntry.objects.filter(act="batch.accepted")) == 2_100
    with signing_here():
        assert drain_all() == 2_100
    assert list(check_everything(full=False)) == []


def test_one_bad_row_stops_the_whole_file():
    achievement = build_achievement()
    outcome = send(achievement, lines(3) + "nobody,Person\n" + lines(2, start=3))

    assert states(outcome) == ["not-accepted"] * 3 + ["refused"] + ["not-accepted"] * 2
    bad = outcome.rows[3]
    assert (bad.row, bad.column, bad.code) == (5, "email", "bad-email")
    assert bad.remedy
    for model in (Award, Batch, Learner):
        assert not model.objects.exists()


def test_good_rows_are_taken_when_asked_for():
    achievement = build_achievement()
    outcome = send(achievement, lines(2) + "nobody,Person\n", on_error="skip")

    assert states(outcome) == ["accepted", "accepted", "refused"]
    assert Batch.objects.get().counts == {"accepted": 2, "refused": 1}
    assert Batch.objects.get().report[0]["row"] == 4


def test_same_file_twice_awards_nobody_twice():
    achievement = build_achievement()
    first = send(achievement, lines(3))
    second = send(achievement, lines(3))

    assert states(second) == ["already-awarded"] * 3
    assert [row.id for row in second.rows] == [row.id for row in first.rows]
    assert Award.objects.count() == 3


@pytest.mark.parametrize("policy", list(DuplicatePolicy))
def test_same_file_twice_is_safe_whatever_the_policy(policy):
    achievement = build_achievement(duplicates=policy)
    send(achievement, lines(3))

    assert states(send(achievement, lines(3))) == ["already-awarded"] * 3
    assert Award.objects.count() == 3


def test_another_file_replaces_where_the_policy_says_so():
    achievement = build_achievement(duplicates=DuplicatePolicy.REPLACE)
    send(achievement, lines(2))
    with signing_here():
        drain_all()
        renamed = lines(3).replace("Person", "Doctor")
        send(achievement, renamed)
        drain_all()
        send(achievement, renamed + "\n")

    assert Credential.objects.filter(successor__isnull=False).count() == 2
    assert Award.objects.count() == 5
    assert list(check_everything(full=False)) == []


def test_who_was_awarded_by_hand_is_known_in_a_file():
    achievement = build_achievement()
    order = build_order(achievement, number=1)
    award = award_achievement(order=order, actor=SYSTEM)
    outcome = send(achievement, "ADA1@example.org,Ada\n" + lines(1))

    assert next((row.state, row.id) for row in outcome.rows) == ("already-awarded", award.id)
    assert outcome.rows[1].state == "accepted"


def test_person_named_twice_in_a_file_is_refused_the_second_time():
    outcome = send(build_achievement(), lines(2) + "P0@example.org,Person Null\n")

    assert (outcome.rows[2].code, outcome.rows[2].column) == ("duplicate-row", "email")


def test_person_named_twice_by_number_is_refused_too():
    text = "a@example.org,A,4711\nb@example.org,B,4711\n"
    outcome = send(build_achievement(), text, header="email,name,identifier\n")

    assert outcome.rows[1].code == "duplicate-row"


def test_control_characters_in_a_name_are_left_out_and_said():
    outcome = send(build_achievement(), "a@example.org,A\u202ed\u0007a\n")

    assert outcome.rows[0].notes == ("control-characters-removed",)
    assert Learner.objects.get().preferred_name == "Ada"


def test_result_below_the_rule_is_refused_with_its_row():
    text = "a@example.org,A,60\nb@example.org,B,59.99\nc@example.org,C,many\n"
    outcome = send(build_achievement(outcome_rule=RULE), text, header="email,name,result\n")

    assert [row.code for row in outcome.rows] == ["", "below-outcome-rule", "bad-number"]


def test_file_cut_off_behind_its_last_chunk_is_closed_by_sending_it_again(monkeypatch):
    achievement = build_achievement()

    def killed(*_anything):
        raise DatabaseError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(batches, "close_batch", killed)
        with pytest.raises(DatabaseError):
            send(achievement, lines(CHUNK_AWARDS + 1))

    assert states(send(achievement, lines(CHUNK_AWARDS + 1))) == ["already-awarded"] * (CHUNK_AWARDS + 1)
    assert (Batch.objects.get().state, Award.objects.count()) == ("done", CHUNK_AWARDS + 1)
    before = Batch.objects.values().get()
    send(achievement, lines(CHUNK_AWARDS + 1))
    assert Batch.objects.values().get() == before


def test_file_cut_off_in_the_middle_is_completed_by_sending_it_again(monkeypatch):
    achievement = build_achievement()
    real, calls = batches.insert_awards, []

    def dies(accepted, *, replaced):
        calls.append(1)
        if len(calls) == 2:
            raise DatabaseError("cut off")
        return real(accepted, replaced=replaced)

    with monkeypatch.context() as patched:
        patched.setattr(batches, "insert_awards", dies)
        with pytest.raises(DatabaseError):
            send(achievement, lines(1_200))
    assert Award.objects.count() == CHUNK_AWARDS
    assert list(check_everything(full=False)) == []

    outcome = send(achievement, lines(1_200))
    assert outcome.counts == {"already-awarded": CHUNK_AWARDS, "accepted": 1_200 - CHUNK_AWARDS}
    assert Award.objects.filter(batch=Batch.objects.get()).count() == 1_200


def test_who_may_not_award_is_refused_before_anything_is_read():
    achievement = build_achievement()

    with pytest.raises(RoleRequiredError):
        send(achievement, lines(1), actor=build_member(achievement.issuer.node, Role.VIEWER))


def test_checking_asks_the_database_a_bounded_number_of_times(django_assert_max_num_queries):
    achievement = build_achievement()
    with django_assert_max_num_queries(14):
        send(achievement, lines(2_000) + "nobody,Person\n")


def test_person_whom_another_act_makes_between_check_and_acceptance_is_found(monkeypatch):
    achievement = build_achievement()
    real = batches._accept_strangers

    def overtaken(part, accepting):
        monkeypatch.undo()
        award_achievement(
            order=build_order(achievement, recipient=Recipient(name="P", email="p1@example.org")), actor=SYSTEM
        )
        return real(part, accepting)

    monkeypatch.setattr(batches, "_accept_strangers", overtaken)
    outcome = send(achievement, lines(3))

    assert states(outcome) == ["accepted", "already-awarded", "accepted"]
    assert Learner.objects.count() == 3
    assert list(check_everything()) == []


def test_words_for_a_period_that_are_too_long_are_refused_before_anything_is_accepted():
    long = "a" * 600
    outcome = send(
        build_achievement(), f"a@example.org,A,{long},{long}\n", header="email,name,learning_from,learning_to\n"
    )

    assert [(row.state, row.column) for row in outcome.rows] == [("refused", "learning_from")]
    assert not Award.objects.exists()


@pytest.mark.parametrize("field", ["organisation", "version", "issuer_profile", "learner", "batch", "status_list"])
@pytest.mark.parametrize("is_signed", [False, True])
def test_fsck_tells_of_an_award_that_points_to_nothing(field, is_signed):
    send(build_achievement(), lines(1))
    if is_signed:
        with signing_here():
            drain_all()
    Award.objects.update(**{f"{field}_id": uuid.uuid4()})

    problems = [breach.problem for breach in check_everything()]
    assert f"award whose {field} is missing" in problems


def test_fsck_tells_of_a_credential_without_its_award():
    send(build_achievement(), lines(1))
    with signing_here():
        drain_all()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE issuing_award DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM issuing_award")

    assert "credential whose award is missing" in [breach.problem for breach in check_everything()]


def test_revoked_person_can_be_awarded_by_another_file():
    achievement = build_achievement()
    send(achievement, lines(1))
    with signing_here():
        drain_all()
    revoke_credential(credential_id=Award.objects.get().pk, reason="Error", actor=SYSTEM)

    assert states(send(achievement, lines(1) + lines(1, start=1))) == ["accepted", "accepted"]


def run_award(achievement, path, *options) -> tuple[list[dict], int]:
    out = io.StringIO()
    name = f"{achievement.issuer.slug}/{achievement.slug}"
    try:
        call_command("award", name, "--csv", str(path), "--json", *options, stdout=out, stderr=io.StringIO())
        code = 0
    except SystemExit as stop:
        code = stop.code
    return [json.loads(line) for line in out.getvalue().splitlines()], code


def test_command_tells_every_row_and_the_exit_code(tmp_path):
    achievement = build_achievement()
    path = tmp_path / "file.csv"
    path.write_text("email,name\n" + lines(2) + "bad,B\n", encoding="utf-8")

    rows, code = run_award(achievement, path)
    assert (code, [row["state"] for row in rows]) == (1, ["not-accepted", "not-accepted", "refused"])
    assert set(rows[2]) >= {"row", "state", "code", "column", "remedy"}

    rows, code = run_award(achievement, path, "--take-good")
    assert (code, [row["state"] for row in rows]) == (0, ["accepted", "accepted", "refused"])
    assert rows[0]["url"] == f"http://localhost:8000/c/{rows[0]['id']}"
    failed = (tmp_path / "file.csv.failed.csv").read_text(encoding="utf-8-sig")
    assert "bad,B,4,bad-email,email" in failed

    rows, code = run_award(achievement, path, "--take-good")
    assert [row["state"] for row in rows] == ["already-awarded", "already-awarded", "refused"]


def test_command_tells_people_each_address(tmp_path):
    achievement = build_achievement()
    path = tmp_path / "file.csv"
    path.write_text("email,name\n" + lines(2), encoding="utf-8")
    name, out = f"{achievement.issuer.slug}/{achievement.slug}", io.StringIO()

    call_command("award", name, "--csv", str(path), stdout=out, stderr=io.StringIO())

    ids = Award.objects.order_by("row_number").values_list("pk", flat=True)
    told = [f"Row {row}: http://localhost:8000/c/{award_id}" for row, award_id in enumerate(ids, start=2)]
    assert out.getvalue().splitlines() == [*told, "2 accepted."]


def test_command_refuses_a_file_as_a_whole_in_one_line(tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes(b"name\nA\n")

    rows, code = run_award(build_achievement(), path)

    assert (code, rows[0]["row"], rows[0]["code"], rows[0]["column"]) == (1, 0, "missing-column", "email")
    assert not Award.objects.exists()
