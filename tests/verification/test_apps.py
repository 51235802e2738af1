"""The house starts with the standard contexts that it is pinned to, or not at all."""

from pathlib import Path

import pytest
from django.apps import apps

from credentials import contexts
from credentials.contexts import CREDENTIALS_V2, context_bytes
from credentials.errors import UnknownContextError


def test_house_with_a_changed_context_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    changed = tmp_path / "context.json"
    changed.write_bytes(context_bytes(CREDENTIALS_V2) + b" ")
    context_bytes.cache_clear()
    monkeypatch.setattr(contexts, "_path_of", lambda _url: changed)

    try:
        with pytest.raises(UnknownContextError, match="not the pinned"):
            apps.get_app_config("verification").ready()
    finally:
        context_bytes.cache_clear()
