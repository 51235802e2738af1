"""Files as they arrive at the desk: what is true of each, on the page, in the API and in the shell alike.

The files and what is true of them: `desk/README.md` of the vectors, its column "now".
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils.translation import override

from tests.integrations.builders import Machine
from tests.vectors.vectors import VECTORS_DIR
from tests.verification.builders import vouch_for

pytestmark = pytest.mark.django_db
DESK = VECTORS_DIR / "desk"
COLLEGE = "did:key:z6MkiTcu6UFJBUZvh7onnvEUe1sWHVCXXKtor3gUGd4D3esG"
CHARITE = "Charité Berlin with AI Campus"
NOT_KNOWN, OPEN, GENUINE = "issuer-not-known", "could-not-confirm", "genuine"
KIND, PROOF, METHOD = "kind-not-supported", "proof-not-supported", "method-not-supported"
EXITS = {GENUINE: 0, NOT_KNOWN: 2, OPEN: 2, "not-a-certificate": 1, "unsigned": 1}
OVER = "Its dates are over"


@dataclass(frozen=True)
class Expected:
    """What is true of one file: verdict, reason, words on its page, and words that must not be there."""

    verdict: str
    reason: str = ""
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    holder: str = ""


def departs(place: str) -> Expected:
    return Expected(OPEN, "departs-from-standard", (place,), ("Not genuine",))


NOW = {
    "X1a-self-made-key-names-a-registered-issuer.json": Expected(
        NOT_KNOWN, says=("another key uses the name of a registered issuer", CHARITE), never=("awarded this to",)
    ),
    "X10-self-made-key-registered-name-expired.json": Expected(
        NOT_KNOWN, says=(OVER, "another key uses the name"), never=("Genuine, but expired", "awarded this to")
    ),
    "X1h-issuer-name-is-a-sentence.json": Expected(NOT_KNOWN, says=("which calls itself “<bdi>", "…</bdi>”")),
    "G01-purpose-Revocation.json": Expected(OPEN, "status-kind-unknown"),
    "G04-proof-created-2030.json": Expected(OPEN, "signed-in-the-future"),
    "G07-endorsement-credential.json": Expected(
        "not-a-certificate", says=("an endorsement", "Fine.", "Verifiable Credentials 2.0")
    ),
    "X5-https-issuer.json": Expected(OPEN, METHOD),
    "pub-1edtech-ob30-simple.json": Expected(OPEN, METHOD),
    "J04-es256-did-jwk.jwt": Expected(OPEN, METHOD),
    "J06-exp-in-past-no-validUntil.jwt": Expected(NOT_KNOWN, says=(OVER,)),
    "J09-header-with-jwk.jwt": Expected(NOT_KNOWN),
    "J22-typ-lower.jwt": Expected(NOT_KNOWN),
    "J29-sub-missing.jwt": Expected(NOT_KNOWN),
    "J12-wrapped-at-76.jwt": Expected(NOT_KNOWN),
    "J16-enveloped.json": Expected(NOT_KNOWN),
    "A08a-hash-upper-case-hex.json": Expected(GENUINE, holder="pat@example.org"),
    "A08b-hash-over-mixed-case-email.json": Expected(GENUINE, holder="Pat.Example@Example.org"),
    "S1-refresh-service-own-id.json": Expected(GENUINE),
    "P12-doctype.svg": Expected(GENUINE),
    "T02-utf16.json": Expected(GENUINE),
    "T05-code-fence.txt": Expected(GENUINE),
    "W5-tampered-did-web-unreachable.json": Expected(
        OPEN, "unreachable", ("did not answer",), ("was changed", "Unchanged since it was signed</b><span>Passed")
    ),
    "X3-empty-arrays.json": departs("credentialSubject/achievement/alignment<"),
    "X2-subject-with-name-only.json": departs("<bdi>credentialSubject<"),
    "G10-type-not-in-list.json": departs("credentialSubject.achievement.achievementType<"),
    "G25-activity-date-only.json": departs("credentialSubject.activityEndDate<"),
    "pub-spec-unsigned-example.json": Expected("unsigned", says=("anybody can write such a file",)),
    "pub-dcc-v2-ed25519signature2020.json": Expected(OPEN, PROOF),
    "pub-dcc-v2-both-signatures.json": Expected(NOT_KNOWN),
    "pub-dcc-vcdm11-eddsa.json": Expected(OPEN, KIND, ("on the older data model 1.1",)),
    "O1-ob2.json": Expected(OPEN, KIND, ("an Open Badge 2.0",)),
    "pub-1edtech-ob20-basic-assertion.json": Expected(OPEN, KIND, ("an Open Badge 2.0",)),
    "A02a-vp-good.json": Expected(OPEN, KIND, ("a presentation",)),
    "pub-1edtech-simple-json.svg": Expected(OPEN, METHOD),
}


@pytest.fixture(autouse=True)
def register(monkeypatch, missing):
    """Know the college that signed half of them and the name that some use; reach nobody."""
    if not DESK.is_dir():
        missing(f"VECTORS NOT FOUND: {DESK}; set VECTORS_DIR")
    vouch_for(COLLEGE)
    vouch_for("did:web:charite.example", CHARITE)
    monkeypatch.setattr("socket.create_connection", lambda *_a, **_k: pytest.fail("connected"))
    monkeypatch.setattr("socket.getaddrinfo", unreachable)


def unreachable(*_args, **_kwargs):
    raise OSError("no network")


def page(file: Path, expected: Expected) -> tuple[str, str, str]:
    """Return verdict and reason of the page for a file, and the page."""
    given = {"file": SimpleUploadedFile(file.name, file.read_bytes()), "holder": expected.holder}
    answer = Client().post("/verify", given)
    text = answer.content.decode()
    assert answer.status_code == 200, text[:300]
    said = text.split("<main", 1)[1].split(">", 1)[0]
    return (*(said.partition(f'{name}="')[2].partition('"')[0] for name in ("data-verdict", "data-reason")), text)


def api(file: Path) -> tuple[str, str]:
    """Return verdict and reason of the API, given the file's text; None where a file is no text that JSON can hold."""
    answer = Machine().post("/api/v1/verify", {"credential": file.read_bytes().decode(encoding_of(file))}).json()
    return answer["verdict"], answer.get("reason", "")


