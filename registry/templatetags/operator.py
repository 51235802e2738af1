"""Template words for what the operator tells visitors. Load with `{% load operator %}`."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language

from registry.operator_texts import missing_texts, operator_links

register = template.Library()


@register.simple_tag
def operator_pages() -> list[tuple[str | Promise, str]]:
    """Return (label, address) of the operator's pages."""
    return operator_links(get_language() or "en")


@register.simple_tag
def operator_gaps() -> list[str]:
    """Return the operator's text files that a production installation lacks."""
    return missing_texts()
