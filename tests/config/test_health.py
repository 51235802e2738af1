from unittest import mock

import pytest
from django.db import OperationalError


def test_process_is_alive_under_any_host_name(client):
    assert client.get("/healthz", headers={"host": "10.0.0.7:8000"}).status_code == 200


@pytest.mark.django_db
def test_ready_while_the_database_answers(client):
    assert client.get("/readyz", headers={"host": "10.0.0.7"}).status_code == 200


def test_not_ready_without_database_and_says_when_to_come_back(client):
    with mock.patch("config.health.connection.cursor", side_effect=OperationalError):
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"


def test_unknown_host_is_refused_everywhere_else(client):
    assert client.get("/admin/", headers={"host": "evil.example"}).status_code == 400
