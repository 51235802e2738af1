"""A registrar with a real browser awards files: other systems', with columns to choose, and results of a whole course."""

import pytest
from playwright.sync_api import Browser, Page

from issuing.models import ApprovalKind, Award, Batch, Credential
from issuing.services import ApprovalOrder, set_approval
from registry.actors import SYSTEM
from registry.models import AuditEntry, Role
from tests.console.files import work
from tests.console.houses import build_house
from tests.console.test_browser import barriers, browser, desk_of
from tests.console.test_columns import OWN
from tests.console.test_results import FOUR, build_course, outcomes
from tests.console.vendor_files import DAY, VENDORS, canvas
from tests.issuing.builders import build_achievement
from tests.issuing.ways import breaches, sign

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
__all__ = ["browser"]
MANY = 1_000


def choose(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("#id_file", {"name": name, "mimeType": "application/octet-stream", "buffer": content})
    page.get_by_role("button", name="Check the file").click()


def worked_off(page: Page, state: str) -> None:
    work()
    page.wait_for_selector(f'[data-state="{state}"]:not([data-live])')


def confirm(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).click()
    worked_off(page, "done")


@pytest.mark.parametrize("vendor", VENDORS)
def test_thousand_learners_are_awarded_from_another_systems_file(browser: Browser, live_server, vendor: str):
    house = build_house(undo_minutes=0)
    page = desk_of(browser, house, live_server.url).new_page()
    many = f"{live_server.url}{house.home}achievements/{house.achievement.pk}/award-many/"
    if vendor == "edubadges":
        # It names nobody: these people are known from another award.
        other = build_achievement(house.achievement.issuer)
        page.goto(many.replace(str(house.achievement.pk), str(other.pk)))
        choose(page, "people.csv", canvas(MANY))
        worked_off(page, "ready")
        confirm(page, "Award 1000 learners")

    page.goto(many)
    choose(page, "people.csv", VENDORS[vendor](MANY))
    worked_off(page, "ready")
    assert page.locator("h1").inner_text() == "1000 learners can be awarded"
    assert barriers(page) == []
    confirm(page, "Award 1000 learners")
    assert page.locator("h1").inner_text() == "1000 learners awarded"

    sign()
    awards = Award.objects.filter(version__achievement=house.achievement)
    assert awards.count() == Credential.objects.filter(award__in=awards).count() == MANY
    assert awards.values("learner").distinct().count() == MANY
    if vendor != "edubadges":
        assert set(awards.values_list("awarded_on", flat=True)) == {DAY}
    told = AuditEntry.objects.filter(object_id=str(Batch.objects.latest("created_at").pk), actor_kind="user")
    acts = list(told.order_by("id").values_list("act", flat=True))
    assert (acts[:2], set(acts[2:])) == (["batch.made", "batch.confirmed"], {"batch.accepted"})
    assert breaches() == []


def test_columns_and_options_are_chosen_on_pages_and_a_second_person_approves(browser: Browser, live_server):
    house = build_house()
    order = ApprovalOrder(place=house.achievement, kinds=frozenset({ApprovalKind.SECOND_PERSON}))
    set_approval(order=order, actor=SYSTEM)
    page = desk_of(browser, house, live_server.url).new_page()
    seen: dict[str, list[str]] = {}

    page.goto(f"{live_server.url}{house.home}achievements/{house.achievement.pk}/award-many/")
    choose(page, "people.csv", OWN.encode())
    worked_off(page, "columns")
    seen["not understood"] = barriers(page)
    page.get_by_role("link", name="Choose the columns").click()
    seen["columns"] = barriers(page)
    page.get_by_role("button", name="Check the file with these columns").click()
    seen["columns missing"] = barriers(page)
    for heading, target in (
        ("Teilnehmer", "Name"),
        ("Kontakt", "E-mail address"),
        ("Prüfung", "Day of the award (day.month.year)"),
    ):
        page.get_by_label(heading).select_option(label=target)
    page.get_by_role("button", name="Check the file with these columns").click()
    worked_off(page, "ready")
    seen["checked"] = barriers(page)
    page.get_by_role("link", name="Change the options").click()
    seen["options"] = barriers(page)
    page.get_by_label("On a day to come").check()
    page.get_by_role("button", name="Check the file with these options").click()
    seen["options missing"] = barriers(page)
    page.get_by_label("Goes out on").fill("2027-01-31")
    page.get_by_role("button", name="Check the file with these options").click()
    worked_off(page, "ready")
    confirm(page, "Award 2 learners")
    seen["waits"] = barriers(page)

    second = desk_of(browser, build_house(Role.APPROVER, achievement=house.achievement), live_server.url).new_page()
    second.goto(page.url)
    second.get_by_role("link", name="Look at it and decide").click()
    seen["approval"] = barriers(second)
    second.get_by_label("Rows to take out").fill("3")
    second.get_by_label("Reason").fill("Not in the minutes")
    second.get_by_role("button", name="Take these rows out").click()
    second.get_by_role("button", name="Approve all that waits").click()
    seen["approved"] = barriers(second)

    assert {name: found for name, found in seen.items() if found} == {}
    states = dict(Award.objects.values_list("row_number", "state"))
    assert states == {2: "scheduled", 3: "refused"}
    sign()
    told = list(AuditEntry.objects.filter(actor_kind="user").order_by("id").values_list("act", flat=True))
    assert [told.count(act) for act in ("batch.made", "batch.revised", "batch.confirmed")] == [1, 2, 1]
    assert breaches() == []


def test_results_of_a_course_go_into_four_outcomes(browser: Browser, live_server):
    house, made = build_course(undo_minutes=0)
    page = desk_of(browser, house, live_server.url).new_page()
    seen: dict[str, list[str]] = {}

    page.goto(f"{live_server.url}{house.home}achievements/{made['record'].pk}/award-many/")
    page.get_by_role("link", name="One file of results that decides about several achievements").click()
    for name in ("Participation", "Partner"):
        page.get_by_label(name).check()
    seen["new"] = barriers(page)
    choose(page, "results.csv", FOUR.encode())
    seen["checking"] = barriers(page)
    worked_off(page, "ready")
    seen["checked"] = barriers(page)
    confirm(page, "Make 4 awards")
    seen["done"] = barriers(page)

    assert {name: found for name, found in seen.items() if found} == {}
    assert outcomes() == {3: {"participation"}, 4: {"record"}, 5: {"record", "partner"}}
    sign()
    assert Credential.objects.count() == 4
    told = list(AuditEntry.objects.filter(actor_kind="user").order_by("id").values_list("act", flat=True))
    assert [told.count(act) for act in ("batch.made", "batch.confirmed", "batch.accepted")] == [3, 3, 3]
    assert breaches() == []
