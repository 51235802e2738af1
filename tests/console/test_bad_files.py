"""Files as they come: workbooks with traps, CSV in any encoding, too many rows; each refusal says what to do."""

import datetime as dt

import pytest

from issuing.models import Award, BatchFile, BatchState
from tests.console.files import checked, newest, page_of, press, send, work
from tests.console.houses import build_house, problems
from tests.registry.workbooks import handmade, workbook

pytestmark = pytest.mark.django_db
HEADING = ["name", "email", "awarded_on"]
ADA = ["Ada Example", "ada@example.org", dt.date(2026, 11, 2)]


def test_workbook_with_days_as_days_is_awarded():
    house = build_house()

    page = checked(house, workbook(HEADING, ADA))

    assert "1 learner can be awarded" in page
    assert "Ada Example" in page, "the first rows of a workbook are shown as well"
    press(house, "confirm")
    work()
    assert Award.objects.get().awarded_on == dt.date(2026, 11, 2)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["=A1", "ada@example.org", dt.date(2026, 11, 2)], "formula"),
        (["Ada", "ada@example.org", 46328], "Write dates as year-month-day"),
        (["Ada", "ada@example.org", "02.11.2026"], "Write dates as year-month-day"),
        (["Ada", "ada@example.org", dt.date(2046, 11, 2)], "future"),
    ],
)
def test_cell_that_says_nothing_for_certain_is_told_by_its_row(cells, said):
    house = build_house()

    page = checked(house, workbook(HEADING, cells, [*ADA[:1], "bo@example.org", *ADA[2:]]))

    assert "Award 1, leave out 1" in page
    assert said in page


def test_merged_cells_are_told():
    house = build_house()

    page = checked(house, workbook(HEADING, ADA, ADA, change=lambda book: book.active.merge_cells("A2:A3")))

    assert newest().counts["refused"] >= 1
    assert "merged" in page


def test_of_three_sheets_the_first_visible_one_counts():
    house = build_house()

    def more(book):
        for name in ("Second", "Third"):
            book.create_sheet(name).append(["name", "email"])

    page = checked(house, workbook(HEADING, ADA, change=more))

    assert "1 learner can be awarded" in page
    assert "several-sheets" in newest().options["read_as"]["notes"]


def test_bomb_is_refused_before_it_is_unpacked():
    house = build_house()
    bomb = handmade("<row/>", **{"xl/worksheets/sheet2.xml": b"0" * 120_000_000})

    page = checked(house, bomb)

    assert "This file was not awarded" in page
    assert newest().ended_code == "file-refused"
    assert "send CSV" in page, "what to do"


def test_macros_are_neither_run_nor_kept():
    house = build_house()

    page = checked(house, handmade_with_macro())

    assert newest().state == BatchState.READY
    assert "Award 1 learner" in page
    press(house, "confirm")
    work()
    assert Award.objects.get().row_number == 2
    assert BatchFile.objects.count() == 1


def handmade_with_macro():
    row = "".join(
        f'<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for number, texts in ((1, ("name", "email")), (2, ("Ada", "ada@example.org")))
        for column, text in zip("AB", texts, strict=True)
    )
    first, second = row[: row.index('<c r="A2"')], row[row.index('<c r="A2"') :]
    return handmade(f'<row r="1">{first}</row><row r="2">{second}</row>', **{"xl/vbaProject.bin": b"\xd0\xcf macro"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_csv_in_any_encoding_is_read(encoding):
    house = build_house()

    page = checked(house, "name;email\nJörg Müller;j@example.org\n".encode(encoding))

    assert "Jörg Müller" in page
    assert "1 learner can be awarded" in page


def test_letters_of_another_encoding_are_asked_for_and_can_be_named():
    house = build_house()
    data = "name;email\nMałgorzata Łukaszewicz;m@example.org\n".encode("windows-1250")

    refused = checked(house, data)
    assert "encoding" in refused
    page = checked(house, data + b"\n", encoding="windows-1250")

    assert "Małgorzata Łukaszewicz" in page


def test_one_row_too_many_is_refused_with_what_to_do():
    house = build_house()

    page = checked(house, b"email,name\n" + b"a@example.org,A\n" * 100_001)

    assert "split it into several files" in page
    assert not Award.objects.exists()


def test_empty_file_is_told():
    house = build_house()

    assert "The file is empty" in checked(house, b"")
    assert problems(send(house, "name,email\n", encoding="klingon").content.decode())


def test_back_after_confirming_and_a_double_click_award_once():
    house = build_house()
    checked(house, workbook(HEADING, ADA))
    press(house, "confirm")
    press(house, "confirm")
    work()
    press(house, "confirm")
    press(house, "options/", duplicates="skip", when="now")
    work()

    assert Award.objects.count() == 1
    assert "1 learner awarded" in page_of(house)
