"""SAML 2.0 as a service provider: what we ask, what we say of ourselves, and which answers we take.

An answer must hold an assertion that is signed by the provider's key itself, for us, for this moment, once, and in
reply to a request of the same browser (SAML 2.0 profiles §4.1.4). `python3-saml` checks signature, audience, time,
recipient and that what is signed is what is read; `views.sign_in_elsewhere` that the request was ours and the answer is new.
"""

from __future__ import annotations

import binascii
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from registry.errors import ForbiddenError
from registry.models import IdentityProvider
from registry.provider import public_address

POST_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
LONGEST_ANSWER = 200_000
"""Characters of base64; answers of universities have a few thousand."""
REMEMBERED_SECONDS = 3600


class AnswerRefusedError(ForbiddenError):
    """The provider's answer proves nothing; `reason` is for the log alone, it may quote what was sent."""

    code = "sign-in-refused"
    message = _(
        "This sign-in proves nothing: it is over, not meant for us, or not signed as it must be. Begin it again."
    )


@dataclass(frozen=True, slots=True)
class SamlAnswer:
    """What a good answer says: to which request, and which attributes by their names (`NameID` is one of them)."""

    in_response_to: str
    attributes: Mapping[str, list[str]]


def saml_request(provider: IdentityProvider) -> tuple[str, str]:
    """Return the address to which somebody is sent, and the number of the request in it."""
    auth = _auth(provider)
    # An empty text: None would name the page that asks as where to return to.
    return str(auth.login(return_to="")), str(auth.get_last_request_id())


def saml_metadata(provider: IdentityProvider) -> str:
    """Return what the provider has to know of us, as XML (SAML 2.0 metadata)."""
    from onelogin.saml2.settings import OneLogin_Saml2_Settings

    told = OneLogin_Saml2_Settings(settings=_configuration(provider), sp_validation_only=True).get_sp_metadata()
    return told.decode() if isinstance(told, bytes) else str(told)


def read_answer(provider: IdentityProvider, text: str) -> SamlAnswer:
    """Check an answer and take it, once.

    Raises:
        AnswerRefusedError: unsigned, altered, of another key, for somebody else, over, or taken before.
    """
    from lxml.etree import LxmlError
    from onelogin.saml2.errors import OneLogin_Saml2_Error

    auth = _auth(provider, text)
    try:
        auth.process_response()
    except (OneLogin_Saml2_Error, LxmlError, binascii.Error, ValueError, TypeError, AttributeError) as error:
        raise AnswerRefusedError from error
    if auth.get_errors() or not auth.is_authenticated():
        raise AnswerRefusedError
    number = str(auth.get_last_response_in_response_to() or "")
    if not number or not _is_new(provider, str(auth.get_last_assertion_id() or "")):
        raise AnswerRefusedError
    told: dict[str, list[str]] = {name: [str(one) for one in values] for name, values in auth.get_attributes().items()}
    if named := auth.get_nameid():
        told["NameID"] = [str(named)]
    return SamlAnswer(number, told)


def _is_new(provider: IdentityProvider, assertion: str) -> bool:
    """Tell whether an assertion was not taken before; longer than any of them is good for."""
    digest = hashlib.sha256(f"{provider.entity_id}\0{assertion}".encode()).hexdigest()
    return bool(assertion) and bool(cache.add(f"saml:{digest}", time.time(), REMEMBERED_SECONDS))


def _auth(provider: IdentityProvider, answer: str = "") -> Any:
    from onelogin.saml2.auth import OneLogin_Saml2_Auth

    ours = urlsplit(public_address("provider_acs", provider.slug))
    request = {
        "https": "on" if ours.scheme == "https" else "off",
        "http_host": ours.netloc,
        "script_name": ours.path,
        "get_data": {},
        "post_data": {"SAMLResponse": answer} if answer else {},
    }
    return OneLogin_Saml2_Auth(request, _configuration(provider))


def _configuration(provider: IdentityProvider) -> dict[str, Any]:
    return {
        "strict": True,
        "sp": {
            "entityId": public_address("provider_metadata", provider.slug),
            "assertionConsumerService": {
                "url": public_address("provider_acs", provider.slug),
                "binding": POST_BINDING,
            },
            "NameIDFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
        },
        "idp": {
            "entityId": provider.entity_id,
            "singleSignOnService": {"url": provider.address, "binding": REDIRECT_BINDING},
            "x509cert": provider.certificate,
        },
        "security": {
            "wantAssertionsSigned": True,
            "wantNameId": False,
            "wantAttributeStatement": True,
            "requestedAuthnContext": False,
            "rejectDeprecatedAlgorithm": True,
            "allowRepeatAttributeName": False,
            # `localhost` is one label.
            "allowSingleLabelDomains": not settings.IN_PRODUCTION,
        },
    }
