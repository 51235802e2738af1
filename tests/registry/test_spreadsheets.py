"""What we write for spreadsheets holds no formula, whichever way it is split."""

import ast
import csv
import io
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.bootstrap.folders import ROOT
from issuing.written_files import FailedRow, write_failed_rows
from registry.refusals import Refusal
from registry.spreadsheets import plain_cell
from tests.config.test_house_rules import ROOMS, sources

HOSTILE = [
    "=1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\ufeff=1", "\u200b=1", "\u00ad=1", "\uff1d1",
    "\uff0b1", "\uff0d1", "\uff20SUM(1)", "a;=1", "a\t=1", "a\n=1", "a, =1", "'=1", '"=1', "a|=1", "\u2028=1", "\u3164=1",
]  # fmt: skip
CELLS = st.text(
    st.one_of(
        st.sampled_from("=+-@;,\t\r\n |'\"\u00a0\u200b\ufeff\uff1d\uff0d"),
        st.characters(exclude_categories=["Cs", "Cn", "Co"]),
    ),
    max_size=12,
)


def begins_a_formula(cell: str) -> bool:
    seen = "".join(c for c in cell if c.isprintable() and not c.isspace() and unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", seen)[:1] in ("=", "+", "-", "@")


@pytest.mark.parametrize("text", HOSTILE)
def test_formula_becomes_text_wherever_it_begins(text):
    split = [cell for mark in ";,\t|\n\r" for cell in plain_cell(text).split(mark)]

    assert not any(begins_a_formula(cell) for cell in split)


@pytest.mark.parametrize(
    "text", ["Ada Example", "Zoë O'Neil-Müller", "a@example.org", "3 + 4 = 7", "Example, Ada", "2.5", ""]
)
def test_plain_text_stays_as_it_is(text):
    assert plain_cell(text) == text


@given(CELLS)
@example("a;=1")
def test_failed_rows_hold_no_formula_whatever_separates_their_cells(cell):
    written = write_failed_rows(("name",), [FailedRow(2, (cell,), (Refusal("name", "c", "r"),))]).decode("utf-8-sig")

    for delimiter in ",;\t|":
        rows = csv.reader(io.StringIO(written, newline=""), delimiter=delimiter)
        formulas = [found for row in rows for found in row if begins_a_formula(found)]
        assert [ascii(found) for found in formulas] == []


def test_only_the_writer_that_makes_cells_plain_writes_csv():
    writers = {
        str(path.relative_to(ROOT))
        for path in sources(*ROOMS)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in {"writer", "DictWriter"}
        and ast.unparse(node.value) == "csv"
    }

    assert writers == {"registry/spreadsheets.py"}
