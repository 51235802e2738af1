"""One word, one meaning: names that fit anything, and one name for two things, are found here. DECISIONS.md 95."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from config.bootstrap.folders import ROOT
from tests.config.test_house_rules import ROOMS, sources

FIT_ANYTHING = {"told", "found", "data", "info", "stuff", "helper"}
NEEDED = {
    "data": "bytes that somebody sends and nobody has read yet, as Python and DRF call them",
}
EACH_ROOM_HAS = {
    *("admin", "apps", "errors", "formats", "models", "rules", "selectors", "services", "tasks", "triggers", "urls"),
    "views",
    "forms",
    "permissions",
}
"""Files by layer (docs/architecture.md): any room may have one, each for the same duty."""
SHARED = {
    "addresses": "e-mail addresses",
    "alarms": "what an operator must hear of",
    "approvals": "approvals of awards that wait",
    "audit_heads": "signed heads of the audit trail",
    "awards": "awards",
    "batches": "files of awards",
    "bulk": "many rows at once",
    "checking": "telling whether something holds",
    "claim_links": "links by which a holder claims",
    "credential": "one credential",
    "dids": "decentralised identifiers",
    "documents": "what is signed, or may be",
    "facts": "what will be, or was, signed",
    "fates": "what becomes of one item among many",
    "holders": "holders",
    "idempotency": "the same request again is answered again",
    "invitations": "roles offered by mail",
    "keys": "signing keys",
    "lanes": "lanes of the outbox",
    "letters": "letters",
    "members": "people with a role in an organisation",
    "mail_identity": "whose mail it is",
    "oauth_clients": "OAuth 2 clients",
    "orders": "what is asked of issuing",
    "organisations": "organisations",
    "outbox": "the outbox",
    "pages": "what a page shows, as plain values",
    "people": "people",
    "problems": "problem documents",
    "releases": "what a co-awarding body signs",
    "sending": "mail that leaves",
    "signatories": "people who sign for an issuer",
    "signing": "making signatures",
    "stated": "what is stated, as plain values",
    "statements": "signed statements",
    "trials": "credentials that are worth nothing",
    "status": "revocation and suspension",
    "status_lists": "status lists",
    "tables": "tables that people send",
    "trail": "the audit trail of an organisation",
    "tree": "an organisation's tree",
    "trust": "the register of trusted issuers",
    "verdicts": "verdicts",
    "verify": "verifying what somebody sends",
    "visitors": "those who come without an account",
    "vocabularies": "vocabularies",
}
"""Names of several modules, and the one meaning that each has in all of them."""
SHARED_CLASSES = {
    "Command": "Django's name",
    "MalformedError": "what cannot be read: the trust core's, which knows no RegistryError, and everybody's",
    "Server": "a server that runs",
    "Wanted": "what a request wants checked",
}


def named(path: Path) -> Iterator[tuple[str, str]]:
    """Yield kind and name of what a module defines: functions, classes, their fields and parameters."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            yield "class", node.name
            yield from (
                ("field", field.target.id)
                for field in node.body
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
            )
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield "function", node.name
            yield from (("parameter", one.arg) for one in [*node.args.args, *node.args.kwonlyargs])


def test_no_name_fits_anything():
    said = [
        f"{path.relative_to(ROOT)}: {kind} {name}"
        for path in sources(*ROOMS)
        for kind, name in [("module", path.stem), *named(path)]
        if name.strip("_").lower() in FIT_ANYTHING - set(NEEDED)
    ]

    assert said == [], "\n".join(said)


def test_modules_of_one_name_have_one_duty():
    places = defaultdict(list)
    for path in sources(*ROOMS):
        # A file of addresses is called as the views are that they lead to.
        if not path.stem.startswith("__") and not {"v1", "v2", "urls"} & set(path.parts):
            places[path.stem].append(str(path.relative_to(ROOT)))
    several = {stem: found for stem, found in places.items() if len(found) > 1 and stem not in EACH_ROOM_HAS}

    assert {stem: found for stem, found in several.items() if stem not in SHARED} == {}
    assert SHARED.keys() - several.keys() == set()


def test_classes_of_one_name_are_one_thing():
    places = defaultdict(set)
    for path in sources(*ROOMS):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not {"v1", "v2"} & set(path.parts):
                places[node.name].add(str(path.relative_to(ROOT)))
    several = {name: found for name, found in places.items() if len(found) > 1}

    assert {name: found for name, found in several.items() if name not in SHARED_CLASSES} == {}
    assert SHARED_CLASSES.keys() - several.keys() == set()
