"""Documents on request: the JWT wrapping of a credential, and signed statements of other rooms."""

from __future__ import annotations

import hashlib
import uuid

from django.utils import timezone

from credentials.data_integrity import ProofOptions, add_proof, check_proofs
from credentials.dids import VerificationMethod
from credentials.errors import CredentialError
from credentials.jose import sign_vc_jwt
from credentials.statements import PresentationFacts, facts_of
from credentials.strict_json import JsonObject, compact_json, parse_json_object
from credentials.timestamps import parse_timestamp
from issuing.errors import SelfCheckError
from issuing.models import Credential, SignedDocument, StatementState, Wrapping
from issuing.signing.intents import Signature, may_sign, signature_now, stop_signing
from issuing.signing.status_lists import ensure_published
from issuing.statement_documents import document_in_time, lint_statement
from registry.alarms import AlarmCode, organisation_subject, raise_alarm
from registry.outbox import Topic, publish


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
    """Sign a statement whose facts another room has fixed, once; what cannot be signed is refused, and that is told.

    1. the document is built from its facts and linted, as when it was asked for; 2. signed by its issuer's key, the
    platform's without one; 3. read again and checked as a stranger would; 4. stored, unless somebody else was faster.

    Raises:
        NoKeyYetError, KeyUnavailableError, SigningNotHereError, SigningStoppedError, SigningWaitsError: it has to wait.
        SelfCheckError: what was signed does not hold; the issuer's signing has been stopped.
    """
    statement = SignedDocument.objects.select_related("issuer__organisation").get(pk=document_id)
    if statement.state != StatementState.ASKED:
        return
    may_sign(statement.issuer)
    # 1
    try:
        document = document_in_time(statement, timezone.now())
        lint_statement(document)
    except CredentialError as refusal:
        _refuse(statement, refusal.code)
        return
    # 2
    signature = signature_now(statement.issuer_id)
    options = _options(statement, signature)
    text = compact_json(add_proof(document, signature.private_key, options))
    # 3
    _check(text, document, statement, signature, options)
    # 4
    if statement.status_list_id is not None:
        ensure_published({statement.status_list_id})
    SignedDocument.objects.filter(pk=document_id, state=StatementState.ASKED).update(
        state=StatementState.SIGNED,
        document=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        key=signature.key,
        signed_at=signature.created,
    )


def _refuse(statement: SignedDocument, code: str) -> None:
    """End a statement that cannot be signed; its place is marked, whatever may have left the worker."""
    subject = organisation_subject(statement.organisation_id)
    raise_alarm(AlarmCode.STATEMENT_REFUSED, subject=subject, statement=str(statement.pk), reason=code)
    waiting = SignedDocument.objects.filter(pk=statement.pk, state=StatementState.ASKED)
    if waiting.update(state=StatementState.REFUSED, refused_code=code) and statement.status_list_id is not None:
        publish(Topic.STATUS_CHANGED, {"list_id": str(statement.status_list_id)}, tenant=statement.organisation_id)


def _options(statement: SignedDocument, signature: Signature) -> ProofOptions:
    """Return what the proof says: of a presentation also for whom, in answer to what, and until when."""
    facts = facts_of(statement.schema, statement.facts) if statement.schema else None
    if not isinstance(facts, PresentationFacts):
        return ProofOptions(signature.method, signature.created)
    return ProofOptions(
        signature.method,
        signature.created,
        purpose="authentication",
        domain=facts.domain,
        challenge=facts.challenge,
        expires=parse_timestamp(facts.ends_at),
    )


def _check(
    text: str, document: JsonObject, statement: SignedDocument, signature: Signature, options: ProofOptions
) -> None:
    """Demand that the text says what was built, under a proof that holds."""
    public_key = signature.private_key.public_key()
    relationships = frozenset({options.purpose})
    method = VerificationMethod(signature.method, signature.did, public_key, relationships)
    stored = parse_json_object(text)
    try:
        check_proofs(
            stored,
            resolve=lambda _address: method,
            at=signature.created,
            purpose=options.purpose,
            domain=_domain_of(options),
            challenge=options.challenge,
        )
        holds = {name: value for name, value in stored.items() if name != "proof"} == document
    except CredentialError as error:
        raise _stopped(statement, error.message) from error
    if not holds:
        raise _stopped(statement, "it says something else than its facts")


def _domain_of(options: ProofOptions) -> str | None:
    """Return the one recipient that a proof of ours names."""
    return options.domain if isinstance(options.domain, str) else None


def _stopped(statement: SignedDocument, reason: str) -> SelfCheckError:
    if statement.issuer is not None:
        stop_signing(statement.issuer)
    raise_alarm(
        AlarmCode.SELF_CHECK_FAILED,
        subject=organisation_subject(statement.organisation_id),
        statement=str(statement.pk),
    )
    return SelfCheckError(f"statement {statement.pk}: {reason}")
