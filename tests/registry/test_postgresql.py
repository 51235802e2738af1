"""Our PostgreSQL backend: a dead connection is noticed before it is used, and a page's statements stay prepared."""

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql import base

from verification import selectors

pytestmark = pytest.mark.django_db(transaction=True)


def end_our_connection() -> None:
    """End it from outside, as a restarted server does."""
    pid = connection.connection.info.backend_pid
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_connection_that_the_server_ended_is_replaced_before_it_is_used():
    connection.ensure_connection()
    connection.health_check_done = False  # as at the beginning of a request
    assert connection.is_usable()
    end_our_connection()

    assert not connection.is_usable()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_quiet_connection_is_not_asked_and_one_with_an_error_is(monkeypatch):
    asked = []
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda _self: asked.append(1) or True)
    connection.ensure_connection()

    assert connection.is_usable()
    assert asked == []
    connection.errors_occurred = True
    assert connection.is_usable()
    connection.errors_occurred = False
    assert asked == [1]


def test_page_query_is_parsed_once_by_the_server():
    for _view in range(3):
        assert selectors.own_row(selectors.NOBODY) is None

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%issuing_credential%'")
        assert cursor.fetchone() == (1,)


def test_nothing_is_prepared_behind_a_pooler(monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    assert selectors.own_row(selectors.NOBODY) is None

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == (0,)
