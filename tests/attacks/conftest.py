"""What attacks of several files share."""

import pytest


@pytest.fixture
def no_way_out(monkeypatch):
    """Whatever hostile documents name, nothing of it is fetched."""
    monkeypatch.setattr("socket.create_connection", lambda *_a, **_k: pytest.fail("connected"))
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: pytest.fail("resolved"))
