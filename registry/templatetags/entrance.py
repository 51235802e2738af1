"""Template words of signing in. Load with `{% load entrance %}`."""

from django import template

from registry.models import IdentityProvider
from registry.sign_in_providers import sign_in_providers

register = template.Library()


@register.simple_tag
def providers_here() -> list[IdentityProvider]:
    """Return the identity providers at which people can sign in."""
    return sign_in_providers()
