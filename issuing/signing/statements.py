"""Documents on request: the JWT wrapping of a credential, and signed statements of other rooms."""

from __future__ import annotations

import hashlib
import json
import uuid

from credentials.data_integrity import ProofOptions, add_proof
from credentials.jose import sign_vc_jwt
from credentials.strict_json import compact_json, parse_json_object
from issuing.models import Credential, SignedDocument, StatementState, Wrapping
from issuing.signing.intents import signature_now


def sign_jwt(credential_id: uuid.UUID) -> None:
    """Make a credential's VC-JWT (Open Badges profile) once; it is immutable then.

    Raises:
        NoKeyYetError, KeyUnavailableError, SigningNotHereError: it has to wait.
    """
    credential = Credential.objects.select_related("award__version__achievement").get(pk=credential_id)
    if credential.document is None or Wrapping.objects.filter(credential=credential, kind="jwt").exists():
        return
    signature = signature_now(credential.award.version.achievement.issuer_id)
    token = sign_vc_jwt(parse_json_object(credential.document), signature.private_key, signature.method).encode()
    Wrapping.objects.get_or_create(
        credential=credential,
        kind="jwt",
        language="",
        defaults={"content": token, "sha256": hashlib.sha256(token).hexdigest()},
    )


def sign_statement(document_id: uuid.UUID) -> None:
    """Sign a statement whose facts another room has fixed, with the platform's key, once.

    Raises:
        NoKeyYetError, KeyUnavailableError, SigningNotHereError: it has to wait.
    """
    statement = SignedDocument.objects.get(pk=document_id)
    if statement.document:
        return
    signature = signature_now(None)
    options = ProofOptions(signature.method, signature.created)
    text = compact_json(add_proof(json.loads(statement.facts), signature.private_key, options))
    SignedDocument.objects.filter(pk=document_id, state=StatementState.ASKED).update(
        state=StatementState.SIGNED,
        document=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        key=signature.key,
        signed_at=signature.created,
    )
