"""What belongs to the installation itself: its operator."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from registry.models import User


@transaction.atomic
def ensure_operator() -> User:
    """Return the operator's account, made where there is none: without a password, by link only."""
    if operator := User.objects.filter(is_superuser=True, is_active=True).order_by("date_joined").first():
        return operator
    operator = User.objects.create_superuser(f"operator@{urlsplit(settings.PUBLIC_URL).hostname}", name="Operator")
    EmailAddress.objects.create(user=operator, email=operator.email, verified=True, primary=True)
    return operator
