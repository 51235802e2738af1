"""Which key signs a piece of work, and since when: chosen once, kept on every redo."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone

from issuing.errors import NoKeyYetError, SigningStoppedError, SigningWaitsError
from issuing.keys import open_key
from issuing.models import Award, SigningKey
from issuing.passing import fail, whose
from issuing.selectors import did_of_key, keys_under, method_of
from registry.alarms import AlarmCode, raise_alarm
from registry.lanes import Lane
from registry.leases import LOST_AGAIN, kills_its_workers
from registry.models import Issuer, OrganisationState, OutboxMessage
from registry.outbox import OUTBOX


@dataclass(frozen=True, slots=True)
class Signature:
    """What signs: the key, its private half, its address in the DID document, and the proof's time."""

    key: SigningKey
    private_key: Ed25519PrivateKey
    did: str
    method: str
    created: dt.datetime


def current_key(issuer_id: uuid.UUID | None) -> SigningKey:
    """Return the key that signs now for an issuer, or for the platform.

    Raises:
        NoKeyYetError: it has not been made yet.
    """
    key = keys_under(issuer_id).filter(retired_at=None, compromised_at=None).first()
    if key is None:
        raise NoKeyYetError
    return key


def signature_by(key: SigningKey, created: dt.datetime) -> Signature:
    """Open a key.

    Raises:
        SigningNotHereError, KeyUnavailableError: see `issuing.keys.open_key`.
    """
    return Signature(key, open_key(key), did_of_key(key), method_of(key), created)


def signature_now(issuer_id: uuid.UUID | None) -> Signature:
    """Open the key that signs now."""
    return signature_by(current_key(issuer_id), timezone.now().replace(microsecond=0))


def lease_chunk(*, worker: str, lease_seconds: float, fair: bool = False) -> OutboxMessage | None:
    """Lease the next chunk of awards and write down what will sign it, in one short transaction.

    `fair`: that of any tenant, instead of the oldest. A chunk of which that cannot be written is put back, and the next
    one is leased.
    """
    while True:
        with transaction.atomic():
            leased = OUTBOX.lease(worker=worker, lease_seconds=lease_seconds, fair=fair, lane=Lane.SIGN)
            if not leased:
                return None
            (message,) = leased
            if kills_its_workers(message):
                fail([message], worker=worker, error=LOST_AGAIN)
                continue
            try:
                with transaction.atomic():
                    _write_intent(message)
            except Exception as error:  # noqa: BLE001 - the alarm tells it
                raise_alarm(
                    AlarmCode.CHUNK_FAILED, subject=whose(message), chunk=message.pk, attempts=message.attempts
                )
                fail([message], worker=worker, error=type(error).__name__)
            else:
                return message


def _write_intent(message: OutboxMessage) -> None:
    """Keep the intent of an earlier attempt, so that its bytes come out the same, unless its key was compromised."""
    if message.key_id and SigningKey.objects.filter(pk=message.key_id, compromised_at=None).exists():
        return
    current = keys_under(issuer_of(message)).filter(retired_at=None, compromised_at=None)
    message.key_id = current.values_list("pk", flat=True).first()
    message.proof_created = timezone.now().replace(microsecond=0) if message.key_id else None
    message.save(update_fields=["key_id", "proof_created"])


def issuer_of(message: OutboxMessage) -> uuid.UUID | None:
    """Return the issuer of a chunk: all its awards are of one achievement."""
    first = message.payload["award_ids"][0]
    return Award.objects.filter(pk=first).values_list("version__achievement__issuer_id", flat=True).first()


def intended_signature(message: OutboxMessage) -> Signature:
    """Open the key that a leased chunk's intent names.

    Raises:
        NoKeyYetError: the issuer had no key when the chunk was leased.
        SigningStoppedError, SigningWaitsError: an operator has to look first, or to open the organisation again.
        SigningNotHereError, KeyUnavailableError: the key cannot be opened here or now.
    """
    if message.key_id is None or message.proof_created is None:
        raise NoKeyYetError
    key = SigningKey.objects.select_related("issuer__organisation").get(pk=message.key_id)
    may_sign(key.issuer)
    return signature_by(key, message.proof_created)


def may_sign(issuer: Issuer | None) -> None:
    """Refuse while an issuer's signing, or its organisation, is stopped; the organisation must be loaded.

    Raises:
        SigningStoppedError: a self-check failed.
        SigningWaitsError: the operator has stopped the organisation.
    """
    if issuer is None:
        return
    if issuer.signing_stopped_at is not None:
        raise SigningStoppedError
    if issuer.organisation.state == OrganisationState.STOPPED:
        raise SigningWaitsError


def stop_signing(issuer: Issuer) -> None:
    """Stop an issuer's signing until an operator resumes it."""
    Issuer.objects.filter(pk=issuer.pk, signing_stopped_at=None).update(signing_stopped_at=timezone.now())
