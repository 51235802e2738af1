"""`/api/v1/batches` above 100 rows: 202 at once, the rest at the job's address."""

import time

import pytest

from issuing.models import Award, Batch
from issuing.passing import pass_on
from registry.lanes import Lane
from registry.models import ApiKey
from registry.permissions import Scope
from tests.integrations.builders import Machine, Tenant, an_award, build_machine, build_tenant
from tests.integrations.test_batches import BATCHES, local, rows, send_csv
from tests.registry.test_workbooks import bomb_by_ratio
from tests.registry.workbooks import workbook

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def tenant() -> Tenant:
    return build_tenant()


@pytest.fixture
def machine(tenant) -> Machine:
    return build_machine(tenant)


def people(count: int, more: str = "") -> str:
    return "email,name\n" + "".join(f"p{n}@example.org,P {n}\n" for n in range(count)) + more


def work() -> None:
    while pass_on(Lane.SLOW, worker="w"):
        pass


def send_workbook(machine, data: bytes, **query):
    return machine.client.post(BATCHES, data, content_type=XLSX, query_params=query, headers=machine.headers)


def job_of(machine, answer) -> dict:
    return machine.get(local(answer.json()["url"])).json()


def test_a_hundred_rows_are_awarded_before_the_answer(tenant, machine):
    answer = send_csv(machine, people(100), achievement=tenant.name)

    assert (answer.status_code, answer.json()["state"], answer.json()["counts"]) == (202, "done", {"accepted": 100})


def test_more_are_the_workers_and_the_job_tells_how_they_go_on(tenant, machine):
    answer = send_csv(machine, people(101), achievement=tenant.name)

    assert (answer.status_code, answer.json()["state"], Award.objects.count()) == (202, "confirmed", 0), answer.content
    assert job_of(machine, answer)["progress"] == {"done": 0, "total": 0}
    work()
    job = job_of(machine, answer)
    assert (job["state"], job["progress"], job["counts"]) == ("done", {"done": 101, "total": 101}, {"accepted": 101})
    assert job["rows"]["results"][0]["row"] == 2
    again = send_csv(machine, people(101), achievement=tenant.name)
    work()
    assert (again.json()["id"], Award.objects.count()) == (answer.json()["id"], 101)


def test_json_rows_above_a_hundred_are_kept_and_awarded(tenant, machine):
    answer = machine.post(BATCHES, {"achievement": tenant.name, "rows": rows(tenant, 101)})
    assert (answer.status_code, Award.objects.count()) == (202, 0), answer.content
    work()

    assert job_of(machine, answer)["counts"] == {"accepted": 101}
    assert sorted(Award.objects.values_list("row_number", flat=True))[:2] == [1, 2]


def test_a_refused_row_of_a_long_file_tells_every_fault_at_the_jobs_address(tenant, machine):
    answer = send_csv(machine, people(101, "nobody,\n"), achievement=tenant.name)
    work()

    job = job_of(machine, answer)
    assert (job["state"], job["ended_code"], Award.objects.count()) == ("cancelled", "rows-refused", 0)
    (row,) = job["refused"]
    assert (row["row"], row["code"]) == (103, row["problems"][0]["code"])
    assert {one["code"] for one in row["problems"]} == {"name-missing", "bad-email"}
    assert {(group["code"], group["count"]) for group in job["groups"]} == {("name-missing", 1), ("bad-email", 1)}
    german = machine.client.get(
        local(answer.json()["url"]), headers={**machine.headers, "Accept-Language": "de"}
    ).json()
    assert german["refused"][0]["remedy"] != row["remedy"]


def test_a_draft_is_checked_and_awarded_when_it_is_confirmed(tenant, machine):
    answer = send_csv(machine, people(2, "nobody,X\n"), achievement=tenant.name, confirm="false")
    early = machine.post(local(answer.json()["url"]) + "/confirm", {})
    work()

    assert (early.status_code, early.json()["code"], early.json()["state"]) == (409, "state-does-not-allow", "draft")
    job = job_of(machine, answer)
    assert (job["state"], job["counts"], Award.objects.count()) == ("ready", {"good": 2, "refused": 1}, 0)
    confirmed = machine.post(local(answer.json()["url"]) + "/confirm", {"on_error": "skip"})
    assert (confirmed.status_code, confirmed.json()["state"]) == (202, "confirmed")
    work()
    assert job_of(machine, answer)["counts"] == {"accepted": 2, "refused": 1}
    late = machine.post(local(answer.json()["url"]) + "/cancel", {})
    assert (late.status_code, late.json()["state"]) == (409, "done")


