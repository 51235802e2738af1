"""The forms with which an organisation is set up: what it is, its issuer, and who vouches for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalogue.badges import INKS
from catalogue.services import SignatoryOrder
from console.forms import NumberedForm
from registry.countries import COUNTRIES, country_name
from registry.models import OrganisationIdentifierType, OrganisationKind, SigningPolicy, Visibility
from registry.services import OrganisationOrder, ProfileOrder, SettingsOrder, Whereabouts

NUMBERS = 4
LONGEST_UNDO = 24 * 60
MOST_BY_ONE = 10_000
_NAME_LINE = re.compile(r"\s*([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)\s*[:=]\s*(\S.*)")


class NamesForm(NumberedForm):
    """A name in English, in German, and in any other language, a line each: `nl: Hogeschool Rotterdam`."""

    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    name_de = forms.CharField(label=_("Name in German"), max_length=200, required=False)
    names = forms.CharField(
        label=_("Names in other languages"),
        help_text=_("One a line, with the tag of its language: nl: Hogeschool Rotterdam"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_of: ClassVar[Mapping[str, str]] = {"name": "name_en", "name.en": "name_en", "name.de": "name_de"}

    def clean_names(self) -> dict[str, str]:
        """Return the names of the other languages by their tags; a line that has none is told."""
        lines = [line for line in self.cleaned_data["names"].splitlines() if line.strip()]
        read = [(line, _NAME_LINE.fullmatch(line)) for line in lines]
        if faults := [line for line, found in read if found is None]:
            told = _("Write the language first, then a colon and the name: {line}")
            raise ValidationError([ValidationError(told.format(line=line), "name-line") for line in faults])
        return {str(found[1]): str(found[2]).strip() for _line, found in read if found is not None}

    @property
    def name_map(self) -> dict[str, str]:
        """The names by their languages, in the order in which they were asked for."""
        said = self.cleaned_data
        own = {tag: said[f"name_{tag}"].strip() for tag in ("en", "de") if said[f"name_{tag}"].strip()}
        others: dict[str, str] = said["names"]
        return own | others

    @staticmethod
    def named(names: Mapping[str, str]) -> dict[str, str]:
        """Return what stands in the fields for names that there are."""
        others = {tag: name for tag, name in names.items() if tag not in {"en", "de"}}
        own = {f"name_{tag}": names.get(tag, "") for tag in ("en", "de")}
        return own | {"names": "\n".join(f"{tag}: {name}" for tag, name in others.items())}

    @property
    def naming(self) -> list[forms.BoundField]:
        """The fields of names."""
        return [self["name_en"], self["name_de"], self["names"]]

    @property
    def places(self) -> dict[str, str]:
        """Place of a refusal → the field beside which it is shown."""
        others = {f"name.{tag}": "names" for tag in self.cleaned_data.get("names", {})}
        return others | dict(self.field_of)


class SettingsForm(forms.Form):
    """Where an organisation is, its official numbers, and the rules under which it awards."""

    country = forms.ChoiceField(label=_("Country"), required=False)
    region = forms.CharField(
        label=_("Region"), help_text=_("Of the country, as it is officially called"), max_length=80, required=False
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("By it days begin and end, on certificates and in letters"), initial="UTC"
    )
    default_visibility = forms.ChoiceField(
        label=_("Who may open the page of a new certificate"),
        initial=Visibility.PRIVATE,
        widget=forms.RadioSelect,
        choices=[
            (Visibility.PRIVATE, _("Private: its holder alone, until they show it to somebody")),
            (Visibility.UNLISTED, _("Anyone with the address: no search engine finds it, a print's code opens it")),
            (Visibility.PUBLIC, _("Public: anybody, for awards that are announced anyway")),
        ],
    )
    signing_policy = forms.ChoiceField(
        label=_("When certificates are signed"),
        initial=SigningPolicy.AT_AWARD,
        widget=forms.RadioSelect,
        choices=[
            (SigningPolicy.AT_AWARD, _("At the award: signed as soon as you have decided, accepted or not")),
            (SigningPolicy.AT_CLAIM, _("When the holder accepts it: nothing is made of who never answers")),
        ],
    )
    mfa_required = forms.BooleanField(
        label=_("Whoever awards or administers needs a second step when signing in"), required=False
    )
    undo_minutes = forms.IntegerField(
        label=_("Minutes in which an award can be undone"),
        help_text=_("Until then nothing is signed and nobody is written to. 0: not at all."),
        min_value=0,
        max_value=LONGEST_UNDO,
        initial=10,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        named = sorted((country_name(code, language), code) for code in COUNTRIES)
        self._choices("country", [("", _("not stated")), *((code, str(name)) for name, code in named)])
        zones = sorted(
            zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix"))
        )
        self._choices("timezone", [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)])
        kinds = [("", _("no further number")), *OrganisationIdentifierType.choices]
        for place in range(NUMBERS):
            self.fields[f"kind_{place}"] = forms.ChoiceField(label=_("Kind of number"), choices=kinds, required=False)
            self.fields[f"number_{place}"] = forms.CharField(label=_("Number"), max_length=200, required=False)

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the types
        field.choices = choices

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of the official numbers: (kind, number)."""
        return [(self[f"kind_{place}"], self[f"number_{place}"]) for place in range(NUMBERS)]

    @property
    def given(self) -> list[int]:
        """The places of the numbers that were filled in."""
        said = self.cleaned_data
        return [place for place in range(NUMBERS) if said[f"kind_{place}"] or said[f"number_{place}"].strip()]

    def whereabouts(self) -> Whereabouts:
        """Return what a valid form says of where the organisation is."""
        said = self.cleaned_data
        numbers = tuple((said[f"kind_{one}"], said[f"number_{one}"].strip()) for one in self.given)
        return Whereabouts(country=said["country"], region=said["region"], numbers=numbers)

    @property
    def number_places(self) -> dict[str, str]:
        """Place of a number's refusal → its field."""
        return {f"numbers.{order}": f"number_{place}" for order, place in enumerate(self.given)}


