"""Every page of the console, in every state, has no barrier: a page that is added is looked at by itself, or fails here."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, sync_playwright

from bench.console import MOST_QUERIES
from bench.console_pages import console_patterns, sampled_pages
from bench.console_things import own_values
from tests.console.every_page import empty, filled, furnished_house, noted_templates, pages_written, with_errors
from tests.console.further_states import further, operators
from tests.console.test_browser import CHROMIUM
from tests.look.test_browser import HOST, serve, violations

pytestmark = pytest.mark.django_db

BADGE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7H1z"/></svg>'
OPEN_ALL = """() => { document.querySelectorAll('details').forEach(one => { one.open = true })
                      document.querySelectorAll('dialog').forEach(one => { one.show() }) }"""
WAYS = ((1280, "light"), (360, "dark"))


def primary_buttons(text: str) -> list[str]:
    """Return the words of the buttons that a page holds out before all others."""
    buttons = re.findall(r'<(?:a|button)[^>]*class="(btn[^"]*)"[^>]*>(.*?)</(?:a|button)>', text, re.DOTALL)
    return [words for classes, words in buttons if not {"alt", "bare"} & set(classes.split())]


def test_every_page_opens_and_answers_a_form_that_says_nothing():
    with noted_templates() as made:
        client = furnished_house()
        texts, unopened = filled(client)
        more = dict(further(client)) | dict(operators())

    assert unopened == {}
    assert pages_written() - made == set(), "pages that nobody looks at: give them a state in further_states.py"
    assert len(texts) >= 15
    assert {name for name, _text in empty()} >= {"overview", "awards", "batches", "organisation"}
    wrong = dict(with_errors(client))
    assert {"award_one 0", "award_many 0", "correct 0", "change_status 0"} <= set(wrong)
    every = [*texts.items(), *wrong.items(), *more.items()]
    assert all("</html>" in text for _name, text in every)
    assert {name: loud for name, text in every if len(loud := primary_buttons(text)) > 1} == {}


def test_no_page_asks_the_database_more_than_fifteen_times(monkeypatch):
    monkeypatch.setattr("console.views.issuer_keys.ISSUERS_OFFERED", 0)  # as where there are more: with a search
    client = furnished_house()
    counted = {}
    for name, address in sampled_pages(client, "bench", own_values()).pages.items():
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counted[name] = len(asked)

    assert {"awards last", "awards q=…", "awards show=unclaimed", "first_steps", "identity seek=…"} <= set(counted)
    assert {name: count for name, count in counted.items() if not 0 < count <= MOST_QUERIES} == {}


def test_page_that_nobody_has_a_sample_for_is_told(monkeypatch):
    client = furnished_house()
    further = [*console_patterns(), ("batch", "console/<slug:slug>/batches/<uuid:wheelbarrow_id>/")]
    monkeypatch.setattr("bench.console_pages.console_patterns", lambda _space: iter(further))
    monkeypatch.setattr("bench.console_pages.reverse", lambda name, kwargs: "/nowhere/at/all")

    assert "no sample of wheelbarrow_id" in filled(client)[1]["batch"]


def pages() -> Iterator[tuple[str, str]]:
    """Yield state and name, and text, of every page; read before a browser is there, which shares no connection."""
    client = furnished_house()
    yield from ((f"filled {name}", text) for name, text in filled(client)[0].items())
    yield from ((f"empty {name}", text) for name, text in empty())
    yield from ((f"errors {name}", text) for name, text in with_errors(client))
    yield from further(client)
    yield from ((f"operator {name}", text) for name, text in operators())


@pytest.fixture
def texts():
    return dict(pages())


@pytest.fixture
def browser(texts, missing) -> Iterator[Browser]:
    """Start a browser once all pages are read: its event loop lets nobody ask the database."""
    if CHROMIUM is None:
        missing("no Chromium on this machine: pages are not looked at in a browser")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def noting(complaints: list[str]):
    return lambda message: complaints.append(message.text)


def serving(shown: list[str]):
    """Serve the last page of a list; the badge that an editor draws is as good as any."""
    return lambda route: (
        route.fulfill(body=BADGE, content_type="image/svg+xml")
        if "/console/" in route.request.url
        else serve(route, shown[-1])
    )


@pytest.mark.slow
@pytest.mark.browser
def test_no_page_has_a_barrier_or_scrolls_sideways_in_any_state(texts, browser: Browser):
    found: list[str] = []
    for width, scheme in WAYS:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", noting(complaints))
        shown: list[str] = []
        page.route("**/*", serving(shown))
        for name, text in texts.items():
            complaints.clear()
            shown.append(text)
            page.goto(f"{HOST}/page")
            page.evaluate(OPEN_ALL)
            seen = [*violations(page), *complaints]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                seen.append("scrolls sideways")
            found += [f"{width} {name}: {one}" for one in seen]
        context.close()

    assert found == [], "\n".join(found)
