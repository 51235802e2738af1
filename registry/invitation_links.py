"""Links of invitations: made anew with each letter, so that what a letter before carried opens nothing any more."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid

from django.conf import settings

from registry.selectors import link_base_url

PURPOSE = b"testamur invitation v1"


def invitation_token(invitation_id: uuid.UUID, sending: int) -> str:
    """Return the secret (256 bits) of a letter of an invitation, counted from 1."""
    said = PURPOSE + invitation_id.bytes + sending.to_bytes(4, "big")
    return base64.urlsafe_b64encode(hmac.digest(settings.SECRET_KEY.encode(), said, "sha256")).decode().rstrip("=")


def token_hash(token: str) -> str:
    """Return the SHA-256 (hex) under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_url(token: str) -> str:
    """Return the absolute address that a letter carries."""
    return f"{link_base_url()}/account/invitation/{token}/"