class OrganisationForm(NamesForm, SettingsForm):
    """A new organisation: all of it on one sheet."""

    slug = forms.CharField(
        label=_("Short address"),
        help_text=_("Small letters, digits and hyphens, such as example-university. It never changes."),
        max_length=60,
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=OrganisationKind.choices)

    def order(self) -> OrganisationOrder:
        """Return what a valid form orders."""
        said = self.cleaned_data
        return OrganisationOrder(
            id=said["once"],
            slug=said["slug"],
            name=self.name_map,
            kind=OrganisationKind(said["kind"]),
            timezone=said["timezone"],
            default_visibility=Visibility(said["default_visibility"]),
            signing_policy=SigningPolicy(said["signing_policy"]),
            mfa_required=said["mfa_required"],
            undo_minutes=said["undo_minutes"],
            whereabouts=self.whereabouts(),
        )


class HouseForm(NamesForm, SettingsForm):
    """What owners change of their organisation."""

    second_person_over = forms.IntegerField(
        label=_("So many awards may be changed at once by one person"),
        help_text=_("More of them wait for somebody else. 0: all of them do."),
        min_value=0,
        max_value=MOST_BY_ONE,
    )
    reminds = forms.BooleanField(
        label=_("People are reminded of what they have not accepted, and told before a validity ends"), required=False
    )

    def order(self) -> SettingsOrder:
        """Return what a valid form orders."""
        said = self.cleaned_data
        return SettingsOrder(
            name=self.name_map,
            whereabouts=self.whereabouts(),
            timezone=said["timezone"],
            default_visibility=Visibility(said["default_visibility"]),
            signing_policy=SigningPolicy(said["signing_policy"]),
            mfa_required=said["mfa_required"],
            undo_minutes=said["undo_minutes"],
            second_person_over=said["second_person_over"],
            reminds=said["reminds"],
        )


