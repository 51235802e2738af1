"""The form with which somebody applies for an achievement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalogue.models import Achievement
from issuing.services import ApplicationOrder


class RequestForm(forms.Form):
    """A name as it shall stand, and evidence. Rules are the service's and shown beside the fields."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As it shall stand on the certificate"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language of certificate and letter"), choices=[("en", "English"), ("de", "Deutsch")]
    )
    evidence_url = forms.CharField(label=_("Address of your evidence"), max_length=2000, required=False)
    evidence_name = forms.CharField(
        label=_("What the evidence is"), help_text=_("For example: my thesis"), max_length=1000, required=False
    )
    statement = forms.CharField(
        label=_("Why you should receive it"),
        help_text=_("For whoever decides. It is not signed, and on no certificate."),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, said: Mapping[str, Any] | None, *, evidence_required: bool, own_name: str = "") -> None:
        own = "de" if (get_language() or "").startswith("de") else "en"
        super().__init__(said, initial={"name": own_name, "language": own})
        asked = _("Where your work can be seen. This achievement is not awarded without.")
        free = _("Where your work can be seen, if there is something to show.")
        self.fields["evidence_url"].help_text = asked if evidence_required else free

    def order(self, achievement: Achievement) -> ApplicationOrder:
        """Return what a valid form asks for."""
        return ApplicationOrder(achievement=achievement, **self.cleaned_data)
