"""How often one caller may ask."""

import datetime as dt
import threading

import pytest
from django.db import connections
from django.utils import timezone

from integrations.tasks import forget_what_expired
from registry import throttle
from registry.errors import LimitError
from registry.idempotency import forget_old_answers
from registry.models import IdempotencyKey, Throttle
from registry.throttle import Rate, count_request
from tests.integrations.builders import Machine, build_machine, build_tenant

pytestmark = pytest.mark.django_db
RATE = Rate("test", requests=3)
NOON = dt.datetime(2026, 11, 21, 12, 0, 10, tzinfo=dt.UTC)


def test_requests_over_the_rate_are_refused_until_the_window_ends():
    left = [count_request(rate=RATE, caller="me", at=NOON).remaining for _ in range(3)]

    with pytest.raises(LimitError) as refusal:
        count_request(rate=RATE, caller="me", at=NOON)

    assert (left, refusal.value.facts["retry_after"]) == ([2, 1, 0], 50)
    assert count_request(rate=RATE, caller="you", at=NOON).remaining == 2
    assert count_request(rate=RATE, caller="me", at=NOON + dt.timedelta(seconds=50)).remaining == 2


def test_caller_is_kept_as_a_hash_only():
    count_request(rate=RATE, caller="192.0.2.1", at=NOON)

    assert "192.0.2.1" not in str(Throttle.objects.values().get())


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_never_both_take_the_last_place():
    taken = []

    def ask():
        try:
            taken.append(count_request(rate=RATE, caller="me", at=NOON))
        except LimitError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(allowance.remaining for allowance in taken) == [0, 1, 2]


def test_machine_is_told_its_allowance_and_cut_off_with_a_problem(monkeypatch):
    machine = build_machine(build_tenant())
    monkeypatch.setattr(throttle, "MACHINE_RATE", Rate("few", requests=1))

    first, second = machine.get("/api/v1/awards"), machine.get("/api/v1/awards")

    assert (first.status_code, first["RateLimit-Limit"], first["RateLimit-Remaining"]) == (200, "1", "0")
    assert 1 <= int(first["RateLimit-Reset"]) <= 60
    assert (second.status_code, second.json()["code"]) == (429, "limit")
    assert 1 <= int(second["Retry-After"]) <= 60


@pytest.mark.parametrize(("mode", "statuses"), [("production", [200, 429]), ("demo", [200, 200])])
def test_visitors_are_limited_in_production_only(settings, monkeypatch, mode, statuses):
    settings.TESTAMUR_MODE = mode
    monkeypatch.setattr(throttle, "VISITOR_RATE", Rate("few", requests=1))

    assert [Machine().get("/api/v1/achievements").status_code for _ in range(2)] == statuses


SOMETHING = '{"name": "no certificate, but something to check"}'


def test_desk_and_api_share_one_budget_of_a_visitor(settings, monkeypatch, client):
    settings.TESTAMUR_MODE = "production"
    monkeypatch.setattr(throttle, "VISITOR_RATE", Rate("few", requests=2))
    by_desk = [
        client.post("/verify", {"text": SOMETHING}, REMOTE_ADDR=f"2001:db8:1:2::{n}").status_code for n in (1, 2)
    ]

    by_api = client.post("/api/v1/verify", "{}", content_type="application/json", REMOTE_ADDR="2001:db8:1:2:ffff::9")
    neighbour = client.post("/verify", {"text": SOMETHING}, REMOTE_ADDR="2001:db8:1:3::1")
    after = client.post("/verify", {"text": SOMETHING}, REMOTE_ADDR="2001:db8:1:2:3::4")

    assert 429 not in by_desk
    assert (by_api.status_code, after.status_code) == (429, 429)
    assert neighbour.status_code != 429


def test_database_that_does_not_answer_lets_nobody_through(monkeypatch):
    from django.db import OperationalError

    def broken(**_named):
        raise OperationalError("gone")

    machine = build_machine(build_tenant())
    monkeypatch.setattr(throttle, "count_request", broken)

    answer = machine.get("/api/v1/awards")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer["Retry-After"]


def test_old_first_answers_are_forgotten():
    tenant = build_tenant()
    for days in (-1, 1):
        IdempotencyKey.objects.create(
            organisation=tenant.organisation,
            key=str(days),
            request_sha="",
            expires_at=timezone.now() + dt.timedelta(days=days),
        )

    assert forget_old_answers() == 1
    assert IdempotencyKey.objects.get().key == "1"


def test_counts_of_windows_long_over_are_forgotten():
    count_request(rate=RATE, caller="then", at=NOON - dt.timedelta(days=400))
    count_request(rate=RATE, caller="now", at=timezone.now())

    forget_what_expired()

    assert Throttle.objects.count() == 1
