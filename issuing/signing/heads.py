"""The audit chain's head of each day, signed with the platform's key.

The chain alone tells that an entry was touched; whoever can write to the database could chain it anew. A head that
somebody else keeps tells that too.
"""

from __future__ import annotations

import datetime as dt

import jwt
from django.utils import timezone

from issuing.audit_heads import HEAD_TYPE, end_of_day, head_claims
from issuing.signing.intents import signature_now
from registry.models import AuditEntry, AuditHead, AuditSeal


def sign_head() -> None:
    """Sign the head of the last day that is over (UTC), once; nothing where nothing had happened by then.

    Raises:
        NoKeyYetError, KeyUnavailableError, SigningNotHereError: it has to wait.
    """
    now = timezone.now()
    day = now.astimezone(dt.UTC).date() - dt.timedelta(days=1)
    if AuditHead.objects.filter(day=day).exists():
        return
    by_then = {"at__lt": end_of_day(day)}
    if AuditEntry.objects.filter(seal=None, **by_then).exists():
        return  # the sealer comes first
    last = AuditSeal.objects.filter(entry__at__lt=end_of_day(day)).order_by("-position").first()
    if last is None:
        return
    head = AuditHead(day=day, position=last.position, hash=last.hash)
    signature = signature_now(None)
    head.signature = jwt.encode(
        head_claims(head, at=now),
        signature.private_key,
        algorithm="EdDSA",
        headers={"typ": HEAD_TYPE, "kid": signature.method},
    )
    AuditHead.objects.bulk_create([head], ignore_conflicts=True)  # another worker may have signed the same
