"""Queries that the public page asks for every view: compiled once, then only filled in.

Building and compiling a query costs Django several times what PostgreSQL needs to answer it. The ORM still
writes the SQL and reads the values, so columns and databases are its business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Row = tuple[Any, ...]


class PreparedQuery:
    """A `values_list` query whose parameters are filled in at each call.

    `placeholders` are values that occur nowhere else in the query; `build` uses them where a call's values go.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Row]], **placeholders: Any) -> None:
        self._build = build
        self._placeholders = placeholders

    @cached_property
    def _compiled(self) -> tuple[str, tuple[Any, ...], Any, Mapping[Any, Any]]:
        compiler = self._build().query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([expression for expression, *_ in compiler.select])
        return sql, tuple(parameters), compiler, converters

    def rows(self, **values: Any) -> list[Row]:
        """Return the rows for these values, one for each placeholder."""
        sql, parameters, compiler, converters = self._compiled
        filled = [self._filled(parameter, values) for parameter in parameters]
        with getattr(connection, "preparing_cursor", connection.cursor)() as cursor:
            cursor.execute(sql, filled)
            rows = cursor.fetchall()
        return [tuple(row) for row in compiler.apply_converters(rows, converters)]

    def _filled(self, parameter: Any, values: Mapping[str, Any]) -> Any:
        """Exchange a placeholder for a call's value, written the way the database stores it."""
        for name, placeholder in self._placeholders.items():
            if parameter in (placeholder, _written(placeholder)) and type(parameter) is not bool:
                return values[name] if parameter == placeholder else _written(values[name])
        return parameter


def _written(value: Any) -> Any:
    """Write a UUID or a date as text, as SQLite stores them."""
    return getattr(value, "hex", None) or str(value)
