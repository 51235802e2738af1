"""One value for what is wrong, and one error that tells all of it."""

import pytest

from registry.refusals import Faults, Refusal, RuleBrokenError

FIRST, SECOND = Refusal("email", "bad-email", "Type it again."), Refusal("name", "name-missing", "Give the name.")


def test_the_first_of_several_stands_for_the_error_and_none_is_told_twice():
    error = RuleBrokenError.of([FIRST, SECOND, FIRST])

    assert error.refusals == (FIRST, SECOND)
    assert (error.column, error.code, error.remedy) == FIRST[:3]


def test_reading_goes_on_behind_a_fault_and_all_are_told():
    faults, reached = Faults([FIRST]), []
    with faults:
        raise RuleBrokenError(*SECOND[:3])
    with faults:
        reached.append("here")

    with pytest.raises(RuleBrokenError) as told:
        faults.tell()
    assert (reached, told.value.refusals) == (["here"], (FIRST, SECOND))


def test_other_errors_pass():
    with pytest.raises(KeyError), Faults():
        raise KeyError("x")


def test_a_refusal_is_told_with_its_row_in_the_readers_language():
    assert FIRST.in_row(3).as_row_json() == {
        "row": 3,
        "column": "email",
        "code": "bad-email",
        "remedy": "Type it again.",
    }
    assert FIRST.in_row(3).line() == "Row 3, email: Type it again. (bad-email)"
    assert Refusal("", "too-large", "").line() == "Row 0, file:  (too-large)"
