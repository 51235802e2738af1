"""The first run's broker: a message appears whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from config.celery import app

assert app.conf.broker_url  # registers folder://


def connection_to(folder: Path) -> Connection:
    (folder / "control").mkdir()
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
    }
    return Connection("folder://localhost", transport_options=options)


def messages_in(folder: Path) -> list[Path]:
    return list(folder.glob("*.msg"))


def test_message_is_complete_before_a_reader_can_see_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen_when_renamed = []
    rename = Path.replace

    def watched(draft: Path, target: Path) -> Path:
        seen_when_renamed.append((messages_in(tmp_path), json.loads(draft.read_text())))
        return rename(draft, target)

    monkeypatch.setattr(Path, "replace", watched)
    with connection_to(tmp_path) as connection:
        connection.SimpleQueue("first").put({"number": 1})

    (visible_before, content) = seen_when_renamed[0]
    assert visible_before == []
    assert "body" in content
    assert len(messages_in(tmp_path)) == 1


def test_messages_arrive_once(tmp_path: Path) -> None:
    with connection_to(tmp_path) as connection:
        # kombu remembers a process's bindings, so each test has a queue of its own
        queue = connection.SimpleQueue("second")
        for number in range(50):
            queue.put({"number": number})
        arrived = []
        for _message in range(50):
            message = queue.get(timeout=5)
            arrived.append(message.payload["number"])
            message.ack()

    assert sorted(arrived) == list(range(50))
    assert messages_in(tmp_path) == []


def test_broker_folder_that_is_gone_is_told_and_not_ignored(tmp_path: Path) -> None:
    with connection_to(tmp_path) as connection:
        channel = connection.channel()
        connection.transport_options["data_folder_out"] = str(tmp_path / "gone")

        with pytest.raises(ChannelError, match="cannot add a message"):
            channel._put("celery", {"number": 1})
