"""An OpenID provider that is somebody else's software, in a process of its own, and a browser's way through it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

from django.conf import settings
from django.test import Client

from registry.models import IdentityProvider
from registry.sealing import seal

PEOPLE = (
    {
        "sub": "staff-1",
        "email": "ana@uni.example",
        "email_verified": True,
        "name": "Ana Beispiel",
        "eppn": "ana@uni.example",
        "eduperson_scoped_affiliation": ["staff@uni.example", "member@uni.example"],
    },
    {"sub": "staff-2", "email": "ana@uni.example", "email_verified": True, "eppn": "ana@uni.example"},
    {"sub": "unproven", "email": "registrar@uni.example", "email_verified": False},
    {"sub": "foreign", "email": "x@elsewhere.example", "email_verified": True, "eppn": "x@elsewhere.example"},
    {"sub": "operator", "email": "operator@uni.example", "email_verified": True},
)


@contextmanager
def openid_house() -> Iterator[str]:
    """Run the provider; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    people = [part for one in PEOPLE for part in ("--user-claims", json.dumps(one))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), *people]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/.well-known/openid-configuration", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the provider does not start")


def provider_at(address: str, **fields: object) -> IdentityProvider:
    """Enter the provider here, as an operator would, and let the fetcher reach it."""
    settings.SAFE_FETCH_ALLOW = (urllib.parse.urlsplit(address).netloc,)
    made = {"slug": "uni", "kind": "openid_connect", "name": "Uni Beispiel", "address": address, "client_id": "here"}
    made["secret_sealed"] = seal("a secret", secret_key=settings.SECRET_KEY)
    return IdentityProvider.objects.create(**made | fields)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are ours to follow."""

    def redirect_request(self, *_request: object) -> None:
        return None


def there(visitor: Client, slug: str = "uni", *, link: bool = False, next: str = "") -> str:
    """Press the button; return the address of the provider that the page goes on to."""
    address = f"/account/provider/{slug}/link/" if link else f"/account/provider/{slug}/"
    page = visitor.post(address, {"next": next} if next else {}).content.decode()
    return unescape(re.search(r'content="0; url=([^"]+)"', page)[1])


def and_back(address: str, **form: str) -> str:
    """Answer at the provider as a person would (`sub=…`, or `action=deny`); return where it sends back, as a path."""
    body = urllib.parse.urlencode(form).encode()
    try:
        urllib.request.build_opener(_Stay).open(address, body, timeout=10).close()
    except urllib.error.HTTPError as answer:
        found = answer.headers.get("Location", "")
        answer.close()
        return found.removeprefix(settings.PUBLIC_URL)
    raise AssertionError("the provider did not send back")


def sign_in(visitor: Client, sub: str, **way: str):
    """Sign in at the provider; return our answer to what it sends back."""
    return visitor.get(and_back(there(visitor, **way), sub=sub))
