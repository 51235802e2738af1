"""The registry room as a Django app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Register the room."""

    name = "registry"
