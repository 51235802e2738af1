"""Many processes give out places, a list fills up, a page is asked right after a revocation."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.faults.batches import accept_file, assert_each_signed_and_mailed_once
from tests.faults.house import WAITING, House, wait_for

PROCESSES = 6
FILE_ROWS = 1_000
SMALL_LIST = 64
OWN_PAGE_WITHIN_SECONDS = 1
LIST_WITHIN_SECONDS = 10


def test_six_processes_give_out_every_place_once(house: House) -> None:
    """N2. The figure is printed; docs/performance.md has it for an idle machine (at least 500 a second)."""
    began = time.monotonic()
    with ThreadPoolExecutor(PROCESSES) as pool:
        files = list(pool.map(partial(accept_file, house), [FILE_ROWS] * PROCESSES))
    seconds = time.monotonic() - began

    ids = [award_id for accepted in files for award_id in accepted.ids]
    assert len(set(ids)) == PROCESSES * FILE_ROWS
    twice = "SELECT count(*) FROM (SELECT 1 FROM issuing_award GROUP BY status_list_id, status_index HAVING count(*) > 1) t"
    assert house.value(twice) == 0
    print(f"{len(ids) / seconds:.0f} places a second, six starts included")
    assert house.value(WAITING) > 0
    house.start_beat()
    house.start_worker()
    house.wait_until_idle(seconds=240)


def test_list_that_fills_up_mid_batch_is_followed_by_the_next_without_gap(house: House) -> None:
    """A list of 64 places in the middle of a file of 100."""
    house.start_beat()
    house.start_worker()
    house.python(
        "import os\n"
        "from django.utils import timezone\n"
        "from issuing.models import StatusList\n"
        "from registry.selectors import canonical_base_url\n"
        "open_list = StatusList.objects.get(closed_at=None, issuer__slug='charite-berlin')\n"
        "StatusList.objects.filter(pk=open_list.pk).update(closed_at=timezone.now())\n"
        f"StatusList.objects.create(issuer=open_list.issuer, size={SMALL_LIST}, feistel_key=os.urandom(32), "
        "base_url=canonical_base_url())\n"
    )

    accepted = accept_file(house, 100)

    listed = ", ".join(f"'{award_id}'" for award_id in accepted.ids)
    uses = house.rows(
        "SELECT l.size, l.closed_at IS NOT NULL, count(*), count(DISTINCT a.status_index) FROM issuing_award a "
        f"JOIN issuing_statuslist l ON l.id = a.status_list_id WHERE a.id IN ({listed}) GROUP BY l.id ORDER BY l.size"
    )
    assert uses == [(SMALL_LIST, True, 64, 64), (131_072, False, 36, 36)]
    house.wait_until_idle(seconds=240)
    assert_each_signed_and_mailed_once(house, accepted)


def test_revocation_shows_on_every_web_process_within_a_second_and_in_the_list_within_ten(house: House) -> None:
    """The pages were asked just before, so that whatever caches there are are warm."""
    house.start_beat()
    house.start_worker()
    house.start_web()
    accepted = accept_file(house, 1)
    house.wait_until_idle(seconds=240)
    page = f"http://localhost:{house.port}/c/{accepted.ids[0]}"
    assert {verdict_at(page) for _ in range(20)} == {"genuine"}
    list_url = json.loads(read(f"{page}.json"))["credentialStatus"]["statusListCredential"]
    listed_before = read(list_url)

    house.manage("revoke", accepted.ids[0], "--reason", "Awarded by mistake")
    revoked_at = time.monotonic()
    wait_for(lambda: verdict_at(page) == "revoked", seconds=OWN_PAGE_WITHIN_SECONDS, what="the page to say revoked")
    remaining = OWN_PAGE_WITHIN_SECONDS - (time.monotonic() - revoked_at)
    time.sleep(max(0.0, remaining))

    assert {verdict_at(page) for _ in range(20)} == {"revoked"}
    wait_for(lambda: read(list_url) != listed_before, seconds=LIST_WITHIN_SECONDS, what="the republished list")


def read(url: str) -> str:
    """GET a page on a connection of its own, so that both web processes are asked."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read(), encoding="utf-8")


def verdict_at(url: str) -> str:
    """Return the verdict that a page's main element carries."""
    found = re.search(r'data-verdict="([a-z-]+)"', read(url))
    return found[1] if found else ""
