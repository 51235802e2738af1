"""Accounts as commands name them."""

from django.core.management.base import CommandError

from registry.models import User


def account_of(email: str) -> User:
    """Return the active account with this address. Raises CommandError when there is none."""
    try:
        return User.objects.get(email=email.strip().lower(), is_active=True)
    except User.DoesNotExist as missing:
        raise CommandError(f"No active account has the address {email}.") from missing
