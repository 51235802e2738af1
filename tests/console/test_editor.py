"""Writing an achievement in the console: begin it, fill it in, two at once, publish, plan, withdraw, copy."""

import json
import re
from html import unescape

import pytest

from catalogue.models import Achievement, AchievementState
from catalogue.selectors import content_of
from registry.actors import SYSTEM
from registry.models import AuditEntry, Role, User
from registry.services import create_faculty
from tests.console.houses import House, build_house, problems, signed_in
from tests.issuing.builders import build_achievement, build_issuer
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db


def desk(role=Role.EDITOR, *, publish=False, **content) -> House:
    return build_house(role, achievement=build_achievement(build_issuer(), publish=publish, **content))


def page_of(house, name="edit/"):
    return f"{house.home}achievements/{house.achievement.pk}/{name}"


def answers(page):
    """Return what the sheet would send as it stands: every field of it, as a browser would."""
    form = re.search(r'<form[^>]*id="sheet".*?</form>', page, re.S)[0]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        chosen = not re.search(r'type="(radio|checkbox)"', tag) or " checked" in tag
        if name and chosen and name[1] != "csrfmiddlewaretoken":
            sent.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, text in re.findall(r'<textarea name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        sent[name] = [unescape(text)]
    for name, options in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        sent[name] = [unescape(v) for v in re.findall(r'value="([^"]*)" selected', options)] or [""]
    return sent


def save(house, name="edit/", headers=None, page=None, **typed):
    sent = answers(page or house.read(page_of(house, name)))
    sent |= {key: value if isinstance(value, list) else [value] for key, value in typed.items()}
    return house.client.post(page_of(house, name), sent, headers=headers)


def said(house):
    return content_of(house.achievement.versions.latest("number"))


def test_draft_begins_with_a_title_and_once():
    house = desk()
    address = f"{house.home}achievements/new/"
    page = house.read(address)
    once = re.search(r'name="once" value="([^"]*)"', page)[1]
    typed = {
        "once": once,
        "title": "Reading Maps",
        "language": "en",
        "kind": "micro-credential",
        "issuer": str(house.achievement.issuer_id),
    }

    first, second = house.client.post(address, typed), house.client.post(address, typed)

    made = Achievement.objects.get(slug="reading-maps")
    assert first.url == second.url == f"{house.home}achievements/{made.pk}/edit/"
    assert made.state == AchievementState.DRAFT
    other = house.client.post(address, {**typed, "title": "Another"})
    assert other.status_code == 409 or problems(other.content.decode())


def test_beginning_tells_every_fault_beside_its_field():
    house = desk()

    answer = house.client.post(f"{house.home}achievements/new/", {"title": "", "kind": "x", "issuer": "y"})

    assert answer.status_code == 422
    assert len(problems(answer.content.decode())) >= 2
    assert Achievement.objects.count() == 1


def test_each_of_the_fifteen_facts_is_explained():
    from console.editor.facts import FIFTEEN

    assert [
        group.code
        for group in FIFTEEN
        if not (group.why or (not group.has_state and any(ask.help for ask in group.asks)))
    ] == []
    stateless = {group.code for group in FIFTEEN if not group.has_state}
    assert stateless == {"title", "date_awarded", "description", "learning_outcomes"}, (
        "an empty text says “not stated”"
    )


def test_sheet_sent_as_it_stands_changes_nothing():
    house = desk(
        mode="online",
        assessment_kinds=("quiz", "project"),
        summative=True,
        level_eqf=6,
        level_eqf_basis="provider_claim",
    )
    before, acts = said(house), AuditEntry.objects.count()

    assert save(house).status_code == 302
    assert said(house) == before
    assert AuditEntry.objects.count() == acts


def test_what_is_typed_is_kept_with_every_state():
    house = desk()

    answer = save(
        house,
        facts__participation="value", mode="blended",
        facts__prerequisites="none", facts__resources="not_applicable",
        facts__supervision="value", facts__supervision__en="Ms Beispiel watches",
        assessment_kinds=["quiz", "portfolio"], summative="true",
        outcomes__en="Reads data\r\nDraws a chart", ects_credits="2,5", criteria__en="A graded project.",
    )  # fmt: skip

    assert answer.status_code == 302
    kept = said(house)
    assert kept.mode == "blended"
    assert kept.facts["prerequisites"] == {"state": "none"}
    assert kept.facts["resources"] == {"state": "not_applicable"}
    assert kept.facts["supervision"] == {"state": "value", "value": {"en": "Ms Beispiel watches"}}
    assert list(kept.assessment_kinds) == ["quiz", "portfolio"]
    assert kept.summative is True
    assert [one["en"] for one in kept.outcomes] == ["Reads data", "Draws a chart"]
    assert str(kept.ects_credits) == "2.50"
    page = house.read(page_of(house))
    assert "Ms Beispiel watches" in page
    assert "Blended: online and on site" in page


def test_another_state_takes_away_what_it_hides():
    house = desk(mode="online")

    save(house, facts__participation="none")  # the browser sends the hidden mode along

    assert said(house).mode == ""
    assert said(house).facts["participation"] == {"state": "none"}


def test_faults_are_told_beside_their_fields_and_the_rest_is_kept():
    house = desk()

    answer = save(
        house,
        ects_credits="many",
        level_eqf="12",
        name__en="Data Basics II",
        mode="on-site",
        facts__participation="value",
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert len(problems(page)) == 3, "credits, level, and how the level is known"
    assert 'value="many"' in page
    assert said(house).texts["name"]["en"] == "Data Basics II"
    assert said(house).mode == "on-site"
    assert str(said(house).ects_credits) == "2.50"
    assert save(house, page=page, ects_credits="3", level_eqf="6", level_eqf_basis="referenced").status_code == 302
    assert (str(said(house).ects_credits), said(house).level_eqf) == ("3.00", 6)


def test_second_editor_sees_what_changed_and_nothing_is_lost():
    house = desk()
    other = User.objects.get(pk=build_member(house.achievement.issuer.node, Role.EDITOR).user_id)
    User.objects.filter(pk=other.pk).update(name="Nora Sampleton")
    mine = hers = house.read(page_of(house))

    sent = answers(hers) | {"description__en": ["Hers"], "facts__resources": ["none"]}
    assert signed_in(other).post(page_of(house), sent).status_code == 302
    answer = save(house, page=mine, description__en="His", criteria__en="Only his")
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "Nora Sampleton" in page
    assert re.search(r"<q>Hers</q>", page)
    assert ">\nHis</textarea>" in page
    kept = said(house)
    assert kept.texts["description"]["en"] == "Hers", "nothing is overwritten unseen"
    assert kept.texts["criteria"]["en"] == "Only his"
    assert kept.facts["resources"] == {"state": "none"}
    assert save(house, page=page).status_code == 302, "now he has seen it"
    assert said(house).texts["description"]["en"] == "His"
    assert said(house).facts["resources"] == {"state": "none"}, "what he never touched stays hers"


def test_page_keeps_by_itself_and_is_answered_with_the_sheet():
    house = desk()

    answer = save(house, headers={"x-kept-by-itself": "1"}, criteria__en="By itself")

    assert answer.status_code == 200
    assert said(house).texts["criteria"]["en"] == "By itself"
    shown = json.loads(unescape(re.search(r'name="shown" value="([^"]*)"', answer.content.decode())[1]))
    assert shown["criteria.en"] == "By itself"


def test_sheet_that_does_not_say_what_it_showed_overwrites_nothing():
    house = desk()

    answer = house.client.post(page_of(house), {"description__en": "Blind", "shown": "[}"})

    assert answer.status_code in {409, 422}
    assert said(house).texts["description"]["en"] == "Reading data."


def test_languages_say_what_is_missing_and_keep_each_other():
    house = desk(outcomes=({"en": "Reads", "de": "Liest"}, {"en": "Writes"}))
    assert "Missing in" not in house.read(page_of(house))

    answer = house.client.post(
        f"{page_of(house)}?language=nl",
        answers(house.read(page_of(house), language="nl")) | {"name__nl": ["Databasis"]},
    )

    assert answer.status_code == 302
    assert said(house).texts["name"] == {"en": "Data Basics", "de": "Daten-Grundlagen", "nl": "Databasis"}
    assert list(said(house).outcomes) == [{"en": "Reads", "de": "Liest"}, {"en": "Writes"}]
    there = house.read(page_of(house), language="nl")
    assert "texts missing" in there
    told = re.search(r"Missing in Dutch:(.*?)</p>", there, re.S)[1]
    assert re.findall(r">([^<]+)</a>", told) == ["Description", "Learning outcomes", "Type of assessment"]
    assert f'{page_of(house)}?language=nl#fact-description"' in told


def test_rules_of_the_kind_stand_beside_their_field_and_publishing_waits_for_them():
    house = desk(facts={"assessment": {"state": "none"}})
    page = house.read(page_of(house))

    row = re.search(r'<li id="fact-assessment">.*?</li>', page, re.S)[0]
    assert "confirmation of participation, not a micro-credential" in row
    answer = house.client.post(page_of(house, "publish"))
    assert answer.status_code == 422
    assert "It was not published" in answer.content.decode()
    house.achievement.refresh_from_db()
    assert house.achievement.state == AchievementState.DRAFT


def test_draft_is_previewed_published_and_changed_by_a_next_version():
    house = desk()

    seen = house.read(page_of(house, "preview/"))
    assert "A preview" in seen
    assert "badge.svg" in seen
    badge = house.client.get(page_of(house, "badge.svg"))
    assert badge["Content-Type"] == "image/svg+xml"
    assert "sandbox" in badge["Content-Security-Policy"]
    assert b"<script" not in badge.content
    assert "Nothing stands in the way" in house.read(page_of(house, "publishing/"))
    assert house.client.post(page_of(house, "publish")).status_code == 302
    assert house.client.post(page_of(house, "publish")).status_code == 409, "a second click is told"
    assert "nothing was changed since" in house.read(page_of(house, "publishing/"))
    save(house, criteria__en="Stricter")
    assert list(house.achievement.versions.order_by("number").values_list("number", flat=True)) == [1, 2]
    acts = list(AuditEntry.objects.filter(actor_kind="user").order_by("id").values_list("act", flat=True))
    assert acts == ["achievement.published", "achievement.edited"]


def test_draft_is_planned():
    house = desk()

    assert house.client.post(page_of(house, "plan")).status_code == 302
    house.achievement.refresh_from_db()
    assert house.achievement.state == AchievementState.PLANNED
    assert save(house, mode="online", facts__participation="value").status_code == 302


def test_achievement_is_withdrawn_with_a_last_day():
    house = desk(publish=True)

    wrong = house.client.post(page_of(house, "retire/"), {"last_award_on": "soon"})
    assert wrong.status_code == 422
    assert house.client.post(page_of(house, "retire/"), {"last_award_on": "2027-06-30"}).status_code == 302
    house.achievement.refresh_from_db()
    assert str(house.achievement.last_award_on) == "2027-06-30"
    assert "30 June 2027" in house.read(page_of(house, ""))
    assert house.client.get(page_of(house)).status_code == 409


def test_copy_is_a_draft_of_its_own():
    house = desk(publish=True)

    once = re.search(r'name="once" value="([^"]+)"', house.read(page_of(house, "")))[1]
    for _press in range(2):
        answer = house.client.post(page_of(house, "copy"), {"once": once})

    copied = Achievement.objects.exclude(pk=house.achievement.pk).get()
    assert answer.url == f"{house.home}achievements/{copied.pk}/edit/"
    assert copied.state == AchievementState.DRAFT


@pytest.mark.parametrize("role", [Role.AWARDER, Role.VIEWER, Role.APPROVER])
def test_who_does_not_edit_here_is_told_so(role):
    house = desk(role)

    for name in ("edit/", "preview/", "badge.svg", "publishing/", "retire/"):
        assert house.client.get(page_of(house, name)).status_code == 403
    for name in ("edit/", "publish", "plan", "copy", "retire/"):
        assert house.client.post(page_of(house, name)).status_code == 403
    assert "New achievement" not in house.read(house.home)
    assert "/edit/" not in house.read(page_of(house, ""))
    assert Achievement.objects.count() == 1


def test_editor_of_one_faculty_begins_nothing_elsewhere():
    house = desk(Role.OWNER)
    law = create_faculty(parent=house.achievement.issuer.node, name={"en": "Law"}, actor=SYSTEM)
    clerk = signed_in(User.objects.get(pk=build_member(law, Role.EDITOR).user_id))

    page = clerk.get(f"{house.home}achievements/new/").content.decode()
    sent = {"title": "X", "language": "en", "kind": "document", "issuer": str(house.achievement.issuer_id)}

    assert "No issuer for whom you may write" in page
    assert clerk.post(f"{house.home}achievements/new/", sent).status_code == 422
    assert Achievement.objects.count() == 1


def test_editor_reads_few_rows(django_assert_max_num_queries):
    house = desk()
    house.read(page_of(house))

    for name in ("edit/", "preview/", "publishing/", "retire/"):
        with django_assert_max_num_queries(15):
            house.read(page_of(house, name))
    with django_assert_max_num_queries(15):
        house.read(f"{house.home}achievements/new/")
