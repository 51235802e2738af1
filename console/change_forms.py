"""The forms by which one or many awards are changed: why, what for the file, which facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from console.forms import DayField, ReasonForm
from credentials.documents import AwardFacts
from issuing.models import Award, ChangeKind
from issuing.services import Correction, ResultOrder, facts_as_ordered
from issuing.status_reasons import FOR_REINSTATING, FOR_REVOKING, FOR_SUSPENDING, WORDS, Reason
from registry.tables import MOST_BYTES

REASONS: Final[Mapping[str, tuple[Reason, ...]]] = {
    ChangeKind.REVOKE: FOR_REVOKING,
    ChangeKind.SUSPEND: FOR_SUSPENDING,
    ChangeKind.REINSTATE: FOR_REINSTATING,
}
FACTS_OF_FORM: Final[tuple[str, ...]] = (
    "awarded_on",
    "valid_until",
    "credits_earned",
    "learning_from",
    "learning_to",
    "participation",
    "supervision",
)
DAYS: Final = ("awarded_on", "valid_until")
TEXTS: Final = ("learning_from", "learning_to", "participation", "supervision")


class NotedReasonForm(ReasonForm):
    """Why the status of one award changes, and a note for the file."""

    note = forms.CharField(
        label=_("Note for the file"),
        help_text=_("Only administrators and approvers read it. It is neither signed nor sent."),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CorrectionForm(forms.Form):
    """What an award should say; what is left as it is stays."""

    name = forms.CharField(
        label=_("Name on the certificate"),
        help_text=_("As it should be read out at a ceremony"),
        max_length=400,
        required=False,
    )
    email = forms.CharField(
        label=_("Another e-mail address"),
        help_text=_("Empty: the letter goes to the same address as before"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    awarded_on = DayField(label=_("Day of the award"), required=False)
    valid_until = DayField(
        label=_("Last day of validity"), help_text=_("Empty: without an end, or as the entry says"), required=False
    )
    result = forms.CharField(label=_("Result"), max_length=100, required=False)
    credits_earned = forms.DecimalField(
        label=_("Credits earned"),
        max_digits=6,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    learning_from = forms.CharField(label=_("Learned from"), max_length=100, required=False)
    learning_to = forms.CharField(label=_("Learned until"), max_length=100, required=False)
    participation = forms.CharField(label=_("Form of participation"), max_length=1000, required=False)
    supervision = forms.CharField(label=_("Supervision and check of identity"), max_length=1000, required=False)

    def __init__(self, data: Any = None, *, award: Award, facts: AwardFacts) -> None:
        self.before = facts_as_ordered(award)
        results = self.before.get("results") or ()
        said = {name: self.before.get(name) for name in FACTS_OF_FORM}
        end = self.before.get("valid_until") or facts.valid_until
        said |= {"valid_until": end.date() if isinstance(end, dt.datetime) else end}
        initial = said | {"name": facts.holder_name, "result": results[0].value if results else None}
        super().__init__(data, initial=initial)

    def facts(self) -> list[forms.BoundField]:
        """Return the fields of facts: all but name and address."""
        return [field for field in self if field.name not in ("name", "email")]

    def correction(self) -> Correction:
        """Return what a valid form changes; a fact that was emptied is taken away."""
        said = self.cleaned_data
        changed = {
            name
            for name in (*FACTS_OF_FORM, "result", "name")
            if name in self.data and str(said[name] or "") != str(self.initial[name] or "")
        }
        stated: dict[str, Any] = {name: said[name] or None for name in FACTS_OF_FORM if name in changed}
        if "result" in changed:
            stated["results"] = self._results(said["result"])
        return Correction(name=said["name"] if "name" in changed else None, email=said["email"] or None, stated=stated)

    def _results(self, value: str) -> tuple[ResultOrder, ...] | None:
        """Return the results with another first one."""
        first, *others = self.before.get("results") or (ResultOrder(),)
        return (replace(first, value=value), *others) if value else tuple(others) or None


class ManyForm(forms.Form):
    """Which awards are changed, by a file or as chosen on a page, and how."""

    file = forms.FileField(
        label=_("A file with their numbers"),
        help_text=_("CSV or XLSX: one certificate number or address a row, in the first column; at most 10,000"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    reason_code = forms.ChoiceField(label=_("Reason"), required=False, widget=forms.RadioSelect)
    own_words = forms.CharField(
        label=_("In your own words"),
        help_text=_("At most 500 characters. Write nothing about the person that strangers may not read."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    awarded_on = DayField(label=_("Right day of the award"), help_text=_("Empty: stays as it is"), required=False)
    valid_until = DayField(label=_("Right last day of validity"), help_text=_("Empty: stays as it is"), required=False)
    no_end = forms.BooleanField(label=_("Valid without an end"), required=False)
    learning_from = forms.CharField(
        label=_("Right beginning of learning"), help_text=_("Empty: stays as it is"), max_length=100, required=False
    )
    learning_to = forms.CharField(
        label=_("Right end of learning"), help_text=_("Empty: stays as it is"), max_length=100, required=False
    )
    credits_earned = forms.DecimalField(
        label=_("Right credits earned"),
        help_text=_("Empty: stays as it is"),
        max_digits=6,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    participation = forms.CharField(
        label=_("Right form of participation"), help_text=_("Empty: stays as it is"), max_length=1000, required=False
    )
    supervision = forms.CharField(
        label=_("Right supervision and check of identity"),
        help_text=_("Empty: stays as it is"),
        max_length=1000,
        required=False,
    )
    note = forms.CharField(
        label=_("Note for the file"),
        help_text=_("Only administrators and approvers read it. It is neither signed nor sent."),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, kind: ChangeKind, chosen: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.chosen = kind, chosen
        reasons = REASONS.get(kind, ())
        words = [(reason.value, WORDS.get(reason, _("Another reason, in your own words"))) for reason in reasons]
        cast(forms.ChoiceField, self.fields["reason_code"]).choices = words
        facts = (*DAYS, "no_end", "credits_earned", *TEXTS)
        unused = [] if reasons else ["reason_code", "own_words"]
        unused += [] if kind == ChangeKind.CORRECT else list(facts)
        for name in [*unused, *(["file"] if chosen else []), *(["note"] if kind == ChangeKind.LINK else [])]:
            del self.fields[name]

    def facts(self) -> list[forms.BoundField]:
        """Return the fields of facts."""
        return [self[name] for name in (*DAYS, "no_end", "credits_earned", *TEXTS) if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Want awards, and a reason where the status changes."""
        said = super().clean() or self.cleaned_data
        if "file" in self.fields and not said.get("file"):
            self.add_error("file", ValidationError(_("Choose a file."), "required"))
        elif said.get("file") and said["file"].size > MOST_BYTES:
            self.add_error("file", ValidationError(_("The file is larger than 20 MB: split it into several files.")))
        if "reason_code" in self.fields and not said.get("reason_code"):
            self.add_error("reason_code", ValidationError(_("Choose a reason."), "required"))
        elif said.get("reason_code") == Reason.OTHER and not said.get("own_words", "").strip():
            self.add_error("own_words", ValidationError(_("Write the reason."), "required"))
        if self.kind == ChangeKind.CORRECT and not self.errors and not self.stated():
            self.add_error("awarded_on", ValidationError(_("Say what is right: at least one fact."), "required"))
        return said

    def stated(self) -> dict[str, Any]:
        """Return the facts that a valid form corrects; None takes one away."""
        said = self.cleaned_data
        facts = {name: said[name] for name in (*DAYS, "credits_earned", *TEXTS) if said.get(name)}
        return facts | ({"valid_until": None} if said.get("no_end") else {})


class CountForm(forms.Form):
    """How many awards are changed, typed by whoever confirms it."""

    count = forms.IntegerField(
        label=_("Type how many awards these are"),
        min_value=0,
        error_messages={"required": _("Type the number.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class AddressForm(forms.Form):
    """Another address for an award's mail."""

    email = forms.CharField(
        label=_("Right address"),
        max_length=254,
        error_messages={"required": _("Write the address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class MergeForm(forms.Form):
    """For which address or number of each of two records a document was seen."""

    other = forms.UUIDField(widget=forms.HiddenInput)
    kept_by = forms.ChoiceField(label=_("Of this record you have seen a document for"), widget=forms.RadioSelect)
    gone_by = forms.ChoiceField(label=_("Of the other one you have seen a document for"), widget=forms.RadioSelect)

    def __init__(self, data: Any, *, kept: list[tuple[str, str]], gone: list[tuple[str, str]], other: str) -> None:
        super().__init__(data, initial={"other": other})
        cast(forms.ChoiceField, self.fields["kept_by"]).choices = kept
        cast(forms.ChoiceField, self.fields["gone_by"]).choices = gone
        for name in ("kept_by", "gone_by"):
            self.fields[name].error_messages["required"] = _("Choose what the document was for.")
