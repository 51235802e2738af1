"""Signing in at an institution by SAML 2.0, against a provider made with pysaml2 in a process of its own."""

import base64
import re
import urllib.request
from collections.abc import Iterator

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from registry.models import IdentityProvider, RoleProposal, User
from registry.sign_in_providers import SAML_IS_INSTALLED
from tests.registry.builders import build_organisation, build_user
from tests.registry.saml_house import XMLSEC, answer_from, begin, deliver, make_key, row_for, saml_house
from tests.registry.test_accounts import signed_in

pytestmark = pytest.mark.django_db
SIGNATURE = re.compile(r"<(\w+:)?Signature\b.*?</(\w+:)?Signature>", re.DOTALL)
ASSERTION = re.compile(r"<(ns\d+|saml\w*|\w+):Assertion\b.*?</\1:Assertion>", re.DOTALL)


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[tuple[str, str]]:
    if XMLSEC is None or not SAML_IS_INSTALLED:
        yield "", ""
        return
    with saml_house(tmp_path_factory.mktemp("saml")) as told:
        yield told


@pytest.fixture
def house(running, missing) -> tuple[str, str]:
    if not running[0]:
        missing("xmlsec1 or requirements/saml.txt is not installed: signing in by SAML is not tried")
    cache.clear()
    row_for(*running).save()
    return running


def test_assertion_signs_in_whom_it_names_without_any_role(client, house):
    answer = deliver(client, answer_from(begin(client)))

    user = User.objects.get(email="ana@uni.example")
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert signed_in(client) == str(user.pk)
    assert not user.memberships.exists()
    link = SocialAccount.objects.get()
    assert (link.provider, link.uid, link.extra_data) == ("hs", "ana@uni.example", {})


def test_attributes_propose_and_name_ids_identify_where_that_is_chosen(client, house):
    rule = {"attribute": "urn:oid:1.3.6.1.4.1.5923.1.1.1.9", "value": "staff@uni.example", "role": "editor"}
    rule["organisation"] = build_organisation().slug
    IdentityProvider.objects.update(identifier="NameID", role_rules=[rule])

    deliver(client, answer_from(begin(client)))

    assert SocialAccount.objects.get().uid == "pairwise-ana@uni.example"
    assert RoleProposal.objects.get().role == "editor"


def refused(visitor: Client, answer) -> bool:
    return answer.status_code == 401 and signed_in(visitor) is None and not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"signed": "nothing"},
        {"minutes": "-10"},
        {"audience": "https://another.example/metadata"},
        {"in_response_to": "id-of-nobody"},
        {"sha1": "yes"},
    ],
    ids=["unsigned", "expired", "wrong audience", "answer to no question", "signed with SHA-1"],
)
def test_answer_that_is_not_for_us_now_is_refused(client, house, wrong):
    assert refused(client, deliver(client, answer_from(begin(client), **wrong)))


def test_answer_whose_signature_does_not_cover_the_assertion_is_refused(client, house):
    assert refused(client, deliver(client, answer_from(begin(client), signed="response")))


def test_answer_signed_by_another_key_is_refused(client, house, tmp_path):
    xml = answer_from(begin(client))
    IdentityProvider.objects.update(certificate=make_key(tmp_path))

    assert refused(client, deliver(client, xml))


def test_answer_is_taken_once(client, house):
    asked = begin(client)
    xml = answer_from(asked)
    assert deliver(client, xml).status_code == 302

    again = deliver(client, xml)
    thief = Client()
    begin(thief)
    stolen = deliver(thief, xml)

    assert (again.status_code, stolen.status_code) == (401, 401)
    assert signed_in(thief) is None


def test_answer_to_the_request_of_another_browser_is_refused(client, house):
    xml = answer_from(begin(client))
    thief = Client()

    assert deliver(thief, xml).status_code == 401
    assert signed_in(thief) is None


# -- Signature wrapping: the signed assertion stays somewhere, and another one is to be read ------------
def evil_of(xml: str) -> tuple[str, str]:
    """Return the signed assertion, and one like it that names the registrar, with another id and no signature."""
    signed = ASSERTION.search(xml)[0]
    evil = SIGNATURE.sub("", signed).replace("ana@uni.example", "registrar@uni.example")
    return signed, re.sub(r'\bID="[^"]+"', 'ID="evil"', evil, count=1)


def put_first(xml: str) -> str:
    signed, evil = evil_of(xml)
    return xml.replace(signed, evil + signed)


def put_last(xml: str) -> str:
    signed, evil = evil_of(xml)
    return xml.replace(signed, signed + evil)


def put_into_extensions(xml: str) -> str:
    signed, evil = evil_of(xml)
    extensions = f'<x:Extensions xmlns:x="urn:oasis:names:tc:SAML:2.0:protocol">{signed}</x:Extensions>'
    return xml.replace(signed, extensions + evil)


def put_into_evil(xml: str) -> str:
    signed, evil = evil_of(xml)
    return xml.replace(signed, re.sub(r"(</[\w:]+Subject>)", lambda end: end[1] + signed, evil, count=1))


