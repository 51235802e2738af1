"""Refusals on web forms: each at its field with its code, all at once, the rest above the form."""

import html
import re

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation

from registry.errors import ConflictError, ForbiddenError, LimitError, MalformedError, NotFoundError, TakenError
from registry.form_refusals import as_validation_error, refusals_shown_on
from registry.refusals import Faults, Refusal, RuleBrokenError

REFUSALS = (
    Refusal("recipient.email", "bad-email", "Give the name as it shall stand on the award."),
    Refusal("name", "name-missing", "Give the name as it shall stand on the award."),
    Refusal("name", "name-too-long", "Shorten the name to 200 characters."),
    Refusal("runs.1.start", "date", "Write dates as year-month-day: 2026-11-21."),
    Refusal("colour", "unknown-column", "Leave this field out: it is not known here."),
    Refusal("", "limit", "Later."),
)


class PersonForm(forms.Form):
    name = forms.CharField(required=False, help_text="As it is read out")
    email = forms.CharField(required=False)
    runs = forms.CharField(required=False)
    agreed = forms.BooleanField(required=False)


def filled(**data: str) -> PersonForm:
    return PersonForm(data, auto_id="id_%s")


def told(form: forms.Form) -> dict[str, list[tuple[str, str]]]:
    return {
        field: [(error.code, error.messages[0]) for error in errors] for field, errors in form.errors.as_data().items()
    }


def shown(**data: str) -> PersonForm:
    form = filled(**data)
    with refusals_shown_on(form, fields={"recipient.email": "email"}):
        raise RuleBrokenError.of(REFUSALS)
    return form


def test_every_refusal_stands_at_its_field_and_the_rest_above_the_form():
    form = shown(name="Ada")

    assert told(form) == {
        "email": [("bad-email", "Give the name as it shall stand on the award.")],
        "name": [
            ("name-missing", "Give the name as it shall stand on the award."),
            ("name-too-long", "Shorten the name to 200 characters."),
        ],
        "runs": [("date", "1.start: Write dates as year-month-day: 2026-11-21.")],
        "__all__": [("unknown-column", "colour: Leave this field out: it is not known here."), ("limit", "Later.")],
    }
    assert form["name"].value() == "Ada", "what was typed stays"


def test_refusals_are_told_in_the_readers_language():
    with translation.override("de"):
        assert told(shown())["name"][1] == ("name-too-long", "Kürzen Sie den Namen auf 200 Zeichen.")


def test_a_refusal_without_single_faults_stands_above_the_form():
    form = filled()
    with refusals_shown_on(form):
        raise TakenError(value="x")

    assert told(form) == {"__all__": [("taken", "“x” is already in use. Choose another one.")]}


def test_single_faults_of_a_refusal_stand_for_it():
    form = filled()
    with refusals_shown_on(form):
        raise MalformedError(code="invalid-fields", refusals=[REFUSALS[1], REFUSALS[1]])

    assert [code for code, _said in told(form)["name"]] == ["name-missing"]
    assert set(told(form)) == {"name"}


@pytest.mark.parametrize("error", [ConflictError(), LimitError(retry_after=3), MalformedError(reason="x")])
def test_what_a_person_can_correct_is_shown(error):
    form = filled()
    with refusals_shown_on(form):
        raise error

    assert form.errors.as_data()["__all__"][0].code == error.code


@pytest.mark.parametrize("error", [ForbiddenError(), NotFoundError(), KeyError("x")])
def test_what_is_a_page_of_its_own_passes(error):
    with pytest.raises(type(error)), refusals_shown_on(filled()):
        raise error


def test_several_acts_tell_what_each_refused():
    form, faults = filled(), Faults([REFUSALS[1]])
    with refusals_shown_on(form):
        faults.tell()
    with refusals_shown_on(form):
        raise TakenError(value="x")

    assert set(told(form)) == {"name", "__all__"}


def test_a_forms_own_cleaning_refuses_the_same_way():
    error = as_validation_error(REFUSALS[1:3])

    assert [one.code for one in error.error_list] == ["name-missing", "name-too-long"]


def page_of(form: forms.Form) -> str:
    return html.unescape(render_to_string("account/_fields.html", {"form": form}))


def test_a_screen_reader_is_told_what_is_wrong_where_and_how_to_get_there():
    page = page_of(shown(name="Ada"))

    assert page.index('role="alert"') < page.index("<label"), "first of all"
    assert "There are 6 problems" in page
    for field in ("name", "email", "runs"):
        assert f'href="#id_{field}"' in page
        control = re.search(rf'<input[^>]*id="id_{field}"[^>]*>', page)[0]
        assert 'aria-invalid="true"' in control
        described = re.search(r'aria-describedby="([^"]*)"', control)[1].split()
        assert f"id_{field}_error" in described
        assert all(page.count(f'id="{one}"') == 1 for one in described), "one place each"
    assert page.count('href="#id_name"') == 2
    assert 'href="#"' not in page, "what is of no field leads nowhere"
    assert "colour: Leave this field out" in page


def test_a_checkbox_tells_its_errors_too():
    form = filled()
    with refusals_shown_on(form):
        raise RuleBrokenError("agreed", "missing", "Tick this.")

    page = page_of(form)
    assert 'href="#id_agreed"' in page
    assert page.index('id="id_agreed_error"') < page.index('type="checkbox"')


def test_a_form_without_errors_has_no_summary():
    assert "summary" not in page_of(filled()) + page_of(PersonForm())
