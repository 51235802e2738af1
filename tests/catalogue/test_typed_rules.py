"""What typed values may be, and when they contradict what an item states. No database."""

import datetime as dt
from decimal import Decimal

import pytest

from catalogue.content import AchievementContent, RunContent
from catalogue.rules import content_refusals, publication_refusals
from tests.catalogue.everything import EVERYTHING

DEGREE = {"name": {"en": "BSc Data"}}
NONE = {"state": "none"}


def content(**fields):
    texts = {"name": {"en": "Reading Data"}, "description": {"en": "What data says."}}
    return AchievementContent(**{"texts": texts, **fields})


def told(refusals):
    return [(refusal.place, refusal.code) for refusal in refusals]


def test_everything_that_can_be_typed_is_accepted_together():
    assert content_refusals(content(**EVERYTHING)) == []


@pytest.mark.parametrize(
    ("fields", "place", "code"),
    [
        ({"mode": "hybrid"}, "mode", "unknown-code"),
        ({"supervision_kind": "yes"}, "supervision_kind", "unknown-code"),
        ({"period": "Self-paced"}, "period", "unknown-code"),
        ({"objective": "learn"}, "objective", "unknown-code"),
        ({"qa_kind": "external"}, "qa_kind", "unknown-code"),
        ({"credit_bearing": "yes"}, "credit_bearing", "unknown-code"),
        ({"credit_bearing": ""}, "credit_bearing", "unknown-code"),
        ({"start": "soon"}, "start", "unknown-code"),
        ({"assessment_kinds": ("quiz", "exam")}, "assessment_kinds", "unknown-code"),
        ({"assessment_kinds": ("quiz", "quiz")}, "assessment_kinds", "repeated-code"),
        ({"intended_use": ("fun",)}, "intended_use", "unknown-code"),
        ({"accessibility": {"en": ""}}, "accessibility", "language-map"),
        ({"materials_licence": "free"}, "materials_licence", "licence"),
        ({"materials_licence": "javascript:alert(1)"}, "materials_licence", "licence"),
        ({"materials_licence": "https://l.example/" + "x" * 200}, "materials_licence", "licence"),
        ({"access_period": "P0M"}, "access_period", "duration"),
        ({"access_period": "6 months"}, "access_period", "duration"),
        ({"price_unit": "EUR"}, "price_amount", "price-amount"),
        ({"price_tax_included": False}, "price_amount", "price-amount"),
        ({"price_amount": Decimal(49)}, "price_unit", "price-unit"),
        ({"price_amount": Decimal(49), "price_unit": "€"}, "price_unit", "price-unit"),
        ({"price_amount": Decimal(49), "price_unit": "EUR/hour"}, "price_unit", "price-unit"),
        ({"price_amount": Decimal(-1), "price_unit": "EUR"}, "price_amount", "number"),
        ({"price_amount": Decimal("0.001"), "price_unit": "EUR"}, "price_amount", "number"),
        ({"price_amount": Decimal("1e9"), "price_unit": "EUR"}, "price_amount", "number"),
        ({"credit_bearing": "credit", "qualifications": ({"name": "BSc"},)}, "qualifications.1", "qualification"),
        ({"credit_bearing": "credit", "qualifications": (DEGREE, {**DEGREE, "url": "x"})}, "qualifications.2", "qualification"),
        ({"credit_bearing": "credit", "qualifications": ({**DEGREE, "only_stacked": "no"},)}, "qualifications.1", "qualification"),
        ({"funding": ({"amount": {"en": "half"}},)}, "funding.1", "funding"),
        ({"funding": ({"scheme": {"en": "Fund"}, "until": "31.12.2026"},)}, "funding.1", "funding"),
        ({"funding": ({"scheme": {"en": "Fund"}, "until": 2026},)}, "funding.1", "funding"),
        ({"runs": (RunContent(),)}, "runs.1", "run-empty"),
        ({"runs": (RunContent(starts_on=dt.date(2027, 1, 2), ends_on=dt.date(2027, 1, 1)),)}, "runs.1.ends_on", "run-dates"),
        ({"runs": (RunContent(ends_on=dt.date(2027, 1, 1), enrol_until=dt.date(2027, 1, 2)),)}, "runs.1.enrol_until", "run-dates"),
        ({"runs": (RunContent(place="x\n"),)}, "runs.1.place", "text"),
        ({"runs": (RunContent(language="dutch"),)}, "runs.1.language", "language-tag"),
        ({"runs": (RunContent(language="nl-" + "x" * 8 + "-yy"),)}, "runs.1.language", "language-tag"),
        ({"runs": (RunContent(url="javascript:x"),)}, "runs.1.url", "address"),
        ({"runs": (RunContent(url="https://x.example/" + "x" * 500),)}, "runs.1.url", "address"),
        ({"runs": (RunContent(price={}, place="Oslo"), RunContent(price={"en": ""}))}, "runs.2.price", "language-map"),
    ],
)  # fmt: skip
def test_what_cannot_be_typed_is_refused_by_its_code(fields, place, code):
    assert told(content_refusals(content(**fields))) == [(place, code)]


