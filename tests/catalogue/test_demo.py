"""The demonstration: every entry marked as a sample, the facts as published, nothing guessed."""

import json
from decimal import Decimal

import pytest

from catalogue.documents import SAMPLE_NOTICE, achievement_facts, languages_of
from catalogue.models import Achievement, AchievementState, Relation
from catalogue.selectors import (
    achievement_named,
    newest_published,
    public_version,
    published_version,
    related_entries,
    versions,
)
from catalogue.services import publish_achievement
from catalogue.services.demo import DEMO_DIR, seed_entries, seed_organisations
from catalogue.wording import credits_note, credits_texts, item_text, level_text, workload_text
from registry.actors import SYSTEM
from registry.models import AuditEntry, Organisation, OutboxMessage, TrustedIssuer
from registry.selectors import latest_profile
from registry.services import ProfileOrder, revise_issuer_profile

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
    assert TrustedIssuer.objects.count() == Organisation.objects.count() == 12


def test_every_entry_can_be_signed_with_the_notice_in_its_name_and_three_are_planned():
    seed()

    planned = Achievement.objects.filter(state=AchievementState.PLANNED).values_list("slug", flat=True)
    assert sorted(planned) == ["dr-med-ki", "dr-med-ki-coders", "dr-med-ki-ethics"]
    published = [version for version in versions().all() if version.published_at]
    assert len(published) == 23
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
    equivalents = Relation.objects.filter(kind="equivalent").values_list("achievement__slug", "other__slug")
    assert sorted(equivalents) == [
        ("dr-med-ki-anwendungen", "dr-med-ki-clinics"),
        ("dr-med-ki-grundlagen", "dr-med-ki-basics"),
    ]
    assert (credits_texts(fishing), level_text(fishing)[0]) == (["40 NZ credits"], "NZQF 2")
    assert credits_note(fishing) == "worth 20 ECTS (2015, Description of the New Zealand Tertiary Education System)"
    assert all(outcome["en"].endswith(".") for outcome in fishing.outcomes)
    assert (fintech.ects_credits, fintech.level_eqf) == (Decimal(5), None)
    assert credits_texts(newest_published(achievement_named("ai-campus/ai-laura"))) == []
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


def test_what_is_said_of_each_entry_is_what_its_source_says():
    seed()

    google = newest_published(achievement_named("google/it-support"))
    assert "may share it with a consortium" in item_text(google, "outcome", "en")
    assert "ecognised" not in str(google.facts)
    safety = newest_published(achievement_named("wageningen/safety-badge"))
    assert item_text(safety, "outcome", "en") == "Prerequisite to enter the laboratory"
    printing = newest_published(achievement_named("rotterdam-uas/3d-printing-basic"))
    assert "outcome" not in printing.facts
    activism = achievement_named("student-union-utwente/activism-recognition")
    assert latest_profile(activism.issuer).name["en"] == "Student Union of the University of Twente"
    doctors = newest_published(achievement_named("charite-berlin/dr-med-ki-anwendungen"))
    assert (credits_texts(doctors), workload_text(doctors, "de")) == (["12 CME points"], "6 Module")


def test_the_units_of_the_micro_degree_stand_in_their_order_and_plans_are_marked():
    seed()

    units = related_entries(achievement_named("charite-berlin/dr-med-ki"), "en")

    assert [(unit.title.removeprefix("Dr. med. KI - "), unit.planned) for unit in units] == [
        ("Basics", False),
        ("Clinics", False),
        ("Ethics", True),
        ("Coders", True),
    ]


def test_what_an_older_demonstration_published_stays_published():
    seed()
    achievement = achievement_named("charite-berlin/dr-med-ki")
    publish_achievement(achievement=achievement, actor=SYSTEM)
    revise_issuer_profile(issuer=achievement.issuer, profile=ProfileOrder(name={"en": "Old"}), actor=SYSTEM)

    outcome = seed()

    assert not outcome.refusals
    assert achievement_named("charite-berlin/dr-med-ki").state == AchievementState.PUBLISHED
    assert latest_profile(achievement.issuer).url == "https://www.charite.de/"
