"""Forms about machines: what a key may do, until when, and for how long an older one goes on working."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import DayField, NumberedForm
from registry.dates import end_of_day
from registry.permissions import Scope

API_KEY, OAUTH_CLIENT = "api_key", "oauth_client"
SCOPE_WORDS = {
    Scope.CATALOGUE_READ: _("read achievements, drafts included"),
    Scope.CATALOGUE_WRITE: _("write achievements"),
    Scope.AWARDS_READ: _("read awards"),
    Scope.AWARDS_WRITE: _("award, correct, suspend"),
    Scope.AWARDS_APPROVE: _("release and refuse awards that wait"),
    Scope.CREDENTIALS_REVOKE: _("revoke"),
}
OVERLAPS = {"0": _("at once"), "1": _("after a day"), "7": _("after seven days"), "30": _("after 30 days")}


class MachineForm(NumberedForm):
    """A key or client for a machine."""

    name = forms.CharField(
        label=_("What it is for"),
        help_text=_("For example the name of the learning platform"),
        max_length=100,
        error_messages={"required": _("Write what it is for.")},
    )
    kind = forms.ChoiceField(
        label=_("How the machine signs in"),
        initial=API_KEY,
        choices=[(API_KEY, _("with an API key")), (OAUTH_CLIENT, _("as an OAuth 2 client, with id and secret"))],
        widget=forms.RadioSelect,
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(scope.value, words) for scope, words in SCOPE_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that it may do.")},
    )
    last_day = DayField(
        label=_("Last day on which it works"), help_text=_("Empty: until it is stopped"), required=False
    )

    def __init__(self, *args: Any, timezone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone = timezone

    def wanted(self) -> dict[str, Any]:
        """Return what a valid form asks for, as the services take it."""
        last: dt.date | None = self.cleaned_data["last_day"]
        return {
            "name": self.cleaned_data["name"],
            "scopes": [Scope(value) for value in self.cleaned_data["scopes"]],
            "expires_at": end_of_day(last, self.timezone) if last else None,
        }


class ReplaceForm(forms.Form):
    """When an older key stops once another one has taken its place."""

    overlap = forms.ChoiceField(label=_("The older one stops"), initial="7", choices=list(OVERLAPS.items()))

    def overlapping(self) -> dt.timedelta:
        """Return for how long both work."""
        return dt.timedelta(days=int(self.cleaned_data["overlap"]))
