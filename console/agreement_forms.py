"""The form of an agreement: what an operator publishes, read into an order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import DayField
from registry.models import AgreementKind
from registry.services import AgreementOrder


class AgreementForm(forms.Form):
    """The next version of an agreement. `once` makes two sends of one sheet the same version."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What it is"), choices=AgreementKind)
    text_en = forms.CharField(
        label=_("Text in English"),
        help_text=_("In Markdown. Owners read exactly this, and it never changes once published."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    text_de = forms.CharField(
        label=_("Text in German"), required=False, widget=forms.Textarea(attrs={"rows": 14, "lang": "de"})
    )
    required_from = DayField(
        label=_("Needed from (optional)"),
        help_text=_("From this day an organisation awards nothing new before an owner has accepted it. Empty: never."),
        required=False,
    )

    def order(self) -> AgreementOrder:
        """Return what a valid form orders."""
        said: dict[str, Any] = self.cleaned_data
        texts = {"en": said["text_en"].strip(), "de": said["text_de"].strip()}
        return AgreementOrder(
            kind=AgreementKind(said["kind"]),
            text={language: text for language, text in texts.items() if text},
            required_from=said["required_from"],
        )
