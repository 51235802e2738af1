"""Claim links: a token that carries the award's id and its last day, and proves that we made it; none is stored.

A link ends, whatever is written later: a letter carries a link of its own, so that no letter opens again what has
ended. All links of an award can be withdrawn: which count of withdrawals a link was made at stands in it too, so that
the database knows withdrawals alone. Links of mails sent before links ended carry the award's id only.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
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
DAY_BYTES = 2
FIRST_DAY = dt.date(2020, 1, 1)
PURPOSE = b"testamur claim link v1"


class LinkKey(NamedTuple):
    """What a token of ours says: an award, how often its links had been withdrawn, and the last day; None: an old one."""

    award_id: uuid.UUID
    number: int
    until: dt.date | None


def claim_token(award_id: uuid.UUID, *, until: dt.date | None = None, number: int = 0) -> str:
    """Return the token that opens an award through a day; without one, that of the mails before links ended."""
    body = award_id.bytes
    if until is not None:
        body += number.to_bytes(NUMBER_BYTES, "big") + (until - FIRST_DAY).days.to_bytes(DAY_BYTES, "big")
    return base64.urlsafe_b64encode(body + _tag(body, settings.SECRET_KEY)).decode().rstrip("=")


def claim_url(
    award_id: uuid.UUID, *, base_url: str | None = None, until: dt.date | None = None, number: int = 0
) -> str:
    """Return the absolute address that opens an award for its bearer; see `claim_token`."""
    return f"{base_url or link_base_url()}/claim/{claim_token(award_id, until=until, number=number)}"


def key_in(token: str) -> LinkKey | None:
    """Return what a token opens, None for anything that we did not make. Older secret keys still count."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != token:
        return None
    body, tag = raw[:-TAG_BYTES], raw[-TAG_BYTES:]
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    holds = [hmac.compare_digest(tag, _tag(body, secret)) for secret in secrets]
    # What we made has one of two lengths, and no other length can hold.
    return _key(body) if any(holds) else None


def _key(body: bytes) -> LinkKey:
    award_id, rest = uuid.UUID(bytes=body[:ID_BYTES]), body[ID_BYTES:]
    if not rest:
        return LinkKey(award_id, 0, None)
    until = FIRST_DAY + dt.timedelta(days=int.from_bytes(rest[NUMBER_BYTES:], "big"))
    return LinkKey(award_id, int.from_bytes(rest[:NUMBER_BYTES], "big"), until)


def withdrawals_of(award_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return {award: how often its links were withdrawn}, which is the number of those that open now; one query."""
    rows = ClaimLinkWithdrawal.objects.filter(award__any_of=award_ids).values("award_id").annotate(count=Count("id"))
    return {row["award_id"]: row["count"] for row in rows}


def _tag(body: bytes, secret: str) -> bytes:
    key = hashlib.sha256(PURPOSE + secret.encode()).digest()
    return hmac.digest(key, body, "sha256")[:TAG_BYTES]
