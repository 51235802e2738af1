"""A row of five faults tells five: in a rule, a file of any kind, the shell, the failed rows, the API."""

import csv
import io
import json

import pytest
from django.core.management import call_command

from credentials.documents import AwardFacts
from issuing.errors import FactsRefusedError
from issuing.formats import read_award_file
from issuing.headings import COLUMNS, Person
from issuing.models import Award
from issuing.services import award_achievement
from issuing.stated import COLUMN_OF, FACTS, Stated
from issuing.written_files import FailedRow, write_failed_rows
from registry.actors import SYSTEM
from registry.services import Recipient
from tests.issuing.builders import build_achievement, build_order
from tests.issuing.test_batches import send
from tests.registry.workbooks import workbook

pytestmark = pytest.mark.django_db

HEADING = "email,name,awarded_on,credits_earned,evidence_url\n"
ROW = "nobody,,31.01.2026,two,javascript:alert(1)\n"
FIVE = {
    ("awarded_on", "bad-date"),
    ("credits_earned", "bad-number"),
    ("evidence_url", "bad-address"),
    ("name", "name-missing"),
    ("email", "bad-email"),
}


def told(faults) -> set[tuple[str, str]]:
    return {(fault.place, fault.code) for fault in faults}


def test_a_row_of_five_faults_tells_five():
    outcome = send(build_achievement(), "ada@example.org,Ada,,,\n" + ROW, header=HEADING)

    assert [row.state for row in outcome.rows] == ["not-accepted", "refused"]
    assert told(outcome.rows[1].faults) == FIVE
    assert not Award.objects.exists()


def test_a_workbook_tells_the_same_five():
    cells = [line.strip().split(",") for line in (HEADING, ROW)]
    table = read_award_file(workbook(*cells))

    assert told(table.rows[0].faults) == {one for one in FIVE if one[0] not in Person._fields}
    assert (table.rows[0].number, table.rows[0].person.email, table.rows[0].person.name) == (2, "nobody", "")


def test_an_order_tells_every_fact_that_breaks_a_rule():
    order = build_order(
        build_achievement(),
        recipient=Recipient(name=" ", email="nobody", language="no language"),
        participation="x" * 1_001,
        language_of_assessment="none such",
    )
    with pytest.raises(FactsRefusedError) as refused:
        award_achievement(order=order, actor=SYSTEM)

    assert told(refused.value.refusals) == {
        ("name", "name-missing"),
        ("email", "bad-email"),
        ("language", "language-tag"),
        ("participation", "bad-text"),
        ("language_of_assessment", "language-tag"),
    }
    assert refused.value.sentence() == refused.value.refusals[0].sentence()


def test_a_fault_of_one_fact_makes_none_of_another():
    """The end would lie before a day of award that could not be read: nobody knows."""
    outcome = send(
        build_achievement(), "a@example.org,A,1.1.2020,2020-02-01\n", header="email,name,awarded_on,valid_until\n"
    )

    assert told(outcome.rows[0].faults) == {("awarded_on", "bad-date")}


def test_the_shell_and_the_failed_rows_tell_all_of_them(tmp_path, capsys):
    achievement = build_achievement()
    path = tmp_path / "people.csv"
    path.write_text(HEADING + ROW)
    name = f"{achievement.issuer.slug}/{achievement.slug}"
    with pytest.raises(SystemExit):
        call_command("award", name, csv=path, json=True)
    (row,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert {(one["column"], one["code"]) for one in row["problems"]} == FIVE
    assert (row["row"], row["code"], row["column"]) == (2, row["problems"][0]["code"], row["problems"][0]["column"])
    with pytest.raises(SystemExit):
        call_command("award", name, csv=path)
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("Row 2, ") for line in lines) == len(FIVE)

    call_command("award", name, csv=path, take_good=True, json=True)
    failed = next(csv.DictReader(io.StringIO((tmp_path / "people.csv.failed.csv").read_text("utf-8-sig"))))
    assert set(failed["code"].split()) == {code for _column, code in FIVE}
    assert all(f"{column}: " in failed["remedy"] for column, _code in FIVE)


def test_a_heading_tells_all_that_is_wrong_with_it(tmp_path, capsys):
    path = tmp_path / "people.csv"
    path.write_text("letterbox,shoe size,result,result\n")
    with pytest.raises(SystemExit):
        call_command("award", f"{(a := build_achievement()).issuer.slug}/{a.slug}", csv=path, json=True)

    problems = json.loads(capsys.readouterr().out)["problems"]
    assert {(one["column"], one["code"]) for one in problems} == {
        ("email", "missing-column"),
        ("name", "missing-column"),
        ("letterbox", "unknown-column"),
        ("shoe_size", "unknown-column"),
        ("result", "duplicate-column"),
    }


def test_a_heading_means_what_the_mapping_says():
    data = b"E-Mail-Adresse,Anzeigename,Note\na@example.org,A,1\n"
    table = read_award_file(data, mapping={"E-Mail-Adresse": "email", "Anzeigename": "name", "Note": ""})

    assert (table.columns, table.rows[0].person.name, table.rows[0].faults) == (("email", "name", ""), "A", ())


def test_the_list_of_facts_stands_once():
    assert set(FACTS) == set(Stated.__annotations__)
    assert tuple(COLUMN_OF) == tuple(fact.column for fact in FACTS.values() if fact.column)
    assert (*Person._fields, *COLUMN_OF, "send_at") == COLUMNS
    assert set(FACTS) <= set(AwardFacts.__dataclass_fields__)
    with pytest.raises(TypeError):
        build_order(build_achievement(), colour="red")


def test_every_column_stands_in_the_documentation():
    from pathlib import Path

    for page in ("docs/issuers.md", "docs/reference.md"):
        text = Path(page).read_text()
        assert [column for column in COLUMNS if f"`{column}`" not in text] == [], page


def test_a_row_with_one_fault_reads_as_before():
    from registry.refusals import Refusal

    written = write_failed_rows(("name",), [FailedRow(7, ("",), (Refusal("name", "name-missing", "Give it."),))])

    assert written.decode("utf-8-sig").splitlines()[1] == ",7,name-missing,name,Give it."
