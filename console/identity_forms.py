"""The form with which an owner reports that a key was compromised."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CompromiseForm(forms.Form):
    """Since when, as the organisation's clock shows it, and two words that are typed."""

    at = forms.CharField(
        label=_("Since when, as far as you know"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "autocomplete": "off"}),
    )
    typed = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, words: str, zone: str, began: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words, self.zone, self.began = words, ZoneInfo(zone), began
        self.fields["at"].help_text = _("If unsure, take the earlier time. The clock of {zone}.").format(zone=zone)
        self.fields["typed"].label = _("Type “{words}” to confirm").format(words=words)

    def clean_at(self) -> dt.datetime:
        """Return the moment; it lies in the life of the key."""
        try:
            moment = dt.datetime.fromisoformat(str(self.cleaned_data["at"]).strip()).replace(tzinfo=self.zone)
        except ValueError as error:
            raise ValidationError(_("Write day and time, for example 2026-11-20T18:00."), "bad-moment") from error
        if moment > timezone.now():
            raise ValidationError(_("This lies in the future: take the time at which it may have happened."), "future")
        return max(moment, self.began)

    def clean_typed(self) -> str:
        """Demand both words, as they are."""
        typed = str(self.cleaned_data["typed"]).strip()
        if typed.casefold() != self.words.casefold():
            told = _("You typed “{typed}”. Type {words}, with the space.").format(typed=typed, words=self.words)
            raise ValidationError(told, "not-confirmed")
        return typed
