"""Every page and mail of the accounts: our templates, our words, German that says *Sie*, and no barrier."""

import mimetypes
import re
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route, sync_playwright

from config.middleware import CONTENT_SECURITY_POLICY
from tests.look.account_pages import WAYS, account_page, mails_of_accounts
from tests.look.test_browser import HOST, violations

pytestmark = pytest.mark.django_db
OURS = str(Path(__file__).resolve().parents[2] / "templates")
DU = re.compile(r"\b([Dd]u|[Dd]ein\w*|[Dd]ich|[Dd]ir|[Ee]uch|[Ee]uer\w*|ihr)\b")
STOCK = re.compile(
    r"Sign In\b|Sign Out\b|Sign Up\b|Two-Factor|[Aa]uthenticator|[Rr]eauthenticate|Please |Thank you|successfully"
    r"|Authentifi|[Vv]erifizier|[Vv]erification|Bitte |localhost nutz|!\s|example\.com"
)
ENGLISH = re.compile(r"\b(the|your|you|with|password|sign|account|code is|address)\b", re.IGNORECASE)


@lru_cache(maxsize=2)
def pages_in(language: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Return each page with the templates that made it; made once, as it takes a while."""
    made = {name: account_page(name, language) for name in WAYS}
    return {name: (html, frozenset(visitor.templates)) for name, (html, visitor) in made.items()}


def words_of(html: str) -> str:
    """Return what is read, or read aloud, in the page's own part."""
    main = html[html.index("<main") : html.index("</main>")]
    main = re.sub(r"<(script|svg|code|noscript)\b.*?</\1>", " ", main, flags=re.DOTALL)
    told = re.findall(r'(?:aria-label|alt|placeholder|title)="([^"]*)"', main)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)) + " ".join(told)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_is_made_of_our_templates_and_words(language):
    for name, (html, templates) in pages_in(language).items():
        theirs = [path for path in templates if not path.startswith(OURS) and "/forms/" not in path]
        assert not theirs, (name, theirs)
        words = words_of(html)
        assert f'<html lang="{language}"' in html, name
        assert 'content="noindex"' in html, name
        assert "data:" not in html, name
        assert not STOCK.findall(words), (name, STOCK.findall(words))
        if language == "de":
            assert not DU.findall(words), (name, DU.findall(words))
            assert not ENGLISH.findall(words), (name, ENGLISH.findall(words))


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_page_has_two_primary_buttons(language):
    for name, (html, _templates) in pages_in(language).items():
        buttons = re.findall(r'class="btn([^"]*)"', html[html.index("<main") : html.index("</main>")])
        primary = [classes for classes in buttons if not {"alt", "bare"} & set(classes.split())]
        assert len(primary) <= 1, (name, primary)


@pytest.mark.parametrize("language", ["en", "de"])
def test_mails_speak_our_language(language):
    mails = mails_of_accounts(language)

    assert len(mails) == 2
    for text in mails:
        assert not STOCK.findall(text), text
        assert ("Guten Tag" in text) == (language == "de")
        assert not (DU.findall(text) if language == "de" else [])


def test_key_of_a_new_app_stands_beside_its_picture_and_not_in_its_words():
    html = pages_in("en")["app-on"][0]
    picture = re.search(r'<div class="qr"[^>]*>', html)[0]
    key = re.search(r'<dd class="mono">(\w+)</dd>', html)[1]

    assert 'role="img"' in picture
    assert key not in picture
    assert "<svg" in html


def serve(route: Route, page: str) -> None:
    """Answer as our server does: the page with its policy, static files, and nothing else."""
    path = route.request.url.removeprefix(HOST).split("?")[0]
    if path == "/page":
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
        return route.fulfill(body=page, content_type="text/html; charset=utf-8", headers=headers)
    file = finders.find(path.removeprefix("/static/"))
    if file is None:
        return route.fulfill(status=404)
    return route.fulfill(body=Path(str(file)).read_bytes(), content_type=mimetypes.guess_type(path)[0] or "font/woff2")


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1280, "light"), ("de", 360, "dark")])
def test_no_page_of_the_accounts_has_a_barrier(missing: Any, language: str, width: int, scheme: Any):
    pages = {name: html for name, (html, _templates) in pages_in(language).items()}
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        missing("Chromium is not installed, so no page of the accounts was looked at.")
    # Opened here and not by a fixture: while Playwright's loop runs, Django refuses to use the database.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        found = {name: barriers(page, html, width) for name, html in pages.items()}
        browser.close()
    assert {name: what for name, what in found.items() if what} == {}


def barriers(page: Page, html: str, width: int) -> list[str]:
    """Return what axe finds on a page, what the browser complains about, and whether it scrolls sideways."""
    complaints: list[str] = []

    def note(message: Any) -> None:
        complaints.append(message.text)

    page.on("console", note)
    # The page that goes on to an institution stays to be looked at.
    html = re.sub(r'<meta http-equiv="refresh"[^>]*>', "", html)
    page.route("**/*", lambda route: serve(route, html))
    page.goto(f"{HOST}/page")
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    found = violations(page) + complaints
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("scrolls sideways")
    page.unroute("**/*")
    page.remove_listener("console", note)
    return found
