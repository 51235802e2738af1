"""`/api/v1/batches`: JSON rows and CSV files."""

import pytest

from issuing.models import Award
from tests.integrations.builders import an_award, build_machine, build_tenant

pytestmark = pytest.mark.django_db
BATCHES = "/api/v1/batches"


@pytest.fixture
def tenant():
    return build_tenant()


@pytest.fixture
def machine(tenant):
    return build_machine(tenant)


def rows(tenant, count):
    made = [an_award(tenant) for _ in range(count)]
    return [{name: value for name, value in row.items() if name != "achievement"} for row in made]


def send_csv(machine, text, **query):
    data = text if isinstance(text, bytes) else text.encode()
    return machine.client.post(BATCHES, data, content_type="text/csv", query_params=query, headers=machine.headers)


def local(address):
    return address.removeprefix("http://localhost:8000")


def test_json_rows_become_awards_and_the_job_tells_each(tenant, machine):
    answer = machine.post(BATCHES, {"achievement": tenant.name, "rows": rows(tenant, 3)})

    assert (answer.status_code, answer.json()["counts"]) == (202, {"accepted": 3}), answer.content
    assert answer["Location"] == answer.json()["url"]
    first = machine.get(local(answer.json()["url"]), page_size=2).json()
    second = machine.get(local(first["rows"]["next"])).json()
    assert [row["row"] for row in first["rows"]["results"] + second["rows"]["results"]] == [1, 2, 3]
    assert second["rows"]["next"] is None
    assert {row["id"] for row in first["rows"]["results"]} < {str(award.pk) for award in Award.objects.all()}


def test_csv_file_becomes_awards_and_sent_again_awards_nobody_twice(tenant, machine):
    text = "\ufeffemail;name\r\na@example.org;Ada\r\n\r\nb@example.org;Bo\r\n"

    first = send_csv(machine, text, achievement=tenant.name)
    again = send_csv(machine, text, achievement=tenant.name)

    assert (first.status_code, again.status_code) == (202, 202), first.content
    assert (first.json()["id"], again.json()["counts"]) == (again.json()["id"], {"already-awarded": 2})
    assert Award.objects.count() == 2


def test_one_bad_row_stops_all_and_is_named(tenant, machine):
    answer = send_csv(machine, "email,name\na@example.org,Ada\nnobody,Bo\n", achievement=tenant.name)

    assert (answer.status_code, answer.json()["code"]) == (422, "rows-refused")
    assert [(row["row"], row["code"], row["column"]) for row in answer.json()["rows"]] == [(3, "bad-email", "email")]
    assert not Award.objects.exists()


def test_skip_takes_the_good_rows_and_names_the_others(tenant, machine):
    answer = send_csv(machine, "email,name\na@example.org,Ada\nnobody,Bo\n", achievement=tenant.name, on_error="skip")

    assert (answer.status_code, answer.json()["counts"]) == (202, {"accepted": 1, "refused": 1})
    assert machine.get(local(answer.json()["url"])).json()["refused"][0]["code"] == "bad-email"


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"name\nAda\n", b"email,name,secret\na@b.org,A,x\n"])
def test_file_that_cannot_be_read_is_refused_as_a_whole(tenant, machine, data):
    answer = send_csv(machine, data, achievement=tenant.name)

    assert answer.status_code == 422, answer.content
    assert not Award.objects.exists()


def test_file_over_the_cap_is_too_large(tenant, machine):
    assert send_csv(machine, b"a" * (20 * 1024 * 1024 + 1), achievement=tenant.name).status_code == 413


def test_json_over_one_megabyte_is_too_large(tenant, machine):
    assert machine.post(BATCHES, b'"' + b"a" * 1_100_000 + b'"').status_code == 413


@pytest.mark.parametrize(
    "body",
    [{}, {"rows": []}, {"rows": [{}]}, {"rows": "x"}, {"on_error": "ignore"}, {"rows": [{"recipient": 5}]}, {"x": 1}],
)
def test_body_of_another_shape_is_refused(tenant, machine, body):
    whole = {"achievement": tenant.name, "rows": rows(tenant, 1)} | body if body else {}

    assert machine.post(BATCHES, whole).status_code == 422


@pytest.mark.parametrize("query", [{}, {"on_error": "x"}, {"unknown": "1"}])
def test_csv_needs_its_parameters(tenant, machine, query):
    wanted = query if query == {} else {"achievement": tenant.name} | query

    assert send_csv(machine, "email,name\na@example.org,Ada\n", **wanted).status_code == 422


def test_another_organisation_neither_awards_nor_reads(tenant, machine):
    made = machine.post(BATCHES, {"achievement": tenant.name, "rows": rows(tenant, 1)}).json()
    other = build_machine(build_tenant())

    assert other.post(BATCHES, {"achievement": tenant.name, "rows": rows(tenant, 1)}).status_code == 404
    assert send_csv(other, "email,name\na@example.org,Ada\n", achievement=tenant.name).status_code == 404
    assert other.get(local(made["url"])).status_code == 404
