"""The keys of an issuer as its owners read them: numbered from the first, with what each signed. Reads alone."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Exists, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now

from issuing.models import Award, Credential, SigningKey, StatusChange, StatusPurpose
from issuing.selectors import keys_of, method_of
from issuing.way import ENDED
from registry.models import Issuer

MOST_COUNTED = 10_000
"""Nobody decides differently for more, and counting further reads the table."""
COUNTED_AT_ONCE = 1_000
LATEST = dt.timedelta(days=1)
"""So long after its end the last certificate of a key is recorded at the latest."""


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
    return _counted(_signed(key, since), most)


def still_to_sign_again(key: SigningKey, *, since: dt.datetime | None = None) -> SignedCount:
    """Count what `to_sign_again` has, up to `MOST_COUNTED`."""
    return _counted(to_sign_again(key, since=since), MOST_COUNTED)


def _counted(rows: QuerySet[Credential], most: int) -> SignedCount:
    count = len(rows[: most + 1].values_list("pk", flat=True))
    return SignedCount(min(count, most), count > most)


def signed_by_key(issuer: Issuer) -> dict[uuid.UUID, SignedCount]:
    """Return how many certificates each key of an issuer has signed, as `signed_with`; one query."""
    rows = Credential.objects.filter(
        key=OuterRef("pk"),
        signed_at__gte=OuterRef("valid_from"),
        signed_at__lte=Coalesce(OuterRef("retired_at"), Now()) + LATEST,
    )
    counted = _CountOf(Subquery(rows.order_by("signed_at").values("pk")[: COUNTED_AT_ONCE + 1]))
    counts = keys_of(issuer).annotate(signed=counted).values_list("pk", "signed")
    return {pk: SignedCount(min(count, COUNTED_AT_ONCE), count > COUNTED_AT_ONCE) for pk, count in counts}


class _CountOf(Func):
    """The number of rows of a subquery, which has an end of its own."""

    template = "(SELECT COUNT(*) FROM %(expressions)s AS counted)"
    output_field = IntegerField()


def to_sign_again(key: SigningKey, *, since: dt.datetime | None = None) -> QuerySet[Credential]:
    """Return what a compromised key has signed and nobody has revoked or replaced since, the earliest first.

    What is replaced already by an award that is not signed yet is passed over too.
    """
    if key.compromised_at is None:
        return Credential.objects.none()
    revoked = StatusChange.objects.filter(credential=OuterRef("pk"), purpose=StatusPurpose.REVOCATION)
    standing = _signed(key, since).filter(~Exists(revoked), successor=None, erased_at=None)
    waiting = Award.objects.filter(replaces=OuterRef("pk")).exclude(state__in=ENDED)
    return standing.filter(~Exists(waiting)).order_by("signed_at", "pk")


def last_signed(key: SigningKey) -> dt.datetime | None:
    """Return when we recorded the newest certificate of a key, None where there is none."""
    return _signed(key, None).values_list("signed_at", flat=True).first()


def _signed(key: SigningKey, since: dt.datetime | None) -> QuerySet[Credential]:
    assert key.issuer is not None  # noqa: S101 - for the types: the platform's key signs no certificates
    begins = max(key.valid_from, since) if since else key.valid_from
    rows = Credential.objects.filter(key=key, signed_at__gte=begins)
    if key.retired_at is not None:
        rows = rows.filter(signed_at__lte=key.retired_at + LATEST)
    return rows.order_by("-signed_at")
