"""Which form of a document a client gets, and under which name: the bytes are the same under each."""

import json
import re
from urllib.parse import urlsplit

import pytest

from tests.verification.builders import signed_credential
from verification.negotiation import VC_TYPES, content_type, wants_json

pytestmark = pytest.mark.django_db
PAGE = "text/html"
VC, VC_LD, LD, JSON = VC_TYPES
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
ASKED = [
    ("", PAGE),
    ("*/*", PAGE),
    (BROWSER, PAGE),
    ("text/*", PAGE),
    ("application/json;q=0.2, text/html", PAGE),
    ("application/json, text/html", PAGE),
    ("application/json;q=0, */*", PAGE),
    ("application/json;q=x, text/html", PAGE),
    ("rubbish", PAGE),
    (VC, VC),
    (VC_LD, VC_LD),
    (LD, LD),
    (JSON, JSON),
    ("application/*", VC),
    ("Application/JSON; charset=utf-8", JSON),
    ("application/ld+json;q=0.9, text/html;q=0.5", LD),
    ("application/json, text/plain, */*", JSON),
    ("application/ld+json, application/json", LD),
    ("application/json;q=0.5, application/ld+json;profile=x", LD),
    ("text/*, application/json", JSON),
]


@pytest.mark.parametrize(("accept", "kind"), ASKED)
def test_a_client_gets_the_form_that_it_prefers(client, accept, kind):
    credential = signed_credential()

    response = client.get(f"/c/{credential.pk}", headers={"Accept": accept} if accept else {})

    assert response["Content-Type"].partition(";")[0] == kind
    assert [name.strip() for name in response["Vary"].split(",")].count("Accept") == 1
    if kind != PAGE:
        assert response.content.decode() == credential.document


def public_documents(client):
    """Return each signed document that strangers verify by: address and bytes."""
    credential = signed_credential()
    entry = json.loads(credential.document)["credentialStatus"]
    addresses = [f"/c/{credential.pk}.json", urlsplit(entry["statusListCredential"]).path]
    return {address: client.get(address).content for address in addresses}


@pytest.mark.parametrize(
    "accept", ["", "*/*", "text/html", "image/png", *VC_TYPES, "application/json, text/plain, */*"]
)
def test_documents_and_status_lists_have_the_asked_name_and_the_same_bytes(client, accept):
    for address, content in public_documents(client).items():
        response = client.get(address, headers={"Accept": accept} if accept else {})

        assert response["Content-Type"] == content_type(accept, VC_TYPES)
        assert response.content == content
        assert "Accept" in response["Vary"]
        unchanged = client.get(address, headers={"Accept": accept, "If-None-Match": response["ETag"]})
        assert (unchanged.status_code, "Accept" in unchanged["Vary"]) == (304, True)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", JSON),
        ("application/did+ld+json, application/json;q=0.5", "application/did+ld+json"),
        ("application/did+json", "application/did+json"),
        ("application/vc", JSON),
    ],
)
def test_did_documents_are_named_as_the_method_does(client, accept, kind):
    credential = signed_credential()
    address = f"/issuers/{credential.key.issuer.slug}/did.json"
    response = client.get(address, headers={"Accept": accept} if accept else {})

    assert (response["Content-Type"], "Accept" in response["Vary"]) == (kind, True)


def test_the_page_links_its_other_forms_and_each_answers_by_its_type(client):
    credential = signed_credential()
    content = client.get(f"/c/{credential.pk}").content.decode()
    linked = dict(re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)">', content))

    assert set(linked) == {VC, "application/jwt", "image/png", "image/svg+xml"}
    for kind in (VC, "image/png", "image/svg+xml"):
        assert client.get(linked[kind])["Content-Type"] == kind
    assert linked["application/jwt"] == f"/c/{credential.pk}.jwt"


def test_many_ranges_cost_nothing():
    assert not wants_json(", ".join(["text/html;q=0.1"] * 10_000))
    assert wants_json("text/*;q=0.1, application/vc")
