"""What holds for a whole batch, over the API and in the shell: what headings mean, days, people who hold the award."""

import io
import json
import uuid
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command

from issuing.models import Award, Batch
from registry.permissions import Scope
from tests.integrations.builders import Machine, Tenant, build_machine, build_tenant
from tests.integrations.test_batch_jobs import job_of, people, send_workbook, work
from tests.integrations.test_batches import BATCHES, local, rows, send_csv
from tests.registry.workbooks import workbook

pytestmark = pytest.mark.django_db
STRANGE = "Recipient Email,Recipient Name,Kind=of,Issued\na@example.org,Ada,x,2026-05-01\n"
MAPPING = {"Recipient Email": "email", "Recipient Name": "name", "Kind=of": "", "Issued": "awarded_on"}


@pytest.fixture
def tenant() -> Tenant:
    return build_tenant()


@pytest.fixture
def machine(tenant) -> Machine:
    return build_machine(tenant)


def shell(tenant, path, *options) -> list[dict]:
    out = io.StringIO()
    call_command("award", tenant.name, "--csv", str(path), "--json", *options, stdout=out, stderr=io.StringIO())
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("more", ["", "b@example.org,Bo,x,2026-05-01\n" * 101])
def test_headings_mean_what_the_mapping_says_and_it_is_kept(tenant, machine, more):
    numbered = "".join(line.replace("b@", f"b{n}@") for n, line in enumerate(more.splitlines(keepends=True)))
    answer = send_csv(machine, STRANGE + numbered, achievement=tenant.name, mapping=json.dumps(MAPPING))
    work()

    job = job_of(machine, answer)
    assert (answer.status_code, job["mapping"]) == (202, MAPPING), answer.content
    assert {str(award.awarded_on) for award in Award.objects.all()} == {"2026-05-01"}
    assert Award.objects.count() == 1 + len(more.splitlines())


def test_all_that_is_wrong_with_headings_and_their_mapping_is_told_at_once(tenant, machine):
    mapping = {"Recipient Email": "email", "Issued": "email", "Grade": "result", "Kind=of": "shoe"}
    file = STRANGE.replace("Recipient Name", "Who")
    answer = send_csv(machine, file, achievement=tenant.name, mapping=json.dumps(mapping))

    assert answer.status_code == 422
    assert {(one["column"], one["code"]) for one in answer.json()["problems"]} == {
        ("name", "missing-column"),
        ("Grade", "unknown-heading"),
        ("who", "unknown-column"),
        ("shoe", "unknown-column"),
        ("email", "duplicate-column"),
    }
    assert not Batch.objects.exists()


@pytest.mark.parametrize("mapping", ["[]", "x", '{"a": 1}', json.dumps({str(n): "" for n in range(101)})])
def test_a_mapping_that_is_none_is_refused(tenant, machine, mapping):
    answer = send_csv(machine, STRANGE, achievement=tenant.name, mapping=mapping)

    assert (answer.status_code, answer.json()["code"] in {"invalid-fields", "invalid-parameter"}) == (422, True)


