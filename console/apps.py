"""The console room as a Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Register the room."""

    name = "console"
