"""The backend of the setting ENGINE; Django demands a module of this name.

Asking `SELECT 1` before every request, and having the server parse and plan a page's query every time, took a
quarter of a credential page's time (measured).
"""

from __future__ import annotations

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection to PostgreSQL."""

    _preparing = False

    def is_usable(self) -> bool:
        """Tell whether the connection works: a server that ended it has sent something by then."""
        return (not self.errors_occurred and self._is_quiet()) or super().is_usable()

    def _is_quiet(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0)

    def preparing_cursor(self) -> CursorWrapper:
        """Return a cursor for statements that are asked again and again.

        A pooler that gives each transaction another connection cannot keep them: where Django's own setting
        says that there is one, this is the ordinary cursor.
        """
        self._preparing = not self.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
        try:
            return self.cursor()
        finally:
            self._preparing = False

    def create_cursor(self, name: str | None = None) -> Any:
        """Return the driver's cursor."""
        return psycopg.Cursor(self.connection) if self._preparing and name is None else super().create_cursor(name)
