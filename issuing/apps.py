"""The issuing room as a Django app."""

from django.apps import AppConfig

from issuing.triggers import TWO_PERSONS
from registry.triggers import keep_rule_on_sqlite


class IssuingConfig(AppConfig):
    """Register the room."""

    name = "issuing"

    def ready(self) -> None:
        """Keep on SQLite what a migration keeps on PostgreSQL."""
        keep_rule_on_sqlite(TWO_PERSONS, self)
