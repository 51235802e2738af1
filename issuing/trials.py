"""Reading trials: one by its number, those of an organisation, and the DID that signs them."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.utils import timezone

from credentials.dids import PublishedKey, issuer_did_document
from credentials.multikey import decode_multikey
from credentials.strict_json import JsonObject
from issuing.models import Trial, TrialIssuer
from registry.actors import Actor
from registry.models import Organisation, Role
from registry.permissions import nodes_of


def trial_did_document(did: str) -> JsonObject | None:
    """Return the DID document of who signs trials; None where no DID of ours is this, or its key is still to be made."""
    signer = TrialIssuer.objects.filter(did=did).exclude(public_multibase="").first()
    if signer is None:
        return None
    key = signer.public_multibase
    return issuer_did_document(signer.did, [PublishedKey(fragment=key, public_key=decode_multikey(key))])


def signed_trial(number: uuid.UUID) -> Trial | None:
    """Return a signed trial by its number, as long as it stands."""
    return Trial.objects.filter(pk=number, signed_at__isnull=False, ends_at__gt=timezone.now()).first()


def trials_in(actor: Actor, organisation: Organisation) -> QuerySet[Trial]:
    """Return the trials that stand at or below the places where `actor` may award, the newest first, without their texts."""
    places = nodes_of(actor, Role.AWARDER).filter(organisation=organisation)
    standing = Trial.objects.filter(organisation=organisation, ends_at__gt=timezone.now())
    rows = standing.filter(issuer__issuer__node__in=places).select_related("version__achievement")
    return rows.defer("unsigned", "document").order_by("-made_at", "pk")
