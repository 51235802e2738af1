"""The same credential in other forms, made from the stored bytes when somebody asks."""

from __future__ import annotations

import json
import re
import time

from django.db import transaction

from catalogue.models import StoredImage
from credentials.baking import bake_png, bake_svg
from issuing.models import Credential
from registry.models import OutboxMessage
from registry.outbox import TENANT, Topic, publish
from verification.errors import NoPictureError, TokenStillMadeError
from verification.selectors import wrapping

_SHA = re.compile(r"/media/([0-9a-f]{64})\.png$")
JWT = "jwt"
WAIT_SECONDS = 2.0
"""How long a request for a token waits for the worker; the pool `waits` bounds how many threads do."""
_PAUSE_SECONDS = 0.05


def token(credential: Credential, *, seconds: float) -> str:
    """Return the credential as a JWT. The worker signs it at the first request, and is waited for.

    Raises:
        TokenStillMadeError: not there after `seconds`; it has been asked for.
    """
    until = time.monotonic() + seconds
    asked = False
    while (stored := wrapping(credential, JWT)) is None:
        if not asked:
            request_token(credential)
            asked = True
        if time.monotonic() >= until:
            raise TokenStillMadeError(retry_after=1)
        time.sleep(_PAUSE_SECONDS)
    return stored.decode("ascii")


@transaction.atomic
def request_token(credential: Credential) -> None:
    """Ask the worker for the JWT, once."""
    payload = {"kind": JWT, "id": str(credential.pk)}
    written = payload | {TENANT: str(credential.organisation_id)}
    waiting = OutboxMessage.objects.filter(topic=Topic.DOCUMENT_REQUESTED, done_at=None, payload=written)
    if not waiting.exists():
        publish(Topic.DOCUMENT_REQUESTED, payload, tenant=credential.organisation_id)


def baked_png(credential: Credential) -> bytes:
    """Return the badge with the credential inside. Raises NoPictureError."""
    return bake_png(bytes(_picture(credential).png), credential.document or "")


def baked_svg(credential: Credential) -> bytes:
    """Return the drawn badge with the credential inside. Raises NoPictureError."""
    drawing = _picture(credential).svg
    if not drawing:
        raise NoPictureError
    return bake_svg(drawing.encode(), credential.document or "")


def _picture(credential: Credential) -> StoredImage:
    """Return the picture that the document names: it is stored by its content, so it cannot have changed."""
    subject = json.loads(credential.document or "{}").get("credentialSubject", {})
    image = subject.get("achievement", {}).get("image", {})
    found = _SHA.search(str(image.get("id", "")))
    picture = StoredImage.objects.filter(pk=found[1]).first() if found else None
    if picture is None:
        raise NoPictureError
    return picture
