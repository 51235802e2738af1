"""The catalogue's acts: who may, what is fixed, what follows."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from catalogue.content import PartyContent
from catalogue.errors import ContentRefusedError, EntryStateError, NothingToPublishError, PlannedError, RetiredError
from catalogue.models import AchievementState, AchievementVersion, CatalogueSearchText, RelationKind, StoredImage
from catalogue.selectors import content_of, published_version, related_entries
from catalogue.services import (
    AchievementOrder,
    create_achievement,
    edit_achievement,
    plan_achievement,
    publish_achievement,
    relate_achievements,
    retire_achievement,
)
from registry.actors import SYSTEM
from registry.errors import RoleRequiredError, TakenError
from registry.models import AuditEntry, Role
from tests.catalogue.builders import build_content, build_draft, build_planned, build_published, fresh, named
from tests.registry.builders import build_issuer, build_member

pytestmark = pytest.mark.django_db

TODAY = timezone.now().date()
TOMORROW = TODAY + dt.timedelta(days=1)
YESTERDAY = TODAY - dt.timedelta(days=1)


def acts():
    return list(AuditEntry.objects.filter(act__startswith="achievement.").order_by("id").values_list("act", flat=True))


def test_an_editor_creates_a_draft_that_nobody_sees():
    issuer = build_issuer()
    editor = build_member(issuer.node, Role.EDITOR)

    version = create_achievement(
        order=AchievementOrder(issuer=issuer, slug="data", kind="micro-credential", content=build_content()),
        actor=editor,
    )

    assert (version.number, version.published_at, version.achievement.state) == (1, None, AchievementState.DRAFT)
    assert not CatalogueSearchText.objects.exists()
    assert acts() == ["achievement.created"]


@pytest.mark.parametrize("role", [Role.AWARDER, Role.APPROVER, Role.REVIEWER, Role.ASSESSOR, Role.VIEWER])
def test_who_may_not_edit_changes_nothing(role):
    draft = build_draft()
    stranger = build_member(draft.achievement.issuer.node, role)
    entry = draft.achievement
    attempts = (
        lambda: create_achievement(
            order=AchievementOrder(issuer=entry.issuer, slug="x", kind="document", content=build_content()),
            actor=stranger,
        ),
        lambda: edit_achievement(achievement=entry, content=build_content(**named("New")), actor=stranger),
        lambda: publish_achievement(achievement=entry, actor=stranger),
        lambda: plan_achievement(achievement=entry, actor=stranger),
        lambda: retire_achievement(achievement=entry, last_award_on=TOMORROW, actor=stranger),
        lambda: relate_achievements(achievement=entry, kind=RelationKind.EXCLUDES, other=entry, actor=stranger),
    )

    for attempt in attempts:
        with pytest.raises(RoleRequiredError):
            attempt()

    assert acts() == ["achievement.created"]


def test_an_editor_of_another_organisation_may_not_publish():
    draft = build_draft()
    stranger = build_member(build_issuer().node, Role.OWNER)

    with pytest.raises(RoleRequiredError):
        publish_achievement(achievement=draft.achievement, actor=stranger)


def test_an_address_in_use_is_refused():
    issuer = build_issuer()
    build_draft(issuer, slug="data")

    with pytest.raises(TakenError):
        build_draft(issuer, slug="data")


def test_content_that_breaks_rules_is_refused_with_all_of_them():
    with pytest.raises(ContentRefusedError) as refusal:
        build_draft(texts={}, level_eqf=9)

    assert [entry.code for entry in refusal.value.refusals] == ["name-missing", "level", "level-basis"]
    assert refusal.value.code == "name-missing"
    assert "title" in refusal.value.sentence()


def test_publishing_fixes_the_version_draws_its_badge_and_lets_it_be_found():
    version = build_published()

    entry = fresh(version)
    assert entry.state == AchievementState.PUBLISHED
    assert bytes(StoredImage.objects.get(pk=version.image_sha).png).startswith(b"\x89PNG")
    assert sorted(version.search_texts.values_list("language", "title")) == [
        ("de", "Daten lesen"),
        ("en", "Reading Data"),
    ]
    assert acts()[-1] == "achievement.published"


def test_a_published_version_refuses_every_change_in_the_database():
    version = build_published()
    rows = AchievementVersion.objects.filter(pk=version.pk)

    for change in (lambda: rows.update(level_national="NFQ 9"), version.delete):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            change()

    assert rows.get().level_national == ""


def test_editing_a_published_entry_makes_the_next_version_and_leaves_the_first():
    first = build_published()

    second = edit_achievement(
        achievement=first.achievement, content=build_content(**named("Data, anew")), actor=SYSTEM
    )

    assert (second.number, second.published_at) == (2, None)
    assert published_version(fresh(first)) == first
    assert AchievementVersion.objects.get(pk=first.pk).texts["name"]["en"] == "Reading Data"


def test_the_next_version_takes_the_place_of_the_first_in_search():
    first = build_published()
    edit_achievement(achievement=first.achievement, content=build_content(**named("Data, anew")), actor=SYSTEM)

    second = publish_achievement(achievement=first.achievement, actor=SYSTEM)

    assert list(CatalogueSearchText.objects.values_list("version", "title")) == [(second.pk, "Data, anew")]
    assert published_version(fresh(first)) == second


def test_editing_a_draft_twice_keeps_one_version_with_the_last_parties():
    draft = build_draft(parties=(PartyContent(role="partners", name="First"),))

    edited = edit_achievement(
        achievement=draft.achievement,
        content=build_content(parties=(PartyContent(role="certifies", name="Second"),)),
        actor=SYSTEM,
    )

    assert edited.pk == draft.pk
    assert [party.name for party in content_of(edited).parties] == ["Second"]


def test_content_survives_the_database():
    content = build_content(
        ects_credits=Decimal("2.5"),
        outcomes=({"en": "Read a chart"},),
        outcome_rule={"measure": "score", "at_least": "66.67", "scale": "percent"},
        parties=(
            PartyContent(
                role="co-awards", name="Hospital", signatory_name="Max Muster", valid_from=dt.date(2026, 1, 1)
            ),
        ),
    )
    draft = build_draft()
    edit_achievement(achievement=draft.achievement, content=content, actor=SYSTEM)

    again = content_of(AchievementVersion.objects.get(pk=draft.pk))

    assert (again.columns(), again.parties) == (content.columns(), content.parties)


def test_publishing_twice_is_refused():
    version = build_published()

    with pytest.raises(NothingToPublishError):
        publish_achievement(achievement=version.achievement, actor=SYSTEM)


def test_an_unassessed_micro_credential_is_not_published_and_stays_a_draft():
    draft = build_draft(facts={"assessment": {"state": "none"}})

    with pytest.raises(ContentRefusedError) as refusal:
        publish_achievement(achievement=draft.achievement, actor=SYSTEM)

    assert refusal.value.code == "assessment-none"
    assert fresh(draft).state == AchievementState.DRAFT
    assert not StoredImage.objects.exists()


def test_a_text_that_cannot_be_signed_is_not_published():
    draft = build_draft(texts={"name": {"en": "Data\x07"}, "description": {"en": "x"}})

    with pytest.raises(ContentRefusedError) as refusal:
        publish_achievement(achievement=draft.achievement, actor=SYSTEM)

    assert refusal.value.code == "unsignable"


def test_a_micro_degree_with_units_is_published():
    degree = build_draft(kind="micro-degree")
    with pytest.raises(ContentRefusedError):
        publish_achievement(achievement=degree.achievement, actor=SYSTEM)
    relate_achievements(
        achievement=build_published().achievement, kind=RelationKind.PART_OF, other=degree.achievement, actor=SYSTEM
    )

    assert publish_achievement(achievement=degree.achievement, actor=SYSTEM).published_at


def test_a_planned_entry_is_found_and_cannot_be_awarded():
    version = build_planned()

    assert CatalogueSearchText.objects.filter(version=version).exists()
    with pytest.raises(PlannedError) as refusal:
        published_version(fresh(version))
    assert refusal.value.code == "planned"


def test_a_planned_entry_can_be_published_later():
    version = build_planned()

    publish_achievement(achievement=version.achievement, actor=SYSTEM)

    assert fresh(version).state == AchievementState.PUBLISHED


def test_a_published_entry_cannot_become_a_plan_again():
    version = build_published()

    with pytest.raises(EntryStateError):
        plan_achievement(achievement=version.achievement, actor=SYSTEM)


def test_a_retired_entry_is_awarded_until_its_last_day_and_found_no_more():
    version = build_published()

    retire_achievement(achievement=version.achievement, last_award_on=TOMORROW, actor=SYSTEM)

    assert published_version(fresh(version), on=TOMORROW) == version
    with pytest.raises(RetiredError) as refusal:
        published_version(fresh(version), on=TOMORROW + dt.timedelta(days=1))
    assert str(TOMORROW) in refusal.value.sentence()
    assert not CatalogueSearchText.objects.exists()


def test_a_retired_entry_cannot_be_edited_or_published():
    version = build_published()
    retire_achievement(achievement=version.achievement, last_award_on=YESTERDAY, actor=SYSTEM)

    with pytest.raises(RetiredError):
        edit_achievement(achievement=version.achievement, content=build_content(), actor=SYSTEM)
    with pytest.raises(EntryStateError):
        publish_achievement(achievement=version.achievement, actor=SYSTEM)


def test_a_draft_cannot_be_retired():
    with pytest.raises(EntryStateError):
        retire_achievement(achievement=build_draft().achievement, last_award_on=TOMORROW, actor=SYSTEM)


def test_equivalence_is_told_once_from_either_side_though_stated_twice():
    one, other = build_published(**named("One")), build_published(**named("Other"))
    for first, second in ((one, other), (other, one), (one, other)):
        relate_achievements(
            achievement=first.achievement, kind=RelationKind.EQUIVALENT, other=second.achievement, actor=SYSTEM
        )

    assert [(entry.kind, entry.title) for entry in related_entries(one.achievement, "en")] == [("equivalent", "Other")]
    assert [(entry.kind, entry.title) for entry in related_entries(other.achievement, "en")] == [("equivalent", "One")]


def test_an_entry_does_not_relate_to_itself():
    entry = build_draft().achievement

    with pytest.raises(ContentRefusedError) as refusal:
        relate_achievements(achievement=entry, kind=RelationKind.EXCLUDES, other=entry, actor=SYSTEM)

    assert refusal.value.code == "relation-to-itself"
