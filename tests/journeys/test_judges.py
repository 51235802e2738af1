"""Done when other people's verifiers agree: one table of what each judge says of each document.

@digitalbazaar/vc, DCC verifier-core, openvc-core and openbadgeslib, offline; DID documents and status lists come
from `manage.py did_documents`, contexts from the judges' own packages.
"""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from credentials.baking import extract_png, extract_svg
from tests.faults.house import DEMO_ACHIEVEMENT, House, wait_for
from tests.journeys.judges import (
    Document,
    Documents,
    Ruling,
    dcc,
    digitalbazaar,
    openbadges_lib,
    openvc_core,
    oracle_folder,
)

SAYS_STATUS = ("@digitalbazaar/vc", "DCC verifier-core", "openvc-core")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Yield a running house on the embedded default: SQLite and a folder as broker."""
    with House(tmp_path_factory.mktemp("judged"), database="sqlite", broker="folder") as house:
        house.open()
        house.start_worker()
        house.start_beat()
        yield house


@pytest.fixture(scope="module")
def judged(house: House) -> str:
    """Return the id of a credential that has been awarded, signed and listed."""
    return award_one(house, "judged@example.org")


def award_one(house: House, email: str, **columns: str) -> str:
    path = house.var / f"{email}.csv"
    values = {"email": email, "name": "Ada Beispiel", **columns}
    path.write_text(",".join(values) + "\n" + ",".join(values.values()) + "\n", encoding="utf-8")
    done = house.manage("award", DEMO_ACHIEVEMENT, "--csv", str(path), "--wait", "--json")
    return str(json.loads(done.stdout.splitlines()[-1])["id"])


def exported(house: House, credential_id: str, form: str) -> bytes:
    target = house.var / f"{credential_id}.{form}"
    house.manage("export", credential_id, "--format", form, "-o", str(target))
    return target.read_bytes()


def documents_of(house: House) -> dict[str, Document]:
    return dict(json.loads(house.manage("did_documents").stdout))


def rulings(document: Document, documents: Documents, folder: Path) -> dict[str, Ruling]:
    """Ask all four judges."""
    return {
        "@digitalbazaar/vc": digitalbazaar(document, documents, folder),
        "DCC verifier-core": dcc(document, documents, folder),
        "openvc-core": openvc_core(document, documents),
        "openbadgeslib": openbadges_lib(document, documents),
    }


def show(what: str, ruled: dict[str, Ruling]) -> None:
    """Print the table's lines for one document."""
    for judge, ruling in ruled.items():
        print(
            f"{what:28} | {judge:18} | accepted {ruling.accepted!s:5} | revoked {ruling.revoked!s:5} | {ruling.words}"
        )


@pytest.fixture(autouse=True)
def _needs_the_judges(missing: Callable[[str], NoReturn]) -> None:
    if oracle_folder() is None:
        missing("the JavaScript judges are not installed: set ORACLE_DIR (CONTRIBUTING.md)")


def test_every_judge_accepts_the_credential_in_every_wrapping(house: House, judged: str, tmp_path: Path) -> None:
    plain = exported(house, judged, "ob3").decode()
    texts = {
        "JSON": plain,
        "from the baked PNG": extract_png(exported(house, judged, "png")),
        "from the baked SVG": extract_svg(exported(house, judged, "svg")),
    }
    documents = documents_of(house)

    for what, text in texts.items():
        ruled = rulings(json.loads(text), documents, tmp_path)
        show(what, ruled)
        assert all(ruling.accepted for ruling in ruled.values()), ruled
        assert all(ruled[judge].revoked is False for judge in SAYS_STATUS), ruled


def test_every_judge_that_reads_lists_sees_the_revocation(house: House, tmp_path: Path) -> None:
    credential_id = award_one(house, "revoked@example.org")
    before = documents_of(house)
    house.manage("revoke", credential_id, "--reason", "Awarded by mistake")
    document = json.loads(exported(house, credential_id, "ob3"))
    list_url = document["credentialStatus"]["statusListCredential"]
    wait_for(lambda: documents_of(house)[list_url] != before[list_url], seconds=15, what="the republished list")

    ruled = rulings(document, documents_of(house), tmp_path)

    show("after revoke", ruled)
    assert all(ruled[judge].revoked is True for judge in SAYS_STATUS), ruled
    assert not ruled["openvc-core"].accepted


def test_every_judge_refuses_an_expired_credential(house: House, tmp_path: Path) -> None:
    credential_id = award_one(house, "expired@example.org", awarded_on="2024-01-15", valid_until="2024-12-31")
    document = json.loads(exported(house, credential_id, "ob3"))

    ruled = rulings(document, documents_of(house), tmp_path)

    show("expired", ruled)
    assert not any(ruling.accepted for ruling in ruled.values()), ruled


def changed_byte(document: Document) -> None:
    document["credentialSubject"]["achievement"]["name"] += "x"


def undefined_term(document: Document) -> None:
    document["credentialSubject"]["honours"] = "summa cum laude"


def another_issuer(document: Document) -> None:
    issuer: Any = document["issuer"]
    issuer["id"] = issuer["id"].rsplit(":", 1)[0] + ":somebody-else"


@pytest.mark.parametrize("tamper", [changed_byte, undefined_term, another_issuer])
def test_every_judge_refuses_a_tampered_credential(
    house: House, judged: str, tmp_path: Path, tamper: Callable[[Document], None]
) -> None:
    document = json.loads(exported(house, judged, "ob3"))
    documents = documents_of(house)
    forged = copy.deepcopy(document)
    tamper(forged)
    did = document["issuer"]["id"]
    documents[forged["issuer"]["id"]] = documents.get(forged["issuer"]["id"], documents[did])

    ruled = rulings(forged, documents, tmp_path)

    show(tamper.__name__.replace("_", " "), ruled)
    assert not any(ruling.accepted for ruling in ruled.values()), ruled


def test_the_judges_run_offline(house: House, judged: str, tmp_path: Path) -> None:
    """Without the documents the JavaScript judges cannot accept: nothing is fetched behind our back."""
    document = json.loads(exported(house, judged, "ob3"))

    with pytest.raises((AssertionError, KeyError, subprocess.SubprocessError)):
        assert digitalbazaar(document, {}, tmp_path).accepted
