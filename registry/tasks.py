"""The registry's task."""

from __future__ import annotations

from celery import shared_task
from django.db import IntegrityError

from registry.audit import SEAL_CHUNK, seal_entries


@shared_task(name="registry.seal_audit_trail")
def seal_audit_trail() -> None:
    """Chain the audit entries that are not sealed yet: a turn of the nudge, and every hour for those it did not see."""
    try:
        while seal_entries() == SEAL_CHUNK:
            continue
    except IntegrityError:
        return  # another sealer took the same positions first; the rest is sealed at the next nudge
