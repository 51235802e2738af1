"""What an entry may say: items, credits, thresholds. No database."""

from datetime import date
from decimal import Decimal

import pytest

from catalogue.content import AchievementContent, PartyContent
from catalogue.models import AchievementVersion, CourseRun, Party
from catalogue.rules import (
    INFORMATION_ITEMS,
    LONGEST_ADDRESS,
    LONGEST_LINES,
    LONGEST_PARTY_LINE,
    content_refusals,
    ects_equivalent,
    exact_decimal,
    meets_outcome_rule,
    publication_refusals,
)

SIXTY = {"measure": "score", "at_least": "60", "scale": "percent"}


def content(**fields):
    texts = {"name": {"en": "Reading Data"}, "description": {"en": "What data says."}}
    return AchievementContent(**{"texts": texts, **fields})


def codes(refusals):
    return [refusal.code for refusal in refusals]


def test_the_information_items_are_fifteen_and_five_are_facts_of_the_award():
    assert len(INFORMATION_ITEMS) == 15
    assert [item.code for item in INFORMATION_ITEMS if item.of_the_award] == [
        "date_awarded", "participation", "credits", "learning_period", "supervision",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "met"),
    [
        ("60", True),
        ("60.0", True),
        ("59.999999999999999999999", False),
        ("100", True),
        (Decimal("0"), False),
        ("6E+1", True),
    ],
)
def test_a_result_is_compared_with_the_threshold_exactly(value, met):
    assert meets_outcome_rule(SIXTY, value) is met


def test_a_threshold_with_decimals_is_not_rounded():
    assert not meets_outcome_rule({**SIXTY, "at_least": "66.67"}, "66.669")


def test_without_a_rule_every_result_is_enough():
    assert meets_outcome_rule({}, "0")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "sixty", "", 0.1 + 0.2, True, None, [60]])
def test_what_is_no_exact_number_is_refused(value):
    with pytest.raises(ValueError, match="number"):
        exact_decimal(value)


def test_national_credits_convert_by_their_table_alone():
    assert ects_equivalent(Decimal(40), "NZ credits") == 20
    assert ects_equivalent(Decimal(40), "CME points") is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"texts": {}}, "name-missing"),
        ({"texts": {"name": {"en": " "}}}, "language-map"),
        ({"texts": {"name": {"not a tag": "x"}}}, "language-map"),
        ({"texts": {"name": {"en": "x"}, "motto": {"en": "x"}}}, "unknown-field"),
        ({"language": "german"}, "language-tag"),
        ({"texts": {"name": {"en": "x"}, "short_name": {"en": True}}}, "language-map"),
        ({"texts": {"name": {"en": "x"}, "short_name": {"en": "x" * 41}}}, "too-long"),
        ({"language": "de-" + "x" * 8 + "-" + "y" * 8}, "too-long"),
        ({"level_national": "x" * 61}, "too-long"),
        ({"parties": (PartyContent(role="awards", name="x" * 201),)}, "too-long"),
        ({"facts": {"mood": {"state": "none"}}}, "unknown-item"),
        ({"facts": {"title": {"state": "none"}}}, "unknown-item"),
        ({"facts": {"assessment": {"state": "perhaps"}}}, "unknown-state"),
        ({"facts": {"assessment": {"state": ["value"]}}}, "unknown-state"),
        ({"facts": {"assessment": {"state": "value"}}}, "value-missing"),
        ({"facts": {"assessment": {"state": "none", "value": {"en": "x"}}}}, "value-missing"),
        ({"ects_credits": Decimal("-1")}, "number"),
        ({"ects_credits": Decimal("2.555")}, "number"),
        ({"ects_credits": Decimal(1000)}, "number"),
        ({"valid_for_days": 0}, "number"),
        ({"level_eqf": 9, "level_eqf_basis": "compared"}, "level"),
        ({"level_eqf": 6}, "level-basis"),
        ({"national_credits": Decimal(40)}, "credit-system"),
        ({"other_points": Decimal(12), "other_points_name": "CME points"}, "points-body"),
        ({"workload_hours_min": Decimal(8), "workload_hours_max": Decimal(7)}, "workload-order"),
        ({"workload_hours_max": Decimal(7)}, "workload-order"),
        ({"outcome_rule": {"measure": "score", "at_least": 60, "scale": "percent"}}, "outcome-rule"),
        ({"outcome_rule": {"measure": "score", "at_least": "101", "scale": "percent"}}, "outcome-rule"),
        ({"outcome_rule": {"measure": "mood", "at_least": "60", "scale": "percent"}}, "outcome-rule"),
        ({"outcomes": ({},)}, "language-map"),
        ({"alignments": ({"target_name": "x"},)}, "alignment"),
        ({"alignments": ({"target_name": "x", "target_url": "https://x.example", "note": "x"},)}, "alignment"),
        ({"result_descriptions": ({"key": "result", "name": {"en": "x"}, "type": "Percent"},)}, "result"),
        ({"result_descriptions": ({"key": "a", "name": {"en": "x"}, "type": "Percent"},) * 2}, "result"),
        ({"parties": (PartyContent(role="cheers", name="x"),)}, "party"),
        (
            {
                "parties": (
                    PartyContent(role="awards", name="x", valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 1)),
                )
            },
            "party-dates",
        ),
    ],
)
def test_what_an_entry_may_not_say_is_refused_by_its_code(fields, code):
    assert codes(content_refusals(content(**fields))) == [code]


