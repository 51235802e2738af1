"""Addresses an installation can have: one form each, and only those that a did:web can carry."""

import pytest

from registry.errors import HostRefusedError
from registry.hosts import base_url_from


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://credentials.example.edu", "https://credentials.example.edu"),
        (" HTTPS://Credentials.Example.EDU/ ", "https://credentials.example.edu"),
        ("https://credentials.example.edu:443", "https://credentials.example.edu"),
        ("https://credentials.example.edu:8443/", "https://credentials.example.edu:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://localhost:80", "http://localhost"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_address_is_kept_in_its_one_form(typed, kept):
    assert base_url_from(typed, https_only=False) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("credentials.example.edu", "not-an-address"),
        ("ftp://credentials.example.edu", "not-an-address"),
        ("https://credentials.example.edu:99999", "not-an-address"),
        ("https://credentials.example.edu:0", "not-an-address"),
        ("https://credentials.example.edu:http", "not-an-address"),
        ("https://[::1", "not-an-address"),
        ("https://credentials.example.edu/path", "not-a-host"),
        ("https://credentials.example.edu?x=1", "not-a-host"),
        ("https://credentials.example.edu/?", "not-a-host"),
        ("https://credentials.example.edu#x", "not-a-host"),
        ("https://user@credentials.example.edu", "not-a-host"),
        ("https://@credentials.example.edu", "not-a-host"),
        ("https://192.0.2.1", "ip-address"),
        ("https://[2001:db8::1]", "ip-address"),
        ("https://3221225985", "ip-address"),
        ("https://192.0.0x201", "ip-address"),
        ("https://", "not-a-host-name"),
        ("https://bücher.example", "not-a-host-name"),
        ("https://under_score.example", "not-a-host-name"),
        ("https://-a.example", "not-a-host-name"),
        ("https://a..example", "not-a-host-name"),
        ("https://" + ".".join(["a" * 60] * 5), "not-a-host-name"),
    ],
)
def test_what_no_did_can_carry_is_refused(typed, code):
    with pytest.raises(HostRefusedError) as refusal:
        base_url_from(typed, https_only=False)

    assert refusal.value.code == code
    assert refusal.value.sentence()


def test_plain_http_is_refused_where_strangers_must_resolve_it():
    with pytest.raises(HostRefusedError) as refusal:
        base_url_from("http://credentials.example.edu", https_only=True)

    assert refusal.value.code == "not-https"
