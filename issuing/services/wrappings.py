"""Other forms of a credential, made once: images here, the JWT by the worker."""

from __future__ import annotations

import hashlib
import uuid

from catalogue.selectors import stored_image
from credentials.baking import bake_png, bake_svg
from issuing.errors import CredentialNotFoundError, NotSignedYetError
from issuing.models import Credential, Wrapping
from registry.errors import NotFoundError
from registry.outbox import Topic, publish

KINDS = ("jwt", "png", "svg")


def wrapping_of(*, credential: Credential, kind: str) -> bytes:
    """Return a credential as `jwt`, `png` or `svg`; made on first demand, the same bytes ever after.

    Raises:
        NotSignedYetError: the worker was asked for the JWT; ask again in a moment.
        NotFoundError: no such form, or there is no image to bake it into.
        CredentialNotFoundError: erased.
    """
    if credential.document is None:
        raise CredentialNotFoundError
    found = Wrapping.objects.filter(credential=credential, kind=kind, language="").first()
    if found is not None:
        return bytes(found.content)
    if kind == "jwt":
        payload = {"kind": "jwt", "id": str(credential.pk)}
        publish(Topic.DOCUMENT_REQUESTED, payload, tenant=credential.organisation_id)
        raise NotSignedYetError(code="still-made")
    content = _baked(credential, kind)
    made, _created = Wrapping.objects.get_or_create(
        credential=credential,
        kind=kind,
        language="",
        defaults={"content": content, "sha256": hashlib.sha256(content).hexdigest()},
    )
    return bytes(made.content)


def _baked(credential: Credential, kind: str) -> bytes:
    image = stored_image(credential.award.version.image_sha)
    document = credential.document or ""
    if image is not None and kind == "png":
        return bake_png(bytes(image.png), document)
    if image is not None and kind == "svg" and image.svg:
        return bake_svg(image.svg.encode(), document)
    raise NotFoundError(code="no-such-form")


def request_statement(*, document_id: uuid.UUID) -> None:
    """Ask the worker to sign a `SignedDocument` whose facts are fixed, in the caller's transaction."""
    publish(Topic.DOCUMENT_REQUESTED, {"kind": "statement", "id": str(document_id)})
