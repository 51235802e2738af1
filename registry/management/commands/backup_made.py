"""`manage.py backup_made`: what makes the backups says so, and the operator's page of health tells how old the last one is."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from registry.upkeep import Chore, note_upkeep


class Command(BaseCommand):
    """Note that a backup was made now."""

    help = "Note that a backup was made just now: put it behind the command that makes it. Exit code: 0 noted."

    def handle(self, **_options: object) -> None:
        """Note it."""
        note_upkeep(Chore.BACKUP)
        self.stdout.write("Noted.")
