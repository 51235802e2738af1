"""Signing again what a compromised key has signed: all that still stands of it is drafted as one change of many."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from issuing.errors import CredentialNotFoundError
from issuing.key_history import to_sign_again
from issuing.models import BulkChange, ChangeKind, SigningKey
from issuing.services.changing_many import MOST_AT_ONCE, ChangeOrder, draft_change
from registry.actors import Actor
from registry.models import Role
from registry.permissions import has_role, require_role


@transaction.atomic
def draft_signing_again(*, key: SigningKey, since: dt.datetime | None = None, actor: Actor) -> BulkChange:
    """Keep which certificates of a compromised key are to be signed again; nothing is before `confirm_change`.

    The earliest 10,000 are taken; of more, a further draft takes the rest once these are replaced.

    Args:
        key: an issuer's.
        since: only what we recorded as signed from then on; None takes all of it.
        actor: somebody who may award there.

    Raises:
        CredentialNotFoundError: `actor` may not know of the issuer.
        RoleRequiredError, ScopeRequiredError: `actor` may not award there.
        NothingToChangeError: the key was not reported, or nothing of it still stands.
    """
    issuer = key.issuer
    if issuer is None or not has_role(actor, issuer.node, Role.VIEWER):
        raise CredentialNotFoundError
    require_role(actor, issuer.node, Role.AWARDER)
    rows = to_sign_again(key, since=since).values_list("pk", flat=True)[:MOST_AT_ONCE]
    named = [str(pk) for pk in rows]
    order = ChangeOrder(organisation=issuer.organisation, kind=ChangeKind.SIGN_AGAIN, named=named)
    return draft_change(order=order, actor=actor)
