"""What `bench bulk` awards, how it takes the time, and the limits it is compared with."""

from __future__ import annotations

import hashlib
import time
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.utils import timezone

from catalogue.content import AchievementContent
from catalogue.models import Achievement, AchievementKind
from catalogue.services import AchievementOrder, create_achievement, publish_achievement
from issuing.formats import read_award_file
from issuing.models import Award, Credential, Letter, PublishedStatusList, StatusList
from issuing.services import award_batch, rows_of_table
from registry.actors import SYSTEM
from registry.models import OutboxMessage
from registry.services import OrganisationOrder, ProfileOrder, create_issuer, create_organisation

POLL_SECONDS = 0.05
LARGEST_FILE = 100_000


def build_scene() -> None:
    """Make an organisation, an issuer and a published achievement with alignments and a rule."""
    order = OrganisationOrder(slug="bench", name={"en": "Bench College"})
    organisation = create_organisation(order=order, owner=None, actor=SYSTEM)
    profile = ProfileOrder(name={"en": "Bench College"}, url="https://bench.example.org")
    issuer = create_issuer(node=organisation.nodes.get(parent=None), slug="bench", profile=profile, actor=SYSTEM)
    alignments = tuple(
        {"target_name": f"Skill {n}", "target_url": f"https://skills.example.org/{n}", "target_framework": "Skills"}
        for n in range(3)
    )
    content = AchievementContent(
        texts={"name": {"en": "Data Basics"}, "description": {"en": "Reading, weighing and showing data."}},
        facts={"assessment": {"state": "value", "value": {"en": "Supervised test"}}},
        outcomes=({"en": "Reads tables"}, {"en": "Weighs sources"}, {"en": "Draws charts"}),
        alignments=alignments,
        ects_credits=Decimal("2.5"),
        outcome_rule={"measure": "score", "at_least": "60", "scale": "percent"},
    )
    version = create_achievement(
        order=AchievementOrder(
            issuer=issuer, slug="data-basics", kind=AchievementKind.MICRO_CREDENTIAL, content=content
        ),
        actor=SYSTEM,
    )
    publish_achievement(achievement=version.achievement, actor=SYSTEM)


def fill_up(rows: int) -> dict[str, Any]:
    """Award one file of at most 100,000 after the other, until there are so many credentials."""
    began = time.monotonic()
    while (there := Award.objects.count()) < rows:
        award_file(min(LARGEST_FILE, rows - there), first=there)
    return {"rows": rows, "seconds": round(time.monotonic() - began, 1)}


def award_file(rows: int, *, first: int = 0) -> dict[str, Any]:
    """Award the file and return how long each part took, in seconds. `first` numbers its people."""
    people = range(first, first + rows)
    lines = (f"learner{n}@example.org,Learner Number {n},2026-01-15,{60 + n % 40}" for n in people)
    data = "\n".join(("email,name,awarded_on,result", *lines)).encode()
    achievement = Achievement.objects.select_related("issuer__node", "organisation").get()
    began, cpu = time.monotonic(), time.process_time()
    marks: dict[str, float] = {}
    table = read_award_file(data)
    outcome = award_batch(
        achievement=achievement,
        rows=rows_of_table(table, achievement),
        file_sha=hashlib.sha256(data).hexdigest(),
        actor=SYSTEM,
        progress=lambda step, _rows: marks.__setitem__(step, time.monotonic() - began),
    )
    _wait_for(first + rows)
    seconds = time.monotonic() - began
    if outcome.counts != {"accepted": rows}:
        raise RuntimeError(f"not every row was accepted: {outcome.counts}")
    return {
        "rows": rows,
        "seconds": round(seconds, 2),
        "rows_per_second": round(rows / seconds),
        "checked_after_seconds": round(marks["checked"], 2),
        "accepted_after_seconds": round(marks["accepted"], 2),
        "accepting_cpu_seconds": round(time.process_time() - cpu, 2),
    }


def wait_for_workers() -> None:
    """Wait until nothing is left that is due; what is meant for a later day is not waited for.

    Raises:
        RuntimeError: something was given up, so that waiting would have no end.
    """
    left = OutboxMessage.objects.filter(done_at=None)
    while left.filter(not_before__lte=timezone.now(), given_up_at=None).exists():
        time.sleep(POLL_SECONDS)
    if given_up := left.exclude(given_up_at=None).count():
        raise RuntimeError(f"{given_up} messages of the outbox were given up")


def _wait_for(rows: int) -> None:
    """Wait until all are signed, covered by a published list, and queued for delivery."""
    wait_for_workers()
    lists = StatusList.objects.exclude(published__isnull=False)
    while lists.filter(awards__isnull=False).exists():
        time.sleep(POLL_SECONDS)
    found = (Credential.objects.count(), Letter.objects.count(), PublishedStatusList.objects.count() > 0)
    if found != (rows, rows, True):
        raise RuntimeError(f"stored, queued and listed: {found}")


def limits(rows: int) -> dict[str, Any]:
    """Measure what no implementation can go below: the signatures alone, and storing as many bytes alone."""
    private_key = Ed25519PrivateKey.generate()
    began = time.process_time()
    for _ in range(rows):
        private_key.sign(bytes(64))
    signing = time.process_time() - began
    document = Credential.objects.values_list("document", flat=True)[0] or ""
    began = time.monotonic()
    _store_raw(document, rows)
    storing = time.monotonic() - began
    return {
        "document_bytes": len(document),
        "limit_sign_seconds": round(signing, 2),
        "limit_store_seconds": round(storing, 2),
    }


def _store_raw(document: str, rows: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_raw (id bigint, document text)")
        if connection.vendor == "postgresql":
            with cursor.copy("COPY bench_raw FROM STDIN") as copy:
                for number in range(rows):
                    copy.write_row((number, document))
        else:
            cursor.execute("BEGIN")
            cursor.executemany("INSERT INTO bench_raw VALUES (%s, %s)", [(n, document) for n in range(rows)])
            cursor.execute("COMMIT")
