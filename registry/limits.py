"""How much may come in: sizes of uploads, and how often somebody may ask."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from registry.errors import LimitError, RegistryError
from registry.models import Throttle

MAX_UPLOAD_BYTES = 5 * 1024 * 1024
MAX_JSON_BODY_BYTES = 1024 * 1024


class TooLargeError(RegistryError):
    """More bytes than anybody needs (413)."""

    code = "too-large"


def check_size(size: int, *, at_most: int) -> None:
    """Refuse what is larger than `at_most` bytes. Raises TooLargeError."""
    if size > at_most:
        raise TooLargeError(limit=at_most)


def count_attempt(what: str, visitor: str, *, at_most: int, window_seconds: int) -> None:
    """Count one attempt of a visitor; only a keyed hash of who it was is kept.

    Raises:
        LimitError: more than `at_most` in this window; `retry_after` is in seconds.
    """
    now, start, key = _place(what, visitor, window_seconds)
    with transaction.atomic():
        Throttle.objects.get_or_create(key=key, defaults={"window": start})
        Throttle.objects.filter(key=key).exclude(window=start).update(window=start, count=0)
        Throttle.objects.filter(key=key).update(count=F("count") + 1)
        count = Throttle.objects.values_list("count", flat=True).get(key=key)
    if count > at_most:
        raise LimitError(retry_after=int((start - now).total_seconds()) + window_seconds)


def refuse_when_spent(what: str, visitor: str, *, at_most: int, window_seconds: int) -> None:
    """Refuse a visitor whose attempts in this window are used up, without counting this one. Raises LimitError."""
    now, start, key = _place(what, visitor, window_seconds)
    if Throttle.objects.filter(key=key, window=start, count__gte=at_most).exists():
        raise LimitError(retry_after=int((start - now).total_seconds()) + window_seconds)


def _place(what: str, visitor: str, window_seconds: int) -> tuple[dt.datetime, dt.datetime, str]:
    now = timezone.now()
    key = hmac.new(settings.SECRET_KEY.encode(), f"{what} {visitor}".encode(), hashlib.sha256).hexdigest()
    return now, dt.datetime.fromtimestamp(now.timestamp() // window_seconds * window_seconds, tz=dt.UTC), key
