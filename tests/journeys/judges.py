"""Other people's verifiers, offline: what each says of a credential document.

The JavaScript ones run from `ORACLE_DIR` (see CONTRIBUTING.md), the Python ones are development
dependencies. Each answer is reduced to `Ruling`: accepted or not, and what it says of the status.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openvc import OpenvcError, VerificationPolicy, verify_credential
from openvc.did.base import DidResolverRegistry
from openvc.did.did_key import DidKeyResolver
from openvc.did.did_web import DidWebResolver
from openvc.resolvers import default_status_list_resolver

from credentials.contexts import OPEN_BADGES_V3, STANDARD

Document = dict[str, Any]
Documents = Mapping[str, Document]


@dataclass(frozen=True, slots=True)
class Ruling:
    """One judge's word: accepted?, revoked? (None: it cannot tell), and its own words."""

    accepted: bool
    revoked: bool | None
    words: str


def oracle_folder() -> Path | None:
    """Return where the JavaScript judges are installed, or None."""
    folder = os.environ.get("ORACLE_DIR")
    return Path(folder) if folder and (Path(folder) / "node_modules").is_dir() else None


def addresses(documents: Documents) -> dict[str, Document]:
    """Return the documents by the https address at which a resolver will ask for them."""
    return {_address(name): document for name, document in documents.items()}


def _address(name: str) -> str:
    if not name.startswith("did:web:"):
        return name
    host, *path = name.removeprefix("did:web:").split(":")
    rest = "/".join([*path, "did.json"]) if path else ".well-known/did.json"
    return f"https://{host.replace('%3A', ':')}/{rest}"


def digitalbazaar(document: Document, documents: Documents, folder: Path, *, challenge: str = "") -> Ruling:
    """@digitalbazaar/vc: `verified` for proof and dates, `statusResults[].status` true when revoked.

    `challenge` is what the holder of a presentation was asked with.
    """
    files = _written(document, documents, folder)
    asked = ["--challenge", challenge] if challenge else []
    done = _node(["digitalbazaar.mjs", str(files[0]), "--docs", str(files[1]), *asked], {})
    said = json.loads(done.stdout)
    statuses = [result["status"] for result in said.get("statusResults") or []]
    revoked = any(statuses) if statuses else None
    return Ruling(said["verified"] is True and done.returncode == 0, revoked, " · ".join(said["errors"])[:120])


def dcc(document: Document, documents: Documents, folder: Path) -> Ruling:
    """DCC verifier-core: a log of checks; `revocation_status` false means revoked."""
    files = _written(document, documents, folder)
    done = _node(["--import", "./offline-fetch.mjs", "dcc.mjs", str(files[0])], {"DOCS": str(files[1])})
    log = _log_of(done.stdout)
    accepted = log.get("valid_signature") is True and log.get("expiration") is True
    status = log.get("revocation_status")
    return Ruling(accepted, None if status is None else status is False, json.dumps(log)[:120])


def _log_of(printed: str) -> dict[str, Any]:
    """Read the log's entries from output that may be cut: `{"id": name, "valid": bool}` each."""
    decoder, entries, position = json.JSONDecoder(), {}, 0
    while (position := printed.find('{"id":', position)) >= 0:
        try:
            entry, _end = decoder.raw_decode(printed, position)
            entries[entry["id"]] = entry.get("valid")
        except (json.JSONDecodeError, KeyError):
            pass
        position += 1
    return entries


def openvc_core(document: Document, documents: Documents) -> Ruling:
    """openvc-core: reads `proof` in object form only, so the array of one is unwrapped (not covered by the proof)."""
    unwrapped = {**document, "proof": document["proof"][0]}
    known = addresses(documents)
    resolver = DidResolverRegistry([DidKeyResolver(), DidWebResolver(known.__getitem__)])

    def fetch(url: str) -> str:
        listed = known[url]
        proof = listed["proof"]
        return json.dumps({**listed, "proof": proof[0] if isinstance(proof, list) else proof})

    lists = default_status_list_resolver(fetch=fetch, resolver=resolver)
    contexts = {OPEN_BADGES_V3: STANDARD.load(OPEN_BADGES_V3)}  # openvc-core brings none of Open Badges
    try:
        result = verify_credential(
            unwrapped,
            policy=VerificationPolicy(),
            resolver=resolver,
            resolve_status_list=lists,
            extra_contexts=contexts,
        )
    except (OpenvcError, KeyError) as refusal:
        return Ruling(False, "revoked" in str(refusal).lower(), f"{type(refusal).__name__}: {refusal}"[:120])
    return Ruling(True, False, str(result.status)[:120])


def openbadges_lib(document: Document, documents: Documents) -> Ruling:
    """openbadgeslib: the signature; it cannot read a list that is signed with Data Integrity."""
    known = addresses(documents)

    def download(url: str) -> bytes:
        return json.dumps(known[url]).encode()

    try:
        OB3LdpVerifier().verify(json.dumps(document), check_status=False, download=download)
    except (LibOpenBadgesException, KeyError) as refusal:
        return Ruling(False, None, f"{type(refusal).__name__}: {refusal}"[:120])
    return Ruling(True, None, "")


def _written(document: Document, documents: Documents, folder: Path) -> tuple[Path, Path]:
    paths = folder / "credential.json", folder / "documents.json"
    for path, content in zip(paths, (document, documents), strict=True):
        path.write_text(json.dumps(content), encoding="utf-8")
    return paths


def _node(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    folder = oracle_folder()
    assert folder is not None
    return subprocess.run(
        ["node", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
