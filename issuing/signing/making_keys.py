"""Making and replacing keys: what was asked for in the outbox, done by the worker."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from issuing.keys import SealedKey, new_sealed_key
from issuing.models import SigningKey
from issuing.selectors import keys_under
from registry.actors import Actor
from registry.audit import record_act
from registry.models import Issuer, IssuerState

WORKER = Actor(kind="system", id="worker")


def make_key(*, issuer_id: uuid.UUID | None, retire: uuid.UUID | None = None) -> None:
    """Make an issuer's key (the platform's without an issuer) unless there is one; `retire` names the one to replace.

    Safe to run twice: the key to retire is named, so a repeat finds it retired.

    Raises:
        SigningNotHereError, KeyUnavailableError: see `issuing.keys.new_sealed_key`.
    """
    if retire is None and keys_under(issuer_id).filter(retired_at=None).exists():
        return
    if retire is not None and not SigningKey.objects.filter(pk=retire, retired_at=None).exists():
        return
    sealed = new_sealed_key()
    try:
        _store(sealed, issuer_id, retire)
    except IntegrityError:
        # Another worker made it in the same moment; one current key is all there may be.
        return


@transaction.atomic
def _store(sealed: SealedKey, issuer_id: uuid.UUID | None, retire: uuid.UUID | None) -> None:
    now = timezone.now()
    if retire is not None:
        SigningKey.objects.filter(pk=retire, retired_at=None).update(retired_at=now)
    key = SigningKey.objects.create(
        issuer_id=issuer_id,
        public_multibase=sealed.public_multibase,
        private_sealed=sealed.private_sealed,
        nonce=sealed.nonce,
        kek_id=sealed.kek_id,
        valid_from=now,
    )
    issuer = Issuer.objects.filter(pk=issuer_id).first() if issuer_id else None
    if issuer is not None:
        Issuer.objects.filter(pk=issuer.pk, state=IssuerState.KEY_PENDING).update(state=IssuerState.ACTIVE)
    record_act(
        WORKER,
        "key.rotated" if retire else "key.made",
        key,
        organisation=issuer.organisation if issuer else None,
        retired=str(retire or ""),
    )
