"""Typed values and runs in files and over the API: what is read is what is kept, is what is told."""

import csv
import dataclasses
import io
import json

import pytest

from catalogue.blank_table import blank_csv
from catalogue.content import COLUMNS
from catalogue.formats import read_catalogue
from catalogue.models import Achievement, Audience
from catalogue.said import content_as_said
from catalogue.selectors import content_of
from catalogue.services import import_entries
from registry.actors import SYSTEM
from tests.catalogue.builders import build_content
from tests.catalogue.everything import EVERYTHING
from tests.integrations.builders import Machine, build_machine, build_tenant
from tests.registry.builders import build_issuer

ENTRIES = "/api/v1/achievements"
CONTENT = build_content(**EVERYTHING)


def an_entry(issuer="example", **fields):
    said = content_as_said(CONTENT)
    return {"issuer": issuer, "slug": "everything", "kind": "micro-credential", "state": "published", **said, **fields}


def read(*entries):
    return read_catalogue(json.dumps({"achievements": entries}).encode(), name="entries.json")


def faults(file):
    return {(fault.place, fault.code) for fault in file.refusals}


def imported(*entries):
    outcome = import_entries(file=read(*entries), actor=SYSTEM)
    assert outcome.refusals == []
    return [row.state for row in outcome.rows]


def test_what_is_written_is_read_as_it_was():
    file = read(an_entry())

    assert file.refusals == []
    for name in (*COLUMNS, "parties", "runs"):
        assert getattr(file.rows[0].content, name) == getattr(CONTENT, name), name


def test_a_table_says_the_same_as_json():
    columns = {
        "issuer": "example", "slug": "x", "kind": "micro-credential", "name.en": "Reading Data", "audience": "organisation",
        "assessment_kinds": "written-exam | project", "summative": "TRUE", "voluntary": "false", "mode": "blended",
        "supervision_kind": "supervised-onsite-id", "period": "fixed", "objective": "acquire", "start": "runs",
        "intended_use": "upskilling|access", "qa_kind": "other", "credit_bearing": "both", "access_period": "P6M",
        "qualifications.en": "BSc Data|MSc Data", "qualifications.de": "BSc Daten|", "accessibility.de": "Auf Wunsch",
        "materials_licence": "CC-BY-4.0", "price_amount": "120", "price_unit": "EUR/course", "price_tax_included": "true",
        "funding.en": "Skills fund", "run_starts_on": "2099-10-01|", "run_place": "Rotterdam|Delft", "run_language": "nl|",
    }  # fmt: skip
    text = io.StringIO()
    csv.writer(text).writerows([list(columns), list(columns.values())])

    file = read_catalogue(text.getvalue().encode(), name="entries.csv")

    assert file.refusals == []
    row = file.rows[0]
    assert row.audience == "organisation"
    assert row.content.assessment_kinds == ("written-exam", "project")
    assert (row.content.summative, row.content.voluntary) == (True, False)
    assert row.content.qualifications == (
        {"name": {"en": "BSc Data", "de": "BSc Daten"}}, {"name": {"en": "MSc Data"}},
    )  # fmt: skip
    assert row.content.funding == ({"scheme": {"en": "Skills fund"}},)
    assert [(str(run.starts_on), run.place, run.language) for run in row.content.runs] == [
        ("2099-10-01", "Rotterdam", "nl"), ("None", "Delft", ""),
    ]  # fmt: skip


def test_the_template_has_a_column_for_everything_that_one_can_say():
    heading, example = csv.reader(io.StringIO(blank_csv()))
    named = {column.partition(".")[0] for column in heading}
    read_back = read_catalogue(blank_csv().encode(), name="t.csv")

    assert {"runs" if name.startswith("run_") else name for name in named} >= set(COLUMNS) - {
        "texts", "facts", "alignments", "badge", "result_descriptions", "outcome_rule",
    }  # fmt: skip
    assert read_back.refusals == []
    assert len(read_back.rows[0].content.runs) == 2
    assert len(heading) == len(example)


