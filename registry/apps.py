"""The registry room as a Django app."""

from django.apps import AppConfig

from registry.lookups import register


class RegistryConfig(AppConfig):
    """Register the room."""

    name = "registry"

    def ready(self) -> None:
        """Register the lookup for hundreds of values."""
        register()
