"""The form with which an achievement begins."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalogue.models import AchievementKind
from catalogue.selectors import profiles_of
from console.cut_lists import ISSUER_SAYS, Sought, sought
from console.forms import NumberedForm
from console.seen_nodes import SeenNode
from registry.language_maps import text_in
from registry.models import Issuer, Role
from registry.permissions import nodes_of

ISSUERS_OFFERED = 200
KINDS = (
    (AchievementKind.MICRO_CREDENTIAL, _("Micro-credential: assessed, with learning outcomes")),
    (AchievementKind.MICRO_DEGREE, _("Micro-degree: made of several units")),
    (AchievementKind.PARTICIPATION, _("Confirmation of participation: somebody was there, nothing was assessed")),
    (AchievementKind.DOCUMENT, _("Document: any other statement about a person")),
    (AchievementKind.EQUIVALENCE, _("Equivalence statement: how many credits something is worth")),
)


def issuers_at(request: HttpRequest, place: SeenNode) -> Sought[Issuer]:
    """Return the issuers of the organisation for which one may write entries; of many, those that one looks for."""
    nodes = nodes_of(place.actor, Role.EDITOR).filter(organisation=place.organisation)
    rows = Issuer.objects.filter(node__in=nodes).select_related("organisation", "node")
    return sought(request, rows.order_by("slug"), ISSUER_SAYS, most=ISSUERS_OFFERED)


class BeginForm(NumberedForm):
    """What a new achievement is called, what it is, and who issues it."""

    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    language = forms.CharField(
        label=_("Language of the title"), help_text=_("By its tag: en, de, nl …"), max_length=12, required=False
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=KINDS, widget=forms.RadioSelect)
    issuer = forms.ChoiceField(label=_("Issuer"), help_text=_("Whose name and key stand on what is awarded"))

    def __init__(self, data: Any = None, *, issuers: list[Issuer], node: str = "") -> None:
        super().__init__(data)
        self._issuers = {str(issuer.pk): issuer for issuer in issuers}
        language = get_language() or "en"
        profiles = profiles_of(issuer.pk for issuer in issuers)
        named = [(str(one.pk), text_in(profiles[one.pk].name, language) or one.slug) for one in issuers]
        field = self.fields["issuer"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the types
        field.choices = named
        here = [number for number, issuer in self._issuers.items() if str(issuer.node_id) == node]
        self.initial = {
            "language": language, "kind": AchievementKind.MICRO_CREDENTIAL, "issuer": next(iter([*here, *self._issuers]), "")
        }  # fmt: skip

    def clean_language(self) -> str:
        """Return the language, English where none is named."""
        return str(self.cleaned_data["language"] or "en")

    @property
    def chosen(self) -> Issuer:
        """The issuer that was chosen."""
        return self._issuers[str(uuid.UUID(self.cleaned_data["issuer"]))]
