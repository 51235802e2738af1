"""How often a visitor may have something checked or compared: one budget for the desk and for a certificate's page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from registry.limits import count_attempt

CHECKS_PER_MINUTE = 60


def count_check(request: HttpRequest) -> None:
    """Count one check of this visitor.

    Raises:
        LimitError: more than are allowed in a minute.
    """
    if settings.TESTAMUR_MODE == "production":
        count_attempt("verify", request.META.get("REMOTE_ADDR", ""), at_most=CHECKS_PER_MINUTE, window_seconds=60)