def test_a_row_with_many_faults_tells_each():
    wrong = an_entry(
        mode=1, assessment_kinds=["quiz", 2], summative="perhaps", price_amount="much", accessibility="yes",
        qualifications="BSc", audience="friends", period="x", runs=[{"starts_on": "1.10.2099"}, {"when": "now"}],
    )  # fmt: skip

    assert faults(read(wrong)) >= {
        ("mode", "text"), ("assessment_kinds", "list"), ("summative", "truth"), ("price_amount", "number"),
        ("accessibility", "not-an-object"), ("qualifications", "list"), ("audience", "unknown-value"),
        ("period", "unknown-code"), ("runs", "bad-date"), ("runs", "run"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("run", "code"),
    [
        ({"starts_on": "1899-01-01"}, "date-out-of-range"),
        ({"starts_on": 20990101}, "text"),
        ({"price": "free"}, "text"),
        ({"place": {"en": "Oslo"}}, "text"),
    ],
)
def test_a_run_that_cannot_be_read_is_refused(run, code):
    assert {fault for _place, fault in faults(read(an_entry(runs=[run])))} == {code}


def test_a_file_taken_twice_changes_nothing_and_new_runs_make_no_version(db):
    issuer = build_issuer().slug
    first = an_entry(issuer)

    assert imported(first) == ["created"]
    assert imported(first) == ["unchanged"]
    assert imported(an_entry(issuer, runs=[{"place": "Delft"}])) == ["changed"]
    entry = Achievement.objects.get(slug="everything")
    assert [version.number for version in entry.versions.all()] == [1]
    assert [run.place for run in entry.versions.get().runs.all()] == ["Delft"]
    assert imported(an_entry(issuer, mode="online")) == ["changed"]
    assert entry.versions.count() == 2


def test_a_file_that_does_not_say_leaves_an_entry_internal(db):
    issuer = build_issuer().slug
    imported(an_entry(issuer, audience="organisation"))

    imported(an_entry(issuer))
    assert Achievement.objects.get().audience == Audience.ORGANISATION

    assert imported(an_entry(issuer, audience="public")) == ["changed"]
    assert Achievement.objects.get().audience == Audience.PUBLIC


def test_machines_write_and_read_everything(db):
    tenant = build_tenant()
    said = {name: value for name, value in an_entry(tenant.issuer.slug).items() if name != "state"}
    said |= {"slug": "by-machine", "audience": "organisation"}

    made = build_machine(tenant).post(ENTRIES, said)

    assert made.status_code == 201, made.content
    assert made.json()["audience"] == "organisation"
    assert made.json()["content"] == content_as_said(CONTENT)
    entry = Achievement.objects.get(slug="by-machine")
    kept = content_of(entry.versions.get())
    assert dataclasses.replace(CONTENT, parties=kept.parties).columns() == kept.columns()
    assert kept.runs == CONTENT.runs


def test_machines_change_one_code_and_remove_another(db):
    tenant = build_tenant()
    machine = build_machine(tenant)
    said = {name: value for name, value in an_entry(tenant.issuer.slug).items() if name != "state"}
    made = machine.post(ENTRIES, said).json()

    answer = machine.patch(f"{ENTRIES}/{made['id']}", {"mode": "online", "start": None, "runs": None})

    assert answer.status_code == 200, answer.content
    content = answer.json()["content"]
    assert content["mode"] == "online"
    assert {"start", "runs"}.isdisjoint(content)


def test_all_faults_of_a_body_are_told(db):
    tenant = build_tenant()
    said = {name: value for name, value in an_entry(tenant.issuer.slug).items() if name != "state"}

    answer = build_machine(tenant).post(ENTRIES, said | {"mode": "x", "qa_kind": "x", "credit_bearing": "no"})

    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"mode", "qa_kind", "credit_bearing"}


def test_who_finds_an_entry_is_changed_without_a_new_version_and_not_by_half(db):
    tenant = build_tenant()
    machine, address = build_machine(tenant), f"{ENTRIES}/{tenant.published.pk}"

    half = machine.patch(address, {"audience": "organisation", "mode": "x"})
    assert half.status_code == 422
    assert Machine().get(address).status_code == 200

    whole = machine.patch(address, {"audience": "organisation"})

    assert (whole.status_code, whole.json()["version"], whole.json()["audience"]) == (200, 1, "organisation")
    assert Machine().get(address).status_code == 404
    assert Achievement.objects.get(pk=tenant.published.pk).versions.count() == 1
