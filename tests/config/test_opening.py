"""The opening of a second start on another port: links open there, ids stay."""

import json
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
