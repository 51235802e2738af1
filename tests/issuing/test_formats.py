"""Files of awards as people's spreadsheets write them."""

import csv
import io

import pytest

from issuing.formats import read_award_file
from issuing.written_files import FailedRow, write_failed_rows
from registry.refusals import Refusal, RuleBrokenError
from registry.tables import MOST_BYTES

GOOD = "email,name\nada@example.org,Ada Example\n"


def names_in(data: bytes) -> list[str]:
    return [row.person.name for row in read_award_file(data).rows if row.whole]


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.encode("utf-16"),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode(),
        b"sep=;\r\n" + GOOD.replace(",", ";").replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("email,name", " E-Mail , Name ").encode(),
    ],
    ids=["plain", "mark", "utf-16", "semicolons", "tabs", "sep-line", "crlf", "loose-header"],
)
def test_what_spreadsheets_write_is_read(data):
    assert names_in(data) == ["Ada Example"]


def test_quoted_separators_and_line_breaks_stay_in_their_cell():
    table = read_award_file(b'email,name,participation\na@example.org,"Example, Ada","online,\nevenings"\n')

    assert table.rows[0].person.name == "Example, Ada"
    assert table.rows[0].stated["participation"] == "online,\nevenings"


def test_western_european_letters_are_read_and_said():
    table = read_award_file("email,name\na@example.org,Zoë Müller\n".encode("latin-1"))

    assert table.rows[0].person.name == "Zoë Müller"
    assert table.notes == ("latin-1",)


def test_empty_lines_are_passed_over_and_counted():
    table = read_award_file(b"email,name\n\na@example.org,A\n,\nb@example.org,B\n")

    assert [row.number for row in table.rows] == [3, 5]


@pytest.mark.parametrize(
    ("data", "code", "column"),
    [
        (b"email\na@example.org\n", "missing-column", "name"),
        (b"name\nA\n", "missing-column", "email"),
        (b"email,name,shoe size\na@example.org,A,44\n", "unknown-column", "shoe_size"),
        (b"email,name,name\na@example.org,A,B\n", "duplicate-column", "name"),
        (b"", "empty-file", ""),
        (b"PK\x03\x04rest", "not-a-table", ""),
        (b"email,name\n\x00\x00\n", "not-a-table", ""),
        (b'email,name\na@example.org,"A\n', "unreadable", ""),
        (b"x" * (MOST_BYTES + 1), "too-large", ""),
        (b"email,name\n" + b"a@example.org,A\n" * 100_001, "too-many-rows", ""),
    ],
)
def test_file_that_cannot_be_used_is_refused_as_a_whole(data, code, column):
    with pytest.raises(RuleBrokenError) as refusal:
        read_award_file(data)

    assert (refusal.value.code, refusal.value.column) == (code, column)
    assert refusal.value.remedy


def test_file_at_the_cap_is_read():
    assert len(read_award_file(b"email,name\n" + b"a@example.org,A\n" * 100_000).rows) == 100_000


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ("awarded_on=21.11.2026", "bad-date", "awarded_on"),
        ("valid_until=2026-02-30", "bad-date", "valid_until"),
        ("awarded_on=20261121", "bad-date", "awarded_on"),
        ("awarded_on=0001-01-01", "date-out-of-range", "awarded_on"),
        ("valid_until=9999-12-31", "date-out-of-range", "valid_until"),
        ("language=sl-rozaj-biske-1994", "language-tag", "language"),
        ("credits_earned=two", "bad-number", "credits_earned"),
        ("credits_earned=2,5", "bad-number", "credits_earned"),
        ("credits_earned=NaN", "bad-number", "credits_earned"),
        ("credits_earned=1e9", "bad-number", "credits_earned"),
        ("language=german please", "language-tag", "language"),
        ("evidence_url=javascript:alert(1)", "bad-address", "evidence_url"),
    ],
)
def test_cell_that_cannot_be_read_names_its_column_and_the_remedy(cells, code, column):
    name, value = cells.split("=", 1)
    stream = io.StringIO()
    csv.writer(stream).writerows([["email", "name", name], ["a@example.org", "A", value]])

    (fault,) = read_award_file(stream.getvalue().encode()).rows[0].faults

    assert (fault.code, fault.place) == (code, column)
    assert fault.remedy


def test_row_with_more_cells_than_columns_is_refused():
    row = read_award_file(b"email,name\na@example.org,Example, Ada\n").rows[0]

    assert [fault.code for fault in row.faults] == ["too-many-cells"]
    assert not row.whole


def test_failed_rows_can_be_corrected_and_sent_again():
    written = write_failed_rows(
        ("email", "name"), [FailedRow(3, ("bad", "A"), (Refusal("email", "bad-email", "Correct it."),))]
    )
    corrected = written.decode("utf-8-sig").replace("bad,A", "a@example.org,A")

    assert names_in(corrected.encode()) == ["A"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formula_in_a_failed_row_becomes_text(start):
    written = write_failed_rows(("name",), [FailedRow(2, (f"{start}SUM(A1)",), (Refusal("name", "c", "r"),))])

    cell = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))[1][0]
    assert cell == f"'{start}SUM(A1)"
