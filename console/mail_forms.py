"""The form of an organisation's letters: addresses, signature, and its own words for each kind of letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from issuing.models import LetterKind, MailIdentity, OwnParagraph
from issuing.services import MailIdentityOrder
from registry.models import Organisation

LANGUAGES = tuple(settings.LANGUAGES)


@dataclass(frozen=True, slots=True)
class KindFields:
    """The own words of one kind of letter: a field for each language."""

    kind: str
    label: str
    fields: list[tuple[str, forms.BoundField]]
    is_open: bool


class MailForm(forms.Form):
    """Whose mail it is."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    contact = forms.CharField(
        label=_("Contact"),
        help_text=_("For a wrong name and for questions: it stands in each letter. Empty: the issuer's own address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    reply_to = forms.CharField(
        label=_("Answers go to"),
        help_text=_("Whoever answers a letter writes there. Empty: the contact"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    privacy_contact = forms.CharField(
        label=_("Data protection"),
        help_text=_("Who wants to know what is kept, or to have it deleted, writes there. Empty: the contact"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language, words in LANGUAGES:
            self.fields[f"signature_{language}"] = _text(
                _("Signature, %(language)s") % {"language": words}, _("At most 500 characters, without addresses"), 3
            )
            for kind, label in LetterKind.choices:
                named = {"kind": label, "language": words}
                self.fields[f"paragraph_{kind}_{language}"] = _text(
                    _("Own words in “%(kind)s”, %(language)s") % named, "", 3
                )

    @property
    def addresses(self) -> list[forms.BoundField]:
        """The fields of addresses."""
        return [self[name] for name in ("contact", "reply_to", "privacy_contact")]

    @property
    def signatures(self) -> list[forms.BoundField]:
        """A field for each language."""
        return [self[f"signature_{language}"] for language, _words in LANGUAGES]

    @property
    def kinds(self) -> list[KindFields]:
        """The kinds of letters with their fields; those with something in them are open."""
        found = []
        for kind, label in LetterKind.choices:
            fields = [(language, self[f"paragraph_{kind}_{language}"]) for language, _words in LANGUAGES]
            is_open = any(field.value() or field.errors for _language, field in fields)
            found.append(KindFields(kind, str(label), fields, is_open))
        return found

    @property
    def places(self) -> dict[str, str]:
        """The field for each place that a refusal names."""
        kinds = {
            f"paragraphs.{kind}.{language}": f"paragraph_{kind}_{language}"
            for kind in LetterKind.values
            for language, _words in LANGUAGES
        }
        return kinds | {f"signature.{language}": f"signature_{language}" for language, _words in LANGUAGES}

    def order(self, organisation: Organisation) -> MailIdentityOrder:
        """Return what a valid form asks for."""
        said = self.cleaned_data
        return MailIdentityOrder(
            organisation=organisation,
            reply_to=said["reply_to"],
            contact=said["contact"],
            privacy_contact=said["privacy_contact"],
            signature={language: said[f"signature_{language}"] for language, _words in LANGUAGES},
            paragraphs={
                (kind, language): said[f"paragraph_{kind}_{language}"]
                for kind in LetterKind.values
                for language, _words in LANGUAGES
            },
            revision=said["revision"] or 0,
        )


class LogoForm(forms.Form):
    """A logo for the letters."""

    logo = forms.FileField(
        label=_("Logo"),
        help_text=_("PNG or SVG, at least 40 pixels high, at most 2 MB. It is shown 36 pixels high, on white."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/svg+xml", "class": "file"}),
    )


def kept_letters(organisation: Organisation) -> dict[str, Any]:
    """Return what the form of an organisation's letters says to begin with."""
    kept = MailIdentity.objects.filter(pk=organisation.pk).first() or MailIdentity()
    paragraphs = OwnParagraph.objects.filter(organisation=organisation)
    return {
        "revision": kept.revision,
        "contact": kept.contact,
        "reply_to": kept.reply_to,
        "privacy_contact": kept.privacy_contact,
        **{f"signature_{language}": text for language, text in kept.signature.items()},
        **{f"paragraph_{one.kind}_{one.language}": one.text for one in paragraphs},
    }


def _text(label: Any, help_text: Any, rows: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": rows}),
    )
