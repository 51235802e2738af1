"""The claim link: its bearer sees and takes along the credential, whatever its visibility."""

import json
import re
from urllib.parse import urlsplit

import pytest

from credentials.baking import extract_png
from issuing.claim_links import claim_url
from registry.models import Visibility
from tests.verification.builders import signed_credential

pytestmark = pytest.mark.django_db


def test_bearer_takes_a_private_credential_along_by_the_buttons_of_the_page(client):
    credential = signed_credential(visibility=Visibility.PRIVATE)
    path = urlsplit(claim_url(credential.pk)).path

    page = client.get(path).content.decode()
    files = re.findall(r'href="([^"]+/file\.[a-z]+)"', page)

    assert {address.rpartition(".")[2] for address in files} >= {"json", "png", "svg"}
    assert {client.get(address).status_code for address in files} == {200}
    assert client.get(f"{path}/file.json").content.decode() == credential.document
    assert json.loads(extract_png(client.get(f"{path}/file.png").content)) == json.loads(credential.document)
    assert client.get(f"/c/{credential.pk}.json").status_code == 404


def test_token_that_we_did_not_make_gives_no_file(client):
    credential = signed_credential(visibility=Visibility.PRIVATE)
    path = urlsplit(claim_url(credential.pk)).path
    altered = path[:-1] + ("A" if path[-1] != "A" else "B")

    assert client.get(f"{altered}/file.json").status_code == 404
    assert client.get(f"{path}/file.exe").status_code == 404
