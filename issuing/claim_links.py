"""Claim links: a token that carries the award's id and proves that we made it; none is stored.

A link ends some months after the last letter that carried it, and can be withdrawn: then the award's next letter
carries another. Which link of an award it is stands in the token, so that the database knows withdrawals alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count

from issuing.models import ClaimLinkWithdrawal
from registry.selectors import link_base_url

TAG_BYTES = 20
ID_BYTES = 16
NUMBER_BYTES = 2
PURPOSE = b"testamur claim link v1"


class LinkKey(NamedTuple):
    """What a token of ours says: an award, and which of its links it is. The first one's number is 0."""

    award_id: uuid.UUID
    number: int


def claim_token(award_id: uuid.UUID, *, number: int = 0) -> str:
    """Return the token of an award, the same each time, so that a repeated mail carries the same link."""
    body = award_id.bytes + (number.to_bytes(NUMBER_BYTES, "big") if number else b"")
    return base64.urlsafe_b64encode(body + _tag(body, settings.SECRET_KEY)).decode().rstrip("=")


def claim_url(award_id: uuid.UUID, *, base_url: str | None = None, number: int = 0) -> str:
    """Return the absolute address that opens an award for its bearer."""
    return f"{base_url or link_base_url()}/claim/{claim_token(award_id, number=number)}"


def key_in(token: str) -> LinkKey | None:
    """Return what a token opens, None for anything that we did not make. Older secret keys still count."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    body, tag = raw[:-TAG_BYTES], raw[-TAG_BYTES:]
    if len(body) not in (ID_BYTES, ID_BYTES + NUMBER_BYTES):
        return None
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != token:
        return None
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    holds = [hmac.compare_digest(tag, _tag(body, secret)) for secret in secrets]
    if not any(holds):
        return None
    return LinkKey(uuid.UUID(bytes=body[:ID_BYTES]), int.from_bytes(body[ID_BYTES:], "big"))


def withdrawals_of(award_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return {award: how many of its links were withdrawn}, which is the number of the one that opens now; one query."""
    rows = ClaimLinkWithdrawal.objects.filter(award__any_of=award_ids).values("award_id").annotate(count=Count("id"))
    return {row["award_id"]: row["count"] for row in rows}


def _tag(body: bytes, secret: str) -> bytes:
    key = hashlib.sha256(PURPOSE + secret.encode()).digest()
    return hmac.digest(key, body, "sha256")[:TAG_BYTES]
