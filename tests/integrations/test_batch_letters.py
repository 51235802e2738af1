"""Files in other letters than Unicode: asked about, named, and shown before anybody is awarded."""

from urllib.parse import urlencode

import pytest

from issuing.models import Award, Batch
from registry.permissions import Scope
from tests.integrations.builders import Machine, Tenant, build_machine, build_tenant
from tests.integrations.test_batch_jobs import job_of, send_workbook, work
from tests.integrations.test_batches import BATCHES
from tests.registry.workbooks import workbook

pytestmark = pytest.mark.django_db
POLISH = "email;name\nm@example.org;Małgorzata Łukaszewicz\n"


@pytest.fixture
def tenant() -> Tenant:
    return build_tenant()


@pytest.fixture
def machine(tenant) -> Machine:
    return build_machine(tenant)


def send(machine: Machine, tenant: Tenant, data: bytes, *, kind: str = "text/csv", **query: str):
    asked = {"achievement": tenant.name, **query}
    # Not `post`: Django's client would write the bytes anew in the charset that is named.
    return machine.client.generic("POST", f"{BATCHES}?{urlencode(asked)}", data, kind, headers=machine.headers)


def test_letters_that_cannot_be_told_are_asked_about_and_nobody_is_awarded(tenant, machine):
    answer = send(machine, tenant, POLISH.encode("cp1250"))

    assert (answer.status_code, answer.json().get("code")) == (422, "encoding-unclear")
    assert "windows-1250" in answer.json()["detail"]
    assert not Batch.objects.exists()


@pytest.mark.parametrize("how", [{"encoding": "Windows-1250"}, {"kind": "text/csv; charset=windows-1250"}])
def test_a_named_encoding_is_the_one_and_is_told(tenant, machine, how):
    answer = send(machine, tenant, POLISH.encode("cp1250"), **how)

    assert answer.status_code == 202, answer.content
    assert answer.json()["read_as"] == {"encoding": "windows-1250", "delimiter": ";", "notes": []}
    assert Award.objects.get().learner.preferred_name == "Małgorzata Łukaszewicz"


@pytest.mark.parametrize(("encoding", "code"), [("klingon", "encoding-unknown"), ("utf-8", "wrong-encoding")])
def test_a_name_that_is_none_or_another_is_refused_at_its_place(tenant, machine, encoding, code):
    answer = send(machine, tenant, POLISH.encode("cp1250"), encoding=encoding)

    assert answer.status_code == 422
    assert [(one["column"], one["code"]) for one in answer.json()["problems"]] == [("encoding", code)]


def test_a_dry_run_shows_how_the_file_was_read_and_its_first_rows(tenant, machine):
    people = "".join(f"p{n}@example.org;Zoë α{n}\n" for n in range(9)).replace("α", "")
    answer = send(machine, tenant, f"email;name\n{people}".encode("cp1252"), confirm="false")
    work()

    read_as = job_of(machine, answer)["read_as"]
    assert (read_as["encoding"], read_as["delimiter"], read_as["notes"]) == ("windows-1252", ";", ["latin-1"])
    assert read_as["first_rows"][:2] == [
        {"row": 1, "cells": ["email", "name"]},
        {"row": 2, "cells": ["p0@example.org", "Zoë 0"]},
    ]
    assert len(read_as["first_rows"]) == 6


def test_the_named_encoding_reaches_the_worker(tenant, machine):
    answer = send(machine, tenant, POLISH.encode("cp1250"), confirm="false", encoding="windows-1250")
    work()

    assert job_of(machine, answer)["read_as"]["first_rows"][1]["cells"] == ["m@example.org", "Małgorzata Łukaszewicz"]


def test_first_rows_name_people_and_are_for_those_who_may_award(tenant, machine):
    answer = send(machine, tenant, POLISH.encode(), confirm="false")
    work()
    reader = build_machine(tenant, Scope.AWARDS_READ)

    read_as = job_of(reader, answer)["read_as"]
    assert (read_as["encoding"], "first_rows" in read_as) == ("utf-8", False)
    machine.post(f"{BATCHES}/{answer.json()['id']}/confirm", {})
    work()
    assert "first_rows" not in job_of(machine, answer)["read_as"], "it is done: who was awarded stands in the awards"


def test_a_workbook_has_no_encoding(tenant, machine):
    data = workbook(["email", "name"], ["a@example.org", "Łucja"])
    answer = send_workbook(machine, data, achievement=tenant.name, confirm="false", encoding="windows-1250")
    work()

    read_as = job_of(machine, answer)["read_as"]
    assert (read_as["encoding"], read_as["delimiter"], read_as["notes"]) == ("", "", [])
    assert read_as["first_rows"][1]["cells"] == ["a@example.org", "Łucja"]
