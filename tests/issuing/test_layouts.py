"""Headings of other systems: known by themselves, with the days as those systems write them."""

import datetime as dt

import pytest

from issuing.file_layouts import FORMS, LAYOUTS, ColumnTarget, iso_of, target_of
from issuing.formats import _FORM_REMEDIES, read_award_file
from issuing.headings import meant_by
from registry.refusals import RuleBrokenError

CREDLY = (
    "Badge Template ID,Recipient Email,First Name,Last Name,Issued at,Expiration Date,Issuer Earner ID,Country,"
    "State or Province,Evidence Name,Evidence URL,Locale\n"
    "b1,ana@example.org,Ana,Beispiel,11/03/26,01/31/2028,0042,Germany,Berlin,Thesis,https://example.org/1,de\n"
)
CANVAS = (
    "Badge Class ID,Identifier,First Name,Last Name,Narrative,Evidence Narrative,Evidence URL,Issue Date,Expiration Date\n"
    "c1,ana@example.org,Ana,Beispiel,Built a model,How it went,https://example.org/1,2026-11-03,2028-01-31\n"
)
EDUBADGES = (
    "Recipient mailadres;Recipient EPPN;Narrative;Evidence URL;Evidence NAME;Evidence Description;Grade\n"
    "ana@example.org;ana@university.example;Built a model;https://example.org/1;Thesis;Ten pages;8.5\n"
)


def only_row(text):
    (row,) = read_award_file(text.encode()).rows
    assert row.faults == ()
    return row


def test_credly_file_is_read_as_it_is():
    row = only_row(CREDLY)

    assert row.person[:3] == ("Ana Beispiel", "ana@example.org", "0042")
    assert row.stated["awarded_on"] == dt.date(2026, 11, 3)
    assert row.stated["valid_until"] == dt.date(2028, 1, 31)
    assert row.stated["language"] == "de"
    assert (row.stated["evidence"][0].url, row.stated["evidence"][0].name) == ("https://example.org/1", "Thesis")


def test_canvas_file_is_read_as_it_is():
    row = only_row(CANVAS)

    assert row.person[:3] == ("Ana Beispiel", "ana@example.org", "")
    assert row.stated["awarded_on"] == dt.date(2026, 11, 3)
    assert row.stated["narrative"] == "Built a model"
    assert row.stated["evidence"][0].narrative == "How it went"


def test_edubadges_file_names_people_by_address_and_eppn_and_has_no_names():
    table = read_award_file(EDUBADGES.encode())
    row = only_row(EDUBADGES)

    assert (table.layout, table.nameless) == ("edubadges", True)
    assert row.person == ("", "ana@example.org", "ana@university.example", "", "other", "eppn")
    assert row.stated["results"][0].value == "8.5"
    assert (row.stated["evidence"][0].name, row.stated["evidence"][0].description) == ("Thesis", "Ten pages")


def test_days_are_read_month_first_only_where_the_layout_says_so():
    with pytest.raises(AssertionError):
        only_row("email,name,awarded_on\na@example.org,Ana,11/03/26\n")


@pytest.mark.parametrize("day", ["13/03/26", "02/30/26", "tomorrow"])
def test_day_that_is_none_is_told_in_the_layouts_own_form(day):
    (row,) = read_award_file(CREDLY.replace("11/03/26", day).encode()).rows

    assert [fault.code for fault in row.faults] == ["bad-date"]
    assert "month/day/year" in str(row.faults[0].remedy)


def test_file_of_several_badges_is_not_taken_for_one_achievement():
    two = CREDLY + "b2,bo@example.org,Bo,Muster,11/03/26,,,,,,,\n"

    rows = read_award_file(two.encode()).rows

    assert [[fault.code for fault in row.faults] for row in rows] == [[], ["several-templates"]]


def test_own_template_is_not_taken_for_another_systems():
    text = "name,email,identifier,narrative,evidence_url\nAna,ana@example.org,7,Well done,https://example.org\n"
    table = read_award_file(text.encode())

    assert table.layout == ""
    assert table.rows[0].person[:3] == ("Ana", "ana@example.org", "7")


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("Vorname", "first_name"),
        ("Nachname", "last_name"),
        ("E-Mail", "email"),
        ("E-Mail-Adresse", "email"),
        ("Matr.-Nr.", "identifier"),
        ("Abschluss am", "awarded_on (dd.mm.yyyy)"),
        ("Gültig bis", "valid_until (dd.mm.yyyy)"),
        ("awarded_on (dd/mm/yyyy)", "awarded_on (dd/mm/yyyy)"),
        ("Score", "score"),
        ("shoe size", "shoe_size"),
    ],
)
def test_headings_of_student_systems_are_known(heading, target):
    assert [str(one) for one in meant_by([heading], {})] == [target]


def test_forms_of_days():
    assert iso_of("1.2.2026", "dd.mm.yyyy") == iso_of("01/02/2026", "dd/mm/yyyy") == "2026-02-01"
    assert iso_of("02/01/26", "mm/dd/yy") == iso_of("2/1/2026", "mm/dd/yy") == "2026-02-01"
    assert iso_of("01/31/69", "mm/dd/yy") == "1969-01-31"
    assert iso_of("2026-02-01", "mm/dd/yy") == "2026-02-01", "what a workbook keeps as a date is read as one"
    assert target_of("valid_until (mm/dd/yy)") == ColumnTarget("valid_until", "mm/dd/yy")
    assert FORMS.keys() == _FORM_REMEDIES.keys()


def test_every_target_of_a_layout_is_a_column_that_is_read():
    for layout in LAYOUTS:
        heading = ["email", "name", *layout.columns]
        for place, target in enumerate(meant_by(list(layout.columns), {})):
            assert target.column in layout.columns[heading[place + 2]]


def test_mapping_by_hand_comes_before_what_a_layout_says():
    mapping = {"Locale": "", "Country": "language"}
    row = read_award_file(CREDLY.replace("Germany", "fr").encode(), mapping=mapping).rows[0]

    assert row.stated["language"] == "fr"


def test_two_headings_of_one_meaning_are_told():
    with pytest.raises(RuleBrokenError) as refusal:
        read_award_file(b"E-Mail,email,name\na@example.org,b@example.org,Ana\n")

    assert [one.code for one in refusal.value.refusals] == ["duplicate-column"]
