"""What is read from the metadata of a SAML provider, and what cannot be."""

import re

import pytest

from registry.refusals import RuleBrokenError
from registry.saml_metadata import MOST_CHARACTERS, read_metadata
from tests.registry.saml_house import make_key

MD = 'xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
SCOPE = '<s:Scope xmlns:s="urn:mace:shibboleth:metadata:1.0" regexp="{}">{}</s:Scope>'


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> str:
    return make_key(tmp_path_factory.mktemp("key"))


def key(pem: str, use: str = ' use="signing"') -> str:
    body = "".join(re.findall(r"^[^-].*$", pem, re.M))
    return f"<KeyDescriptor{use}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n{body[:40]}\n  {body[40:]}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>"


def metadata(
    *keys: str,
    binding: str = REDIRECT,
    more: str = "",
    role: str = "IDPSSODescriptor",
    entity: str = "https://idp.example",
) -> str:
    service = f'<SingleSignOnService Binding="{POST}" Location="https://idp.example/post"/>'
    service += f'<SingleSignOnService Binding="{binding}" Location="https://idp.example/sso"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?><EntityDescriptor {MD} entityID="{entity}"><{role}>{more}{"".join(keys)}{service}</{role}></EntityDescriptor>'


def test_who_the_provider_is_and_its_signing_keys_are_read(certificate, tmp_path):
    other = make_key(tmp_path)
    elsewhere = make_key(tmp_path)
    keys = (
        key(certificate),
        key(other, ""),
        key(certificate),
        key(elsewhere, ' use="encryption"'),
        key("-----\nAAAA\n-----"),
    )

    read = read_metadata(metadata(*keys, more=SCOPE.format("false", "uni.example")))

    assert (read.entity_id, read.address) == ("https://idp.example", "https://idp.example/sso")
    assert [one.split() for one in read.certificates] == [certificate.split(), other.split()]
    assert (read.scope, read.name) == ("uni.example", "")


@pytest.mark.parametrize(
    "scopes",
    [[("true", r"^.*\.example$")], [("false", "a.example"), ("false", "b.example")], []],
    ids=["pattern", "two", "none"],
)
def test_scope_is_taken_where_it_is_one(certificate, scopes):
    more = "".join(SCOPE.format(*one) for one in scopes)

    assert read_metadata(metadata(key(certificate), more=more)).scope == ""


def broken(certificate: str) -> dict[str, tuple[str, set[str]]]:
    """Return what cannot be used, with the codes that it is refused with."""
    good = metadata(key(certificate))
    inside = good.partition("?>")[2]
    return {
        "nothing": ("", {"no-metadata"}),
        "no XML": ("https://idp.example/metadata", {"no-metadata"}),
        "entities": (f"<!DOCTYPE x [<!ENTITY a 'b'>]>{inside}", {"no-metadata"}),
        "service provider": (metadata(key(certificate), role="SPSSODescriptor"), {"not-one-provider"}),
        "two providers": (f"<EntitiesDescriptor {MD}>{inside}{inside}</EntitiesDescriptor>", {"not-one-provider"}),
        "no name": (metadata(key(certificate), entity=""), {"not-one-provider"}),
        "a federation": (" " * MOST_CHARACTERS + good, {"too-long"}),
        "no key, no address": (metadata(binding=POST), {"no-address", "no-certificate"}),
    }


def test_what_cannot_be_used_is_refused_with_what_to_do(certificate):
    for name, (text, codes) in broken(certificate).items():
        with pytest.raises(RuleBrokenError) as told:
            read_metadata(text)
        assert {one.code for one in told.value.refusals} == codes, name
        assert {one.place for one in told.value.refusals} == {"metadata"}


@pytest.mark.parametrize("encoding", ["UTF-16", "windows-1252", "no-such-encoding", "rot13"])
def test_pasted_text_is_read_whatever_its_first_line_says_of_bytes(certificate, encoding):
    text = metadata(key(certificate)).replace("UTF-8", encoding)
    assert read_metadata(text) == read_metadata(metadata(key(certificate)))
