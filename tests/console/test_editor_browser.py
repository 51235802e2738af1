"""An editor with a real browser and the keyboard alone: an achievement drafted, its badge designed, published."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from catalogue.models import Achievement, AchievementState, StoredImage
from registry.models import AuditEntry, Role
from tests.console.houses import build_house
from tests.console.test_browser import barriers, browser, desk_of, press, tab_to  # noqa: F401 - a fixture
from tests.issuing.ways import breaches

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def fill(page: Page, label: str, text: str) -> None:
    tab_to(page, label)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def open_fact(page: Page, name: str) -> None:
    """Open a fact that is not open already, as what needs the reader is."""
    page.locator(f"#fact-{name} > details > summary").focus()
    if page.locator(f"#fact-{name} > details[open]").count() == 0:
        page.keyboard.press("Enter")


def test_editor_drafts_and_publishes_an_achievement_with_a_designed_badge_by_keyboard(
    browser: Browser,  # noqa: F811 - the fixture
    live_server,
):
    house = build_house(Role.EDITOR)
    page = desk_of(browser, house, live_server.url).new_page()
    seen: dict[str, list[str]] = {}

    page.goto(f"{live_server.url}{house.home}")
    press(page, "New achievement")
    seen["begin"] = barriers(page)
    fill(page, "Title", "Reading Maps")
    press(page, "Begin the draft")
    seen["draft"] = barriers(page)
    open_fact(page, "description")
    fill(page, "Description", "How maps lie, and how to read them.")
    open_fact(page, "assessment")
    page.locator("#fact-assessment input[value=value]").focus()
    page.keyboard.press("Space")
    tab_to(page, "Project")
    page.keyboard.press("Space")
    expect(page.locator("#fact-assessment .now")).to_have_text(
        "Project", timeout=20_000
    )  # by itself, with nobody pressing Save
    page.reload()
    assert page.locator("#fact-assessment .now").text_content() == "Project"
    seen["kept"] = barriers(page)
    press(page, "Badge")
    fill(page, "Short title for the badge", "Maps")
    fill(page, "What stands at its foot", "Level 6")
    press(page, "Save")
    assert "Maps" in page.locator(".preview").inner_text() or page.locator(".preview img").count()
    seen["badge"] = barriers(page)
    press(page, "Publish version 1")
    seen["publishing"] = barriers(page)
    press(page, "Publish version 1")
    seen["published"] = barriers(page)

    assert {name: found for name, found in seen.items() if found} == {}
    made = Achievement.objects.get(slug="reading-maps")
    assert made.state == AchievementState.PUBLISHED
    version = made.versions.get()
    assert version.assessment_kinds == ["project"]
    assert version.badge == {"foot": "Level 6"}
    assert "Maps" in StoredImage.objects.get(pk=version.image_sha).svg
    acts = AuditEntry.objects.filter(organisation=made.organisation, actor_kind="user").order_by("id")
    told = list(acts.values_list("act", flat=True))
    assert (told[0], told[-1]) == ("achievement.created", "achievement.published")
    assert set(told[1:-1]) == {"achievement.edited"}
    assert breaches() == []
