"""The number of rows of a query, counted within another one."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import IntegerField, Subquery


class RowCount(Subquery):
    """How many rows a query has; one that is cut off (`[:101]`) is counted no further."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field: ClassVar = IntegerField()
