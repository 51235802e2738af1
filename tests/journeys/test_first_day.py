"""The first day of a new installation, in a real browser: green, then tampered with, then without an answer.

Done-line 1: after one character of the stored document is changed by SQL the page says "changed since signing"; with
the worker stopped and the published list deleted it says "could not be confirmed"; both within five seconds.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.faults.batches import accept_file
from tests.faults.house import House, Process, wait_for

pytestmark = pytest.mark.browser

WITHIN_SECONDS = 5
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
DEMO_CREDENTIAL = "SELECT award_id FROM issuing_credential ORDER BY signed_at, award_id LIMIT 1"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("first-day"), database="sqlite", broker="folder") as house:
        house.open()
        house.start_web()
        house.start_beat()
        yield house


@pytest.fixture
def worker(house: House) -> Iterator[Process]:
    process = house.start_worker()
    house.wait_until_idle(seconds=240)
    yield process
    process.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


def address_of(house: House, credential_id: str) -> str:
    return f"http://localhost:{house.port}/c/{uuid.UUID(credential_id)}"


def verdict(page: Page, address: str) -> str:
    page.goto(address)
    return page.get_attribute("main", "data-verdict") or ""


def say_within(page: Page, address: str, wanted: str) -> None:
    began = time.monotonic()
    while (said := verdict(page, address)) != wanted:
        assert time.monotonic() - began < WITHIN_SECONDS, f"the page still says {said}"


def one_credential(house: House) -> str:
    (credential_id,) = accept_file(house, 1).ids
    house.wait_until_idle(seconds=240)
    return credential_id


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def test_demo_credential_is_green_and_asks_nobody_else(house: House, worker: Process, page: Page) -> None:
    complaints: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))

    assert verdict(page, address_of(house, house.value(DEMO_CREDENTIAL))) == "genuine"

    assert page.inner_text("h1").strip().startswith("Genuine and current")
    assert complaints == []
    assert asked == {f"localhost:{house.port}"}
    assert violations(page) == []


def test_character_changed_by_sql_is_told_as_changed_since_signing(house: House, worker: Process, page: Page) -> None:
    credential_id = one_credential(house)
    address = address_of(house, credential_id)
    assert verdict(page, address) == "genuine"

    key = credential_id.replace("-", "")
    house.rows(
        f"UPDATE issuing_credential SET document = replace(document, 'Learner 0 Example', 'Learner 9 Example') "
        f"WHERE award_id = '{key}'"
    )

    say_within(page, address, "not-genuine")
    assert "changed since signing" in page.inner_text("main").lower()


def test_missing_status_list_without_worker_could_not_be_confirmed(house: House, worker: Process, page: Page) -> None:
    address = address_of(house, one_credential(house))
    assert verdict(page, address) == "genuine"
    worker.kill_tree()
    kept = house.rows("SELECT count(*) FROM issuing_publishedstatuslist")
    assert kept[0][0] >= 1

    house.rows("CREATE TABLE kept_lists AS SELECT * FROM issuing_publishedstatuslist")
    house.rows("DELETE FROM issuing_publishedstatuslist")
    try:
        say_within(page, address, "could-not-confirm")
        assert "could not be confirmed" in page.inner_text("main").lower()
        assert violations(page) == []
    finally:
        house.rows("INSERT INTO issuing_publishedstatuslist SELECT * FROM kept_lists")
        house.rows("DROP TABLE kept_lists")


def test_learner_opens_the_mail_and_its_link_shows_a_private_credential(
    house: House, worker: Process, page: Page, browser: Browser
) -> None:
    credential_id = one_credential(house)
    key = credential_id.replace("-", "")
    house.rows(
        f"UPDATE issuing_credential SET visibility = 'private', revision = revision + 1 WHERE award_id = '{key}'"
    )
    wait_for(lambda: any(credential_id in mail for mail in house.message_ids()), seconds=60, what="the mail")
    links = json.loads(house.manage("sign_in_links").stdout)

    page.goto(links["operator"])
    page.click("main button")
    assert page.url.endswith("/account/")
    page.goto(f"http://localhost:{house.port}/dev/mail/")
    page.click(f"a[href*='{credential_id}']")
    text = page.inner_text("main")
    link = next(word for word in text.split() if "/claim/" in word)

    with browser.new_context() as stranger:
        door = stranger.new_page()
        assert verdict(door, address_of(house, credential_id)) == "private-or-unknown"
        assert verdict(door, link) == "genuine"


@pytest.mark.parametrize("width", [1280, 360])
def test_pages_of_the_first_minutes_have_no_axe_violations(
    house: House, worker: Process, browser: Browser, width: int
) -> None:
    paths = ["/", "/catalogue/", "/verify", "/issuers/", "/account/login/", "/api/docs/"]
    links = json.loads(house.manage("sign_in_links").stdout)
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        for path in paths:
            answer = page.goto(f"http://localhost:{house.port}{path}")
            assert answer is not None
            assert answer.status == 200, path
            assert violations(page) == [], path
        page.goto(links["operator"])
        assert violations(page) == []
        page.click("main button")
        for path in ("/account/", "/dev/mail/"):
            page.goto(f"http://localhost:{house.port}{path}")
            assert violations(page) == [], path
