"""A registrar with a real browser: one award and a file of many, by the keyboard alone, in every state of the pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from issuing.models import Award, AwardState, Batch, Credential, StatusList
from issuing.services import run_batch
from issuing.signing.status_lists import publish_list
from registry.models import AuditEntry
from tests.console.houses import House, build_house
from tests.console.test_award_many import MIXED
from tests.issuing.builders import signing_here
from tests.issuing.ways import breaches, sign
from tests.look.test_browser import RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

FOCUSED = "(e => (e.labels && e.labels[0] || e).innerText || '')(document.activeElement)"


@pytest.fixture
def browser(missing, monkeypatch) -> Iterator[Browser]:
    if CHROMIUM is None:
        missing("no Chromium on this machine: pages are not looked at in a browser")
    # As in tests/verification/test_browser.py: the event loop, and the connections that nobody else would close.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()
        connection.close()


def desk_of(browser: Browser, house: House, address: str, *, scripts: bool = True) -> BrowserContext:
    """Return a browser that is signed in as somebody of the house."""
    desk = browser.new_context(locale="en", reduced_motion="reduce", java_script_enabled=scripts)
    session = house.client.cookies[settings.SESSION_COOKIE_NAME].value
    desk.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    return desk


def barriers(page: Page) -> list[str]:
    """Look at the page as it stands, at a desk in light and on a small phone in the dark."""
    found = []
    for width, scheme in ((1280, "light"), (360, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        seen = Axe().run(page, options=RULES).response["violations"]
        found += [f"{width}: {rule['id']}: {node['html'][:120]}" for rule in seen for node in rule["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{width}: scrolls sideways")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def tab_to(page: Page, words: str) -> None:
    """Press Tab until a control with these words, or this label, has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).strip() == words:
            return
    raise AssertionError(f"no way by keyboard to “{words}”")


def press(page: Page, words: str) -> None:
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_registrar_awards_one_by_keyboard_and_corrects_and_revokes_it(browser: Browser, live_server):
    house = build_house()
    page = desk_of(browser, house, live_server.url).new_page()
    seen: dict[str, list[str]] = {}

    page.goto(f"{live_server.url}/console/")
    seen["place"] = barriers(page)
    press(page, "Overview")
    seen["overview"] = barriers(page)
    press(page, "Data Basics")
    seen["achievement"] = barriers(page)
    press(page, "Award one")
    press(page, "Check and look at it")
    assert page.locator(".summary li").count() == 2
    assert page.title().startswith("Error: ")
    assert "There are 2 problems" in page.evaluate("document.activeElement.innerText")
    seen["errors"] = barriers(page)
    for label, text in (("Name on the certificate", "Ana Beispiel"), ("E-mail address", "ana@example.org")):
        tab_to(page, label)
        page.keyboard.type(text)
    press(page, "Check and look at it")
    seen["preview"] = barriers(page)
    assert page.title().startswith("Award Data Basics to Ana Beispiel?")
    press(page, "Award")
    assert page.title().startswith("Ana Beispiel: ")
    assert page.locator("main [role=status]").first.inner_text().startswith("Not signed yet.")
    seen["scheduled"] = barriers(page)
    press(page, "Send it now")
    sign()
    page.reload()
    seen["signed"] = barriers(page)
    press(page, "Correct what it says")
    seen["correct"] = barriers(page)
    tab_to(page, "Name on the certificate")
    page.keyboard.press("Control+A")
    page.keyboard.type("Ana Musterfrau")
    press(page, "Correct it")
    sign()
    page.reload()
    press(page, "Revoke")
    press(page, "See both texts")
    seen["reason missing"] = barriers(page)
    tab_to(page, "It was awarded by mistake.")
    page.keyboard.press("Space")
    press(page, "See both texts")
    seen["both texts"] = barriers(page)
    press(page, "Revoke")
    seen["revoked"] = barriers(page)
    page.goto(f"{live_server.url}{house.home}awards/")
    seen["awards"] = barriers(page)
    page.goto(f"{live_server.url}{house.home}awards/?show=scheduled")
    seen["no awards"] = barriers(page)

    assert {name: found for name, found in seen.items() if found} == {}
    assert set(Award.objects.values_list("state", flat=True)) == {AwardState.DELIVERED}
    acts = AuditEntry.objects.filter(organisation=house.achievement.organisation, actor_kind="user")
    told = list(acts.order_by("id").values_list("act", flat=True))
    assert told == ["award.accepted", "award.sent", "credential.superseded", "learner.renamed", "credential.revoked"]
    # As the worker does within seconds, and looking at pages takes longer than that.
    with signing_here():
        publish_list(StatusList.objects.get().pk)
    assert breaches() == []


def test_registrar_awards_many_and_sees_what_would_become_of_every_row(browser: Browser, live_server):
    house = build_house(undo_minutes=0)
    page = desk_of(browser, house, live_server.url).new_page()
    seen: dict[str, list[str]] = {}

    page.goto(f"{live_server.url}{house.home}overview/")
    press(page, "Data Basics")
    press(page, "Award many")
    seen["file"] = barriers(page)
    tab_to(page, "Your file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files({"name": "people.csv", "mimeType": "text/csv", "buffer": MIXED.encode()})
    press(page, "Check the file")
    seen["checking"] = barriers(page)
    run_batch(batch_id=Batch.objects.get().pk)
    page.wait_for_selector('[data-state="ready"]')  # by itself
    seen["checked"] = barriers(page)
    press(page, "Award 2, leave out 2")
    run_batch(batch_id=Batch.objects.get().pk)
    page.wait_for_selector('[data-state="done"]')
    assert page.title().startswith("2 learners awarded")
    assert page.locator("p.vh[role=status]").inner_text() == "2 learners awarded"
    seen["done"] = barriers(page)
    page.goto(f"{live_server.url}{house.home}batches/")
    seen["files"] = barriers(page)
    sign()

    assert {name: found for name, found in seen.items() if found} == {}
    assert Credential.objects.count() == 2
    told = list(AuditEntry.objects.filter(actor_kind="user").order_by("id").values_list("act", flat=True))
    assert told == ["batch.made", "batch.confirmed", "batch.accepted"]
    assert breaches() == []
