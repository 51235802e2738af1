"""Frozen contexts: pinned, complete, and never fetched."""

import hashlib
import socket
from pathlib import Path

import pytest

from credentials import contexts
from credentials.canonical import canonical_nquads
from credentials.contexts import (
    CONTEXT_SHA256,
    CREDENTIALS_V2,
    EXAMPLES_V2,
    OPEN_BADGES_V3,
    STANDARD,
    check_pins,
    context_bytes,
)
from credentials.errors import UnknownContextError
from tests.credentials.builders import EXAMPLES, credential


def test_every_context_is_the_pinned_one() -> None:
    check_pins()

    for url, digest in CONTEXT_SHA256.items():
        assert hashlib.sha256(context_bytes(url)).hexdigest() == digest
        assert "@context" in STANDARD.load(url)


def test_changed_context_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "context.json"
    changed.write_bytes(context_bytes(CREDENTIALS_V2) + b" ")
    context_bytes.cache_clear()
    monkeypatch.setattr(contexts, "_path_of", lambda url: changed)

    try:
        with pytest.raises(UnknownContextError, match="not the pinned"):
            check_pins()
    finally:
        context_bytes.cache_clear()


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    context_bytes.cache_clear()
    monkeypatch.setattr(contexts, "find_spec", lambda package: None)

    with pytest.raises(UnknownContextError, match="openbadgeslib"):
        check_pins()


def test_unknown_context_is_refused_without_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_socket(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", no_socket)
    monkeypatch.setattr(socket, "getaddrinfo", no_socket)

    with pytest.raises(UnknownContextError):
        canonical_nquads(credential(**{"@context": [CREDENTIALS_V2, "https://unknown.example/v1"]}))
    assert "https://unknown.example/v1" not in STANDARD.documents
    with pytest.raises(UnknownContextError):
        context_bytes("https://unknown.example/v1")


def test_extra_context_is_known_to_its_own_set_alone() -> None:
    document = credential(**{"@context": [CREDENTIALS_V2, EXAMPLES_V2]})

    assert "urn:uuid" in canonical_nquads(document, contexts=EXAMPLES)
    with pytest.raises(UnknownContextError):
        canonical_nquads(document)


def test_names_are_known_by_their_addresses() -> None:
    names = STANDARD.names_by_iri

    assert names["https://www.w3.org/2018/credentials#validUntil"] == {"validUntil"}
    assert names["https://w3id.org/security#proofValue"] == {"proofValue"}
    assert any("creditsEarned" in of_iri for of_iri in names.values())
    assert OPEN_BADGES_V3 in STANDARD.documents
