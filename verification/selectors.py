"""Reading what verification needs of the rooms to its left. Few queries, all by primary key or index."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import get_language

from issuing.models import Credential, PublishedStatusList, SigningKey, StatusChange, Wrapping
from registry.language_maps import text_in
from registry.models import Issuer, TrustedIssuer, Visibility
from registry.selectors import trust_in
from verification.checks import KeyLife, StatusEvent, Voucher

MAX_REGISTER_NAMES = 5_000
_LIVE = (
    "document",
    "sha256",
    "signed_at",
    "visibility",
    "revision",
    "successor_id",
    "erased_at",
    "key__public_multibase",
    "key__valid_from",
    "key__retired_at",
    "key__compromised_at",
    "key__issuer__did",
    "key__issuer__slug",
    "award__facts",
    "award__language",
    "award__version_id",
    "award__issuer_profile_id",
    "award__status_list_id",
    "award__status_index",
    "proof_created",
)


def own_credential(number: uuid.UUID) -> Credential | None:
    """Return a credential that we issued, with key, issuer and award; one query."""
    return Credential.objects.filter(pk=number).select_related("key__issuer", "award").only(*_LIVE).first()


def status_events(credential: Credential) -> tuple[StatusEvent, ...]:
    """Return the recorded status changes of a credential, oldest first."""
    rows = StatusChange.objects.filter(credential_id=credential.pk).order_by("id")
    return tuple(StatusEvent(*row) for row in rows.values_list("purpose", "value", "reason", "at"))


def newest_list(list_id: uuid.UUID, purpose: str) -> tuple[int, str, datetime] | None:
    """Return (id, etag, time) of the newest published list of a purpose, without its text; None where there is none."""
    rows = PublishedStatusList.objects.filter(list_id=list_id, purpose=purpose).order_by("-version")
    return rows.values_list("id", "etag", "at").first()


def list_text(published_id: int) -> str | None:
    """Return the text of one published list."""
    return PublishedStatusList.objects.filter(pk=published_id).values_list("document", flat=True).first()


def key_lives(did: str) -> dict[str, KeyLife]:
    """Return the key history of an issuer of ours by address of the key; empty where the DID is not ours."""
    rows = SigningKey.objects.filter(issuer__did=did)
    return {f"{did}#{key.public_multibase}": key_life(key) for key in rows.defer("private_sealed", "nonce")}


def is_own_issuer(did: str) -> bool:
    """Tell whether a DID belongs to an issuer of this installation."""
    return Issuer.objects.filter(did=did).exists()


def key_life(key: SigningKey) -> KeyLife:
    """Return when a key signed."""
    return KeyLife(key.valid_from, key.retired_at, key.compromised_at)


def vouchers_for(did: str, *, on: date) -> tuple[Voucher, ...]:
    """Return who vouches for an issuer, the longest-standing first; the name in the reader's language."""
    language = get_language() or "en"
    return tuple(
        Voucher(text_in(entry.name, language), entry.vouched_by, entry.since, entry.until, entry.source)
        for entry in trust_in(did, on=on)
    )


def register_names() -> list[str]:
    """Return the names in the register of trusted issuers, in all their languages."""
    rows = TrustedIssuer.objects.values_list("name", flat=True)[:MAX_REGISTER_NAMES]
    return sorted({text for name in rows for text in name.values()})


def is_open_to_strangers(credential: Credential) -> bool:
    """Tell whether somebody with nothing but the address may see it."""
    return credential.visibility != Visibility.PRIVATE


def successor_address(credential: Credential) -> str | None:
    """Return the address of the newer version; None where that one is not open to strangers."""
    successor = Credential.objects.filter(pk=credential.successor_id).select_related("award").first()
    if successor is None or not is_open_to_strangers(successor) or successor.erased_at is not None:
        return None
    return str(json.loads(successor.award.facts)["credential_id"])


def wrapping(credential: Credential, kind: str) -> bytes | None:
    """Return a stored wrapping's bytes, None where it was not made yet."""
    content = Wrapping.objects.filter(credential_id=credential.pk, kind=kind).values_list("content", flat=True).first()
    return None if content is None else bytes(content)


def live_credentials() -> QuerySet[Credential]:
    """Return every credential that is not erased."""
    return Credential.objects.filter(erased_at=None)
