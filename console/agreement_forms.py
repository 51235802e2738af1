"""Forms of agreements: what an operator publishes, and the mandate that an owner asks for, read into orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.forms import DayField, NumberedForm
from registry.models import AgreementKind, Issuer
from registry.services import AgreementOrder, MandateOrder


class AgreementForm(NumberedForm):
    """The next version of an agreement."""

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


class MandateForm(forms.Form):
    """Which issuer is to award on behalf of whom, and for how long."""

    issuer = forms.ChoiceField(label=_("Issuer"))
    on_behalf_of = forms.SlugField(
        label=_("On behalf of: the short address of that organisation"),
        help_text=_("As in the addresses of its pages here. Its owners are told and confirm it."),
        error_messages={"required": _("Write the short address of the organisation.")},
    )
    since = DayField(label=_("First day"), required=False, help_text=_("Empty: today"))
    until = DayField(label=_("Last day (optional)"), required=False)

    def __init__(self, *args: Any, issuers: Mapping[str, tuple[Issuer, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issuers = issuers
        choices = [(pk, name) for pk, (_issuer, name) in issuers.items()]
        cast(forms.ChoiceField, self.fields["issuer"]).choices = choices

    def order(self) -> MandateOrder:
        """Return what a valid form asks for."""
        said: dict[str, Any] = self.cleaned_data
        since: dt.date = said["since"] or timezone.localdate()
        issuer = self.issuers[said["issuer"]][0]
        return MandateOrder(issuer=issuer, on_behalf_of=said["on_behalf_of"], since=since, until=said["until"])
