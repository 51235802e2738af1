"""The issuing room as a Django app."""

from django.apps import AppConfig


class IssuingConfig(AppConfig):
    """Register the room."""

    name = "issuing"
