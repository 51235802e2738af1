"""Forms of approvals: what somebody decides about an award that waits, and what a body elsewhere has decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from console.forms import DayField
from issuing.models import Decision
from issuing.services import RecordedDecision


class DecisionForm(forms.Form):
    """Release, or refuse with a reason."""

    decision = forms.ChoiceField(label=_("Decision"), choices=Decision, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why you refuse it"),
        help_text=_("At most 500 characters. Who made the award reads it."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """Want a reason for a refusal."""
        said = super().clean() or self.cleaned_data
        if said.get("decision") == Decision.REFUSE and not said.get("reason", "").strip():
            self.add_error("reason", ValidationError(_("Write the reason."), "required"))
        return said

    @property
    def refuses(self) -> bool:
        """Whether a valid form refuses."""
        return bool(self.cleaned_data["decision"] == Decision.REFUSE)


class RecordForm(DecisionForm):
    """What a body without an organisation here has decided, on what that rests, when, and under which number."""

    decision = forms.ChoiceField(
        label=_("What it decided"),
        choices=[(Decision.RELEASE, _("It releases the award")), (Decision.REFUSE, _("It refuses the award"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it decided.")},
    )
    ground = forms.CharField(
        label=_("On what this rests"),
        help_text=_("For example minutes, or a letter"),
        max_length=1000,
        error_messages={"required": _("Write on what this rests.")},
    )
    decided_on = DayField(label=_("Decided on"), error_messages={"required": _("Write the day of the decision.")})
    reference = forms.CharField(
        label=_("Reference"),
        help_text=_("For example the number of the minutes"),
        max_length=1000,
        error_messages={"required": _("Write the number under which it can be found.")},
    )
    field_order = ("decision", "reason", "ground", "decided_on", "reference")

    def recorded(self) -> RecordedDecision:
        """Return the decision of a valid form."""
        said = self.cleaned_data
        return RecordedDecision(ground=said["ground"], decided_on=said["decided_on"], reference=said["reference"])
