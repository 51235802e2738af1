"""The pages in a real browser: axe, the strict policy, 360 px, dark, forced colours, print."""

import mimetypes
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from catalogue.badges import BadgeFacts, badge_svg
from config.middleware import CONTENT_SECURITY_POLICY
from tests.look.public_pages import PAGES

pytestmark = pytest.mark.browser

STATIC = Path(__file__).resolve().parents[2] / "static"
HOST = "http://look.test"
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
LOOKED_AT = (
    "credential-genuine",
    "credential-german",
    "credential-asked",
    "credential-claim",
    "credential-revoked",
    "credential-issuer-not-known",
    "credential-could-not-confirm",
    "credential-superseded",
    "credential-malformed",
    "credential-private-or-unknown",
    "credential-erased",
    "verify-error",
    "landing",
    "list",
    "list-empty",
    "about",
    "version",
    "issuers",
    "issuers-found-by-number",
    "issuer",
    "refusal",
    "error-500",
    "link-ended",
    "mail",
    "api",
)


@pytest.fixture(scope="module")
def browser(missing: Any) -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        missing("Chromium is not installed, so no page was looked at.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def serve(route: Route, page: str) -> None:
    """Answer as our server does: the page with its policy, our own files, and nothing else."""
    path = route.request.url.removeprefix(HOST).split("?")[0]
    if path == "/page":
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
        return route.fulfill(body=page, content_type="text/html; charset=utf-8", headers=headers)
    if path.startswith("/media/"):
        return route.fulfill(
            body=badge_svg(BadgeFacts("micro-credential", "Basics", ("Charité",), "21 h")),
            content_type="image/svg+xml",
        )
    file = STATIC / path.removeprefix("/static/")
    if path.startswith("/static/") and file.is_file():
        return route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file)[0] or "font/woff2")
    return route.fulfill(status=404)


def opened(browser: Browser, name: str, **look: Any) -> tuple[Page, list[str]]:
    """Open a page; return it with what the browser complained about."""
    html, page, complaints = PAGES[name](), browser.new_page(**look), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.route("**/*", lambda route: serve(route, html))
    page.goto(f"{HOST}/page")
    page.evaluate("document.fonts.ready")
    return page, complaints


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("name", LOOKED_AT)
def test_page_at_a_desk_in_light_has_no_barrier(browser, name):
    page, complaints = opened(browser, name, viewport={"width": 1280, "height": 900}, color_scheme="light")

    assert violations(page) == []
    assert complaints == []
    page.close()


@pytest.mark.parametrize("name", LOOKED_AT)
def test_page_on_a_small_phone_in_the_dark_has_no_barrier(browser, name):
    page, complaints = opened(browser, name, viewport={"width": 360, "height": 740}, color_scheme="dark")

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert complaints == []
    page.close()


@pytest.mark.parametrize("name", ["credential-genuine", "landing", "list", "version"])
def test_page_at_400_percent_needs_no_sideways_scrolling(browser, name):
    page, _complaints = opened(browser, name, viewport={"width": 320, "height": 256})

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


def test_everything_pressed_is_at_least_24_px_high(browser):
    page, _complaints = opened(browser, "list", viewport={"width": 360, "height": 740})

    small = page.evaluate(
        """[...document.querySelectorAll('a.btn, button, .nav a, .segment a, summary, .pages a, .choice')]
             .filter(part => part.offsetHeight && part.offsetHeight < 24).map(part => part.outerHTML)"""
    )
    assert small == []
    page.close()


def test_filters_are_one_stop_before_the_list_on_a_phone_and_stand_open_at_a_desk(browser):
    phone, _complaints = opened(browser, "list", viewport={"width": 360, "height": 740})
    phone.locator("#q").focus()
    stops = []
    for _ in range(5):
        phone.keyboard.press("Tab")
        stops.append(
            phone.evaluate(
                "document.activeElement.tagName + ' ' + (document.activeElement.id || document.activeElement.textContent.trim())"
            )
        )
    assert stops[1] == "SUMMARY Filter"
    assert stops[2].startswith("SELECT")
    assert not phone.locator(".facets input").first.is_visible()
    phone.close()

    desk, _complaints = opened(browser, "list", viewport={"width": 1280, "height": 900})
    assert desk.locator(".facets input").first.is_visible()
    assert not desk.locator(".facets > summary").is_visible()
    desk.emulate_media(media="print")
    assert not desk.locator(".facets input, main form").first.is_visible(), "paper has no use for them"
    desk.close()


def test_verdict_reads_without_colours(browser):
    page, _complaints = opened(browser, "credential-revoked", forced_colors="active")

    assert page.evaluate("getComputedStyle(document.querySelector('.verdict')).borderTopWidth") == "2px"
    assert page.locator("h1").inner_text().startswith("Genuine, but revoked")
    page.close()


def test_printed_page_keeps_verdict_and_checks_and_drops_the_rest(browser):
    page, _complaints = opened(browser, "credential-genuine", color_scheme="dark")
    page.emulate_media(media="print")

    assert page.locator(".verdict").is_visible()
    assert page.locator(".checks .why").first.is_visible()
    assert page.locator(".fold .items").is_visible()
    # What a check means stands at the certificate's address, which is printed: so it fits two sheets.
    assert not page.locator(".checks details p").first.is_visible()
    assert not page.locator(".nav").is_visible()
    assert not page.locator(".btn").first.is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    page.close()


def test_page_reads_without_styles_and_keyboard_reaches_the_content(browser):
    page, _complaints = opened(browser, "credential-genuine")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


@pytest.mark.parametrize(("appearance", "expected"), [("dark", "dark"), ("light", "light")])
def test_chosen_appearance_wins_over_the_system(browser, monkeypatch, appearance, expected):
    from tests.look.states import credential_page

    other = {"dark": "light", "light": "dark"}[appearance]
    monkeypatch.setitem(PAGES, "chosen", lambda: credential_page("genuine", appearance=appearance))
    page, _complaints = opened(browser, "chosen", color_scheme=other)

    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == expected
    page.close()


def test_what_is_wrong_with_a_form_is_read_first_and_leads_to_its_fields(browser):
    page, _complaints = opened(browser, "verify-error", viewport={"width": 360, "height": 740})

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert summary.get_by_role("listitem").all_inner_texts() == [
        "The file is larger than 5 MB.",
        "This is no link, no number and no text of a certificate.",
        "It is too long, too.",
        "Too many requests. Try again in 60 seconds.",
    ]
    summary.get_by_role("link", name="It is too long, too.").click()
    text = page.get_by_role("textbox", name="A link, a number or the text of a certificate")
    expect(text).to_be_focused()
    expect(text).to_have_accessible_description(
        "Paste what you have; we find out what it is. "
        "Error: This is no link, no number and no text of a certificate. Error: It is too long, too."
    )
    assert (text.get_attribute("aria-invalid"), text.input_value()) == ("true", "<x")
    assert page.get_by_role("textbox", name="Who holds it?").get_attribute("aria-invalid") is None
    page.close()
