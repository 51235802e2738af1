"""One file of many rows, awarded by the shell's way and by the console's pages: both dry first, then for good."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bench.console_scene import people_file
from catalogue.models import Achievement
from issuing.models import Batch, BatchState, Export
from issuing.services import BatchOptions, BatchOrder, confirm_batch, make_batch, run_batch, write_export
from registry.actors import SYSTEM

FOUND = 302


def by_shell(first: int, rows: int) -> None:
    """Make a draft, check it, confirm it, award it: the services alone."""
    order = BatchOrder(
        achievement=_achievement(),
        content=people_file(first, rows),
        kind="csv",
        options=BatchOptions(on_error="skip"),
        confirm=False,
    )
    batch = make_batch(order=order, actor=SYSTEM, by_worker=False)
    run_batch(batch_id=batch.pk)
    batch.refresh_from_db()
    confirm_batch(batch=batch, actor=SYSTEM, on_error="skip")
    run_batch(batch_id=batch.pk)
    _require_done(batch, rows)


def by_console(client: Client, first: int, rows: int) -> None:
    """Send the file by its page, let the worker check it, look at the report, confirm, let the worker award it."""
    achievement = _achievement()
    home = f"/console/{achievement.organisation.slug}/"
    file = SimpleUploadedFile("people.csv", people_file(first, rows))
    sent = client.post(f"{home}achievements/{achievement.pk}/award-many/", {"file": file})
    if sent.status_code != FOUND:
        raise RuntimeError(f"the file was answered {sent.status_code}")
    number = re.search(r"/batches/([0-9a-f-]{36})/", sent["Location"])
    batch = Batch.objects.get(pk=str(number and number[1]))
    run_batch(batch_id=batch.pk)
    client.get(f"{home}batches/{batch.pk}/")
    client.post(f"{home}batches/{batch.pk}/confirm")
    run_batch(batch_id=batch.pk)
    client.get(f"{home}batches/{batch.pk}/")
    _require_done(batch, rows)


def by_export(client: Client) -> int:
    """Ask for the list of all awards by its page, and write it as the worker does; returns its rows."""
    sent = client.post(f"/console/{_achievement().organisation.slug}/awards/export", {"format": "csv"})
    if sent.status_code != FOUND:
        raise RuntimeError(f"the list was answered {sent.status_code}")
    export = Export.objects.latest("made_at")
    write_export(export_id=export.pk)
    export.refresh_from_db()
    return export.rows


def _achievement() -> Achievement:
    return Achievement.objects.select_related("issuer__node", "organisation").get(slug="data-basics")


def _require_done(batch: Batch, rows: int) -> None:
    batch.refresh_from_db()
    if batch.state != BatchState.DONE or batch.counts != {"accepted": rows}:
        raise RuntimeError(f"the file is {batch.state}: {batch.counts}")
