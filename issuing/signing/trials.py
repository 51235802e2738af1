"""Signing trials: by a key that is made for them, opened like any other, and never one of an issuer's."""

from __future__ import annotations

import hashlib
import uuid

from django.db import transaction
from django.utils import timezone

from credentials.data_integrity import ProofOptions, add_proof, check_proofs
from credentials.dids import VerificationMethod
from credentials.errors import CredentialError
from credentials.strict_json import compact_json, parse_json_object
from issuing.errors import SelfCheckError
from issuing.keys import new_sealed_key, open_key
from issuing.models import Trial, TrialIssuer
from issuing.signing.intents import may_sign
from issuing.signing.making_keys import WORKER
from registry.alarms import AlarmCode, organisation_subject, raise_alarm
from registry.audit import record_act
from registry.outbox import Topic, publish


def sign_trial(trial_id: uuid.UUID) -> None:
    """Sign a trial once, and have its letter sent; one that is gone meanwhile is done.

    1. the key of its trial issuer, made now where there is none; 2. signed, read again and checked as a stranger would;
    3. stored, unless somebody else was faster.

    Raises:
        KeyUnavailableError, SigningNotHereError, SigningStoppedError, SigningWaitsError: it has to wait.
        SelfCheckError: what was signed does not hold; nothing is stored.
    """
    found = Trial.objects.filter(pk=trial_id, document="", ends_at__gt=timezone.now())
    trial = found.select_related("issuer__issuer__organisation").first()
    if trial is None:
        return
    may_sign(trial.issuer.issuer)
    signer = _with_key(trial.issuer)  # 1
    at = timezone.now().replace(microsecond=0)
    text = _signed(trial, signer, ProofOptions(signer.method, at))  # 2
    with transaction.atomic():  # 3
        stored = Trial.objects.filter(pk=trial_id, document="").update(
            document=text, sha256=hashlib.sha256(text.encode()).hexdigest(), signed_at=at
        )
        if stored:
            publish(Topic.TRIAL_SIGNED, {"trial_id": str(trial_id)}, tenant=trial.organisation_id)


def _with_key(signer: TrialIssuer) -> TrialIssuer:
    """Return who signs with its key; of two workers that make one at once the first one's stands."""
    if signer.public_multibase:
        return signer
    key = new_sealed_key()
    with transaction.atomic():
        made = TrialIssuer.objects.filter(pk=signer.pk, public_multibase="").update(
            public_multibase=key.public_multibase,
            private_sealed=key.private_sealed,
            nonce=key.nonce,
            kek_id=key.kek_id,
        )
        if made:
            record_act(WORKER, "trial_key.made", signer, organisation=signer.issuer.organisation)
    return TrialIssuer.objects.get(pk=signer.pk)


def _signed(trial: Trial, signer: TrialIssuer, options: ProofOptions) -> str:
    private_key = open_key(signer)
    text = compact_json(add_proof(parse_json_object(trial.unsigned), private_key, options))
    method = VerificationMethod(signer.method, signer.did, private_key.public_key(), frozenset({options.purpose}))
    try:
        check_proofs(parse_json_object(text), resolve=lambda _address: method, at=options.created)
    except CredentialError as error:
        subject = organisation_subject(trial.organisation_id)
        raise_alarm(AlarmCode.SELF_CHECK_FAILED, subject=subject, trial=str(trial.pk))
        raise SelfCheckError(f"trial {trial.pk}: {error.message}") from error
    return text
