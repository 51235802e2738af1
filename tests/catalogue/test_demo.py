"""The demonstration: every entry marked as a sample, the facts as published, nothing guessed."""

import json
from decimal import Decimal

import pytest

from catalogue.documents import SAMPLE_NOTICE, achievement_facts, languages_of
from catalogue.models import Achievement, AchievementState, Relation
from catalogue.selectors import achievement_named, newest_published, public_version, published_version, versions
from catalogue.services.demo import DEMO_DIR, seed_entries, seed_organisations
from catalogue.wording import credits_note, credits_texts, level_text, workload_text
from registry.models import AuditEntry, Organisation, OutboxMessage, TrustedIssuer

pytestmark = pytest.mark.django_db


def seed():
    seed_organisations()
    return seed_entries()


def test_the_demonstration_is_seeded_once():
    assert {row.state for row in seed().rows} == {"created"}
    before = (AuditEntry.objects.count(), OutboxMessage.objects.count(), TrustedIssuer.objects.count())

    assert {row.state for row in seed().rows} == {"unchanged"}

    assert (AuditEntry.objects.count(), OutboxMessage.objects.count(), TrustedIssuer.objects.count()) == before


def test_every_organisation_is_a_sample_and_every_issuer_vouched_for():
    seed()

    assert not Organisation.objects.exclude(is_sample=True, default_visibility="unlisted").exists()
    assert set(TrustedIssuer.objects.values_list("source", flat=True)) == {"demo"}
    assert TrustedIssuer.objects.count() == Organisation.objects.count() == 11


def test_every_entry_can_be_signed_with_the_notice_in_its_name_and_two_are_planned():
    seed()

    planned = Achievement.objects.filter(state=AchievementState.PLANNED).values_list("slug", flat=True)
    assert sorted(planned) == ["dr-med-ki-coders", "dr-med-ki-ethics"]
    published = [version for version in versions().all() if version.published_at]
    assert len(published) == 22
    for version in published:
        for language in languages_of(version):
            assert achievement_facts(version, language, base_url="https://x.example").name.endswith(
                f"({SAMPLE_NOTICE})"
            )


def test_facts_stand_as_published():
    seed()
    basics, doctors = (
        newest_published(achievement_named(f"charite-berlin/dr-med-ki-{name}")) for name in ("basics", "grundlagen")
    )
    fishing, fintech = (
        newest_published(achievement_named(name)) for name in ("nz-pito/inshore-commercial-fishing", "dcu/fintech")
    )

    assert (basics.outcome_rule["at_least"], workload_text(basics, "de")) == ("60", "ca. 21 Stunden")
    assert (doctors.outcome_rule["at_least"], credits_texts(doctors)) == ("70", ["12 CME points"])
    assert Relation.objects.get(kind="equivalent").other == basics.achievement
    assert (credits_texts(fishing), level_text(fishing)[0]) == (["40 NZ credits"], "NZQF 2")
    assert "20 ECTS" in credits_note(fishing)
    assert (fintech.ects_credits, fintech.level_eqf) == (Decimal(5), None)
    assert newest_published(achievement_named("ai-campus/ai-laura")).ects_credits == 0
    assert Relation.objects.filter(kind="part_of", other__slug="dr-med-ki").count() == 4


def test_the_plan_is_shown_and_not_awarded():
    seed()

    assert public_version("charite-berlin", "dr-med-ki-ethics").published_at is None
    with pytest.raises(Exception, match="planned"):
        published_version(achievement_named("charite-berlin/dr-med-ki-ethics"))


def test_skills_are_named_with_their_framework_and_the_file_acknowledges_it():
    seed()
    file = json.loads((DEMO_DIR / "achievements.json").read_text(encoding="utf-8"))

    assert "European Commission" in file["source"]
    aligned = [version for version in versions().all() if version.alignments]
    assert {entry["target_framework"] for version in aligned for entry in version.alignments} == {"ESCO"}
    assert all(
        entry["target_url"].startswith("http://data.europa.eu/esco/skill/")
        for version in aligned
        for entry in version.alignments
    )


def test_the_demo_achievement_exists_in_german_and_english():
    seed()
    basics = newest_published(achievement_named("charite-berlin/dr-med-ki-basics"))

    assert languages_of(basics) == ("de", "en")
