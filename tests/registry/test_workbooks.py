"""Workbooks: cells as they are shown, and hostile ones that are refused before anything is unpacked."""

import datetime as dt
import hashlib
import resource
import struct
import time
import zipfile

import pytest

from registry import workbooks
from registry.refusals import RuleBrokenError
from registry.tables import read_table
from tests.registry.workbooks import CONTENT_TYPES, handmade, text_row, workbook

HEADING = ["email", "name", "identifier", "awarded_on", "result"]
PERSON = ["ada@example.org", "Ada", "7", "2026-01-31", "60"]


def read(data: bytes):
    table = read_table(data, most_rows=1_000, too_many="Split it.")
    return table, list(table.lines)


def test_cells_are_read_as_they_are_shown():
    def shape(book):
        sheet = book.active
        sheet["C2"].number_format, sheet["E2"].number_format = "000000", "0.0%"

    row = ["ada@example.org", "Ada", 1234, dt.date(2026, 1, 31), 0.725]
    _table, lines = read(workbook(HEADING, row, ["b@example.org", "B", 12345.0, None, 72.5, True], change=shape))

    assert lines == [
        (2, ("ada@example.org", "Ada", "001234", "2026-01-31", "72.5%")),
        (3, ("b@example.org", "B", "12345", "", "72.5", "true")),
    ]


def test_rows_keep_the_numbers_that_the_spreadsheet_shows():
    def gap(book):
        book.active["A6"] = "late@example.org"

    assert [number for number, _cells in read(workbook(HEADING, PERSON, change=gap))[1]] == [2, 6]


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("B2", '=CONCATENATE("A","da")', "formula"),
        ("D2", "=TODAY()", "formula"),
        ("E2", "#N/A", "error-value"),
        ("C2", 1234567890123456789, "inexact-number"),
    ],
)
def test_a_cell_that_says_nothing_certain_is_told_under_its_column(cell, value, code):
    data = workbook(HEADING, PERSON, change=lambda book: book.active.__setitem__(cell, value))
    table, _lines = read(data)

    assert [(fault.place, fault.code) for fault in table.faults_of(2, HEADING)] == [(HEADING[ord(cell[0]) - 65], code)]


def test_merged_cells_are_told_where_they_begin():
    data = workbook(HEADING, PERSON, ["b@example.org"], change=lambda book: book.active.merge_cells("B2:B3"))

    assert [fault.code for fault in read(data)[0].faults_of(2, HEADING)] == ["merged-cells"]


def test_the_first_visible_sheet_is_read_and_others_are_told():
    def more(book):
        hidden = book.create_sheet("hidden", 0)
        hidden.sheet_state = "hidden"
        hidden.append(["nobody"])
        book.create_sheet("another").append(["nobody"])

    table, lines = read(workbook(HEADING, PERSON, change=more))
    assert (list(table.heading), len(lines), table.notes) == (HEADING, 1, ("several-sheets",))


def code_of(data: bytes) -> str:
    """Return the code with which a workbook is refused, empty where it is read."""
    try:
        read(data)
    except RuleBrokenError as refused:
        return refused.code
    return ""


def bomb_by_ratio() -> bytes:
    """Some 50 kB that inflate to 51 MB."""
    return handmade(text_row(1, *HEADING), **{"xl/sharedStrings.xml": b" " * 51_000_000})


def bomb_by_size() -> bytes:
    noise = bytes(range(256)) * 40_000
    return handmade("", **{f"xl/media/{n}.bin": noise for n in range(11)})


def bomb_of_parts() -> bytes:
    return handmade("", **{f"xl/media/{n}.bin": b"" for n in range(1_001)})


def liar() -> bytes:
    """A part that claims one byte and holds fifty million: what is read of it ends where it says."""
    data = bytearray(bomb_by_ratio())
    place = data.rindex(b"xl/sharedStrings.xml") - 46
    struct.pack_into("<I", data, place + 24, 1)
    return bytes(data)


