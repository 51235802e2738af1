"""What machines ask: alive, ready, and how much is waiting."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry.alarms import open_alarms
from registry.operator_texts import missing_texts
from registry.selectors import given_up_work, waiting_work
from registry.web_counts import web_counts

PLAIN = "text/plain; charset=utf-8"
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@never_cache
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Answer 200 while this process serves requests; nothing else is asked."""
    return HttpResponse("ok\n", content_type=PLAIN)


@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, else 503 with a time to come back.

    Further lines name the operator's texts that are missing and the alarms that are open: no reason to send visitors
    elsewhere, but one to act.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database unavailable\n", status=503, content_type=PLAIN, headers={"Retry-After": "5"})
    told = [f"missing texts: {', '.join(missing)}\n"] if (missing := missing_texts()) else []
    told += [f"open alarms: {', '.join(alarms)}\n"] if (alarms := open_alarms()) else []
    return HttpResponse("".join(["ok\n", *told]), content_type=PLAIN)


@never_cache
@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Show counts for Prometheus: the outbox, open alarms, what the pools refused. No people in it."""
    waiting = waiting_work()
    lines = [
        "# HELP testamur_outbox_waiting Messages that wait or are being worked on.",
        "# TYPE testamur_outbox_waiting gauge",
        *(f'testamur_outbox_waiting{{topic="{w.topic}",lane="{w.lane}"}} {w.count}' for w in waiting),
        "# HELP testamur_outbox_oldest_seconds Age of the oldest of them.",
        "# TYPE testamur_outbox_oldest_seconds gauge",
        *(
            f'testamur_outbox_oldest_seconds{{topic="{w.topic}",lane="{w.lane}"}} {w.oldest_seconds:.1f}'
            for w in waiting
        ),
        "# HELP testamur_outbox_given_up Messages that were put aside and wait for an operator.",
        "# TYPE testamur_outbox_given_up gauge",
        *(f'testamur_outbox_given_up{{lane="{lane}"}} {count}' for lane, count in given_up_work().items()),
        "# HELP testamur_alarms_open Things that are wrong, by alarm.",
        "# TYPE testamur_alarms_open gauge",
        *(f'testamur_alarms_open{{code="{code}"}} {count}' for code, count in open_alarms().items()),
    ]
    lines += [
        "# HELP testamur_web_requests_total Requests that are more than a page, by pool and what became of them.",
        "# TYPE testamur_web_requests_total counter",
    ]
    counts = web_counts(Path(settings.VAR_DIR) / "web")
    lines += [f'testamur_web_requests_total{{pool="{p}",outcome="{o}"}} {n}' for (p, o), n in counts.items()]
    return HttpResponse("\n".join(lines) + "\n", content_type=PROMETHEUS)
