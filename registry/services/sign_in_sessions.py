"""Acts on where somebody is signed in: sessions ended by their owner, and forgotten when they are over."""

from __future__ import annotations

from collections.abc import Collection

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from registry.actors import Actor
from registry.audit import record_act
from registry.models import User

FORGOTTEN_AT_ONCE = 10_000


@transaction.atomic
def end_sessions(*, user: User, actor: Actor, only: Collection[int] | None = None, keep: str = "") -> int:
    """Sign somebody out elsewhere; returns of how many browsers.

    Args:
        user: whose sessions end; nobody else's are touched, whatever `only` names.
        actor: who ends them.
        only: ids of sessions as `sessions_of` tells them; None means all.
        keep: the key of the session that goes on.
    """
    ended = UserSession.objects.select_for_update().filter(user=user).exclude(session_key=keep)
    if only is not None:
        ended = ended.filter(pk__in=only)
    keys = list(ended.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    if keys:
        record_act(actor, "sessions.ended", user, count=len(keys))
    return len(keys)


def forget_ended_sessions() -> int:
    """Remove sessions that are over, and what was noted of their browsers; returns how many rows, at most so many."""
    over = Session.objects.filter(expire_date__lt=timezone.now()).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]
    removed: int = Session.objects.filter(pk__in=list(over)).delete()[0]
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    notes = UserSession.objects.filter(~Exists(alive)).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]
    removed += UserSession.objects.filter(pk__in=list(notes)).delete()[0]
    return removed