def bomb_of(part: str, start: str, one: str, end: str = "") -> bytes:
    """A part that is read whole and has as much in it as no cap of the whole file forbids; noise makes the file large."""
    noise = bytes(range(256)) * 4
    shuffled = b"".join(hashlib.sha512(noise + bytes([n % 256, n // 256])).digest() for n in range(8_000))
    return handmade(
        text_row(1, *HEADING), **{part: start + one * (40_000_000 // len(one)) + end, "xl/media/1": shuffled}
    )


def bomb_of_texts() -> bytes:
    return bomb_of("xl/sharedStrings.xml", "<sst>", "<si><t>a</t></si>", "</sst>")


def bomb_of_sheets() -> bytes:
    return bomb_of("xl/workbook.xml", "<workbook><sheets>", '<sheet name="s" sheetId="1" r:id="r1"/>')


def bomb_of_formats() -> bytes:
    return bomb_of("xl/styles.xml", "<styleSheet><cellXfs>", '<xf numFmtId="0"/>')


BOMBS = (bomb_by_ratio, bomb_by_size, bomb_of_parts, bomb_of_texts, bomb_of_sheets, bomb_of_formats)


@pytest.mark.parametrize("make", BOMBS)
def test_what_unpacks_to_far_more_is_refused_before_it_is_parsed(make, monkeypatch):
    data = make()
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_a, **_k: pytest.fail("a part was unpacked"))
    before, memory = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(RuleBrokenError) as refused:
        read(data)

    assert refused.value.code == "unpacks-too-large"
    assert time.process_time() - before < 0.2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 20_000


def test_a_part_that_lies_about_its_size_is_not_unpacked_beyond_it():
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code_of(liar()) in {"", "unreadable"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 20_000


@pytest.mark.parametrize(
    ("kind", "name"), [("sharedStrings", "/xl/elsewhere.xml"), ("sheet.main", "/xl/worksheets/workbook.xml")]
)
def test_a_part_under_a_name_for_which_there_is_no_cap_is_not_read(kind, name):
    told = f'<Override PartName="{name}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
    manifest = CONTENT_TYPES.replace("<Override", f"{told}<Override", 1)

    assert code_of(handmade(text_row(1, *HEADING), **{"[Content_Types].xml": manifest})) == "not-a-table"


ENTITIES = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>"""
LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize("entities", [ENTITIES, LAUGHS], ids=["external", "many"])
def test_entities_are_refused(entities):
    name = "&secret;" if entities is ENTITIES else "&b;"
    with pytest.raises(RuleBrokenError) as refused:
        read(handmade(text_row(1, *HEADING) + text_row(2, "a@example.org", name), entities=entities))

    assert refused.value.code == "unreadable"


def test_a_row_far_down_or_far_to_the_right_ends_the_reading():
    far = "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(2, 402))
    with pytest.raises(RuleBrokenError) as refused:
        read(handmade(text_row(1, *HEADING) + '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'))
    assert refused.value.code == "too-many-cells"
    with pytest.raises(RuleBrokenError) as refused:
        read(handmade(text_row(1, *HEADING) + far))
    assert refused.value.code == "too-many-cells"


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), handmade("")[:-30], handmade("")[:200]],
    ids=["beginning", "old-or-protected", "cut", "half"],
)
def test_what_is_no_workbook_is_told_with_what_to_send(data):
    with pytest.raises(RuleBrokenError) as refused:
        read(data)

    assert refused.value.code == "not-a-table"
    assert refused.value.remedy


def test_broken_parts_are_a_refusal_whatever_they_hold():
    for place in range(20, len(handmade(text_row(1, *HEADING))) - 20, 37):
        data = bytearray(handmade(text_row(1, *HEADING) + text_row(2, *PERSON)))
        data[place] ^= 0xFF
        assert code_of(bytes(data)) in {"", "empty-file", "not-a-table", "unpacks-too-large", "unreadable"}


def test_workbooks_are_read_without_entities_by_the_library_too():
    import openpyxl

    assert openpyxl.DEFUSEDXML
    assert workbooks.MOST_UNPACKED_BYTES >= 60_000_000