def put_into_signature(xml: str) -> str:
    signed, evil = evil_of(xml)
    signature = SIGNATURE.search(signed)[0]
    bare = signed.replace(signature, "")
    wrapped = re.sub(
        r"(</[\w:]*Signature>)$",
        rf"<ds:Object xmlns:ds='http://www.w3.org/2000/09/xmldsig#'>{bare}</ds:Object>\1",
        signature,
    )
    return xml.replace(signed, re.sub(r"(</[\w:]+Issuer>)", lambda end: end[1] + wrapped, evil, count=1))


def same_id(xml: str) -> str:
    signed, evil = evil_of(xml)
    number = re.search(r'\bID="([^"]+)"', signed)[1]
    return xml.replace(signed, evil.replace('ID="evil"', f'ID="{number}"') + signed)


def changed(xml: str) -> str:
    return xml.replace("ana@uni.example", "registrar@uni.example")


def commented(xml: str) -> str:
    """A comment that ends the text for who reads the first node alone."""
    return xml.replace("ana@uni.example", "ana@uni.example<!-- -->.evil.example")


def without_signature(xml: str) -> str:
    return SIGNATURE.sub("", xml)


def with_entities(xml: str) -> str:
    return re.sub(r"^(<\?xml[^>]*\?>)?", '<!DOCTYPE x [<!ENTITY e "registrar@uni.example">]>', xml).replace(
        "ana@uni.example", "&e;"
    )


FORGERIES = [put_first, put_last, put_into_extensions, put_into_evil, put_into_signature, same_id, changed]
FORGERIES += [without_signature, with_entities]


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_forged_answer_is_refused(client, house, forge):
    build_user(email="registrar@uni.example")
    xml = answer_from(begin(client))
    forged = forge(xml)
    assert forged != xml
    assert "registrar@uni.example" in forged or forge is without_signature

    assert refused(client, deliver(client, forged))


def test_comment_does_not_shorten_whom_an_assertion_names(client, house):
    answer = answer_from(begin(client), subject="ana@uni.example.evil.example")

    deliver(client, answer.replace("ana@uni.example.evil.example", "ana@uni.example<!-- -->.evil.example"))

    assert signed_in(client) is None
    assert not SocialAccount.objects.filter(uid="ana@uni.example").exists()


@pytest.mark.parametrize("sent", ["", "x", "PHg+", "A" * 200_001, "PHJlc3BvbnNlPg=="])
def test_what_is_no_answer_gets_a_page(client, house, sent):
    begin(client)
    answer = client.post("/account/provider/hs/acs/", {"SAMLResponse": sent}, follow=True)

    assert answer.status_code == 401
    assert "This sign-in did not come about" in answer.content.decode()


def test_finish_without_an_answer_is_a_page(client, house):
    assert client.get("/account/provider/hs/finish/").status_code == 401


def test_answer_that_was_for_another_provider_is_refused(client, house):
    row_for(*house, slug="other").save()
    xml = answer_from(begin(client))
    sent = {"SAMLResponse": base64.b64encode(xml.encode()).decode()}
    answer = client.post("/account/provider/other/acs/", sent, follow=True)

    assert answer.status_code == 401


def test_metadata_name_our_public_addresses(client, house, settings):
    settings.PUBLIC_URL = "https://credentials.example.edu"

    page = client.get("/account/provider/hs/metadata/")

    assert page["Content-Type"] == "application/samlmetadata+xml"
    assert 'Location="https://credentials.example.edu/account/provider/hs/acs/"' in page.content.decode()
    assert 'WantAssertionsSigned="true"' in page.content.decode()


def test_metadata_of_the_provider_fill_the_operators_form_and_keep_nothing(client, house):
    address, certificate = house
    with urllib.request.urlopen(f"{address}/metadata", timeout=30) as answer:
        metadata = answer.read().decode()
    client.force_login(build_user(is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    IdentityProvider.objects.all().delete()
    sent = {"metadata": metadata, "slug": "hs", "is_active": "on", "fill": "1"}

    page = client.post("/operator/sign-in/new/saml/", sent)

    filled = page.context["form"].initial
    assert page.status_code == 200
    assert (filled["address"], filled["entity_id"]) == (f"{address}/sso", f"{address}/metadata")
    assert filled["certificate"].split() == certificate.split()
    assert (filled["scope"], filled["name"], filled["slug"]) == ("uni.example", "Hochschule Beispiel", "hs")
    assert "Look it through, and save it." in page.content.decode()
    assert not IdentityProvider.objects.exists()


def test_core_runs_without_the_extra(client, monkeypatch):
    """Where its packages are missing, SAML providers are not there, and nothing else is."""
    monkeypatch.setattr("registry.sign_in_providers.SAML_IS_INSTALLED", False)
    row_for("https://idp.hs.example", "").save()

    assert client.get("/account/login/").status_code == 200
    assert client.post("/account/provider/hs/").status_code == 404
