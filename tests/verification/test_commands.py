"""The shell: the same answers, with exit codes."""

from __future__ import annotations

import io
import json
import sys
import uuid
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from credentials.baking import extract_png, extract_svg
from credentials.dids import verification_method
from issuing.services import revoke_credential
from registry.actors import SYSTEM
from tests.issuing.builders import drain_all, signing_here
from tests.verification.builders import document_of, signed_credential

pytestmark = pytest.mark.django_db


def verify(source: object, *options: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("verify", str(source), *options, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_a_file_an_address_and_a_number_are_verified(tmp_path: Path):
    credential = signed_credential(visibility="private")
    file = tmp_path / "c.json"
    file.write_text(credential.document or "")

    for source in (file, document_of(credential)["id"], credential.pk):
        code, told = verify(source)
        assert (code, told.splitlines()[0]) == (0, "genuine"), source
    code, told = verify(file, "--json")
    assert json.loads(told)["verdict"] == "genuine"


def test_standard_input_is_verified(monkeypatch):
    credential = signed_credential()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((credential.document or "").encode())))

    assert verify("-")[0] == 0


def test_exit_codes_tell_invalid_from_unknown(tmp_path: Path):
    credential = signed_credential()
    forged = tmp_path / "forged.json"
    forged.write_text((credential.document or "").replace("Ada", "Eda"))
    unknown = signed_credential(trusted=False)

    assert verify(forged)[0] == 1
    assert verify(tmp_path / "missing.json")[0] == 1
    assert verify(uuid.uuid4())[0] == 2
    assert verify(unknown.pk)[0] == 2
    revoke_credential(credential_id=credential.pk, reason="error", actor=SYSTEM)
    assert verify(credential.pk)[0] == 1


def exported(credential: object, kind: str, tmp_path: Path) -> bytes:
    file = tmp_path / f"out.{kind}"
    call_command("export", str(credential), "--format", kind, "-o", str(file))
    return file.read_bytes()


def test_every_form_holds_the_stored_text(tmp_path: Path):
    credential = signed_credential()
    text = credential.document

    assert exported(credential.pk, "ob3", tmp_path).decode() == text
    assert extract_png(exported(credential.pk, "png", tmp_path)) == text
    assert extract_svg(exported(credential.pk, "svg", tmp_path)) == text


def test_a_token_waits_for_the_worker(tmp_path: Path, monkeypatch):
    credential = signed_credential()
    monkeypatch.setattr("verification.management.commands.export.PATIENCE_SECONDS", 0.1)
    with pytest.raises(SystemExit) as end:
        exported(credential.pk, "jwt", tmp_path)
    assert end.value.code == 2
    with signing_here():
        drain_all()

    (tmp_path / "token").write_bytes(exported(credential.pk, "jwt", tmp_path))
    assert verify(tmp_path / "token")[0] == 0


@pytest.mark.parametrize("kind", ["pdf", "ob2", "bundle"])
def test_a_form_of_later_is_refused(kind):
    with pytest.raises(CommandError, match="later"):
        call_command("export", str(uuid.uuid4()), "--format", kind)


def test_what_is_not_there_cannot_be_exported():
    for number in (str(uuid.uuid4()), "rubbish"):
        with pytest.raises(CommandError):
            call_command("export", number, "--format", "ob3")


def test_did_documents_hold_all_that_a_stranger_needs():
    credential = signed_credential(suspendable=True)
    out = io.StringIO()
    call_command("did_documents", stdout=out)
    found = json.loads(out.getvalue())
    document = document_of(credential)

    did = document["issuer"]["id"]
    assert verification_method(found[did], document["proof"][0]["verificationMethod"], "assertionMethod")
    for entry in document["credentialStatus"]:
        assert found[entry["statusListCredential"]]["credentialSubject"]["statusPurpose"] == entry["statusPurpose"]
