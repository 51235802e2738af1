"""A SAML provider in a process of its own, and what a browser carries between it and us."""

from __future__ import annotations

import base64
import datetime as dt
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client

from registry.models import IdentityProvider
from registry.saml import saml_metadata

XMLSEC = shutil.which("xmlsec1")
PROGRAM = Path(__file__).with_name("saml_provider.py")


def make_key(folder: Path) -> str:
    """Write a key and its certificate into a folder; return the certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "uni.example")])
    now = dt.datetime.now(tz=dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = (
        made.serial_number(1).not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=9))
    )
    pem = made.sign(key, SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    (folder / "cert.pem").write_bytes(pem)
    return pem.decode()


def row_for(address: str, certificate: str, **fields: object) -> IdentityProvider:
    """Return the provider as an operator enters it, not stored."""
    made = {"slug": "hs", "kind": "saml", "name": "Hochschule Beispiel", "address": f"{address}/sso"}
    made |= {"entity_id": f"{address}/metadata", "certificate": certificate, "email_domains": ["uni.example"]}
    return IdentityProvider(**made | fields)


@contextmanager
def saml_house(folder: Path) -> Iterator[tuple[str, str]]:
    """Run the provider; gives its address and its certificate."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, certificate = f"http://127.0.0.1:{port}", make_key(folder)
    (folder / "sp.xml").write_text(saml_metadata(row_for(address, certificate)))
    command = [sys.executable, "-W", "ignore", str(PROGRAM), str(folder), str(port)]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address, timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise AssertionError(f"the provider does not start: {(folder / 'log.txt').read_text()}")
        yield address, certificate
    finally:
        process.terminate()
        process.wait(10)


def begin(visitor: Client) -> str:
    """Press the button; return the provider's address with our request in it."""
    page = visitor.post("/account/provider/hs/").content.decode()
    return unescape(re.search(r'content="0; url=([^"]+)"', page)[1])


def answer_from(address: str, **wrong: str) -> str:
    """Return the XML that the provider has a browser send; `wrong` makes something else than it should be."""
    if wrong:
        address += "&" + urllib.parse.urlencode(wrong)
    with urllib.request.urlopen(address, timeout=30) as page:
        sent = re.search(r'name="SAMLResponse" type="hidden" value="([^"]+)"', page.read().decode())[1]
    return base64.b64decode(sent).decode()


def deliver(visitor: Client, xml: str):
    """Send an answer to us as a browser does from the provider's page, and follow to the end."""
    sent = base64.b64encode(xml.encode()).decode()
    answer = visitor.post("/account/provider/hs/acs/", {"SAMLResponse": sent, "RelayState": "https://evil.example/"})
    return visitor.get(answer["Location"]) if answer.status_code == 302 else answer
