"""Texts that people wrote in Markdown. Load with `{% load prose %}`."""

from django import template
from django.utils.safestring import SafeString

from registry.markdown import html_of

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Show a text that may be marked up; no tag of it is anybody's but ours."""
    return SafeString(html_of(text))