class IssuerProfileForm(NamesForm):
    """What an issuer says of itself."""

    short_name = forms.CharField(
        label=_("Short name"), help_text=_("For badges, at most 14 characters"), max_length=14, required=False
    )
    url = forms.CharField(label=_("Web address"), max_length=500, required=False)
    email = forms.CharField(
        label=_("E-mail address for questions"),
        help_text=_("It stands on the issuer's page and in letters."),
        max_length=254,
        required=False,
        widget=forms.EmailInput,
    )
    ink = forms.TypedChoiceField(
        label=_("Colour of its badges"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        choices=[
            ("", _("chosen by its address")),
            *zip(
                map(str, range(len(INKS))),
                (_("blue"), _("petrol"), _("green"), _("olive"), _("brown"), _("red"), _("purple"), _("violet")),
                strict=True,
            ),
        ],
    )

    def profile(self) -> ProfileOrder:
        """Return what a valid form says of the issuer."""
        said = self.cleaned_data
        own = {name: said[name] for name in ("short_name", "url", "email", "ink")}
        return ProfileOrder(name=self.name_map, **own)


class IssuerForm(IssuerProfileForm):
    """A new issuer: the office whose signature stands on certificates."""

    slug = forms.CharField(
        label=_("Short address"),
        help_text=_("It stands in every certificate and never changes: small letters, digits and hyphens."),
        max_length=60,
    )
    signatory_name = forms.CharField(
        label=_("Who signs for it"),
        help_text=_("A person, as the name stands on certificates. Its own people add others, and end this one."),
        max_length=200,
        required=False,
    )
    signatory_role = forms.CharField(
        label=_("As what that person signs"), help_text=_("For example Dean"), max_length=200, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Ask for both of a signatory, or for neither."""
        said = super().clean() or self.cleaned_data
        for name, other in (("signatory_name", "signatory_role"), ("signatory_role", "signatory_name")):
            if said.get(other) and not said.get(name) and name not in self.errors:
                self.add_error(name, ValidationError(_("Write the name and the role, or neither."), "required"))
        return said

    @property
    def signatory(self) -> SignatoryOrder | None:
        """Who signs for the issuer, where a valid form names somebody."""
        name, role = self.cleaned_data["signatory_name"], self.cleaned_data["signatory_role"]
        return SignatoryOrder(name=name, role=role) if name else None


class RegisterForm(forms.Form):
    """An entry in the register of trusted issuers."""

    vouched_by = forms.CharField(
        label=_("Who vouches for it"),
        help_text=_("Who has made sure that this issuer is who it says: you, an agency, a ministry"),
        max_length=200,
    )
    for_what = forms.CharField(label=_("For what"), max_length=300, required=False)
    source = forms.CharField(
        label=_("On what that rests"),
        help_text=_("An address, or the name of a list with its date; a letter you have seen"),
        max_length=500,
    )


class OwnerForm(forms.Form):
    """Who is invited as an owner."""

    email = forms.CharField(
        label=_("E-mail address"),
        help_text=_("Best an address of the organisation. The letter's link works for seven days."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language of the letter"), choices=[("en", "English"), ("de", "Deutsch")])


class CloseForm(forms.Form):
    """Closing an organisation for good, with its short address typed."""

    successor_name = forms.CharField(
        label=_("Who has taken over"), help_text=_("Pages name it. Empty where nobody has."), required=False
    )
    successor_url = forms.CharField(label=_("Address of who has taken over"), required=False)
    typed = forms.CharField(label="", widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, slug: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slug = slug
        self.fields["typed"].label = _("Type “{slug}” to confirm").format(slug=slug)

    def clean_typed(self) -> str:
        """Demand the short address, as it is."""
        typed = str(self.cleaned_data["typed"]).strip()
        if typed != self.slug:
            told = _("You typed “{typed}”. Type {slug}.").format(typed=typed, slug=self.slug)
            raise ValidationError(told, "not-confirmed")
        return typed
