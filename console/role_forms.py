"""Forms about people: who is invited, to which role, and for how long."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from console.forms import DayField
from registry.dates import end_of_day
from registry.models import Organisation, Role, User
from registry.permissions import MEANING_OF
from registry.services import HandOverOrder

OPEN_END, UNTIL_A_DAY = "open", "day"


class TermForm(forms.Form):
    """For how long a role holds. The day is the last one, where the organisation is."""

    how_long = forms.ChoiceField(
        label=_("For how long"),
        required=False,
        initial=OPEN_END,
        choices=[
            (OPEN_END, _("Until somebody ends it")),
            (UNTIL_A_DAY, _("Until a day; it ends by itself that evening")),
        ],
        widget=forms.RadioSelect,
    )
    last_day = DayField(label=_("Last day"), required=False)

    def __init__(self, *args: Any, timezone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone = timezone

    def clean(self) -> dict[str, Any]:
        """Want a day where one was chosen."""
        said = super().clean() or self.cleaned_data
        if said.get("how_long") == UNTIL_A_DAY and not said.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", ValidationError(_("Choose the last day on which the role holds."), "required"))
        return said

    @property
    def valid_until(self) -> dt.datetime | None:
        """When the role of a valid form ends; None: by nothing."""
        last = self.cleaned_data.get("last_day") if self.cleaned_data.get("how_long") == UNTIL_A_DAY else None
        return end_of_day(last, self.timezone) if last else None


class InviteForm(TermForm):
    """Whom to invite, and to what."""

    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"required": _("Write an address to which mail can be sent.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), initial=Role.AWARDER)
    stands_in_for = forms.ChoiceField(label=_("Stands in for (optional)"), required=False)

    def __init__(self, *args: Any, roles: Iterable[Role], colleagues: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {str(one.pk): one for one in colleagues}
        words = [(role.value, f"{role.label}: {MEANING_OF[role]}") for role in roles]
        cast(forms.ChoiceField, self.fields["role"]).choices = words
        people = [(pk, one.name or one.email) for pk, one in self.colleagues.items()]
        cast(forms.ChoiceField, self.fields["stands_in_for"]).choices = [("", _("nobody")), *people]
        self.order_fields(["email", "role", "how_long", "last_day", "stands_in_for"])

    def offer(self) -> dict[str, Any]:
        """Return what a valid form offers, as `offer_role` takes it."""
        said = self.cleaned_data
        return {
            "email": said["email"],
            "role": Role(said["role"]),
            "valid_until": self.valid_until,
            "stands_in_for": self.colleagues.get(said["stands_in_for"]),
        }


class HandOverForm(forms.Form):
    """Who takes over from somebody who leaves, and which of their roles are given along."""

    to = forms.ChoiceField(label=_("Who takes over"), error_messages={"required": _("Choose who takes over.")})
    roles = forms.MultipleChoiceField(
        label=_("Roles that go along"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        colleagues: Iterable[User],
        roles: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {str(one.pk): one for one in colleagues}
        people = [(pk, one.name or one.email) for pk, one in self.colleagues.items()]
        cast(forms.ChoiceField, self.fields["to"]).choices = [("", _("Choose a colleague")), *people]
        cast(forms.MultipleChoiceField, self.fields["roles"]).choices = list(roles)

    def order(self, organisation: Organisation, leaver: User) -> HandOverOrder:
        """Return what a valid form orders."""
        said = self.cleaned_data
        roles = frozenset(uuid.UUID(one) for one in said["roles"])
        return HandOverOrder(organisation=organisation, leaver=leaver, to=self.colleagues[said["to"]], roles=roles)
