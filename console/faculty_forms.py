"""Forms about places: what a faculty is called, and where it lies."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registry.language_maps import LanguageMap


class FacultyForm(forms.Form):
    """The names of a faculty, one of them at least."""

    name = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    name_de = forms.CharField(label=_("Name in German"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Want a name."""
        said = super().clean() or self.cleaned_data
        if not self.errors and not said["name"] and not said["name_de"]:
            self.add_error("name", ValidationError(_("Write a name in one of the languages."), "required"))
        return said

    def names(self, before: LanguageMap) -> LanguageMap:
        """Return what a valid form says; names in other languages stay as they were."""
        said = {"en": self.cleaned_data["name"].strip(), "de": self.cleaned_data["name_de"].strip()}
        return {tag: text for tag, text in {**before, **said}.items() if text}


class MoveForm(forms.Form):
    """Under which place a faculty is to lie."""

    parent = forms.ChoiceField(
        label=_("Move it below"), error_messages={"required": _("Choose the place below which it is to lie.")}
    )

    def __init__(self, *args: Any, places: Iterable[tuple[uuid.UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [("", _("choose a place")), *((str(pk), name) for pk, name in places)]
        cast(forms.ChoiceField, self.fields["parent"]).choices = words

    def target(self) -> uuid.UUID:
        """Return the id that a valid form names."""
        return uuid.UUID(self.cleaned_data["parent"])
