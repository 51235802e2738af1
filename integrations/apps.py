"""The integrations room as a Django app."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Register the room."""

    name = "integrations"
