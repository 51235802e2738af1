"""Refusals on web forms: the one way from what rules and services refuse to the errors of a Django form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.forms import BaseForm

from registry.errors import ConflictError, LimitError, MalformedError
from registry.refusals import Refusal, RuleBrokenError


@contextmanager
def refusals_shown_on(form: BaseForm, *, fields: Mapping[str, str] | None = None) -> Iterator[None]:
    """Show on the form what the acts inside refuse: whatever a person can correct there, or wait for.

    Other refusals (a role that is missing, a thing that is not there) are pages of their own and pass. Whether
    anything was refused, `form.errors` says afterwards.

    Args:
        form: a bound form.
        fields: the field for a place that has another name: {"recipient.email": "email"}.
    """
    try:
        yield
    except RuleBrokenError as broken:
        show_refusals(form, broken.refusals, fields=fields)
    except (MalformedError, ConflictError, LimitError) as error:
        show_refusals(form, error.every_refusal, fields=fields)


def show_refusals(form: BaseForm, refusals: Iterable[Refusal], *, fields: Mapping[str, str] | None = None) -> None:
    """Add each refusal to a bound form, once, with its code: at its field, else above the form with its place named.

    A place below a field (`runs.1.start`) is shown at the nearest field above it, with what is left of the place.
    """
    for refusal in dict.fromkeys(refusals):
        field, rest = _field_of(refusal.place, form, fields or {})
        form.add_error(field, ValidationError(_said(refusal, rest), code=refusal.code))


def as_validation_error(refusals: Iterable[Refusal]) -> ValidationError:
    """Return refusals as what a form's own `clean_…` raises: all of them, each with its code."""
    return ValidationError([ValidationError(_said(one, ""), code=one.code) for one in refusals])


def _field_of(place: str, form: BaseForm, fields: Mapping[str, str]) -> tuple[str | None, str]:
    """Return the field that a place is shown at, and what it does not say of the place."""
    above, rest = place, ""
    while above:
        name = fields.get(above, above)
        if name in form.fields:
            return name, rest
        above, _dot, last = above.rpartition(".")
        rest = f"{last}.{rest}".strip(".")
    return None, place


def _said(refusal: Refusal, rest: str) -> str:
    return f"{rest}: {refusal.sentence()}" if rest else refusal.sentence()
