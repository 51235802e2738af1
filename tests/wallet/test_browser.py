"""A learner with a real browser: the claim page by the keyboard alone, without JavaScript, and on paper."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright

from issuing.models import Award
from tests.look.test_browser import RULES
from tests.verification.builders import vouch_for
from tests.wallet.test_offers import offered, sign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LOOKS = ((1280, "light", "en"), (360, "dark", "de"))


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


def barriers(browser: Browser, address: str) -> list[str]:
    """Look at a page at a desk in light and on a small phone in the dark, in either language."""
    found = []
    for width, scheme, language in LOOKS:
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, locale=language)
        page.goto(address)
        seen = Axe().run(page, options=RULES).response["violations"]
        found += [f"{width}: {rule['id']}: {node['html'][:120]}" for rule in seen for node in rule["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{width}: scrolls sideways")
        page.close()
    return found


def tab_to(page: Page, words: str) -> None:
    """Press Tab until a control with these words has the focus."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text().strip() == words:
            return
    raise AssertionError(f"no way by keyboard to “{words}”")


def test_award_is_declined_or_accepted_by_keyboard_without_javascript(browser: Browser, live_server):
    (declined, other), (award, path) = offered(), offered()
    vouch_for(award.version.achievement.issuer.did)
    page = browser.new_context(java_script_enabled=False, locale="en").new_page()
    assert barriers(browser, live_server.url + path) == []

    page.goto(live_server.url + other)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    tab_to(page, "Decline")
    page.keyboard.press("Enter")
    tab_to(page, "Decline this award")
    page.keyboard.press("Enter")
    page.wait_for_selector('main[data-state="declined"]')
    assert barriers(browser, page.url) == []

    page.goto(live_server.url + path)
    tab_to(page, "Accept")
    page.keyboard.press("Enter")
    page.wait_for_selector('main[data-state="accepted"]')
    assert barriers(browser, page.url) == []
    sign()
    tab_to(page, "Look again")
    page.keyboard.press("Enter")
    page.wait_for_selector('main[data-verdict="genuine"]')
    assert "You accepted it on" in page.inner_text("main")
    assert Award.objects.get(pk=declined.pk).state == "declined"
