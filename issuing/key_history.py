"""The keys of an issuer as its owners read them: numbered from the first, with what each signed. Reads alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from issuing.models import Credential, SigningKey
from issuing.selectors import keys_of, method_of
from registry.models import Issuer

MOST_COUNTED = 10_000
"""Nobody decides differently for more, and counting further reads the table."""
COUNTED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class NumberedKey:
    """A key with its number, the first one being 1, and its address in the DID document."""

    number: int
    key: SigningKey
    method: str

    @property
    def current(self) -> bool:
        """Whether it signs now."""
        return self.key.retired_at is None


@dataclass(frozen=True, slots=True)
class SignedCount:
    """How many, and whether there are more than were counted."""

    count: int
    more: bool


def numbered_keys(issuer: Issuer) -> list[NumberedKey]:
    """Return every key of an issuer, the newest first."""
    keys = list(keys_of(issuer))
    return [NumberedKey(len(keys) - place, key, method_of(key)) for place, key in enumerate(keys)]


def signed_with(key: SigningKey, *, since: dt.datetime | None = None, most: int = COUNTED_AT_ONCE) -> SignedCount:
    """Count the certificates that we recorded as signed with a key, from a moment on; along the index, up to `most`."""
    count = len(_signed(key, since)[: most + 1].values_list("pk", flat=True))
    return SignedCount(min(count, most), count > most)


def last_signed(key: SigningKey) -> dt.datetime | None:
    """Return when we recorded the newest certificate of a key, None where there is none."""
    return _signed(key, None).values_list("signed_at", flat=True).first()


def _signed(key: SigningKey, since: dt.datetime | None) -> QuerySet[Credential]:
    assert key.issuer is not None  # noqa: S101 - for the types: the platform's key signs no certificates
    begins = max(key.valid_from, since) if since else key.valid_from
    rows = Credential.objects.filter(organisation=key.issuer.organisation_id, signed_at__gte=begins, key=key)
    return rows.order_by("-signed_at")
