"""What is chosen beside the sheets: the picture, what a second award does, who finds the entry; and trying the rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Audience, DuplicatePolicy
from catalogue.rules import exact_decimal, meets_outcome_rule

LONGEST_TRIED = 40


class PoliciesForm(forms.Form):
    """What holds for the achievement as a whole, whatever its version."""

    duplicates = forms.ChoiceField(
        label=gettext_lazy("A second award of the same person"),
        help_text=gettext_lazy("From now on; awards that stand are left as they are."),
        widget=forms.RadioSelect,
        choices=[
            (DuplicatePolicy.DENY, gettext_lazy("Refuse: whoever holds it cannot be awarded it again")),
            (DuplicatePolicy.ALLOW, gettext_lazy("Allow: after asking once more, the person holds two")),
            (DuplicatePolicy.REPLACE, gettext_lazy("Replace: the new one takes the place of the earlier one, which reads “Replaced”")),
        ],
    )  # fmt: skip
    audience = forms.ChoiceField(
        label=gettext_lazy("Who finds it"),
        help_text=gettext_lazy("What was awarded can be checked by its address either way."),
        widget=forms.RadioSelect,
        choices=[
            (Audience.PUBLIC, gettext_lazy("Everybody: it stands in the catalogue")),
            (Audience.ORGANISATION, gettext_lazy("Members of the organisation alone: it is in no list and no search")),
        ],
    )


class PictureForm(forms.Form):
    """A picture in the place of the drawn badge."""

    picture = forms.FileField(
        label=gettext_lazy("Your own picture"),
        help_text=gettext_lazy("PNG or SVG, more than 90 × 90 pixels, at most 2 MB; a square looks best. An SVG has shapes and text alone."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/svg+xml", "class": "file"}),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule says of a value: `reached` is None where the value is no number or there is no rule."""

    value: str
    sentence: str
    reached: bool | None


def tried(rule: Mapping[str, str], typed: str) -> Tried | None:
    """Say what an outcome rule does with a result, exactly as an award would be judged; None where nothing was typed."""
    text = typed.strip()[:LONGEST_TRIED].removesuffix("%").strip()
    value = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    if not value:
        return None
    try:
        exact_decimal(value)
    except ValueError:
        return Tried(text, _("Write a number, such as 59.95."), None)
    if not rule:
        return Tried(text, _("There is no rule: any result may be awarded, and you vouch for it."), None)
    reached = meets_outcome_rule(rule, value)
    sentence = _("{value} % gives an award.") if reached else _("{value} % gives no award: {least} % is needed.")
    return Tried(text, sentence.format(value=text, least=rule["at_least"]), reached)
