"""Claim links: a token that carries the award's id and proves that we made it; nothing is stored."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import uuid

from django.conf import settings

from registry.selectors import link_base_url

TAG_BYTES = 20
ID_BYTES = 16
PURPOSE = b"testamur claim link v1"


def claim_token(award_id: uuid.UUID) -> str:
    """Return the token of an award, the same each time, so that a repeated mail carries the same link."""
    return base64.urlsafe_b64encode(award_id.bytes + _tag(award_id, settings.SECRET_KEY)).decode().rstrip("=")


def claim_url(award_id: uuid.UUID, *, base_url: str | None = None) -> str:
    """Return the absolute address that opens an award for its bearer."""
    return f"{base_url or link_base_url()}/claim/{claim_token(award_id)}"


def award_id_in(token: str) -> uuid.UUID | None:
    """Return the award that a token opens, None for anything that we did not make. Older secret keys still count."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    if len(raw) != ID_BYTES + TAG_BYTES or base64.urlsafe_b64encode(raw).decode().rstrip("=") != token:
        return None
    award_id = uuid.UUID(bytes=raw[:ID_BYTES])
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    holds = [hmac.compare_digest(raw[ID_BYTES:], _tag(award_id, secret)) for secret in secrets]
    return award_id if any(holds) else None


def _tag(award_id: uuid.UUID, secret: str) -> bytes:
    key = hashlib.sha256(PURPOSE + secret.encode()).digest()
    return hmac.digest(key, award_id.bytes, "sha256")[:TAG_BYTES]
