"""The forms of files of awards: what their columns mean, how they are awarded, and what a second person decides."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.models import Achievement, DuplicatePolicy
from console.column_words import target_choices, target_words
from console.forms import NOW, ON_A_DAY, DayField, FileForm
from issuing.file_layouts import target_of
from issuing.services import BatchOptions, ColumnUse

MOST_ROWS_NAMED = 100
_SPAN = re.compile(r"(\d{1,6})\s*[-\N{EN DASH}]\s*(\d{1,6})")


class ColumnsForm(forms.Form):
    """One select for each heading of a file: where the column goes."""

    def __init__(self, *args: Any, uses: Sequence[ColumnUse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.uses = uses
        for place, use in enumerate(uses):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=use.heading or _("Column without a heading"),
                required=False,
                choices=target_choices(),
                initial=use.target,
            )

    def clean(self) -> dict[str, Any]:
        """Refuse two columns that go to the same place."""
        said = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for name, target in list(said.items()):
            column = target_of(target).column
            if column and column in taken:
                words = _("Another column goes to “{target}” already: choose one of the two.")
                self.add_error(name, ValidationError(words.format(target=target_words(column)), "duplicate-column"))
            taken[column] = name
        return said

    def mapping(self) -> dict[str, str]:
        """Return heading → target, as a valid form says."""
        return {use.heading: self.cleaned_data[f"column_{place}"] for place, use in enumerate(self.uses)}

    def rows(self) -> list[tuple[ColumnUse, forms.BoundField]]:
        """Return each column with its select."""
        return [(use, self[f"column_{place}"]) for place, use in enumerate(self.uses)]


class BatchOptionsForm(forms.Form):
    """How a file is awarded: people who hold the award, when it goes out, until when it is valid, what a row needs."""

    duplicates = forms.ChoiceField(label=_("Who holds the award already"), widget=forms.RadioSelect)
    when = forms.ChoiceField(
        label=_("When it goes out"),
        choices=[(NOW, _("Now, after the time to undo it")), (ON_A_DAY, _("On a day to come"))],
        widget=forms.RadioSelect,
    )
    send_on = DayField(label=_("Goes out on"), help_text=_("For rows that name no day themselves"), required=False)
    valid_until = DayField(
        label=_("Last day of validity"),
        help_text=_("For rows that name none. Empty: as the achievement says"),
        required=False,
    )
    result_needed = forms.BooleanField(label=_("A row without a result is left out"), required=False)
    evidence_needed = forms.BooleanField(label=_("A row without evidence is left out"), required=False)

    def __init__(self, *args: Any, achievement: Achievement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {
            DuplicatePolicy.DENY: _("As the achievement says: is left as it is"),
            DuplicatePolicy.ALLOW: _("As the achievement says: is awarded once more where the row says so"),
            DuplicatePolicy.REPLACE: _("As the achievement says: is replaced where the row says something else"),
        }
        choices: list[tuple[str, Any]] = [
            ("policy", own[DuplicatePolicy(achievement.duplicates)]),
            ("skip", _("Skip: the row is left out, the award stays")),
            ("replace", _("Replace: where the row says something else, the new award takes the old one's place")),
            ("refuse", _("Refuse: the row counts as an error")),
        ]
        if achievement.duplicates == DuplicatePolicy.ALLOW:
            choices.append(("allow", _("Award everybody once more")))
        cast(forms.ChoiceField, self.fields["duplicates"]).choices = choices

    @classmethod
    def said_by(cls, options: BatchOptions) -> dict[str, Any]:
        """Return what the form shows at first."""
        moment = options.send_at
        day = moment.date() if isinstance(moment, dt.datetime) else moment
        until = options.valid_until
        return {
            "duplicates": options.duplicates,
            "when": ON_A_DAY if day else NOW,
            "send_on": day,
            "valid_until": until.date() if isinstance(until, dt.datetime) else until,
            "result_needed": options.result_needed,
            "evidence_needed": options.evidence_needed,
        }

    def clean(self) -> dict[str, Any]:
        """Want a day where one was chosen."""
        said = super().clean() or self.cleaned_data
        if said.get("when") == ON_A_DAY and not said.get("send_on") and "send_on" not in self.errors:
            self.add_error("send_on", ValidationError(_("Choose the day on which it goes out."), "required"))
        return said

    def options(self, before: BatchOptions) -> BatchOptions:
        """Return the options that a valid form says."""
        said = self.cleaned_data
        return replace(
            before,
            duplicates=said["duplicates"],
            send_at=said["send_on"] if said["when"] == ON_A_DAY else None,
            valid_until=said["valid_until"],
            result_needed=said["result_needed"],
            evidence_needed=said["evidence_needed"],
        )


class ResultsForm(FileForm):
    """A file of results, and the achievements about which it decides."""

    field_order = ("achievements", "file", "encoding")
    achievements = forms.MultipleChoiceField(
        label=_("Achievements that the file decides about"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least two achievements.")},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["achievements"]).choices = choices


class BatchDecisionForm(forms.Form):
    """What a second person decides on a file: it goes on, it ends, or some of its rows do."""

    rows = forms.CharField(
        label=_("Rows to take out"),
        help_text=_("Their numbers in the file, for example 17, 44-46. At most 100 at once"),
        max_length=1000,
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed to take rows out or to refuse the file; whoever sent it reads it"),
        max_length=500,
        required=False,
    )

    def clean_rows(self) -> list[int]:
        """Return the numbers."""
        numbers: set[int] = set()
        for part in filter(None, re.split(r"[,;\s]+(?![-\N{EN DASH}\s])", self.cleaned_data["rows"].strip())):
            span = _SPAN.fullmatch(part)
            first, last = (int(span[1]), int(span[2])) if span else (part, part)
            if span is None and not re.fullmatch(r"\d{1,6}", part):
                raise ValidationError(_("Write row numbers with commas between them, for example 17, 44-46."), "rows")
            numbers.update(range(int(first), min(int(last), int(first) + MOST_ROWS_NAMED) + 1))
        return sorted(numbers)
