"""The opening of a second start on another port: links open there, ids stay."""

import io
import json
import sys
from pathlib import Path

import pytest

from config.bootstrap import opening
from config.bootstrap.opening import Opening
from config.bootstrap.stopping import StopWish


def test_the_demo_credentials_link_opens_on_the_port_of_this_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    said = {
        "seed_demo": json.dumps(
            {"credential": "http://localhost:8000/c/0a1b", "people": {"learner": "a@example.org"}}
        ),
        "sign_in_links": json.dumps({"learner": "http://localhost:8111/account/sign-in/x"}),
    }
    monkeypatch.setattr(opening, "run_command", lambda name, *_arguments, stop: said[name])
    second = Opening(url="http://localhost:8111", port=8111, certificate=None, file=tmp_path / "start.json")

    second.fill(demo=True, stop=StopWish())

    assert second.credential_url == "http://localhost:8111/c/0a1b"


LINK = "http://localhost:8111/account/sign-in/secret-of-the-operator"


def announced(monkeypatch, file: Path, *, terminal: bool) -> str:
    """Return what an open house prints."""
    written = io.StringIO()
    written.isatty = lambda: terminal
    monkeypatch.setattr(sys, "stdout", written)
    house = Opening(url="http://localhost:8111", port=8111, certificate=None, file=file, sign_in={"operator": LINK})
    monkeypatch.setattr(Opening, "_verdict", lambda _self: "open")
    house.look()
    return written.getvalue()


def test_sign_in_links_are_printed_for_a_person(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    assert f"sign in once as operator: {LINK}" in announced(monkeypatch, tmp_path / "start.json", terminal=True)


def test_log_of_a_house_holds_no_sign_in_link_but_says_where_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    file = tmp_path / "start.json"
    told = announced(monkeypatch, file, terminal=False)

    assert "secret-of-the-operator" not in told
    assert str(file) in told
    assert json.loads(file.read_text())["sign_in"] == {"operator": LINK}
    assert file.stat().st_mode & 0o777 == 0o600
