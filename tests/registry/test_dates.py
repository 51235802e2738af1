"""Days are read in one place, and only those that can be meant."""

import ast
import datetime as dt

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.utils.dates import MONTHS
from django.utils.translation import gettext, override

from config.bootstrap.folders import ROOT
from registry.dates import (
    DayOutOfRangeError,
    day_in_short,
    day_in_words,
    meant_day,
    moment_in_words,
    month_in_short,
    read_day,
)
from registry.templatetags import look
from tests.config.test_house_rules import ROOMS, sources

OTHERS_DATES = {
    "catalogue/code_words.py": "facts that were kept by us",
    "credentials/documents/awards.py": "facts that were fixed by us",
    "credentials/timestamps.py": "documents of others say what they like",
    "verification/conformance.py": "our own parent's question",
    "verification/catalogue_facts.py": "facts that were fixed by us",
    "verification/isolated.py": "our own child's answer",
    "verification/isolated_child.py": "our own parent's question",
    "verification/plain_values.py": "documents of others",
    "verification/resolve/statuses.py": "documents of others",
    "registry/keyset.py": "our own cursors",
    "registry/trail.py": "filters that were kept by us",
    "issuing/audit_heads.py": "our own signed heads",
    "issuing/delivery/messages.py": "facts that were fixed by us",
    "issuing/services/standing.py": "facts that were fixed by us",
    "issuing/services/kept_rows.py": "rows that were kept by us",
    "issuing/management/commands/keys.py": "read, then bounded",
    "issuing/grounds.py": "what was kept by us",
    "issuing/services/running_changes.py": "facts that were kept by us",
    "issuing/services/unmerging.py": "what was kept by us",
    "console/identity_forms.py": "read, then bounded by the life of the key",
    "registry/dates.py": "the one place",
}


def test_day_is_read_and_bounded():
    assert read_day("2026-11-21") == dt.date(2026, 11, 21)
    assert meant_day(dt.date(1900, 1, 1)) == dt.date(1900, 1, 1)


@pytest.mark.parametrize(
    "text", ["20261121", "2026-W47-6", "21.11.2026", "2026-02-30", "", "٢٠٢٦-١١-٢١", "2026-11-21 "]
)
def test_other_spellings_are_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        read_day(text)


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31", "9999-12-31", "2300-01-01"])
def test_day_that_cannot_be_meant_is_refused(text):
    with pytest.raises(DayOutOfRangeError):
        read_day(text)


def test_nothing_else_reads_days():
    """A new reader comes here, or says why it need not."""
    readers = {
        str(path.relative_to(ROOT))
        for path in sources(*ROOMS)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"fromisoformat", "strptime", "parse_date"}
    }

    assert readers <= set(OTHERS_DATES)


def test_a_day_and_a_time_are_written_alike_for_pages_mails_and_machines():
    at = dt.datetime(2026, 6, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    last = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.timezone(dt.timedelta(hours=-5)))

    assert (day_in_words(at, "en"), day_in_words(at.date(), "de-AT")) == ("1 June 2026", "1. Juni 2026")
    assert (moment_in_words(at, "en"), moment_in_words(at, "de")) == (
        "31 May 2026, 22:30 UTC",
        "31. Mai 2026, 22:30 UTC",
    )
    assert moment_in_words(last, "en") == "31 December 9999, 23:59 UTC"
    assert (day_in_words(None), moment_in_words(None)) == ("", "")
    with override("de"):
        assert (day_in_words(at), look.day(at), look.moment(at)) == (
            "1. Juni 2026",
            "1. Juni 2026",
            moment_in_words(at, "de"),
        )


@pytest.fixture
def a_button_called_may(tmp_path, settings):
    """Have a text of ours that is spelled like a month, in both languages."""
    for language in ("en", "de"):
        catalogue = Catalog(locale=language)
        catalogue.add("May", "has permission")
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        with (folder / "django.mo").open("wb") as file:
            write_mo(file, catalogue)
    settings.LOCALE_PATHS = [tmp_path, *settings.LOCALE_PATHS]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("31 May 2026", "31 May 2026, 22:30 UTC", "31 May", "May 2026")),
        ("de", ("31. Mai 2026", "31. Mai 2026, 22:30 UTC", "31. Mai", "Mai 2026")),
    ],
)
def test_months_keep_their_names_whatever_our_texts_are_called(a_button_called_may, language, told):
    at = dt.datetime(2026, 5, 31, 22, 30, tzinfo=dt.UTC)

    with override(language):
        assert gettext("May") == "has permission"
        assert (day_in_words(at), moment_in_words(at), day_in_short(at), month_in_short(at)) == told


@pytest.mark.parametrize("language", ["en", "de"])
def test_months_are_called_as_the_framework_calls_them(language):
    with override(language):
        days = [dt.date(2026, month, 1) for month in MONTHS]
        assert [day_in_words(day).split()[1] for day in days] == [str(name) for name in MONTHS.values()]
