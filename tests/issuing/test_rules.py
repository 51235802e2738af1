"""What an award may say."""

import datetime as dt

import pytest

from issuing.rules import (
    checked_day,
    checked_email,
    checked_end,
    clean_name,
    exact_number,
    learning_period,
)
from issuing.services.stating import line_of
from registry.refusals import RuleBrokenError

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


def test_control_characters_and_direction_marks_are_left_out_of_a_name_and_counted():
    name = clean_name("Ada\u202e \x07Exam\tple")

    assert (name.text, name.removed) == ("Ada Exam ple", 2)


def test_name_is_composed_and_its_blanks_are_collapsed():
    assert clean_name("  Zoe\u0308   M ").text == "Zoë M"


@pytest.mark.parametrize("text", ["", "   ", "\u202e\x00"])
def test_name_of_which_nothing_is_left_is_refused(text):
    with pytest.raises(RuleBrokenError, match="name-missing"):
        clean_name(text)


@pytest.mark.parametrize("text", ["M\ufffdller", "M\x9fller", "MÃ¼ller", "Å\x81ucja", "JosÃ©", "Î‘Î»ÎµÎ¾Î·Ï‚"])
def test_name_whose_letters_were_lost_is_refused(text):
    with pytest.raises(RuleBrokenError, match="garbled-text"):
        clean_name(text)
    with pytest.raises(RuleBrokenError, match="garbled-text"):
        line_of(text.replace("\x9f", "\ufffd").replace("\x81", "\ufffd"), "participation")


@pytest.mark.parametrize("text", ["Müller", "Åse", "Ãngela", "Łucja", "Αλέξης", "山田", "Zoë Ö", "São Ñuñez"])
def test_letters_of_names_are_taken(text):
    assert clean_name(text).text == text


def test_long_name_is_refused():
    assert clean_name("a" * 200).text
    with pytest.raises(RuleBrokenError, match="name-too-long"):
        clean_name("a" * 201)


@pytest.mark.parametrize("email", ["ada@example.org", "a.b+c@sub.example.co.uk", "juergen@müller.de", " x@y.io "])
def test_addresses_of_people_are_taken(email):
    assert checked_email(email) == email.strip()


@pytest.mark.parametrize(
    "email",
    ["ada", "ada@", "@example.org", "a@b", "a b@example.org", "a@@example.org", ".a@example.org", "a..b@example.org",
     "a@example.org\nBcc: x@example.org", "a@-x.org", "a" * 65 + "@example.org", "a@" + "b" * 250 + ".org"],
)  # fmt: skip
def test_what_cannot_be_an_address_is_refused(email):
    with pytest.raises(RuleBrokenError, match="bad-email"):
        checked_email(email)


def test_award_of_tomorrow_is_refused_and_of_long_ago_taken():
    today = NOON.date()

    assert checked_day(None, today=today) == today
    assert checked_day(dt.date(1998, 1, 1), today=today) == dt.date(1998, 1, 1)
    with pytest.raises(RuleBrokenError, match="awarded-in-future"):
        checked_day(today + dt.timedelta(days=1), today=today)


def test_end_before_the_start_is_refused():
    assert checked_end(NOON, valid_from=NOON) == NOON
    with pytest.raises(RuleBrokenError, match="period-reversed"):
        checked_end(NOON - dt.timedelta(seconds=1), valid_from=NOON)
    with pytest.raises(RuleBrokenError, match="too-late"):
        checked_end(dt.datetime.max.replace(tzinfo=dt.timezone(-dt.timedelta(hours=5))), valid_from=NOON)


def test_numbers_are_exact():
    assert str(exact_number(" 59.999999999999 % ", "result")) == "59.999999999999"
    for text in ("60,0", "sixty", "1e3", "inf", "٦٠"):
        with pytest.raises(RuleBrokenError, match="bad-number"):
            exact_number(text, "result")


def test_partial_learning_dates_stay_words_and_full_ones_are_dates():
    full = learning_period("2026-01-01", dt.date(2026, 3, 1))
    partial = learning_period("08/2019", "2020-08-30")

    assert (full.first, full.last, full.words) == (dt.date(2026, 1, 1), dt.date(2026, 3, 1), None)
    assert partial.words == "08/2019 – 2020-08-30"
    with pytest.raises(RuleBrokenError, match="period-reversed"):
        learning_period("2026-03-01", "2026-01-01")
