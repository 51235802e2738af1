"""The form of an identity provider: what an operator types, read into an order."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from registry.models import IdentityProvider, ProviderKind
from registry.saml_metadata import read_metadata
from registry.services import ProviderOrder, RoleRule

NAMES = ("name", "slug", "address")
OIDC, SAML = ("client_id", "secret"), ("entity_id", "certificate")
TRUST = ("identifier", "scope", "email_domains", "role_rules")
RULE_PARTS = 4


LINK_PARTS = 2


class LinkForm(forms.Form):
    """People who are linked before they come: one a line."""

    people = forms.CharField(
        label=_("Identifiers and accounts"),
        help_text=_(
            "One person a line: the identifier as the provider tells it, then |, then the e-mail address here."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        error_messages={"required": _("Write a line for each person.")},
    )

    def clean_people(self) -> list[tuple[str, str]]:
        """Return (identifier, address) of each line."""
        lines = [line for line in self.cleaned_data["people"].splitlines() if line.strip()]
        parts = [tuple(part.strip() for part in line.split("|")) for line in lines]
        if faulty := [str(number) for number, one in enumerate(parts, 1) if len(one) != LINK_PARTS or not all(one)]:
            told = _("Write identifier | address in a line. Not so: line {lines}.")
            raise ValidationError(told.format(lines=", ".join(faulty)), "bad-line")
        return [(one[0], one[1]) for one in parts]


class UnlinkForm(forms.Form):
    """An identifier that shall open no account any more."""

    identifier = forms.CharField(
        label=_("Identifier"), max_length=200, error_messages={"required": _("Write the identifier.")}
    )


class ProviderForm(forms.Form):
    """One provider of a kind; an empty secret keeps the one that is there."""

    several_keys = False
    """Whether the metadata that were read hold more certificates than the one that was taken."""

    name = forms.CharField(label=_("Name"), help_text=_("On the button: “Sign in at …”"), required=False)
    slug = forms.CharField(label=_("Short name for addresses"), required=False)
    address = forms.CharField(label=_("Address"), required=False)
    client_id = forms.CharField(label=_("Client ID"), required=False)
    secret = forms.CharField(
        label=_("Client secret"),
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Left empty, the one that is there stays."),
    )
    entity_id = forms.CharField(label=_("Its own name (entityID)"), required=False)
    certificate = forms.CharField(
        label=_("Signing certificate"), required=False, widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"})
    )
    metadata = forms.CharField(
        label=_("Metadata of the provider"),
        help_text=_(
            "Paste its XML and press “Fill in”: address, name and certificate are taken from it, and you look them through."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    identifier = forms.CharField(label=_("Attribute that tells people apart"), required=False)
    scope = forms.CharField(
        label=_("Its values must end in @"), help_text=_("For example uni.example; empty for any"), required=False
    )
    email_domains = forms.CharField(
        label=_("E-mail domains for which its word counts"),
        help_text=_("Separated by spaces. Empty: an address links nobody."),
        required=False,
    )
    role_rules = forms.CharField(
        label=_("Roles that it proposes"),
        help_text=_(
            "One a line: attribute | value | organisation | role. An administrator there gives or declines it."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    is_only_way = forms.BooleanField(label=_("Whom it names signs in there alone"), required=False)
    is_active = forms.BooleanField(label=_("It can be used"), required=False)

    def __init__(self, typed: QueryDict | None, *, kind: str, provider: IdentityProvider | None = None) -> None:
        self.kind, self.provider = kind, provider
        super().__init__(typed, initial=_typed(provider))
        for name in (*SAML, "metadata") if kind == ProviderKind.OIDC else OIDC:
            del self.fields[name]
        told = {
            ProviderKind.OIDC: (_("The issuer, as its metadata name it"), "sub"),
            ProviderKind.SAML: (
                _("Where sign-in requests go (HTTP-Redirect)"),
                "urn:oasis:names:tc:SAML:attribute:subject-id",
            ),
        }[ProviderKind(kind)]
        self.fields["address"].help_text = told[0]
        self.fields["identifier"].widget.attrs["placeholder"] = told[1]

    def clean_role_rules(self) -> tuple[RoleRule, ...]:
        """Return one rule for each line."""
        lines = [line.strip() for line in self.cleaned_data["role_rules"].splitlines() if line.strip()]
        parts = [[part.strip() for part in line.split("|")] for line in lines]
        if any(len(one) != RULE_PARTS or not all(one) for one in parts):
            raise ValidationError(_("Write four parts a line, with | between them."), "bad-rule")
        return tuple(RoleRule(attribute=a, value=v, organisation=o, role=r) for a, v, o, r in parts)

    def clean_email_domains(self) -> tuple[str, ...]:
        """Return the domains, in lower case."""
        return tuple(re.findall(r"[^\s,;@]+", self.cleaned_data["email_domains"].lower()))

    def order(self) -> ProviderOrder:
        """Return what was typed."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "metadata"}
        return ProviderOrder(kind=self.kind, **said)

    def filled_in(self) -> ProviderForm:
        """Return the form with what the pasted metadata say in its fields; nothing is kept by that.

        Raises:
            RuleBrokenError: the metadata cannot be used; its place is `metadata`.
        """
        found = read_metadata(self.data.get("metadata", ""))
        typed = cast(QueryDict, self.data).copy()
        read = {"address": found.address, "entity_id": found.entity_id, "certificate": found.certificates[0]}
        read |= {
            name: told for name, told in (("scope", found.scope), ("name", found.name)) if told and not typed.get(name)
        }
        for name, told in {**read, "metadata": ""}.items():
            typed[name] = told
        form = ProviderForm(None, kind=self.kind, provider=self.provider)
        form.initial = {name: typed.get(name, "") for name in form.fields}
        form.several_keys = len(found.certificates) > 1
        return form

    @property
    def names(self) -> list[forms.BoundField]:
        """The fields of who it is and how it is reached."""
        return [self[name] for name in (*NAMES, *(OIDC if self.kind == ProviderKind.OIDC else SAML))]

    @property
    def trust(self) -> list[forms.BoundField]:
        """The fields of what it is trusted for."""
        return [self[name] for name in (*TRUST, "is_only_way", "is_active")]


def _typed(provider: IdentityProvider | None) -> dict[str, Any]:
    if provider is None:
        return {"is_only_way": True, "is_active": True}
    plain = (*NAMES, "client_id", *SAML, "identifier", "scope", "is_only_way", "is_active")
    rules = [
        " | ".join(rule[part] for part in ("attribute", "value", "organisation", "role"))
        for rule in provider.role_rules
    ]
    typed = {name: getattr(provider, name) for name in plain}
    return typed | {"email_domains": " ".join(provider.email_domains), "role_rules": "\n".join(rules)}
