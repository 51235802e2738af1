"""Files of entries: what is read, and every fault with its row, column and code."""

import json
from decimal import Decimal

import pytest

from catalogue.formats import MOST_BYTES, read_catalogue

ENTRY = {"issuer": "college", "slug": "data", "kind": "micro-credential", "name": {"en": "Data"}}


def read(*entries):
    return read_catalogue(json.dumps({"achievements": entries}).encode(), name="entries.json")


def table(text, encoding="utf-8"):
    return read_catalogue(text.encode(encoding), name="entries.csv")


def faults(file):
    return [(refusal.row, refusal.place, refusal.code) for refusal in file.refusals]


def test_an_entry_is_read_with_exact_numbers_and_states():
    (row,) = read(
        {**ENTRY, "ects_credits": "2.50", "facts": {"assessment": "none", "provider": {"en": "College"}}}
    ).rows

    assert row.content.ects_credits == Decimal("2.5")
    assert row.content.facts == {
        "assessment": {"state": "none"},
        "provider": {"state": "value", "value": {"en": "College"}},
    }
    assert (row.state, row.duplicates) == ("draft", "deny")


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"issuer": ""}, "issuer", "missing"),
        ({"slug": "Not A Slug"}, "slug", "slug"),
        ({"kind": "diploma"}, "kind", "unknown-value"),
        ({"state": "retired"}, "state", "unknown-value"),
        ({"name": "Data"}, "name", "language-map"),
        ({"ects_credits": 0.1 + 0.2}, "ects_credits", "number"),
        ({"ects_credits": "many"}, "ects_credits", "number"),
        ({"level_eqf": "6.5", "level_eqf_basis": "compared"}, "level_eqf", "number"),
        ({"suspendable": "perhaps"}, "suspendable", "truth"),
        ({"facts": {"assessment": "maybe"}}, "assessment", "unknown-state"),
        ({"parties": [{"role": "awards", "name": 5}]}, "parties", "party"),
        ({"parties": [{"role": "awards", "name": "x", "valid_from": "08/2019"}]}, "parties", "party"),
        ({"parties": "us"}, "parties", "list"),
        ({"relations": [{"kind": "sibling", "issuer": "a", "slug": "b"}]}, "relations", "relation"),
        ({"colour": "blue"}, "colour", "unknown-column"),
        ({"national_credits": "40"}, "national_credit_system", "credit-system"),
    ],
)
def test_a_fault_is_told_with_its_row_and_column(change, column, code):
    assert faults(read(ENTRY, {**ENTRY, "slug": "other", **change})) == [(2, column, code)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"achievements": [{"slug": "a", "slug": "b"}]}', "not-json"),
        (b'{"achievements": [{"ects_credits": NaN}]}', "not-json"),
        (b"{", "not-json"),
        (b"\xff\xfe", "not-json"),
        (b"[]", "no-entries"),
        (b'{"achievements": {}}', "no-entries"),
        (b" " * (MOST_BYTES + 1), "too-large"),
        (b"[" + b"{}," * 10_000 + b"{}]", "too-many-rows"),
    ],
)
def test_a_file_that_is_no_list_of_entries_is_refused_whole(data, code):
    file = read_catalogue(data, name="entries.json")

    assert [fault[2] for fault in faults(file)] == [code]
    assert file.rows == []


def test_an_entry_that_is_no_object_is_refused_by_its_row():
    assert faults(read(ENTRY, "Data")) == [(2, "", "not-an-object")]


def test_the_same_entry_twice_is_refused():
    assert faults(read(ENTRY, ENTRY)) == [(2, "slug", "repeated")]


HEADING = "issuer,slug,kind,name.en,name.de,assessment,provider.en,ects_credits,outcomes.en,outcomes.de,outcome_measure,outcome_at_least"


def test_a_table_with_a_byte_order_mark_and_quoted_commas_is_read():
    (row,) = table(
        "\ufeff"
        + HEADING
        + '\r\ncollege,data,micro-credential,"Data, plainly",Daten,not_stated,College,2.5,one|two,eins|zwei,score,60\r\n\r\n'
    ).rows

    assert row.content.texts == {"name": {"en": "Data, plainly", "de": "Daten"}}
    assert row.content.facts["provider"] == {"state": "value", "value": {"en": "College"}}
    assert row.content.outcomes == ({"en": "one", "de": "eins"}, {"en": "two", "de": "zwei"})
    assert row.content.outcome_rule == {"measure": "score", "at_least": "60", "scale": "percent"}


def test_a_table_with_semicolons_in_latin_1_is_read():
    (row,) = table("issuer;slug;kind;name.de\ncollege;data;document;Prüfung\n", encoding="latin-1").rows

    assert row.content.texts["name"] == {"de": "Prüfung"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", (0, "", "empty-file")),
        ("issuer,slug,name.en\na,b,c\n", (0, "kind", "missing-column")),
        ("issuer,slug,kind,colour\n", (0, "colour", "unknown-column")),
        ("issuer,slug,kind,kind\n", (0, "kind", "duplicate-column")),
        ("issuer,slug,kind,ects_credits.en\n", (0, "ects_credits.en", "unknown-column")),
        ("issuer,slug,kind,name.en\na,b,document,c,d\n", (2, "surplus cell", "unknown-column")),
        ('issuer,slug,kind,name.en\na,b,document,"c\n', (0, "", "unreadable")),
        (
            "issuer,slug,kind,name.en,assessment,assessment.en\na,b,document,c,none,Test\n",
            (2, "assessment", "unknown-state"),
        ),
    ],
)
def test_a_faulty_table_is_told_where(text, fault):
    assert faults(table(text)) == [fault]


def test_a_day_that_cannot_be_meant_is_told():
    party = {"name": "Agency", "role": "certifies", "valid_until": "9999-12-31"}

    assert faults(read({**ENTRY, "parties": [party]})) == [(1, "parties", "date-out-of-range")]