def test_a_partial_and_approximate_value_is_kept_as_stated():
    approximate = content(
        workload_text={"en": "approx. 21 hours"}, facts={"approved": {"state": "value", "value": {"en": "08/2019"}}}
    )

    assert content_refusals(approximate) == []


@pytest.mark.parametrize("state", ["none", "not_applicable"])
@pytest.mark.parametrize("kind", ["micro-credential", "micro-degree"])
def test_an_unassessed_micro_credential_cannot_be_published(kind, state):
    unassessed = content(
        facts={"assessment": {"state": state}, "stackability": {"state": "value", "value": {"en": "x"}}}
    )

    assert codes(publication_refusals(unassessed, kind, units=3)) == ["assessment-none"]


def test_an_unstated_assessment_can_be_published():
    assert publication_refusals(content(), "micro-credential", units=0) == []


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("participation", {"ects_credits": Decimal(1)}, "credits-without-assessment"),
        ("micro-degree", {}, "units-missing"),
        ("equivalence", {}, "equivalence-credits"),
        ("document", {"texts": {"name": {"en": "x"}}}, "description-missing"),
    ],
)
def test_each_kind_has_its_own_demand(kind, fields, code):
    assert codes(publication_refusals(content(**fields), kind, units=0)) == [code]


def test_a_participation_without_assessment_can_be_published():
    assert publication_refusals(content(facts={"assessment": {"state": "none"}}), "participation", units=0) == []


def test_json_number_is_taken_as_it_was_written_while_a_float_can_hold_it():
    assert exact_decimal(2.5) == Decimal("2.5")
    assert exact_decimal(59.9) == Decimal("59.9")
    with pytest.raises(ValueError, match="finite"):
        exact_decimal(0.1 + 0.2)
    with pytest.raises(ValueError, match="finite"):
        exact_decimal(float("nan"))


def test_lines_are_as_long_as_the_tables_have_room_for():
    for name, longest in LONGEST_LINES.items():
        assert AchievementVersion._meta.get_field(name).max_length == longest, name
    for name in ("name", "signatory_name", "signatory_role"):
        assert Party._meta.get_field(name).max_length == LONGEST_PARTY_LINE
    assert Party._meta.get_field("url").max_length == CourseRun._meta.get_field("url").max_length == LONGEST_ADDRESS
