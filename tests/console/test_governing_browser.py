"""An owner with a real browser: a tree is built, somebody invited by mail, and a second pair of eyes asked for."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from playwright.sync_api import Browser

from issuing.models import ApprovalKind, ApprovalPolicy
from registry.actors import SYSTEM
from registry.models import AuditEntry, Membership, Node, OutboxMessage, Role, User
from registry.outbox import Topic
from registry.services import create_faculty
from registry.tasks import mail_invitation
from tests.console.houses import House, build_house, signed_in
from tests.console.test_browser import barriers, browser, desk_of, press, tab_to
from tests.issuing.ways import breaches

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def link_of_the_letter() -> str:
    for message in OutboxMessage.objects.filter(topic=Topic.INVITATION_MADE):
        mail_invitation(**{name: value for name, value in message.payload.items() if name != "tenant"})
    return re.search(r"/account/invitation/\S+", mail.outbox[-1].body)[0]  # type: ignore[index]


def test_owner_builds_a_tree_invites_by_mail_and_asks_for_a_second_person(browser: Browser, live_server):
    house = build_house(Role.OWNER)
    page = desk_of(browser, house, live_server.url).new_page()
    seen: dict[str, list[str]] = {}

    page.goto(f"{live_server.url}{house.home}")
    press(page, "New faculty")
    press(page, "Make the faculty")
    seen["no name"] = barriers(page)
    tab_to(page, "Name in English")
    page.keyboard.type("Faculty of Law")
    press(page, "Make the faculty")
    seen["faculty"] = barriers(page)
    law = Node.objects.get(name__en="Faculty of Law")
    page.goto(f"{live_server.url}{house.home}places/{law.pk}/edit/")
    seen["rename, move, close"] = barriers(page)

    page.goto(f"{live_server.url}{house.home}places/{law.pk}/roles/")
    seen["people"] = barriers(page)
    press(page, "Send the invitation")
    seen["no address"] = barriers(page)
    page.fill("#id_email", "rosa@example.org")
    page.select_option("#id_role", "approver")
    page.click("text=Send the invitation")
    page.wait_for_selector("text=rosa@example.org")
    seen["invited"] = barriers(page)
    _accept(browser, house, live_server.url + link_of_the_letter(), seen)

    page.goto(f"{live_server.url}{house.home}places/{law.pk}/approval/")
    tab_to(page, "a second person\nSomeone else than who awarded it releases it.")
    page.keyboard.press("Space")
    seen["rule"] = barriers(page)
    press(page, "Save the rule")
    for name in ("find/?q=law", "who-can/", "machines/", "audit/", "administration/"):
        page.goto(f"{live_server.url}{house.home}{name}")
        seen[name] = barriers(page)

    assert {name: found for name, found in seen.items() if found} == {}
    assert Membership.objects.get(user__email="rosa@example.org").node == law
    assert ApprovalPolicy.objects.get().kind == ApprovalKind.SECOND_PERSON
    acts = AuditEntry.objects.filter(organisation=law.organisation, actor_kind="user").order_by("id")
    told = list(acts.values_list("act", flat=True))
    assert told == ["node.created", "invitation.made", "membership.given", "invitation.accepted", "approval.asked"]
    assert breaches() == []


def _accept(browser: Browser, house: House, link: str, seen: dict[str, list[str]]) -> None:
    """Open the letter's link as a stranger, then as whoever has its address, and accept."""
    stranger = browser.new_context(locale="en", reduced_motion="reduce").new_page()
    stranger.goto(link)
    seen["invitation"] = barriers(stranger)
    press(stranger, "Sign in to accept")
    rosa = User.objects.get(email="rosa@example.org")
    guest = House(house.achievement, signed_in(rosa), rosa)
    page = desk_of(browser, guest, link).new_page()
    page.goto(link)
    seen["invitation, signed in"] = barriers(page)
    press(page, "Accept the invitation")
    assert "/console/" in page.url


@pytest.mark.slow
def test_tree_is_the_way_alone_on_a_phone_and_stays_off_paper(browser: Browser, live_server):
    house = build_house(Role.OWNER)
    page = desk_of(browser, house, live_server.url).new_page()
    law = create_faculty(parent=house.achievement.issuer.node, name={"en": "Faculty of Law"}, actor=SYSTEM)
    tree, way = page.locator("nav.tree"), page.locator(".crumbs")

    page.goto(f"{live_server.url}{house.home}places/{law.pk}/who-can/")
    assert tree.is_visible()
    assert way.is_visible()
    page.set_viewport_size({"width": 360, "height": 900})
    assert not tree.is_visible()
    assert "Faculty of Law" in way.inner_text()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(media="print")
    assert not tree.is_visible()
    assert page.locator("table.who-can").is_visible()
    assert page.get_by_text(house.user.email).is_visible()
