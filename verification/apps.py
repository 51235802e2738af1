"""The verification room as a Django app."""

from django.apps import AppConfig


class VerificationConfig(AppConfig):
    """Register the room."""

    name = "verification"
