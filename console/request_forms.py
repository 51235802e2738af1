"""The forms of requests: what whoever decides states or answers, and which ones are approved together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.models import AchievementVersion
from console.forms import DayField
from issuing.services import ResultOrder
from issuing.stated import Stated

APPROVE, DECLINE = "approve", "decline"


class AnswerForm(forms.Form):
    """Approve with what an award states beside the request, or decline with a reason."""

    decision = forms.ChoiceField(choices=[(APPROVE, APPROVE), (DECLINE, DECLINE)], widget=forms.HiddenInput)
    result = forms.CharField(label=_("Result"), max_length=100, required=False)
    awarded_on = DayField(label=_("Day of the award"), help_text=_("Today unless given"), required=False)
    reason = forms.CharField(
        label=_("Why you decline it"),
        help_text=_("At most 500 characters. The applicant reads it."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, version: AchievementVersion | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if version and not (version.result_required or version.outcome_rule or version.result_descriptions):
            del self.fields["result"]

    def clean(self) -> dict[str, Any]:
        """Want a reason for declining."""
        said = super().clean() or self.cleaned_data
        if said.get("decision") == DECLINE and not said.get("reason", "").strip():
            self.add_error("reason", ValidationError(_("Write the reason."), "required"))
        return said

    @property
    def declines(self) -> bool:
        """Whether a valid form declines."""
        return bool(self.cleaned_data["decision"] == DECLINE)

    def stated(self) -> Stated:
        """Return what a valid form states of the award."""
        stated = Stated()
        if self.cleaned_data.get("result"):
            stated["results"] = (ResultOrder(value=self.cleaned_data["result"]),)
        if self.cleaned_data.get("awarded_on"):
            stated["awarded_on"] = self.cleaned_data["awarded_on"]
        return stated
