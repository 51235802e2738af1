"""Taking back what was stated: final, with a reason, told by the issuer's list."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from issuing.errors import (
    AlreadyRevokedError,
    NotSignedYetError,
    ReasonRequiredError,
    StatementNotFoundError,
    StatementStandsError,
)
from issuing.models import SignedDocument, StatementState
from issuing.rules import LONGEST_REASON, cleaned
from registry.actors import Actor
from registry.audit import record_act
from registry.models import Role
from registry.outbox import Topic, publish
from registry.permissions import has_role


@transaction.atomic
def withdraw_statement(*, document_id: uuid.UUID, reason: str, actor: Actor) -> None:
    """Withdraw a signed statement for good: its place in the issuer's list is marked.

    Raises:
        StatementNotFoundError: there is none, or `actor` does not administer the issuer that signed it.
        ReasonRequiredError: no reason, or one over 500 characters.
        NotSignedYetError: it still waits to be signed.
        StatementStandsError: its kind cannot be withdrawn, or it was refused.
        AlreadyRevokedError: it was withdrawn before.
    """
    text = cleaned(reason).text
    if not 0 < len(text) <= LONGEST_REASON:
        raise ReasonRequiredError
    rows = SignedDocument.objects.select_for_update(of=("self",)).select_related("issuer__node", "organisation")
    statement = rows.filter(pk=document_id).first()
    if statement is None or statement.issuer is None or not has_role(actor, statement.issuer.node, Role.ADMIN):
        raise StatementNotFoundError
    if statement.state == StatementState.ASKED:
        raise NotSignedYetError
    if statement.status_list_id is None or statement.state != StatementState.SIGNED:
        raise StatementStandsError
    if statement.withdrawn_at is not None:
        raise AlreadyRevokedError
    statement.withdrawn_at, statement.withdrawn_reason = timezone.now(), text
    statement.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    publish(Topic.STATUS_CHANGED, {"list_id": str(statement.status_list_id)}, tenant=statement.organisation_id)
    record_act(actor, f"{statement.kind}.withdrawn", statement, organisation=statement.organisation)
