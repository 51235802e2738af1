"""From a version to the facts of its documents."""

from decimal import Decimal

import pytest

from catalogue.content import PartyContent
from catalogue.documents import (
    SAMPLE_NOTICE,
    achievement_facts,
    issuer_facts,
    languages_of,
    result_id,
    signed_language,
)
from catalogue.selectors import versions
from catalogue.services import edit_achievement, publish_achievement
from credentials.builders import CURRENT
from credentials.canonical import canonical_nquads
from registry.actors import SYSTEM
from registry.selectors import latest_profile
from tests.catalogue.builders import build_content, build_published
from tests.registry.builders import build_issuer, build_organisation

pytestmark = pytest.mark.django_db

BASE = "https://register.example.org"


def loaded(version):
    return versions().get(pk=version.pk)


def narrative(version, language="en"):
    facts = achievement_facts(loaded(version), language, base_url=BASE)
    return facts, {item.label: item.text for item in facts.information}


def test_a_document_carries_every_fact_with_its_state():
    version = build_published(
        ects_credits=Decimal("2.50"),
        level_eqf=6,
        level_eqf_basis="compared",
        level_national="NFQ 8",
        workload_text={"en": "approx. 21 hours"},
        parties=(PartyContent(role="co-awards", name="Hospital", signatory_name="Max Muster"),),
    )

    facts, items = narrative(version)

    assert items["Credits"] == "2.5 ECTS"
    assert items["Level"] == "NFQ 8; EQF 6 (compared)"
    assert items["Workload"] == "approx. 21 hours"
    assert items["Type of assessment"] == "Written test"
    assert items["Supervision and identity check"] == "not stated"
    assert items["Co-awarding body"] == "Hospital (Max Muster)"
    assert (facts.credits_available, facts.version) == (Decimal("2.5"), "1")


def test_points_of_another_system_never_become_ects():
    facts, items = narrative(
        build_published(other_points=Decimal(12), other_points_name="CME points", other_points_body="Chamber")
    )

    assert items["Credits"] == "12 CME points (Chamber)"
    assert facts.credits_available is None


def test_national_credits_stand_beside_their_published_equivalent():
    facts, items = narrative(build_published(national_credits=Decimal(40), national_credit_system="NZ credits"))

    assert items["Credits"] == "40 NZ credits; = 20 ECTS"
    assert facts.credits_available is None


def test_a_sample_carries_the_notice_inside_its_signed_name():
    version = build_published(build_issuer(build_organisation(is_sample=True)))

    assert achievement_facts(loaded(version), "en", base_url=BASE).name == f"Reading Data ({SAMPLE_NOTICE})"
    assert achievement_facts(loaded(version), "de", base_url=BASE).name == f"Daten lesen ({SAMPLE_NOTICE})"


def test_a_real_entry_carries_no_notice():
    assert achievement_facts(loaded(build_published()), "en", base_url=BASE).name == "Reading Data"


def test_the_outcome_rule_is_a_result_that_awards_can_point_to():
    version = build_published(outcome_rule={"measure": "score", "at_least": "66.67", "scale": "percent"})

    facts = achievement_facts(loaded(version), "de", base_url=BASE)

    (result,) = facts.result_descriptions
    assert (result.id, result.required_value) == (result_id(loaded(version), "result", BASE), "66.67")
    assert facts.criteria == "Mindestens 66.67 % der Gesamtpunktzahl."


def test_an_award_is_written_in_the_readers_language_where_the_entry_has_it():
    version = loaded(build_published(texts={"name": {"de": "Daten", "fr": "Données"}, "description": {"de": "x"}}))

    assert [signed_language(version, tag) for tag in ("de", "de-AT", "en", "fr")] == ["de"] * 4
    assert languages_of(version) == ("de",)


def test_the_next_version_names_the_earlier_one():
    first = build_published()
    edit_achievement(achievement=first.achievement, content=build_content(ects_credits=Decimal(1)), actor=SYSTEM)
    second = publish_achievement(achievement=first.achievement, actor=SYSTEM)

    facts = achievement_facts(loaded(second), "en", base_url=BASE)

    (earlier,) = facts.related
    assert earlier.id == achievement_facts(loaded(first), "en", base_url=BASE).id


def test_the_achievement_and_its_criteria_are_two_things_in_rdf():
    version = loaded(build_published())
    issuer = issuer_facts(latest_profile(version.achievement.issuer), "en", base_url=BASE)
    document = CURRENT.achievement_document(issuer, achievement_facts(version, "en", base_url=BASE))

    assert document["criteria"]["id"] != document["id"]
    assert canonical_nquads(document)


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [("75", None, "75 hours"), ("75", "75", "75 hours"), ("75", "90", "75-90 hours"), (None, None, "not stated")],
)
def test_hours_are_signed_where_the_provider_gave_no_words(least, most, said):
    hours = {"workload_hours_min": least and Decimal(least), "workload_hours_max": most and Decimal(most)}
    _facts, labelled = narrative(build_published(workload_text={}, **hours))

    assert labelled["Workload"] == said
