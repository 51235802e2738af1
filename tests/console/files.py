"""Sending files of awards through the console, and letting the worker do its part."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile

from issuing.models import Batch, BatchState, ResultsFile
from issuing.services import run_batch
from tests.console.houses import House


def send(house: House, content: str | bytes, *, page: str = "award-many", **more):
    """Send a file; return the page to which that leads."""
    data = content if isinstance(content, bytes) else content.encode()
    address = f"{house.home}achievements/{house.achievement.pk}/{page}/"
    return house.client.post(address, {"file": SimpleUploadedFile("people.csv", data), **more}, follow=True)


def work() -> None:
    """Let the worker look at every file that waits for it."""
    at_work = (BatchState.DRAFT, BatchState.CHECKING, BatchState.CONFIRMED, BatchState.RUNNING)
    for batch in Batch.objects.filter(state__in=at_work):
        run_batch(batch_id=batch.pk)


def checked(house: House, content: str | bytes, **more) -> str:
    """Send a file and let it be checked; return the page then."""
    answer = send(house, content, **more)
    work()
    return answer.client.get(answer.redirect_chain[-1][0]).content.decode()


def newest() -> Batch:
    return Batch.objects.latest("created_at")


def page_of(house: House, step: str = "") -> str:
    """Return the page of the newest file, or of one of its steps."""
    return house.read(f"{house.home}batches/{newest().pk}/{step}")


def press(house: House, button: str, **data):
    """Press a button on the page of the newest file, or of the newest file of results."""
    return house.client.post(f"{house.home}batches/{newest().pk}/{button}", data, follow=True)


def press_results(house: House, decision: str):
    found = ResultsFile.objects.latest("created_at")
    return house.client.post(f"{house.home}results/{found.pk}/{decision}", follow=True)


def selects(page: str) -> dict[str, str]:
    """Return what the selects of a page have chosen."""
    found = re.findall(r'<select name="([^"]+)".*?</select>', page, re.DOTALL)
    blocks = re.findall(r'<select name="[^"]+".*?</select>', page, re.DOTALL)
    chosen = [re.search(r'value="([^"]*)" selected', block) for block in blocks]
    return {name: one[1] if one else "" for name, one in zip(found, chosen, strict=True)}
