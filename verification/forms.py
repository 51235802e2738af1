"""The checking desk's form: a file, or a text; and who is said to hold it."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from verification.formats import MAX_UPLOAD_BYTES
from verification.holders import MAX_ASKED_CHARACTERS

MEGABYTES: Final = MAX_UPLOAD_BYTES // (1024 * 1024)
_ACCEPTED: Final = ".json,.jsonld,.jwt,.txt,.png,.svg,application/json,image/png,image/svg+xml"


class DeskForm(forms.Form):
    """What a visitor hands in. Its fields refuse nothing: what is wrong with it the desk finds, and has words for."""

    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        label=_("A file or a badge picture"),
        help_text=format_lazy(
            _("The signed file (JSON, JWT) or the badge (PNG, SVG). Up to {megabytes} MB."), megabytes=MEGABYTES
        ),
        widget=forms.FileInput({"accept": _ACCEPTED, "class": "file"}),
    )
    # No CharField: that takes blanks off and refuses signs.
    text = forms.Field(
        required=False,
        label=_("A link, a number or the text of a certificate"),
        help_text=_("Paste what you have; we find out what it is."),
        widget=forms.Textarea({"rows": 4, "spellcheck": "false", "autocapitalize": "off"}),
    )
    holder = forms.Field(
        required=False,
        label=_("Who holds it? (optional)"),
        help_text=_("The name, e-mail address or number that you were told. We compare it and do not keep it."),
        widget=forms.TextInput({"maxlength": MAX_ASKED_CHARACTERS, "autocomplete": "off"}),
    )