def test_a_draft_is_cancelled(tenant, machine):
    answer = send_csv(machine, people(2), achievement=tenant.name, confirm="false")
    ended = machine.post(local(answer.json()["url"]) + "/cancel", {})
    work()

    assert (ended.status_code, ended.json()["state"], ended.json()["ended_code"]) == (202, "cancelled", "by-hand")
    assert not Award.objects.exists()


def test_a_workbook_is_the_workers_whatever_its_size(tenant, machine):
    answer = send_workbook(machine, workbook(["email", "name"], ["a@example.org", "A"]), achievement=tenant.name)
    work()

    assert (answer.status_code, job_of(machine, answer)["counts"]) == (202, {"accepted": 1}), answer.content


def test_a_workbook_that_unpacks_to_too_much_is_refused_at_once(tenant, machine):
    answer = send_workbook(machine, bomb_by_ratio(), achievement=tenant.name)

    assert (answer.status_code, answer.json()["code"]) == (422, "unpacks-too-large")
    assert not Batch.objects.exists()


def test_a_heading_that_cannot_be_used_is_refused_at_once_with_every_fault(tenant, machine):
    answer = send_csv(machine, people(101).replace("email,name", "mail,shoe"), achievement=tenant.name)

    assert answer.status_code == 422
    assert {one["code"] for one in answer.json()["problems"]} == {"missing-column", "unknown-column"}


def test_a_key_that_was_revoked_meanwhile_awards_nothing(tenant, machine):
    answer = send_csv(machine, people(101), achievement=tenant.name)
    ApiKey.objects.update(revoked_at="2026-01-01T00:00:00Z")
    work()

    assert Batch.objects.get(pk=answer.json()["id"]).ended_code == "role-required"
    assert not Award.objects.exists()


def test_a_key_without_the_scope_neither_confirms_nor_cancels(tenant, machine):
    answer = send_csv(machine, people(2), achievement=tenant.name, confirm="false")
    reader = build_machine(tenant, Scope.AWARDS_READ)
    for act in ("confirm", "cancel"):
        assert reader.post(f"{local(answer.json()['url'])}/{act}", {}).status_code == 403
        assert build_machine(build_tenant()).post(f"{local(answer.json()['url'])}/{act}", {}).status_code == 404


def test_a_single_award_tells_every_problem(tenant, machine):
    body = {
        "achievement": tenant.name,
        "recipient": {"email": "nobody", "name": " x\u202e " * 60},
        "participation": "p" * 999 + "\u0007",
    }
    answer = machine.post("/api/v1/awards", body)

    assert answer.status_code == 422
    problems = {(one["column"], one["code"]) for one in answer.json()["problems"]}
    assert problems == {("email", "bad-email"), ("participation", "bad-text")}, answer.content
    assert answer.json()["code"] == answer.json()["problems"][0]["code"]


def test_a_single_award_waits_for_its_day(tenant, machine):
    answer = machine.post("/api/v1/awards", an_award(tenant) | {"send_at": "2099-12-01"})
    over = machine.post("/api/v1/awards", an_award(tenant) | {"send_at": "2020-12-01"})
    unread = machine.post("/api/v1/awards", an_award(tenant) | {"send_at": "1.12.2099"})

    assert (answer.status_code, answer.json()["state"]) == (202, "scheduled"), answer.content
    assert (over.status_code, over.json().get("code"), over.json().get("column")) == (422, "send-at-past", "send_at")
    assert (unread.status_code, unread.json()["problems"][0]["column"]) == (422, "send_at")


@pytest.mark.parametrize("count", [100, 100_000])
def test_no_file_holds_the_web_process_for_a_second(tenant, machine, count):
    """The web process has one interpreter: what a file costs of it, every page waits for. CPU, not the clock."""
    content = people(count)
    assert machine.get("/api/v1/").status_code == 200
    began = time.process_time()
    answer = send_csv(machine, content, achievement=tenant.name)
    took = time.process_time() - began

    assert answer.status_code == 202
    assert took < 1


def test_no_body_of_rows_holds_the_web_process_for_a_second(tenant, machine):
    rows = [
        {"recipient": {"email": f"p{n}@example.org", "name": f"P {n}"}, "narrative": "x" * 80} for n in range(5_000)
    ]
    began = time.process_time()
    answer = machine.post(BATCHES, {"achievement": tenant.name, "rows": rows})
    took = time.process_time() - began

    assert answer.status_code == 202, answer.content
    assert took < 1
