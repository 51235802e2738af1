"""Every table that people send tells every fault of a row, under the row's number in the spreadsheet: CSV and XLSX alike."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from django.core.management import call_command

from catalogue.formats import read_catalogue
from catalogue.models import Achievement
from catalogue.vocabularies import read_vocabulary
from registry.refusals import Refusal
from registry.trust_lists import read_trust_list
from tests.registry.workbooks import workbook

Rows = list[list[str]]
Read = Callable[[bytes, str], list[Refusal]]


def text_of(rows: Rows) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows(rows)
    return stream.getvalue()


def as_csv(rows: Rows) -> bytes:
    return text_of(rows).encode("cp1252")


def as_xlsx(rows: Rows) -> bytes:
    return workbook(*rows)


READERS: dict[str, Read] = {
    "catalogue": lambda data, name: read_catalogue(data, name=name).refusals,
    "vocabulary": lambda data, name: read_vocabulary(data, name=name).refusals,
    "trust list": lambda data, name: read_trust_list(data, name=name).refusals,
}
TABLES: dict[str, Rows] = {
    "catalogue": [
        ["issuer", "slug", "kind", "state", "name.de", "valid_for_days", "duplicates", "ects_credits"],
        ["college", "basics", "document", "draft", "Prüfung", "", "", ""],
        ["", "", "", "", "", "", "", ""],
        ["college", "No Slug", "shoe", "perhaps", "Prüfung", "soon", "maybe", "many"],
    ],
    "vocabulary": [
        ["conceptType", "conceptUri", "preferredLabel", "reuseLevel", "broaderUri"],
        ["Skill", "http://data.example/1", "Prüfen", "", ""],
        ["", "", "", "", ""],
        ["", "nowhere", "", "x" * 41, "nowhere either"],
    ],
    "trust list": [
        ["did", "name", "vouched_by", "since", "source", "until", "host"],
        ["did:web:a.example", "Prüfstelle", "EQAR", "2026-01-31", "https://eqar.example/1", "", ""],
        ["", "", "", "", "", "", ""],
        ["web:b.example", "Prüfstelle", "", "31.01.2026", "", "soon", "h" * 256],
    ],
}
FAULTS = {
    "catalogue": {
        ("slug", "slug"), ("kind", "unknown-value"), ("state", "unknown-value"), ("ects_credits", "number"),
        ("valid_for_days", "number"), ("duplicates", "unknown-value"),
    },
    "vocabulary": {
        ("kind", "missing"), ("uri", "address"), ("labels", "language-map"), ("reuse_level", "bad-text"),
        ("broader", "address"),
    },
    "trust list": {
        ("did", "did"), ("vouched_by", "missing"), ("since", "date"), ("source", "missing"), ("until", "date"),
        ("host", "too-long"),
    },
}  # fmt: skip


@pytest.mark.parametrize("write", [as_csv, as_xlsx], ids=["csv", "xlsx"])
@pytest.mark.parametrize("table", TABLES)
def test_a_row_of_five_faults_tells_them_all_under_its_number(table, write):
    refusals = READERS[table](write(TABLES[table]), f"table.{write.__name__.removeprefix('as_')}")

    assert {(one.place, one.code) for one in refusals} == FAULTS[table]
    assert {one.row for one in refusals} == {4}, "its heading is row 1, and an empty row counts"
    assert all(one.remedy for one in refusals)


@pytest.mark.parametrize("write", [as_csv, as_xlsx], ids=["csv", "xlsx"])
@pytest.mark.parametrize("table", TABLES)
def test_a_column_that_stands_twice_is_told_and_none_of_the_two_is_taken(table, write):
    heading, *rows = TABLES[table][:2]
    doubled = [[*heading, heading[1]], *([*row, "another"] for row in rows)]
    refusals = READERS[table](write(doubled), f"table.{write.__name__.removeprefix('as_')}")

    assert [(one.row, one.code) for one in refusals] in ([(0, "duplicate-column")], [(0, "missing-column")])


@pytest.mark.parametrize("table", TABLES)
def test_a_workbook_tells_faults_of_cells_beside_those_of_what_they_say(table):
    rows = [*TABLES[table][:1], [*TABLES[table][3]]]
    place = {"catalogue": "C2", "vocabulary": "D2", "trust list": "F2"}[table]
    column = {"catalogue": "kind", "vocabulary": "reuse_level", "trust list": "until"}[table]
    data = workbook(*rows, change=lambda book: book.active.__setitem__(place, "=TODAY()"))
    refusals = READERS[table](data, "table.xlsx")

    assert (column, "formula", 2) in {(one.place, one.code, one.row) for one in refusals}
    told = {one for one in FAULTS[table] if one[0] != column}
    assert told <= {(one.place, one.code) for one in refusals}


def test_an_entry_whose_letters_were_lost_before_is_refused_wherever_they_stand():
    rows = [
        ["issuer", "slug", "kind", "name.de", "outcomes.de", "price.de"],
        ["college", "basics", "document", "PrÃ¼fung", "Gut|Pr\ufffdfen", "Ma\x9f"],
    ]
    refusals = READERS["catalogue"](text_of(rows).encode(), "table.csv")

    assert {(one.place, one.code) for one in refusals} == {
        ("name", "garbled-text"),
        ("outcomes", "garbled-text"),
        ("price", "garbled-text"),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_the_shell_tells_them_all_and_takes_nothing(table, tmp_path, capsys):
    path = tmp_path / "table.csv"
    path.write_bytes(as_csv(TABLES[table]))
    command = {
        "catalogue": "import_catalogue",
        "vocabulary": "import_vocabulary",
        "trust list": "import_trusted_issuers",
    }
    with pytest.raises(SystemExit) as refused:
        call_command(command[table], path)

    lines = capsys.readouterr().out.splitlines()
    assert refused.value.code == 1
    assert sum(line.startswith("Row 4, ") for line in lines) == len(FAULTS[table])
    assert not Achievement.objects.exists()


@pytest.mark.parametrize("table", TABLES)
def test_a_table_in_another_code_page_is_asked_about_and_read_when_it_is_named(table, tmp_path, capsys, db):
    text = as_csv(TABLES[table][:2]).decode("cp1252").replace("Prüf", "Ęwiązł")
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode("cp1250"))
    command = {
        "catalogue": "import_catalogue",
        "vocabulary": "import_vocabulary",
        "trust list": "import_trusted_issuers",
    }
    with pytest.raises(SystemExit):
        call_command(command[table], path)
    assert "(encoding-unclear)" in capsys.readouterr().out

    if table == "catalogue":
        with pytest.raises(SystemExit):
            call_command(command[table], path, encoding="windows-1250", json=True)
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [line["code"] for line in lines] == ["issuer-unknown"]
    else:
        call_command(command[table], path, encoding="windows-1250")
        assert "encoding" not in capsys.readouterr().out
