"""The bench as a Django app: it has a command and no table."""

from django.apps import AppConfig


class BenchConfig(AppConfig):
    """Register the room."""

    name = "bench"
