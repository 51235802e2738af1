"""Acts on keys. The worker makes them; web and shell ask for it and wait."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from issuing.errors import KeyUnknownError
from issuing.models import SigningKey, StatusList
from registry.actors import Actor
from registry.alarms import AlarmCode, organisation_subject, resolve_alarms
from registry.audit import record_act
from registry.models import Issuer, Role
from registry.outbox import Topic, publish
from registry.permissions import require_operator, require_role


@transaction.atomic
def request_key_rotation(*, issuer: Issuer | None, actor: Actor) -> SigningKey | None:
    """Ask the worker to replace an issuer's key (the platform's without one); returns the key to be retired.

    Old credentials keep verifying with the key of their time; only the new one signs.

    Raises:
        RoleRequiredError: `actor` is not an administrator here.
    """
    _require(issuer, actor)
    key = SigningKey.objects.filter(issuer=issuer, retired_at=None).first()
    publish(
        Topic.KEY_REQUESTED,
        {"issuer_id": issuer and str(issuer.pk), "retire": key and str(key.pk)},
        tenant=_tenant(issuer),
    )
    if key is not None:
        record_act(actor, "key.rotation_requested", key, organisation=issuer.organisation if issuer else None)
    return key


@transaction.atomic
def mark_key_compromised(
    *, issuer: Issuer | None, actor: Actor, at: dt.datetime | None = None, key: SigningKey | None = None
) -> SigningKey:
    """Declare a key compromised since `at` (default now); its signatures stop counting, and the next one is asked for.

    Without `key` the current one is meant.

    Raises:
        RoleRequiredError: `actor` is not an administrator here.
        KeyUnknownError: the issuer has no such key.
    """
    _require(issuer, actor)
    now = timezone.now()
    keys = SigningKey.objects.select_for_update(of=("self",)).filter(issuer=issuer)
    found = keys.filter(pk=key.pk).first() if key else keys.filter(retired_at=None).first()
    if found is None:
        raise KeyUnknownError
    found.compromised_at = min(at or now, now)
    found.retired_at = found.retired_at or now
    found.save(update_fields=["compromised_at", "retired_at"])
    record_act(actor, "key.compromised", found, organisation=issuer.organisation if issuer else None)
    publish(Topic.KEY_REQUESTED, {"issuer_id": issuer and str(issuer.pk)}, tenant=_tenant(issuer))
    # Others can read a status list only under a key that still counts.
    lists = StatusList.objects.filter(issuer=issuer, published__isnull=False).distinct()
    for list_id in lists.values_list("id", flat=True):
        publish(Topic.STATUS_CHANGED, {"list_id": str(list_id)}, tenant=_tenant(issuer))
    return found


@transaction.atomic
def resume_signing(*, issuer: Issuer, actor: Actor) -> None:
    """Let an issuer sign again after an operator has found out why a signed text differed from its facts.

    Raises:
        OperatorRequiredError: `actor` does not run this installation.
    """
    require_operator(actor)
    Issuer.objects.filter(pk=issuer.pk).update(signing_stopped_at=None)
    resolve_alarms(AlarmCode.SELF_CHECK_FAILED, subject=organisation_subject(issuer.organisation_id))
    record_act(actor, "signing.resumed", issuer, organisation=issuer.organisation)


def _require(issuer: Issuer | None, actor: Actor) -> None:
    """Administrators act on their issuer's keys; the installation itself on its own."""
    if issuer is not None:
        require_role(actor, issuer.node, Role.ADMIN)
    else:
        require_operator(actor)


def _tenant(issuer: Issuer | None) -> uuid.UUID | None:
    return issuer.organisation_id if issuer is not None else None
