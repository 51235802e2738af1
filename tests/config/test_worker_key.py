import os

import pytest

from config.worker_key import key_source


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    monkeypatch.delenv("KEY_ENCRYPTION_KEY_FD", raising=False)
    monkeypatch.delenv("KEY_ENCRYPTION_KEY_FILE", raising=False)


def test_process_without_either_variable_has_no_key():
    assert key_source() is None


def test_pipe_is_read_once_closed_and_forgotten(monkeypatch):
    reader, writer = os.pipe()
    os.write(writer, b"key\n")
    os.close(writer)
    monkeypatch.setenv("KEY_ENCRYPTION_KEY_FD", str(reader))

    source = key_source()

    assert (source(), source()) == (b"key\n", b"key\n")
    assert "KEY_ENCRYPTION_KEY_FD" not in os.environ
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(reader)


def test_file_is_read_each_time(monkeypatch, tmp_path):
    file = tmp_path / "key"
    file.write_bytes(b"one")
    monkeypatch.setenv("KEY_ENCRYPTION_KEY_FILE", str(file))
    source = key_source()
    file.write_bytes(b"two")

    assert source() == b"two"

    file.unlink()
    with pytest.raises(FileNotFoundError):
        source()
