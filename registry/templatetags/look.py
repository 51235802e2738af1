"""Template words of the look: pictures, dates, links. Load with `{% load look %}`."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote, urljoin

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from registry.dates import day_in_words, moment_in_words
from registry.icons import ICONS, MARKS
from registry.language_maps import LanguageMap, LanguageText, text_in

register = template.Library()
BACK = "back-goes-here"

# Four different things, never a dash: a fact that is not there says why.
STATES: dict[str, str | Promise] = {
    "not_stated": _("Not stated by the provider"),
    "none": _("None"),
    "not_applicable": _("Not applicable"),
    "not_credit_bearing": _("Not credit-bearing"),
    "set_with_award": _("Set with each award"),
}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Draw an icon; it always stands beside a word, so it is hidden from screen readers."""
    return format_html(
        '<svg class="i {}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        extra,
        SafeString(ICONS[name]),
    )


@register.simple_tag
def mark(name: str, family: str = "") -> SafeString:
    """Draw a verdict mark; `family` (ok, care, stop, mute) gives it its colour."""
    colour = f" is-{family}" if family else ""
    return format_html(
        '<svg class="mark{}" viewBox="0 0 48 48" aria-hidden="true">{}</svg>',
        colour,
        SafeString(MARKS[name]),
    )


@register.filter
def day(value: date | None) -> str:
    """Write a day in full, in the reader's language."""
    return day_in_words(value)


@register.filter
def moment(value: datetime | None) -> str:
    """Write a time in full, in the reader's language."""
    return moment_in_words(value)


@register.filter
def iso(value: date | datetime | None) -> str:
    """Write a date or a time for the `datetime` attribute."""
    return value.isoformat() if value else ""


@register.filter
def initials(name: object) -> str:
    """Return up to two letters for an issuer without a logo: Ch, DC, VU."""
    words = [word for word in str(name).split() if word[0].isalpha() and word[0].isupper()]
    return "".join(word[0] for word in words[:2]) if len(words) > 1 else str(name)[:2]


@register.filter
def stated(state: str) -> str:
    """Say why a fact has no value."""
    return str(STATES.get(state, STATES["not_stated"]))


@register.filter
def json_ld(document: object) -> SafeString:
    """Write a JSON document into a data block; no character of it can end the block."""
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    return SafeString(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


@register.simple_tag
def absolute(address: str) -> str:
    """Return an address with our public host, for previews and mails."""
    return urljoin(f"{settings.PUBLIC_URL}/", address or "")


@register.simple_tag
def is_demo() -> bool:
    """Say whether every page has to carry the sample notice."""
    return bool(settings.TESTAMUR_MODE == "demo")


@lru_cache(maxsize=256)
def _standing(template_name: str, language: str, section: str, appearance: str, back: str) -> str:
    with override(language):
        return render_to_string(template_name, {"section": section, "appearance": appearance, "back": back})


@register.simple_tag(takes_context=True)
def standing(context: Context, template_name: str, back: str = "") -> SafeString:
    """Show a part of the frame that is the same on many pages; each variant is rendered once per process.

    `back` is the path to return to: the part is kept with a place for it, and quoting leaves no
    character that could end an attribute.
    """
    request = context.get("request")
    chosen = request.COOKIES.get("appearance") if request else None
    appearance = chosen if chosen in {"light", "dark"} else "auto"
    kept = _standing(
        template_name, get_language() or "en", str(context.get("section", "")), appearance, BACK if back else ""
    )
    return SafeString(kept.replace(BACK, quote(back, safe="")))


@register.filter
def joined(parts: Iterable[object]) -> str:
    """Join what is there with middle dots."""
    return " · ".join(str(part) for part in parts if part)


@register.filter
def header(message: Mapping[str, object], name: str) -> str:
    """Read one header of a mail."""
    return str(message.get(name) or "")


@register.simple_tag
def text_of(texts: LanguageMap | str | None) -> str:
    """Return the text of a language map in the reader's language."""
    return texts if isinstance(texts, str) else text_in(texts or {}, get_language() or "en")


def _foreign(text: object) -> str:
    """Return the language of a text that is not in the page's; empty where it is, or where nobody knows."""
    tag = text.language if text and isinstance(text, LanguageText) else ""
    return "" if tag.split("-")[0] in {"und", (get_language() or "en").split("-")[0]} else tag


@register.filter
def marked(text: object) -> object:
    """Mark a text in another language than the page's, so that it is read out and hyphenated as what it is."""
    tag = _foreign(text)
    if isinstance(text, LanguageText) and text.note and tag:
        return format_html('<span lang="{}">{}</span> ({})', tag, text.text, text.note)
    return format_html('<span lang="{}">{}</span>', tag, text) if tag else text


@register.filter
def lang_of(text: object) -> SafeString:
    """Write the `lang` attribute of an element whose text is in another language than the page's."""
    tag = _foreign(text)
    return format_html(' lang="{}"', tag) if tag else SafeString("")


@register.simple_tag
def errors_of(form: object) -> list[dict[str, str]]:
    """List what is wrong with a form, its fields first: `said`, and `field`, the id of the control, where it is of one."""
    if not isinstance(form, BaseForm):
        return []
    of_fields = [{"field": f.id_for_label, "said": str(said)} for f in form.visible_fields() for said in f.errors]
    return of_fields + [{"field": "", "said": str(said)} for said in form.non_field_errors()]


@register.filter
def as_input(field: BoundField) -> SafeString:
    """Draw a form's control in our style. Labels say what to enter, so placeholders go."""
    widget = field.field.widget
    widget.attrs.pop("placeholder", None)
    return field.as_widget(attrs={"class": f"input {widget.attrs.get('class', '')}".strip()})
