"""One award with everything that it can state, and one that two bodies release, in a browser; by the mail's own links."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser

from catalogue.models import Party, PartyRole
from issuing.grounds import ground_of
from issuing.models import ApprovalKind, Award, AwardState, Credential, SignedDocument, StatusList
from issuing.services import ApprovalOrder, set_approval
from issuing.signing.status_lists import publish_list
from issuing.way import SIGNED
from registry.actors import SYSTEM
from registry.models import AuditEntry, Role
from tests.console.houses import build_house
from tests.console.test_browser import barriers, browser, desk_of, press
from tests.issuing.builders import signing_here
from tests.issuing.ways import breaches, sign

__all__ = ["browser"]
pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FACTS = {
    "Name on the certificate": "Ana Beispiel",
    "E-mail address": "ana@example.org",
    "Day of the award": "2019-05-03",
    "Credits earned": "2.5",
    "Learned from": "2019-01-07",
    "Learned until": "2019-04-30",
    "Form of participation": "On site",
    "Supervision and check of identity": "Supervised, identity checked",
    "Address of the evidence": "https://e.example/thesis",
    "What the evidence is": "Thesis",
    "What was achieved": "Read *data* well.",
    "Who decided": "Examination board",
    "Decided on": "2019-05-02",
    "Number of the minutes": "7/19",
}


def open_folds(page) -> None:
    page.evaluate("document.querySelectorAll('details.fold').forEach(one => { one.open = true; })")


def test_registrar_awards_one_with_all_that_it_can_state(browser: Browser, live_server):
    house = build_house(Role.ADMIN, undo_minutes=10)
    page = desk_of(browser, house, live_server.url).new_page()
    seen: dict[str, list[str]] = {}

    page.goto(f"{live_server.url}{house.award_page}")
    open_folds(page)
    seen["form"] = barriers(page)
    for label, text in FACTS.items():
        page.get_by_label(label, exact=True).fill(text)
    press(page, "Check and look at it")
    assert page.get_by_text("is entered today").is_visible()
    assert page.locator(".prose em").inner_text() == "data"
    seen["preview"] = barriers(page)
    press(page, "Award")
    press(page, "Send it now")
    sign()
    page.reload()
    assert page.get_by_text("7/19").is_visible()
    seen["signed"] = barriers(page)

    assert {name: found for name, found in seen.items() if found} == {}
    award, document = Award.objects.get(), Credential.objects.get().document
    assert award.state in SIGNED
    assert ground_of(award).reference == "7/19"
    assert "7/19" not in document
    assert json.loads(document)["validFrom"].startswith("2019-05-03")
    acts = AuditEntry.objects.filter(actor_kind="user").order_by("id")
    assert list(acts.values_list("act", flat=True)) == ["award.accepted", "award.sent"]
    assert breaches() == []


def test_two_bodies_release_what_a_third_one_awards(browser: Browser, live_server):
    house = build_house(undo_minutes=0)
    bodies = [build_house(Role.APPROVER) for _ in range(2)]
    version = house.achievement.versions.get()
    Party.objects.bulk_create(
        Party(
            version=version,
            role=PartyRole.CO_AWARDS,
            name=body.achievement.organisation.slug,
            organisation=body.achievement.organisation,
        )
        for body in bodies
    )
    asked = ApprovalOrder(place=house.achievement, kinds=frozenset({ApprovalKind.AWARDING_BODIES}))
    set_approval(order=asked, actor=SYSTEM)
    registrar = desk_of(browser, house, live_server.url).new_page()
    seen: dict[str, list[str]] = {}

    registrar.goto(f"{live_server.url}{house.award_page}")
    for label in ("Name on the certificate", "E-mail address"):
        registrar.get_by_label(label, exact=True).fill(FACTS[label])
    press(registrar, "Check and look at it")
    press(registrar, "Award")
    seen["waits"] = barriers(registrar)
    for number, body in enumerate(bodies):
        page = desk_of(browser, body, live_server.url).new_page()
        page.goto(f"{live_server.url}{body.home}")
        press(page, "Approvals")
        seen[f"list {number}"] = barriers(page)
        press(page, "Ana Beispiel")
        seen[f"case {number}"] = barriers(page)
        press(page, "Release it")
        assert page.get_by_text("Released.").is_visible()
        seen[f"nothing more {number}"] = barriers(page)
        registrar.reload()
        assert registrar.get_by_text(": released").count() == number + 1
    sign()
    registrar.reload()
    seen["released"] = barriers(registrar)

    assert {name: found for name, found in seen.items() if found} == {}
    assert Award.objects.get().state in SIGNED
    assert SignedDocument.objects.count() == 2
    approvals = AuditEntry.objects.filter(act="award.approved", actor_kind="user")
    assert approvals.count() == 2
    assert breaches() == []


def test_award_is_made_found_and_undone_without_scripts(browser: Browser, live_server):
    house = build_house()
    page = desk_of(browser, house, live_server.url, scripts=False).new_page()

    page.goto(f"{live_server.url}{house.home}achievements/{house.achievement.pk}/")
    page.get_by_role("link", name="Award one", exact=True).click()
    for label in ("Name on the certificate", "E-mail address"):
        page.get_by_label(label, exact=True).fill(FACTS[label])
    page.get_by_text("How it was learned").click()
    page.get_by_label("Form of participation", exact=True).fill("On site")
    for button in ("Check and look at it", "Award"):
        page.get_by_role("button", name=button, exact=True).click()
    assert Award.objects.get().state == AwardState.SCHEDULED
    assert '"On site"' in Award.objects.get().facts
    page.goto(f"{live_server.url}{house.home}awards/")
    page.get_by_role("link", name=FACTS["Name on the certificate"]).click()
    page.get_by_role("button", name="Undo").click()

    assert page.get_by_text("Undone before it was signed").first.is_visible()
    assert Award.objects.get().state == AwardState.CANCELLED
    assert sign() == 0
    # As the worker does within seconds, and looking at pages takes longer than that.
    with signing_here():
        publish_list(StatusList.objects.get().pk)
    assert breaches() == []
