"""Taking single rows out of a file that waits for a second person or a body, with the reason why."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db import transaction

from issuing.errors import BatchStateError, CredentialNotFoundError, TooManyRowsError
from issuing.models import Award, AwardState, Batch
from issuing.services.approving import DECIDED_AT_ONCE, refuse_awards, require_decider
from registry.actors import Actor
from registry.selectors import as_now


@transaction.atomic
def refuse_rows(*, batch_id: uuid.UUID, rows: Collection[int], reason: str, actor: Actor, party: str = "") -> int:
    """Refuse the awards of some rows of a file that wait; the others go on waiting. Returns how many ended.

    Args:
        batch_id: of the file.
        rows: as the file counts them; at most a hundred, those that wait no more are passed over.
        reason: why, for the file.
        actor: a second person, or somebody who decides for a body that awards jointly.
        party: that body, by its organisation's slug; empty for a second person.

    Raises:
        CredentialNotFoundError: there is no such file, or `actor` may not know of it.
        RoleRequiredError, ScopeRequiredError: `actor` may not decide this.
        TooManyRowsError: more than a hundred.
        BatchStateError: none of the rows waits.
        Others: as `refuse_awards`.
    """
    batch = Batch.objects.select_for_update(of=("self",)).filter(pk=batch_id).first()
    awards = Award.objects.filter(batch=batch_id)
    first = awards.select_related("organisation", "version__achievement__issuer__node").order_by("row_number").first()
    if batch is None or first is None:
        raise CredentialNotFoundError
    actor = as_now(actor)
    require_decider(award=first, actor=actor, party=party)
    if len(rows) > DECIDED_AT_ONCE:
        raise TooManyRowsError(most=DECIDED_AT_ONCE)
    waiting = awards.filter(state=AwardState.AWAITING_APPROVAL, row_number__in=rows)
    ids = list(waiting.order_by("id").values_list("pk", flat=True))
    if not ids:
        raise BatchStateError(state=batch.get_state_display())
    for award_id in ids:
        refuse_awards(subject_id=award_id, reason=reason, actor=actor, party=party)
    return len(ids)
