"""After the award, in a browser: a name is corrected, ten are revoked, a mail that came back is mended, the overview read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from issuing.models import Award, BounceKind, Credential, Letter, StatusChange
from issuing.services import accept_award, record_bounce
from registry.models import AuditEntry, Issuer
from tests.console.houses import House, build_house
from tests.console.test_browser import barriers, browser, desk_of, press, tab_to
from tests.console.test_many_changes import work
from tests.console.test_returned import deliver
from tests.issuing.change_acts import signed_awards
from tests.issuing.ways import award_now, bearer, breaches, sign, standing

__all__ = ["browser"]
pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEN = 10


def house_with(count: int) -> tuple[House, list[Award]]:
    awards = signed_awards(count)
    return build_house(achievement=awards[0].version.achievement), awards


def told_of(house: House) -> list[str]:
    """Return what people did, as the audit trail says it."""
    acts = AuditEntry.objects.filter(organisation=house.achievement.organisation, actor_kind="user")
    return list(acts.order_by("id").values_list("act", flat=True))


def test_registrar_corrects_a_name_and_the_old_certificate_points_to_the_new_one(browser: Browser, live_server):
    house, (award,) = house_with(1)
    page = desk_of(browser, house, live_server.url).new_page()
    seen: dict[str, list[str]] = {}

    page.goto(f"{live_server.url}{house.page_of(award)}")
    press(page, "Correct what it says")
    tab_to(page, "Name on the certificate")
    page.keyboard.press("Control+A")
    page.keyboard.type("Ana Musterfrau")
    seen["correcting"] = barriers(page)
    press(page, "Correct it")
    sign()
    page.reload()
    assert page.locator("h1").inner_text() == "Ana Musterfrau"
    seen["corrected"] = barriers(page)
    press(page, "The award whose place it takes")
    assert page.get_by_text("replaced", exact=True).is_visible()
    seen["replaced"] = barriers(page)
    deliver()

    assert {name: found for name, found in seen.items() if found} == {}
    newer = Award.objects.exclude(pk=award.pk).get()
    assert standing(house.achievement) == [str(newer.pk)]
    assert Credential.objects.get(pk=award.pk).successor_id == newer.pk
    assert Letter.objects.filter(award=newer, state="sent").count() == 1
    assert told_of(house) == ["credential.superseded", "learner.renamed"]
    assert breaches() == []


def test_registrar_revokes_ten_from_the_list(browser: Browser, live_server):
    house, awards = house_with(TEN + 1)
    page = desk_of(browser, house, live_server.url).new_page()
    seen: dict[str, list[str]] = {}

    page.goto(f"{live_server.url}{house.home}awards/")
    boxes = page.locator("input[name=award]")
    for number in range(TEN):
        boxes.nth(number).check()
    seen["chosen"] = barriers(page)
    press(page, "Revoke")
    assert page.get_by_text(f"{TEN} awards are chosen").is_visible()
    press(page, "See whom it concerns")
    seen["no reason"] = barriers(page)
    tab_to(page, "It was awarded by mistake.")
    page.keyboard.press("Space")
    tab_to(page, "Note for the file")
    page.keyboard.type("Minutes 7")
    press(page, "See whom it concerns")
    seen["both texts"] = barriers(page)
    page.locator("#id_count").fill("9")
    page.locator(".btn.stop").click()
    assert page.locator(".summary li").count() == 1
    seen["wrong number"] = barriers(page)
    page.locator("#id_count").fill(str(TEN))
    page.locator(".btn.stop").click()
    work()
    page.wait_for_selector('[data-state="done"]')  # by itself
    seen["done"] = barriers(page)

    assert {name: found for name, found in seen.items() if found} == {}
    assert StatusChange.objects.filter(purpose="revocation").count() == TEN
    assert len(standing(house.achievement)) == len(awards) - TEN
    told = told_of(house)
    assert told[:2] == ["change.made", "change.confirmed"]
    assert told.count("credential.revoked") == TEN
    assert breaches() == []


def test_registrar_mends_the_address_of_a_letter_that_came_back(browser: Browser, live_server):
    house, (award,) = house_with(1)
    deliver()
    letter = Letter.objects.get()
    record_bounce(message_id=letter.message_id, kind=BounceKind.RETURNED, at=award.accepted_at)
    page = desk_of(browser, house, live_server.url).new_page()
    seen: dict[str, list[str]] = {}

    page.goto(f"{live_server.url}{house.home}overview/")
    seen["overview"] = barriers(page)
    with page.expect_navigation():
        page.get_by_role("link", name="One e-mail came back").click()
    seen["came back"] = barriers(page)
    press(page, "Write the right address")
    page.locator("#id_email").fill("dana@")
    press(page, "Send the mail there")
    assert page.locator(".summary li").count() == 1
    seen["no address"] = barriers(page)
    page.locator("#id_email").fill("dana@example.org")
    press(page, "Send the mail there")
    seen["mended"] = barriers(page)
    deliver()
    page.goto(f"{live_server.url}{house.home}returned/")
    assert page.get_by_text("No letter came back").is_visible()

    assert {name: found for name, found in seen.items() if found} == {}
    assert Award.objects.count() == Credential.objects.count() == 1
    assert Letter.objects.filter(state="sent", bounced_at=None).count() == 1
    assert told_of(house) == ["address.corrected"]
    assert breaches() == []


def test_registrar_reads_the_overview_and_takes_its_table_along(browser: Browser, live_server):
    house, awards = house_with(3)
    Issuer.objects.update(state="active")
    accept_award(award_id=awards[0].pk, actor=bearer(awards[0]))
    award_now(house.achievement, number=7)
    sign()
    page = desk_of(browser, house, live_server.url).new_page()
    seen: dict[str, list[str]] = {}

    page.goto(f"{live_server.url}{house.home}")
    press(page, "Overview")
    figures = [text.split("\n")[0] for text in page.locator(".strip dd").all_inner_texts()]
    assert figures[:3] == ["4", "1", "3"]
    seen["overview"] = barriers(page)
    page.locator("summary", has_text="The figures as a table").click()
    seen["table"] = barriers(page)
    with page.expect_download() as waited:
        page.get_by_role("link", name="This table as CSV").first.click()
    rows = list(csv.reader(Path(waited.value.path()).read_text("utf-8-sig").splitlines()))
    assert rows[-1][1:3] == ["4", "1"]
    page.get_by_label("Period").get_by_role("link").first.click()
    seen["another period"] = barriers(page)

    assert {name: found for name, found in seen.items() if found} == {}
    assert told_of(house) == []
    assert breaches() == []
