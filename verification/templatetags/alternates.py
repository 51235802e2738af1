"""The other forms of a page, for its head."""

from __future__ import annotations

from django import template

from verification.negotiation import MEDIA_TYPES
from verification.pages import ShownCredential

register = template.Library()


@register.simple_tag
def alternates(shown: ShownCredential | None) -> list[tuple[str, str]]:
    """Return type and address of each form that the page's credential has: the downloads, and the token beside them."""
    addresses = [address for _label, address in shown.downloads] if shown else []
    signed = next((address for address in addresses if address.endswith(".json")), "")
    tokens = [signed.removesuffix(".json") + ".jwt"] if signed else []
    return [(MEDIA_TYPES[address.rpartition(".")[2]], address) for address in [*addresses, *tokens]]
