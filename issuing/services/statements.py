"""Statements that another room wants signed: the asking room fixes the facts and the id, the worker signs."""

from __future__ import annotations

import uuid

from registry.outbox import Topic, publish


def request_statement(*, document_id: uuid.UUID) -> None:
    """Ask the worker to sign a `SignedDocument` whose facts are fixed, in the caller's transaction."""
    publish(Topic.DOCUMENT_REQUESTED, {"kind": "statement", "id": str(document_id)})