@pytest.mark.parametrize("state", ["none", "not_applicable"])
@pytest.mark.parametrize(
    ("item", "fields", "place"),
    [
        ("assessment", {"assessment_kinds": ("quiz",)}, "assessment_kinds"),
        ("assessment", {"summative": True}, "assessment_kinds"),
        ("participation", {"mode": "online"}, "mode"),
        ("supervision", {"supervision_kind": "supervised-no-id"}, "supervision_kind"),
        ("learning_period", {"period": "fixed"}, "period"),
        ("quality_assurance", {"qa_kind": "other"}, "qa_kind"),
        ("outcome", {"credit_bearing": "admission"}, "credit_bearing"),
        ("price", {"price_amount": Decimal(9), "price_unit": "EUR"}, "price_amount"),
    ],
)
def test_a_code_that_contradicts_its_items_state_is_told(item, fields, place, state):
    contradicting = content(facts={item: {"state": state}}, **fields)

    assert told(content_refusals(contradicting)) == [(place, "contradiction")]


@pytest.mark.parametrize(
    ("item", "fields"),
    [
        ("assessment", {"assessment_kinds": ("attendance",)}),
        ("assessment", {"summative": False}),
        ("supervision", {"supervision_kind": "none-no-id"}),
        ("quality_assurance", {"qa_kind": "none"}),
        ("credits", {"credit_bearing": "admission"}),
        ("outcome", {"credit_bearing": "no"}),
        ("price", {"price_amount": Decimal(0), "price_unit": "EUR"}),
    ],
)
def test_a_code_that_says_the_same_is_no_contradiction(item, fields):
    assert content_refusals(content(facts={item: NONE}, **fields)) == []


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"credit_bearing": "no", "qualifications": (DEGREE,)}, "credit_bearing"),
        ({"qualifications": (DEGREE,)}, "credit_bearing"),
        ({"start": "any-time", "runs": (RunContent(place="Oslo"),)}, "start"),
    ],
)
def test_codes_that_contradict_each_other_are_told(fields, place):
    assert told(content_refusals(content(**fields))) == [(place, "contradiction")]


def test_credits_decide_nothing_about_credit_bearing():
    with_credits, without = content(ects_credits=Decimal(5), credit_bearing="no"), content(credit_bearing="both")

    assert content_refusals(with_credits) == content_refusals(without) == []


def test_all_faults_are_told_at_once_each_with_what_to_do():
    wrong = content(
        mode="x", qa_kind="x", assessment_kinds=("x",), access_period="x", price_unit="EUR", qualifications=(DEGREE,),
        facts={"outcome": NONE, "participation": NONE},
    )  # fmt: skip

    refusals = content_refusals(wrong)

    assert {refusal.place for refusal in refusals} == {
        "mode", "qa_kind", "assessment_kinds", "access_period", "price_amount", "credit_bearing",
    }  # fmt: skip
    assert all(refusal.remedy for refusal in refusals)


@pytest.mark.parametrize(
    ("kind", "fields", "place"),
    [
        ("micro-credential", {"assessment_kinds": ("attendance",)}, "assessment_kinds"),
        ("micro-degree", {"assessment_kinds": ("attendance",)}, "assessment_kinds"),
        ("participation", {"credit_bearing": "credit"}, "credit_bearing"),
    ],
)
def test_attendance_alone_is_no_micro_credential_and_earns_nothing(kind, fields, place):
    assert [refusal.place for refusal in publication_refusals(content(**fields), kind, units=1)] == [place]


def test_attendance_beside_a_test_is_a_micro_credential():
    both = content(assessment_kinds=("attendance", "quiz"))

    assert publication_refusals(both, "micro-credential", units=0) == []
