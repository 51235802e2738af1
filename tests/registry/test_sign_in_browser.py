"""Signing in with a real browser: a passkey of its virtual authenticator, an app's codes, and at an institution."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page

from registry.models import AuditEntry, Membership, User
from registry.sign_in_providers import SAML_IS_INSTALLED
from tests.console.test_browser import barriers, browser
from tests.issuing.ways import breaches
from tests.look.account_pages import person
from tests.registry.openid_house import openid_house, provider_at
from tests.registry.saml_house import XMLSEC, row_for, saml_house
from tests.registry.test_accounts import code_in, code_of_app

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(live_server, settings) -> str:
    """Return where the installation is: keys are bound to the host of PUBLIC_URL."""
    settings.PUBLIC_URL = live_server.url.replace("127.0.0.1", "localhost")
    return str(settings.PUBLIC_URL)


def with_authenticator(page: Page) -> None:
    """Give the browser a device that unlocks itself (WebDriver §10.8, "virtual authenticators")."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def enter_by_code(page: Page, address: str, user: User) -> None:
    page.goto(f"{address}/account/login/")
    page.fill("#id_email", user.email)
    page.click("text=Send me a code")
    page.fill("#id_code", code_in(mail.outbox[-1]))
    page.click("main button:has-text('Sign in')")
    page.wait_for_url("**/account/")


def own_steps_are_no_acts() -> bool:
    """Read the audit trail and `fsck`: what somebody does with their own ways to sign in is no act of an organisation."""
    return not AuditEntry.objects.exists() and breaches() == []


def sign_out(page: Page, address: str) -> None:
    page.goto(f"{address}/account/logout/")
    page.click("main button:has-text('Sign out')")


def test_passkey_is_added_and_then_signs_in_alone(browser: Browser, address):
    user = person()
    page = browser.new_context(locale="en", reduced_motion="reduce").new_page()
    with_authenticator(page)
    enter_by_code(page, address, user)
    page.goto(f"{address}/account/2fa/webauthn/add/")
    page.fill("#id_name", "This laptop")
    seen = barriers(page)
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/")
    mails = len(mail.outbox)
    sign_out(page, address)

    page.goto(f"{address}/account/login/")
    seen += barriers(page)
    page.click("#passkey_login")
    page.wait_for_url("**/account/")

    assert f"You are signed in as {user.email}" in page.content()
    assert len(mail.outbox) == mails
    assert seen == []
    assert own_steps_are_no_acts()


def test_browser_without_the_passkey_says_so_and_the_code_still_works(browser: Browser, address):
    user = person(key=True)
    page = browser.new_context(locale="en", reduced_motion="reduce").new_page()
    with_authenticator(page)

    page.goto(f"{address}/account/login/")
    page.click("#passkey_login")
    page.wait_for_selector("[data-passkey-none]:visible")

    enter = page.locator("#id_email")
    enter.fill(user.email)
    page.click("text=Send me a code")
    page.fill("#id_code", code_in(mail.outbox[-1]))
    page.click("main button:has-text('Sign in')")
    page.wait_for_url("**/2fa/authenticate/")


def test_app_is_set_up_and_asked_for_and_a_recovery_code_replaces_it_once(browser: Browser, address):
    user = person()
    page = browser.new_context(locale="en", reduced_motion="reduce").new_page()
    enter_by_code(page, address, user)
    page.goto(f"{address}/account/2fa/totp/activate/")
    secret = re.sub(r"\s", "", page.locator("dd.mono").inner_text())
    page.fill("#id_code", code_of_app(secret))
    page.click("main button:has-text('Switch the second step on')")
    page.wait_for_url("**/recovery-codes/")
    code = page.locator(".codes li").first.inner_text()
    sign_out(page, address)

    for attempt, reached in ((code, "/account/"), (code, "/account/2fa/authenticate/")):
        page.goto(f"{address}/account/login/")
        page.fill("#id_email", user.email)
        page.click("text=Send me a code")
        page.fill("#id_code", code_in(mail.outbox[-1]))
        page.click("main button:has-text('Sign in')")
        page.wait_for_url("**/2fa/authenticate/")
        page.fill("#id_code", attempt)
        page.click("main button:has-text('Sign in') >> nth=0")
        page.wait_for_load_state()
        assert page.url == f"{address}{reached}"
        if reached == "/account/":
            sign_out(page, address)
    assert own_steps_are_no_acts()


def at_the_institution(page: Page, address: str, name: str) -> None:
    """Press the institution's button on the page of signing in; the page behind it goes on by itself."""
    page.goto(f"{address}/account/login/")
    page.click(f"text=Sign in at {name}")


def entered(page: Page, address: str) -> list[str]:
    """Return what is found on the account's page, and whether the audit trail and the rows hold together."""
    page.wait_for_url(f"{address}/account/")
    assert "You are signed in as ana@uni.example" in page.content()
    assert set(AuditEntry.objects.values_list("act", flat=True)) == {"account.created", "identity.linked"}
    assert not Membership.objects.exists()
    return barriers(page) + breaches()


def test_staff_sign_in_by_openid_connect_and_turn_back_there(browser: Browser, address):
    page = browser.new_context(locale="en", reduced_motion="reduce").new_page()
    with openid_house() as house:
        provider_at(house, email_domains=["uni.example"])
        at_the_institution(page, address, "Uni Beispiel")
        page.click("text=Deny")
        page.wait_for_url(f"{address}/account/provider/uni/callback/**")
        seen = barriers(page)
        page.click("text=Sign in again")
        at_the_institution(page, address, "Uni Beispiel")
        page.click("button:text-is('staff-1')")

        assert seen + entered(page, address) == []


def test_staff_sign_in_by_saml(browser: Browser, address, missing, tmp_path):
    if XMLSEC is None or not SAML_IS_INSTALLED:
        missing("xmlsec1 or requirements/saml.txt is not installed: signing in by SAML is not tried in a browser")
    page = browser.new_context(locale="en", reduced_motion="reduce").new_page()
    with saml_house(tmp_path) as (house, certificate):
        row_for(house, certificate).save()
        at_the_institution(page, address, "Hochschule Beispiel")
        page.click("text=Sign in as Ana")

        assert entered(page, address) == []
