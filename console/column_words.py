"""What a column of a file can go to, in words, as the page shows it that asks."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from issuing.file_layouts import target_of

FORMS: Final = {
    "": _("year-month-day"),
    "dd.mm.yyyy": _("day.month.year"),
    "dd/mm/yyyy": _("day/month/year"),
    "mm/dd/yy": _("month/day/year"),
}
PERSON: Final = {
    "name": _("Name"),
    "first_name": _("First name"),
    "middle_name": _("Middle name"),
    "last_name": _("Last name"),
    "email": _("E-mail address"),
    "identifier": _("Number of the person"),
    "identifier_type": _("Kind of number"),
    "identifier_scope": _("Who gives the number out"),
    "learner": _("Id of the person's record"),
}
DAYS: Final = {
    "awarded_on": _("Day of the award"),
    "valid_until": _("Last day of validity"),
    "send_at": _("Day on which it goes out"),
}
RESULTS: Final = {
    "result": _("Result"),
    "score": _("Score in percent"),
    "content": _("Content visited in percent"),
    "credits_earned": _("Credits earned"),
}
COURSE: Final = {
    "learning_from": _("Learned from"),
    "learning_to": _("Learned until"),
    "participation": _("Form of participation"),
    "supervision": _("Supervision and check of identity"),
    "language": _("Language of certificate and letter"),
}
EVIDENCE: Final = {
    "evidence_url": _("Address of the evidence"),
    "evidence_name": _("What the evidence is"),
    "evidence_description": _("Description of the evidence"),
    "evidence_narrative": _("How the evidence came about"),
    "narrative": _("What was achieved"),
}
OTHERS: Final = {"template_id": _("The other system's badge (the same in every row)")}


def target_words(target: str) -> str:
    """Return a target in words; with the form of its days where that is another than year-month-day."""
    column, form = target_of(target)
    words = str({**PERSON, **DAYS, **RESULTS, **COURSE, **EVIDENCE, **OTHERS}.get(column, column))
    return f"{words} ({FORMS[form]})" if form else words


def target_choices() -> list[tuple[Any, Any]]:
    """Return what a select offers: groups of (target, words), the first one being that the column is not used."""
    days = [
        (f"{column} ({form})" if form else column, f"{words} ({shape})")
        for column, words in DAYS.items()
        for form, shape in FORMS.items()
    ]
    return [
        ("", _("not used")),
        (_("The person"), list(PERSON.items())),
        (_("Days"), days),
        (_("Results"), list(RESULTS.items())),
        (_("How it was learned"), list(COURSE.items())),
        (_("Evidence"), [*EVIDENCE.items(), *OTHERS.items()]),
    ]