def test_the_shell_maps_headings_that_hold_the_sign(tenant, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(STRANGE)
    options = [part for heading, column in MAPPING.items() for part in ("--map", f"{heading}={column}")]
    with pytest.raises(CommandError, match="HEADING=COLUMN"):
        shell(tenant, path, "--map", "Recipient Email")
    (row,) = shell(tenant, path, *options, "--send-at", "2099-12-18", "--valid-until", "2100-01-01")

    award = Award.objects.get()
    assert (row["state"], str(award.not_before.date()), award.valid_until.year) == ("scheduled", "2099-12-18", 2100)
    assert Batch.objects.get().mapping == MAPPING


@pytest.mark.parametrize("count", [2, 101])
def test_a_corrected_file_tells_what_became_of_each_row_and_replaces_what_has_changed(tenant, machine, count):
    first = send_csv(machine, people(count), achievement=tenant.name)
    work()
    changed = people(count).replace("P 1\n", "Q 1\n")
    looked = send_csv(machine, changed + "\n", achievement=tenant.name, follows=first.json()["id"], confirm="false")
    work()
    job = job_of(machine, looked)
    assert (job["edition"], job["follows"], job["counts"]) == (2, first.json()["id"], {"already-awarded": count})
    assert {(one["code"], one["column"], one["count"], one.get("edition")) for one in job["groups"]} == {
        ("already-awarded", "", count, 1),
        ("changed", "name", 1, None),
    }
    assert (job["already_awarded"][0]["row"], job["already_awarded"][0]["changed"]) == (3, ["name"])

    asked = {"achievement": tenant.name, "follows": first.json()["id"], "duplicates": "replace"}
    answer = send_csv(machine, changed, **asked)
    work()
    assert job_of(machine, answer)["counts"] == {"accepted": 1, "already-awarded": count - 1}
    assert job_of(machine, answer)["options"]["duplicates"] == "replace"
    assert Award.objects.count() == count + 1


def test_options_stand_in_json_too_and_all_wrong_ones_are_told(tenant, machine):
    body = {"achievement": tenant.name, "rows": rows(tenant, 1), "send_at": "2099-12-18", "valid_until": "2100-01-01"}
    answer = machine.post(BATCHES, body)
    assert answer.status_code == 202, answer.content
    assert Award.objects.get().state == "scheduled"
    assert machine.get(local(answer.json()["url"])).json()["options"] == {
        "on_error": "refuse",
        "duplicates": "policy",
        "send_at": "2099-12-18",
        "valid_until": "2100-01-01",
    }

    wrong = {"send_at": "18.12.2099", "duplicates": "maybe", "follows": "x"}
    for refused in (
        machine.post(BATCHES, body | wrong),
        send_csv(machine, people(1), achievement=tenant.name, **wrong),
    ):
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid-fields")
        assert {one["column"] for one in refused.json()["problems"]} == set(wrong)


def test_a_time_in_the_address_keeps_its_zone(tenant, machine):
    query = urlencode({"achievement": tenant.name}) + "&send_at=2099-12-18T09:00:00+01:00"
    answer = machine.client.post(
        f"{BATCHES}?{query}", b"email,name\na@example.org,A\n", "text/csv", headers=machine.headers
    )

    assert answer.status_code == 202, answer.content
    assert Award.objects.get().not_before.isoformat() == "2099-12-18T08:00:00+00:00"


def test_what_is_over_or_not_allowed_is_told_with_its_code(tenant, machine):
    text = people(1)
    told = [
        send_csv(machine, text, achievement=tenant.name, **options).json()["code"]
        for options in ({"send_at": "2020-01-01"}, {"duplicates": "allow"}, {"follows": str(uuid.uuid4())})
    ]
    assert told == ["send-at-past", "repeat-not-allowed", "no-such-edition"]
    assert not Batch.objects.exists()


def test_a_file_follows_none_of_another_organisation_nor_of_another_achievement(tenant, machine):
    theirs = build_tenant()
    other = send_csv(build_machine(theirs), people(1), achievement=theirs.name).json()["id"]
    answer = send_csv(machine, people(2), achievement=tenant.name, follows=other)

    assert (answer.status_code, answer.json()["code"]) == (422, "no-such-edition")
    assert not Batch.objects.filter(follows__isnull=False).exists()


def test_a_key_that_may_not_revoke_replaces_nothing(tenant):
    machine = build_machine(tenant, Scope.AWARDS_WRITE, Scope.AWARDS_READ)
    answer = send_csv(machine, people(1), achievement=tenant.name, duplicates="replace")

    assert (answer.status_code, answer.json().get("code")) == (403, "scope-required")


def test_a_draft_is_confirmed_for_another_day_and_by_nobody_else(tenant, machine):
    draft = send_csv(machine, people(2), achievement=tenant.name, confirm="false")
    work()
    address = local(draft.json()["url"]) + "/confirm"
    assert machine.post(address, {"send_at": "2020-01-01"}).json()["code"] == "send-at-past"
    assert build_machine(build_tenant()).post(address, {}).status_code == 404

    assert machine.post(address, {"send_at": "2099-12-18"}).status_code == 202
    assert machine.post(address, {}).status_code == 202
    work()
    assert {award.state for award in Award.objects.all()} == {"scheduled"}
    assert Award.objects.count() == 2


def test_a_heading_that_two_columns_of_a_workbook_mean_is_told_by_the_worker(tenant, machine):
    data = workbook(["email", "Mail", "name"], ["a@example.org", "b@example.org", "A"])
    answer = send_workbook(machine, data, achievement=tenant.name, mapping=json.dumps({"Mail": "email"}))
    work()

    job = job_of(machine, answer)
    assert (job["state"], job["ended_code"]) == ("cancelled", "file-refused")
    assert [(one["column"], one["code"]) for one in job["groups"]] == [("email", "duplicate-column")]
