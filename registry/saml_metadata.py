"""What a SAML provider says of itself, read from the metadata that its operators publish (SAML 2.0 metadata §2.3-2.4).

Nothing of it is trusted by being read: an operator looks it through and saves it. Pure.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from registry.refusals import Faults, RuleBrokenError, gettext_noop

MOST_CHARACTERS: Final = 200_000
"""Metadata of one provider have some ten thousand; those of a whole federation are another file."""
_MD: Final = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_REDIRECT: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_CERTIFICATE: Final = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"
_SCOPE: Final = "{urn:mace:shibboleth:metadata:1.0}Scope"
_NAME: Final = "{urn:oasis:names:tc:SAML:metadata:ui}DisplayName"


@dataclass(frozen=True, slots=True)
class SamlMetadata:
    """Who a provider is: `address` takes sign-in requests, `certificates` are PEM, `scope` and `name` may be empty."""

    entity_id: str
    address: str
    certificates: tuple[str, ...]
    scope: str
    name: str


def read_metadata(text: str) -> SamlMetadata:
    """Return what the metadata of one provider say.

    Raises:
        RuleBrokenError: with its place `metadata`: no XML, none or several providers in it, or something is missing.
    """
    entity, role = _provider_in(_parsed(text))
    faults = Faults()
    services = role.iter(f"{_MD}SingleSignOnService")
    address = next((one.get("Location", "") for one in services if one.get("Binding") == _REDIRECT), "")
    if not address:
        faults.add("metadata", "no-address", gettext_noop("They name no address for HTTP-Redirect. Ask for one."))
    certificates = tuple(dict.fromkeys(_certificates(role)))
    if not certificates:
        faults.add("metadata", "no-certificate", gettext_noop("They hold no signing certificate that can be read."))
    faults.tell()
    scopes = {(one.text or "").strip() for one in entity.iter(_SCOPE) if one.get("regexp", "false") in {"false", "0"}}
    names = ((one.text or "").strip() for one in role.iter(_NAME))
    scope = scopes.pop() if len(scopes) == 1 else ""
    return SamlMetadata(entity.get("entityID", ""), address, certificates, scope, next(filter(None, names), ""))


def _parsed(text: str) -> Element:
    if len(text) > MOST_CHARACTERS:
        raise RuleBrokenError("metadata", "too-long", _ONE)
    try:
        # As text: what was pasted is none of the bytes any more of whose encoding its first line speaks.
        root: Element = fromstring(text.strip(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        remedy = gettext_noop("Paste the whole metadata, as XML: from <EntityDescriptor to its end.")
        raise RuleBrokenError("metadata", "no-metadata", remedy) from error
    return root


_ONE: Final = gettext_noop(
    "Paste the metadata of the one provider: there are none of a provider in it, or of several."
)


def _provider_in(root: Element) -> tuple[Element, Element]:
    """Return the one entity that signs people in, and its description as such."""
    entities = root.iter(f"{_MD}EntityDescriptor")
    found = [(one, role) for one in entities if (role := one.find(f"{_MD}IDPSSODescriptor")) is not None]
    if len(found) != 1 or not found[0][0].get("entityID"):
        raise RuleBrokenError("metadata", "not-one-provider", _ONE)
    return found[0]


def _certificates(role: Element) -> Iterator[str]:
    """Yield the certificates of keys that sign, as PEM; one that cannot be read is passed over."""
    for key in role.findall(f"{_MD}KeyDescriptor"):
        if key.get("use", "signing") != "signing":
            continue
        for one in key.iter(_CERTIFICATE):
            try:
                der = base64.b64decode("".join((one.text or "").split()), validate=True)
                yield load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()
            except (binascii.Error, ValueError):
                continue