def encoding_of(file: Path) -> str:
    return "utf-16" if file.read_bytes().startswith(b"\xff\xfe") else "utf-8"


def shell(file: Path, expected: Expected) -> tuple[str, str, int]:
    """Return verdict, reason and exit code of the shell."""
    out = io.StringIO()
    options = ["--holder", expected.holder] if expected.holder else []
    code: object = 0
    try:
        call_command("verify", str(file), "--json", *options, stdout=out)
    except SystemExit as end:
        code = end.code
    report = json.loads(out.getvalue())
    if expected.holder:
        assert next(each["outcome"] for each in report["checks"] if each["check"] == "holder") == "passed"
    return report["verdict"], report.get("reason", ""), int(str(code))


def test_every_file_gets_its_answer_on_page_api_and_shell(capsys):
    files = sorted(file for file in DESK.iterdir() if file.name != "README.md")
    lines, wrong = [f"{'file':<52} {'expected':<40} {'page':<40} {'API':<40} shell"], []
    for file in files:
        expected = NOW[file.name]
        *on_page, text = page(file, expected)
        by_api = api(file)
        *in_shell, code = shell(file, expected)
        told = [" ".join(filter(None, each)) for each in (on_page, by_api, in_shell)]
        wanted = " ".join(filter(None, (expected.verdict, expected.reason)))
        lines.append(f"{file.name:<52} {wanted:<40} {told[0]:<40} {told[1]:<40} {told[2]} ({code})")
        missing = [words for words in expected.says if words not in text]
        there = [words for words in expected.never if words in text]
        if set(told) != {wanted} or code != EXITS[expected.verdict] or missing or there:
            wrong.append((file.name, missing, there))
    with capsys.disabled():
        print("", *lines, sep="\n")

    assert [file.name for file in files] == sorted(NOW)
    assert wrong == [], "\n".join(lines)


def test_no_file_of_others_is_called_forged_or_unreadable_in_german_either():
    """The words say the same in both languages: no "nicht echt" where nothing was proven."""
    with override("de"):
        for name, expected in NOW.items():
            answer = Client(headers={"accept-language": "de"}).post(
                "/verify", {"file": SimpleUploadedFile(name, (DESK / name).read_bytes())}
            )
            heading = answer.content.decode().split('<h1 class="word">', 1)[1].split("</h1>", 1)[0]
            assert "Nicht echt" not in heading, name
            assert ("Echt und gültig" in heading) == (expected.verdict == GENUINE), (name, heading)
