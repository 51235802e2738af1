"""One award from the overview until it is sent, in a browser without JavaScript: no step needs any."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from issuing.models import Award
from issuing.way import SIGNED
from registry.models import AuditEntry, Role
from tests.console.houses import build_house
from tests.console.test_browser import browser, desk_of
from tests.issuing.ways import breaches, sign

__all__ = ["browser"]
pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def follow(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=words, exact=True).first.click()


def send(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).first.click()


def test_registrar_awards_one_without_scripts(browser: Browser, live_server):
    house = build_house(Role.AWARDER, undo_minutes=10)
    desk = desk_of(browser, house, live_server.url, scripts=False)
    page = desk.new_page()
    page.goto(f"{live_server.url}/console/")

    follow(page, "Overview")
    follow(page, "Data Basics")
    follow(page, "Award one")
    send(page, "Check and look at it")
    assert page.locator(".summary li").count() == 2, "faults are told"
    page.get_by_label("Name on the certificate", exact=True).fill("Ana Beispiel")
    page.get_by_label("E-mail address", exact=True).fill("ana@example.org")
    fold = page.locator("details.fold > summary").first
    fold.click()
    assert page.locator("details.fold").first.get_attribute("open") is not None
    send(page, "Check and look at it")
    assert page.title().startswith("Award Data Basics to Ana Beispiel?")
    send(page, "Award")
    assert page.locator("main [role=status]").first.inner_text().startswith("Not signed yet.")
    send(page, "Send it now")
    sign()
    page.reload()

    award = Award.objects.get()
    assert award.state in SIGNED
    assert page.locator("main").inner_text().count("Ana Beispiel")
    acts = AuditEntry.objects.filter(actor_kind="user").order_by("id")
    assert list(acts.values_list("act", flat=True)) == ["award.accepted", "award.sent"]
    follow(page, "Awards")
    assert page.get_by_text("Ana Beispiel").first.is_visible()
    assert breaches() == []
