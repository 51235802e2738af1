"""N4: every signed statement is byte for byte what was signed, says what was fixed, and verifies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from credentials.errors import CredentialError
from issuing.fsck.breaches import Breach, breach_of
from issuing.fsck.decoder import signature_holds
from issuing.fsck.documents import Contexts
from issuing.models import SignedDocument, StatementState
from issuing.statement_documents import document_of

READ_CHUNK = 500


def statements_hold() -> Iterator[Breach]:
    """N4: digest, facts, signature and signer of every statement; there are few beside the credentials."""
    contexts = Contexts()
    problems: dict[str, list[object]] = {}
    signed = SignedDocument.objects.filter(state=StatementState.SIGNED).select_related("key").order_by("pk")
    for statement in signed.iterator(chunk_size=READ_CHUNK):
        for problem in _problems(statement, contexts):
            problems.setdefault(problem, []).append(statement.pk)
    for problem, ids in problems.items():
        yield from breach_of("N4", problem, ids)


def _problems(statement: SignedDocument, contexts: Contexts) -> Iterator[str]:
    text = statement.document
    if hashlib.sha256(text.encode()).hexdigest() != statement.sha256:
        yield "stored bytes of a statement differ from their digest"
    try:
        document = json.loads(text)
        document.pop("proof")
        if document != document_of(statement):
            yield "statement differs from the facts that were fixed"
    except (CredentialError, ValueError, KeyError, TypeError, AttributeError):
        yield "statement cannot be told again from its facts"
        return
    key = statement.key
    if key is None or key.issuer_id != statement.issuer_id:
        yield "statement signed by another key than its issuer's"
        return
    try:
        if not signature_holds(text, key.public_multibase, contexts):
            yield "signature of a statement does not hold"
    except (ValueError, KeyError, TypeError, SyntaxError):
        yield "statement cannot be read"
