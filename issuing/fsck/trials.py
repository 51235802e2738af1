"""N4: trials are what was signed, by keys that are nobody's else, in no register, and gone when their time is over."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator

from django.utils import timezone

from issuing.fsck.breaches import Breach, breach_of
from issuing.fsck.decoder import signature_holds
from issuing.fsck.documents import Contexts
from issuing.models import SigningKey, Trial, TrialIssuer
from registry.models import Issuer, TrustedIssuer

READ_CHUNK = 500
LATE = dt.timedelta(days=1)
"""They are removed once an hour; a day is a worker that stood still."""


def trials_stay_apart() -> Iterator[Breach]:
    """N4: each trial by itself, and what trials must never touch; there are a few hundred of an issuer at most."""
    contexts = Contexts()
    problems: dict[str, list[object]] = {}
    for trial in Trial.objects.exclude(document="").select_related("issuer").iterator(chunk_size=READ_CHUNK):
        for problem in _problems(trial, contexts):
            problems.setdefault(problem, []).append(trial.pk)
    for problem, ids in problems.items():
        yield from breach_of("N4", problem, ids)
    late = Trial.objects.filter(ends_at__lt=timezone.now() - LATE)
    yield from breach_of("N4", "trial kept longer than its time", late.values_list("pk", flat=True))
    yield from breach_of("N4", "issuer's key signs trials", _shared_keys())
    listed = TrustedIssuer.objects.filter(did__in=TrialIssuer.objects.values("did"))
    yield from breach_of("N4", "register lists who signs trials", listed.values_list("pk", flat=True))
    same = TrialIssuer.objects.filter(did__in=Issuer.objects.values("did"))
    yield from breach_of("N4", "issuer's DID signs trials", same.values_list("pk", flat=True))


def _shared_keys() -> list[object]:
    keys = TrialIssuer.objects.exclude(public_multibase="").values("public_multibase")
    return list(SigningKey.objects.filter(public_multibase__in=keys).values_list("pk", flat=True))


def _problems(trial: Trial, contexts: Contexts) -> Iterator[str]:
    text = trial.document
    if hashlib.sha256(text.encode()).hexdigest() != trial.sha256:
        yield "stored bytes of a trial differ from their digest"
    try:
        document = json.loads(text)
        document.pop("proof")
        if document != json.loads(trial.unsigned):
            yield "trial differs from what was fixed"
        if document["issuer"]["id"] != trial.issuer.did or "credentialStatus" in document:
            yield "trial names an issuer or a place in a list"
        if not signature_holds(text, trial.issuer.public_multibase, contexts):
            yield "signature of a trial does not hold"
    except (ValueError, KeyError, TypeError, AttributeError, SyntaxError):
        yield "trial cannot be read"
