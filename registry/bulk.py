"""Many rows at once: COPY on PostgreSQL (twice as fast as bulk_create, measured), bulk_create elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models
from django.utils import timezone

Row = Sequence[Any]


def insert_values(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert new rows of one model in the caller's transaction.

    Args:
        model: whose table.
        names: attributes (`learner_id`, not `learner`); every other one gets its default.
        rows: values in the order of `names`, as Python has them. No model objects are made on PostgreSQL.
    """
    if not rows:
        return
    if connection.vendor == "postgresql":
        _copy(model, names, rows)
    else:
        model._default_manager.bulk_create([model(**dict(zip(names, row, strict=True))) for row in rows])


def _copy(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    defaults = {
        name: _default(field)
        for name, field in fields.items()
        if name not in names and not isinstance(field, models.AutoField)
    }
    written = [_writer(fields[name]) for name in names]
    fixed = [_writer(fields[name])(value) for name, value in defaults.items()]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(fields[name].column) for name in (*names, *defaults))
    special = [(place, write) for place, write in enumerate(written) if write is not _as_is]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            values = [*row, *fixed]
            for place, write in special:
                values[place] = write(values[place])
            copy.write_row(values)


def _default(field: models.Field[Any, Any]) -> Any:
    if getattr(field, "auto_now_add", False):
        return timezone.now()
    return field.get_default()


def _writer(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """Return what turns a value into what COPY writes, the way the ORM would."""
    return json.dumps if isinstance(field, models.JSONField) else _as_is


def _as_is(value: Any) -> Any:
    return value
