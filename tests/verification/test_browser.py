"""A visitor with a real browser: the page, the three answers, and the form."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from django.db import connection
from playwright.sync_api import Page, sync_playwright

from issuing.models import Credential
from tests.verification.builders import signed_credential
from tests.verification.test_own_page import delete_rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def page(missing, monkeypatch) -> Iterator[Page]:
    if CHROMIUM is None:
        missing("no Chromium on this machine: pages are not looked at in a browser")
    # Playwright runs an event loop in this thread, which the ORM takes for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    # The server's thread would keep its connection, and the test database could not be dropped.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()
        # Inside Playwright's loop the ORM has opened a connection of its own, which nobody else would close.
        connection.close()


def verdict_on(page: Page) -> str | None:
    return page.locator("main").get_attribute("data-verdict")


def test_paper_has_address_and_code_and_fits_two_sheets(page: Page, live_server):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    outcomes = tuple({"en": f"Explains the {number} most common mistakes in reading data"} for number in range(8))
    credential = signed_credential(outcomes=outcomes, stated={"narrative": "Ada wrote the best report of her year."})
    code = f"/c/{credential.pk}.qr.svg"

    page.goto(f"{live_server.url}/c/{credential.pk}")
    assert not page.locator(".paper").is_visible()
    assert not [url for url in asked if url.endswith(code)], "nobody prints most pages"
    paper = page.pdf(format="A4")

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2
    assert [url for url in asked if url.endswith(code)]
    page.emulate_media(media="print")
    assert page.locator(".paper img").is_visible()
    assert f"http://localhost:8000/c/{credential.pk}" in page.locator(".paper").inner_text()


def test_the_page_the_answers_and_the_form(page: Page, live_server):
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    credential = signed_credential()
    text = credential.document or ""
    address = f"{live_server.url}/c/{credential.pk}"

    page.goto(address)
    assert verdict_on(page) == "genuine"
    Credential.objects.filter(pk=credential.pk).update(document=text.replace("Ada", "Eda", 1))
    page.reload()
    assert verdict_on(page) == "not-genuine"
    assert "changed since" in page.inner_text("main")
    Credential.objects.filter(pk=credential.pk).update(document=text)
    page.goto(f"{live_server.url}/verify")
    page.fill("textarea", text)
    page.click("main button")
    assert verdict_on(page) == "genuine"
    page.goto(f"{live_server.url}/verify")
    page.fill("textarea", "a certificate")
    page.click("main button")
    assert verdict_on(page) is None, "a typing error is no verdict"
    assert page.input_value("textarea") == "a certificate", "what was typed stays"
    assert page.evaluate("document.activeElement.classList.contains('summary')"), "what is wrong is read out first"
    delete_rows("issuing_publishedstatuslist")
    page.goto(address)
    assert verdict_on(page) == "could-not-confirm"

    # The browser notes the status of the form error: 422, since nothing was checked.
    assert [text for text in said if "422" not in text] == []
    assert [url for url in asked if not url.startswith(live_server.url)] == []
