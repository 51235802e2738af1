"""A learner and a registrar with real browsers: an account on the way, a request, its decision, and what both see."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import Page

from issuing.models import Application, ApplicationState, Award
from registry.models import Role
from tests.console.houses import build_house
from tests.console.test_browser import barriers, browser, desk_of
from tests.issuing.requests import applicant, ask, open_to_requests, work
from tests.issuing.ways import breaches, sign

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
assert browser
PICTURES = os.environ.get("PICTURES", "")


def looked_at(page: Page, name: str) -> None:
    """Look for barriers; keep pictures of both widths where a folder for them is named."""
    assert barriers(page) == [], name
    for width, scheme in ((1280, "light"), (360, "dark")) if PICTURES else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_learner_applies_and_registrar_approves(browser, live_server):
    achievement = open_to_requests(evidence_required=True, result_required=True)
    house = build_house(Role.OWNER, achievement=achievement)
    ask(achievement, applicant(), name="Bo Example", evidence_url="https://example.org/bo")
    learner = browser.new_context(locale="en", reduced_motion="reduce").new_page()
    learner.goto(f"{live_server.url}/apply/{achievement.issuer.slug}/{achievement.slug}/")
    looked_at(learner, "apply-stranger")
    learner.get_by_role("link", name="I am here for the first time").click()
    learner.get_by_label("E-mail address").fill("ada@example.org")
    learner.get_by_role("button", name="Send me a code").click()
    learner.wait_for_url("**/account/confirm-email/")
    code = re.search(r"\d{4}-\d{4}", str(mail.outbox[-1].body))
    assert code
    learner.locator("input[name=code]").fill(code[0])
    learner.keyboard.press("Enter")
    learner.wait_for_url("**/apply/**")
    learner.get_by_label("Your name").fill("Ada Lovelace")
    learner.get_by_role("button", name="Send the request").click()
    assert learner.get_by_text("not awarded without").count()
    looked_at(learner, "apply-faults")
    learner.get_by_label("Address of your evidence").fill("https://example.org/work")
    learner.get_by_label("What the evidence is").fill("My thesis")
    learner.get_by_label("Why you should receive it").fill("It has all that is asked for.")
    looked_at(learner, "apply")
    learner.get_by_role("button", name="Send the request").click()
    looked_at(learner, "your-requests")

    desk = desk_of(browser, house, live_server.url).new_page()
    desk.goto(f"{live_server.url}{house.home}achievements/{achievement.pk}/requests/")
    looked_at(desk, "link")
    desk.get_by_role("link", name="Requests (2)").click()
    looked_at(desk, "queue")
    desk.get_by_role("link", name="Ada Lovelace").click()
    desk.get_by_role("button", name="Approve and award").click()
    desk.locator("summary").filter(has_text="Decline it").click()
    looked_at(desk, "request")
    desk.get_by_label("Result").fill("passed")
    desk.get_by_role("button", name="Approve and award").click()
    desk.get_by_label("Select Bo Example").check()
    desk.get_by_role("button", name="Approve the selected").click()
    assert desk.get_by_text("One request is being awarded.").count()
    work()
    desk.reload()
    assert desk.get_by_text("wants a result").count()
    looked_at(desk, "queue-cause")

    assert Award.objects.get().source_kind == "request"
    assert set(Application.objects.values_list("state", flat=True)) == {
        ApplicationState.GRANTED,
        ApplicationState.OPEN,
    }
    sign()
    learner.goto(f"{live_server.url}/account/requests/")
    looked_at(learner, "your-requests-approved")
    assert breaches() == []
