"""A SAML identity provider made with pysaml2 and xmlsec1, run as a process of its own: `python saml_provider.py FOLDER PORT`.

The folder holds `key.pem`, `cert.pem` and `sp.xml`, what the service provider says of itself. `/sso` is where people
arrive with a request; further parameters make what an attacker, or a provider gone wrong, would send.
"""

from __future__ import annotations

import base64
import sys
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from saml2 import BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server
from saml2.sigver import get_xmlsec_binary
from saml2.xmldsig import DIGEST_SHA1, DIGEST_SHA256, SIG_RSA_SHA1, SIG_RSA_SHA256

SUBJECT_ID = "urn:oasis:names:tc:SAML:attribute:subject-id"
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
NAME = "urn:oid:2.16.840.1.113730.3.1.241"
AFFILIATION = "urn:oid:1.3.6.1.4.1.5923.1.1.1.9"


def provider(folder: Path, port: int, minutes: int) -> Server:
    """Return the provider; its assertions are good for so many minutes."""
    address = f"http://127.0.0.1:{port}"
    service = {
        "endpoints": {"single_sign_on_service": [(f"{address}/sso", BINDING_HTTP_REDIRECT)]},
        "policy": {
            "default": {"lifetime": {"minutes": minutes}, "attribute_restrictions": None, "name_form": NAME_FORMAT_URI}
        },
        "sign_assertion": True,
        "scope": ["uni.example"],
        "ui_info": {"display_name": ["Hochschule Beispiel"]},
    }
    config = {
        "entityid": f"{address}/metadata",
        "xmlsec_binary": get_xmlsec_binary(["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]),
        "service": {"idp": service},
        "key_file": str(folder / "key.pem"),
        "cert_file": str(folder / "cert.pem"),
        "metadata": {"local": [str(folder / "sp.xml")]},
    }
    return Server(config=IdPConfig().load(config))


def answer(folder: Path, port: int, asked: dict[str, str]) -> tuple[str, str]:
    """Return where an answer goes, and the answer as XML."""
    server = provider(folder, port, int(asked.get("minutes", "15")))
    request = server.parse_authn_request(asked["SAMLRequest"], BINDING_HTTP_REDIRECT).message
    there = server.response_args(request)
    subject = asked.get("subject", "ana@uni.example")
    identity = {SUBJECT_ID: [subject], MAIL: [subject], NAME: ["Ana Beispiel"], AFFILIATION: ["staff@uni.example"]}
    made = server.create_authn_response(
        identity=identity,
        in_response_to=asked.get("in_response_to", request.id),
        destination=there["destination"],
        sp_entity_id=asked.get("audience", there["sp_entity_id"]),
        name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=f"pairwise-{subject}"),
        authn={
            "class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
            "authn_auth": f"http://127.0.0.1:{port}",
        },
        sign_assertion=asked.get("signed", "assertion") == "assertion",
        sign_response=asked.get("signed") == "response",
        sign_alg=SIG_RSA_SHA1 if "sha1" in asked else SIG_RSA_SHA256,
        digest_alg=DIGEST_SHA1 if "sha1" in asked else DIGEST_SHA256,
    )
    return there["destination"], str(made)


class Door(BaseHTTPRequestHandler):
    """Answers a browser with the form that it sends on."""

    folder, port = Path(), 0

    def do_GET(self) -> None:
        """Sign everybody in who comes with a request."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        body = b"ready"
        if self.path == "/metadata":
            body = str(entity_descriptor(provider(self.folder, self.port, 15).config)).encode()
        if "SAMLRequest" in asked:
            where, xml = answer(self.folder, self.port, asked)
            sent = base64.b64encode(xml.encode()).decode()
            body = (
                f'<form method="post" action="{escape(where)}"><input name="SAMLResponse" type="hidden" value="{sent}">'
                "<button>Sign in as Ana</button></form>"
            ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_line: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    Door.folder, Door.port = Path(sys.argv[1]), int(sys.argv[2])
    HTTPServer(("127.0.0.1", Door.port), Door).serve_forever()
