"""From an empty installation to the first award by pages alone: the operator sets up, an owner goes on."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from playwright.sync_api import Browser, BrowserContext, Page

from issuing.models import Credential
from registry.models import AuditEntry, Issuer, Organisation, User
from registry.services import one_time_sign_in_url
from tests.console.test_browser import barriers, browser
from tests.issuing.ways import breaches, sign
from tests.registry.builders import build_user

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
__all__ = ["browser"]
OWNER = "rita.registrar@example.org"


def desk(browser: Browser) -> BrowserContext:
    return browser.new_context(locale="en", reduced_motion="reduce")


def come_in(page: Page, user: User, address: str) -> None:
    """Sign in by a one-time link, as the operator of a new installation does."""
    page.goto(address + re.sub(r"^https?://[^/]+", "", one_time_sign_in_url(user)))
    page.click("main button[type=submit]")


def fill(page: Page, **typed: str) -> None:
    for name, text in typed.items():
        page.fill(f"#id_{name}", text)


def press(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.click(f"main >> :is(button, a):has-text('{words}')")


def test_operator_and_owner_go_from_an_empty_installation_to_the_first_award(browser: Browser, live_server, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PUBLIC_URL = live_server.url
    operator = build_user(is_staff=True, is_superuser=True)
    page, seen = desk(browser).new_page(), {}

    come_in(page, operator, live_server.url)
    page.goto(f"{live_server.url}/operator/")
    seen["empty"] = barriers(page)
    press(page, "Make the first organisation")
    seen["organisation"] = barriers(page)
    press(page, "Make it")
    seen["faults"] = barriers(page)
    fill(page, name_en="Rotterdam University", slug="rotterdam", number_0="22OJ")
    page.select_option("#id_country", "NL")
    page.select_option("#id_timezone", "Europe/Amsterdam")
    page.select_option("#id_kind_0", "BRIN")
    press(page, "Make it")
    seen["issuer"] = barriers(page)
    fill(page, short_name="RU")
    press(page, "Make the issuer")
    seen["key waits"] = barriers(page)
    sign()
    page.wait_for_selector('[data-state="made"]')  # by itself
    press(page, "Invite an owner")
    fill(page, email=OWNER)
    press(page, "Invite as owner")
    press(page, "Enter it")
    seen["register"] = barriers(page)
    fill(page, vouched_by="Ministry", source="Letter of 1 March 2026")
    page.click("main button[type=submit]")
    page.wait_for_url("**/operator/organisations/rotterdam/")
    seen["set up"] = barriers(page)
    page.goto(f"{live_server.url}/operator/health/")
    seen["health"] = barriers(page)

    sign()  # mails of roles leave by the worker, too
    link = re.search(r"https?://\S+/account/invitation/\S+", str(mail.outbox[-1].body))
    assert link is not None
    owner_page = desk(browser).new_page()
    owner = build_user(email=OWNER)
    come_in(owner_page, owner, live_server.url)
    owner_page.goto(link[0])
    owner_page.click("main button[type=submit]")
    owner_page.goto(f"{live_server.url}/console/rotterdam/first-steps/")
    seen["steps"] = barriers(owner_page)
    _goes_on(owner_page, live_server.url, seen)

    assert {name: found for name, found in seen.items() if found} == {}
    assert Credential.objects.count() == 1
    organisation = Organisation.objects.get()
    acts = AuditEntry.objects.filter(organisation=organisation, actor_kind="user").order_by("id")
    told = list(acts.values_list("act", flat=True))
    assert told[:2] == ["organisation.created", "organisation.looked_at"]
    expected = {"issuer.created", "invitation.made", "invitation.accepted", "achievement.published", "award.accepted"}
    assert expected <= set(told)
    assert breaches() == []


def _goes_on(page: Page, address: str, seen: dict[str, list[str]]) -> None:
    """Invite a second owner, describe and publish an achievement, award it, and see that nothing is left."""
    fill(page, email="second@example.org")
    press(page, "Invite as owner")
    page.goto(f"{address}/console/rotterdam/achievements/new/")
    page.fill("[name=title]", "3D printing basics")
    page.click("main button[type=submit]")
    page.wait_for_url("**/edit/")
    _describe(page)
    page.goto(page.url.replace("/edit/", "/publishing/"))
    page.click("main button[type=submit]")
    page.goto(f"{address}/console/rotterdam/first-steps/")
    press(page, "Award the first learner")
    fill(page, name="Ana Beispiel", email="ana@example.org")
    press(page, "Check and look at it")
    press(page, "Award")
    press(page, "Send it now")
    sign()
    page.goto(f"{address}/console/rotterdam/first-steps/")
    assert page.locator("h1").inner_text() == "The first award is made"
    seen["done"] = barriers(page)
    page.goto(f"{address}/console/rotterdam/keys/")
    seen["keys"] = barriers(page)
    press(page, "Report that key 1")
    seen["report"] = barriers(page)
    assert Issuer.objects.get().state == "active"


def _describe(page: Page) -> None:
    """State what a micro-credential has to state: what it is about, and how it is assessed."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.fill('[name="description__en"]', "Making a first object with a 3D printer.")
    page.fill('[name="criteria__en"]', "One printed object, looked at by a supervisor.")
    with page.expect_navigation():
        page.click('.savebar button.alt[form="sheet"]')
