"""Drafts as people write them: what two of them type is merged, what breaks a rule is told, the rest is kept."""

import pytest

from catalogue.draft_sheets import Typed, merged, said_of, sheet_of
from catalogue.models import AchievementKind
from catalogue.said import content_as_said, read_said
from catalogue.selectors import content_of
from catalogue.services import begin_achievement, copy_achievement, keep_draft, retire_achievement
from registry.actors import SYSTEM
from registry.errors import RegistryError
from registry.models import AuditEntry, Role
from tests.catalogue.builders import build_draft, build_published, fresh
from tests.catalogue.test_typed_files import CONTENT
from tests.registry.builders import build_issuer, build_member


def sheet(version):
    return sheet_of(content_as_said(content_of(version)))


def keep(version, actor=SYSTEM, *, shown=None, **answers):
    typed = {name.replace("__", "."): answer for name, answer in answers.items()}
    shown = sheet(version) if shown is None else shown
    return keep_draft(achievement=version.achievement, typed=Typed(shown, typed), actor=actor)


def test_sheet_of_an_entry_says_the_same_as_the_entry():
    said = content_as_said(CONTENT)

    read = read_said(said_of(sheet_of(said)), {"issuer": "x", "slug": "y", "kind": "micro-credential"})

    assert read.refusals == []
    assert content_as_said(read.rows[0].content) == said


def test_second_one_overwrites_only_what_the_first_one_left_alone():
    shown = {"name.en": "Old", "mode": "", "criteria.en": "Old"}
    now = {"name.en": "Hers", "mode": "", "criteria.en": "Hers"}

    found = merged(Typed(shown, {"name.en": "Old", "mode": "online", "criteria.en": "His"}), now)

    assert found.sheet == {"name.en": "Hers", "mode": "online", "criteria.en": "Hers"}
    assert found.mine == {"mode"}
    assert found.theirs == {"name.en": "Hers", "criteria.en": "Hers"}
    assert found.both == {"criteria.en"}


def test_both_typed_the_same_is_no_conflict():
    found = merged(Typed({"mode": ""}, {"mode": "online"}), {"mode": "online"})

    assert not found.both
    assert not found.mine


@pytest.mark.django_db
def test_draft_keeps_what_is_typed_and_says_who_wrote():
    version = build_draft()
    editor = build_member(version.achievement.issuer.node, Role.EDITOR)

    kept = keep(
        version, editor, mode="online", facts__prerequisites="none", name__de="Neu", outcomes__en="Reads\nWrites"
    )

    assert kept.changed
    content = content_of(kept.version)
    assert content.mode == "online"
    assert content.facts["prerequisites"] == {"state": "none"}
    assert content.texts["name"] == {"en": "Reading Data", "de": "Neu"}
    assert list(content.outcomes) == [{"en": "Reads"}, {"en": "Writes"}]
    version.refresh_from_db()
    assert version.edited_by == str(editor.id)
    assert version.edited_at is not None


@pytest.mark.django_db
def test_what_breaks_a_rule_is_told_and_the_rest_is_kept():
    version = build_draft()

    kept = keep(version, ects_credits="many", level_eqf="9", mode="on-site", name__en="Another title")

    assert {one.place for one in kept.refusals} >= {"ects_credits", "level_eqf"}
    content = content_of(kept.version)
    assert content.ects_credits is None
    assert content.level_eqf is None
    assert content.mode == "on-site"
    assert content.texts["name"]["en"] == "Another title"


@pytest.mark.django_db
def test_title_is_never_emptied():
    version = build_draft()

    kept = keep(version, name__en="", name__de="", mode="online")

    assert [one.code for one in kept.refusals] == ["name-missing"]
    assert content_of(kept.version).texts["name"]["en"] == "Reading Data"
    assert content_of(kept.version).mode == "online"


@pytest.mark.django_db
def test_nothing_new_writes_nothing():
    version = build_draft()
    before = AuditEntry.objects.count()

    assert not keep(version, mode="", name__en="Reading Data").changed
    assert AuditEntry.objects.count() == before


@pytest.mark.django_db
def test_published_one_is_not_changed_and_the_next_begins_with_the_first_change():
    version = build_published()

    assert not keep(version, mode="").changed
    kept = keep(version, mode="online")

    assert kept.version.number == 2
    assert kept.version.published_at is None
    assert kept.before.number == 1
    version.refresh_from_db()
    assert version.mode == ""


@pytest.mark.django_db
def test_code_makes_an_item_stated_and_another_state_takes_it_away():
    version = build_draft(mode="online")

    assert sheet(version)["facts.participation"] == "value"
    kept = keep(version, facts__participation="none", mode="")

    assert kept.refusals == ()
    assert sheet(kept.version)["facts.participation"] == "none"


@pytest.mark.django_db
def test_drafts_of_one_title_have_addresses_of_their_own():
    issuer = build_issuer()
    asked = {"issuer": issuer, "kind": AchievementKind.DOCUMENT, "title": "Einführung: Daten", "language": "de"}

    slugs = [begin_achievement(**asked, actor=SYSTEM).achievement.slug for _ in range(3)]

    assert slugs == ["einfuhrung-daten", "einfuhrung-daten-2", "einfuhrung-daten-3"]


@pytest.mark.django_db
def test_untitled_draft_is_refused_with_what_to_do():
    with pytest.raises(RegistryError) as refused:
        begin_achievement(issuer=build_issuer(), kind=AchievementKind.DOCUMENT, title=" ", language="de", actor=SYSTEM)

    assert refused.value.code == "name-missing"


@pytest.mark.django_db
def test_copy_is_a_draft_of_its_own():
    version = build_published(mode="online")

    copied = copy_achievement(achievement=version.achievement, actor=SYSTEM)

    assert copied.published_at is None
    assert copied.achievement_id != version.achievement_id
    assert copied.achievement.slug == "reading-data"
    assert content_of(copied).columns() == content_of(version).columns()


@pytest.mark.django_db
def test_drafts_are_for_editors_of_the_place():
    version = build_published()
    awarder = build_member(version.achievement.issuer.node, Role.AWARDER)
    stranger = build_member(build_issuer().node, Role.OWNER)
    issuer = version.achievement.issuer

    for actor in (awarder, stranger):
        for act in (
            lambda actor=actor: keep(version, actor, mode="online"),
            lambda actor=actor: copy_achievement(achievement=version.achievement, actor=actor),
            lambda actor=actor: begin_achievement(
                issuer=issuer, kind=AchievementKind.DOCUMENT, title="X", language="en", actor=actor
            ),
        ):
            with pytest.raises(RegistryError) as refused:
                act()
            assert refused.value.code == "role-required"
    assert issuer.achievements.count() == 1
    assert version.achievement.versions.count() == 1


@pytest.mark.django_db
def test_withdrawn_entry_is_not_written_on():
    version = build_published()
    retire_achievement(achievement=version.achievement, last_award_on=version.published_at.date(), actor=SYSTEM)

    with pytest.raises(RegistryError) as refused:
        keep_draft(achievement=fresh(version), typed=Typed({"mode": ""}, {"mode": "online"}), actor=SYSTEM)

    assert refused.value.code == "retired"
