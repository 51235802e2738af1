"""Typed values of an entry in its documents: a member where Open Badges 3.0 has one, a labelled line where it has none."""

from decimal import Decimal

import pytest

from catalogue.codes import (
    ASSESSMENT_KINDS,
    CREDIT_BEARING,
    INTENDED_USES,
    MODES,
    OBJECTIVES,
    PERIODS,
    QA_KINDS,
    STARTS,
    SUPERVISION_KINDS,
)
from catalogue.content import PartyContent
from catalogue.documents import achievement_facts, issuer_facts
from catalogue.models import PartyRole
from catalogue.selectors import versions
from credentials.builders import CURRENT, v1
from credentials.builders.v2 import entry_words as words
from registry.actors import SYSTEM
from registry.models import IssuerProfile
from registry.selectors import latest_profile
from registry.services import Whereabouts, state_whereabouts
from tests.catalogue.builders import build_published
from tests.registry.builders import build_issuer, build_organisation

BASE = "https://register.example.org"
TYPED = {
    "assessment_kinds": ("written-exam", "project"),
    "summative": True,
    "voluntary": False,
    "supervision_kind": "supervised-onsite-id",
    "mode": "blended",
    "period": "self-paced",
    "objective": "acquire",
    "intended_use": ("upskilling", "access"),
    "qa_kind": "programme-external",
    "credit_bearing": "both",
    "qualifications": ({"name": {"en": "BSc Data"}, "provider": "VU", "level": "EQF 6", "only_stacked": True},),
    "accessibility": {"en": "Subtitles throughout"},
    "materials_licence": "CC-BY-4.0",
    "price_amount": Decimal("49.00"),
    "price_unit": "EUR/month",
    "price_tax_included": True,
    "funding": ({"scheme": {"en": "Skills fund"}, "eligible": {"en": "residents"}, "until": "2027-06-30"},),
    "start": "any-time",
    "access_period": "P6M",
    "alignments": ({"target_name": "Statistics", "target_url": "https://skills.example.org/1", "level": "4"},),
    "level_eqf": 6,
    "level_eqf_basis": "compared",
}
PARTIES = (
    PartyContent(role="co-awards", name="University Hospital"),
    PartyContent(role="assesses", name="Examination Board", url="https://board.example.org/"),
    PartyContent(role="owns_definition", name="Framework Owner", url="https://owner.example.org/"),
    PartyContent(role="platform", name="Open Courses"),
)


def loaded(version):
    return versions().get(pk=version.pk)


def document_of(version, language="en", builder=CURRENT):
    version = loaded(version)
    issuer = issuer_facts(latest_profile(version.achievement.issuer), language, base_url=BASE, builder=builder)
    achievement = achievement_facts(version, language, base_url=BASE, builder=builder)
    return issuer, achievement, builder.achievement_document(issuer, achievement)


def lines(document):
    rows = [
        row.removeprefix("* ").split(": ", 1)
        for row in document["criteria"]["narrative"].split("\n")
        if row[:2] == "* "
    ]
    return dict(rows)


@pytest.mark.django_db
def test_every_typed_value_stands_in_the_document():
    _issuer, _achievement, document = document_of(build_published(**TYPED, parties=PARTIES))
    told = lines(document)

    assert told["Type of assessment"] == (
        "Written test (written examination, project, counts towards the result, required)"
    )
    assert told["Supervision and identity check"] == "supervised on site, identity checked"
    assert told["Mode of participation, as offered"] == "blended: online and on site"
    assert told["Period of learning, as offered"] == "self-paced"
    assert told["Quality assurance"].endswith("external, of the programme")
    assert (
        "credit-bearing: earns admission to, and credit towards, a formal qualification: BSc Data, VU, EQF 6, only"
        in (told["Outcome for the learner"])
    )
    assert told["Objective"] == "to learn something new"
    assert told["Intended use"] == "upskilling, access to further study"
    assert told["Price"] == "49 EUR a month, taxes included"
    assert told["Funding"] == "Skills fund; who may get it: residents; until 2027-06-30"
    assert (told["Start"], told["Access to the course"]) == ("at any time", "6 months")
    assert (told["Accessibility"], told["Licence of the materials"]) == ("Subtitles throughout", "CC-BY-4.0")
    assert told["Levels in their own frameworks"] == "Statistics: 4"
    assert (told["Platform"], told["Assessed by"]) == ("Open Courses", "Examination Board")
    assert document["creator"] == {"id": "https://owner.example.org/", "type": ["Profile"], "name": "Framework Owner"}
    assert [(entry["targetName"], entry.get("targetDescription")) for entry in document["alignment"]] == [
        ("Statistics", None),
        ("EQF level 6", "compared"),
    ]


@pytest.mark.django_db
def test_an_entry_that_states_nothing_typed_has_no_line_of_it():
    _issuer, achievement, document = document_of(build_published())

    assert {*lines(document)} & {
        "Objective", "Intended use", "Price", "Funding", "Start", "Accessibility", "Mode of participation, as offered",
    } == set()  # fmt: skip
    assert (achievement.assessor, achievement.creator, achievement.co_awarding_bodies) == (None, None, ())
    assert "Outcome for the learner" in lines(document)


@pytest.mark.django_db
def test_a_joint_award_names_both_bodies_above_the_signature_of_one():
    version = build_published(parties=PARTIES)
    issuer, achievement, document = document_of(version)
    writer = CURRENT.writer(issuer, achievement)

    assert writer._head["description"].endswith(f"Awarded jointly by {issuer.name} and University Hospital.")
    assert "jointly" not in document["description"]
    german = document_of(version, "de")
    assert "Gemeinsam verliehen von" in CURRENT.writer(*german[:2])._head["description"]


@pytest.mark.django_db
def test_builder_1_passes_over_what_it_does_not_know():
    _issuer, _achievement, document = document_of(build_published(**TYPED, parties=PARTIES), builder=v1.BUILDER)

    assert lines(document)["Type of assessment"] == "Written test"
    assert {"Platform", "Objective", "Price"} & {*lines(document)} == set()


@pytest.mark.django_db
def test_the_issuer_has_its_country_and_numbers_as_of_the_award():
    organisation = build_organisation(
        whereabouts=Whereabouts(
            country="NL", region="Noord-Holland", numbers=(("BRIN", "21PL"), ("other", "UKPRN: 10007774"))
        )
    )
    version = build_published(build_issuer(organisation))
    profile = document_of(version)[2]["creator"]
    german = CURRENT.writer(*document_of(version, "de")[:2])._profile
    then = latest_profile(version.achievement.issuer)

    state_whereabouts(organisation=organisation, whereabouts=Whereabouts(country="DE"), actor=SYSTEM)

    now = latest_profile(version.achievement.issuer)
    assert "otherIdentifier" not in profile  # the achievement's creator is named, the issuer stands in full
    assert german["otherIdentifier"] == [
        {"type": "IdentifierEntry", "identifier": "21PL", "identifierType": "ext:BRIN"},
        {"type": "IdentifierEntry", "identifier": "UKPRN: 10007774", "identifierType": "identifier"},
    ]
    assert german["parentOrg"]["address"] == {
        "type": ["Address"],
        "addressCountry": "Niederlande",
        "addressCountryCode": "NL",
        "addressRegion": "Noord-Holland",
    }
    assert german["parentOrg"]["id"] == organisation.pk.urn
    assert (then.version + 1, now.whereabouts["country"]) == (now.version, "DE")
    assert IssuerProfile.objects.get(pk=then.pk).whereabouts["country"] == "NL"
    assert issuer_facts(then, "en", base_url=BASE).organisation.country_code == "NL"


@pytest.mark.django_db
def test_stating_the_same_again_makes_no_new_profile():
    organisation = build_organisation(whereabouts=Whereabouts(country="NL"))
    issuer = build_issuer(organisation)
    state_whereabouts(organisation=organisation, whereabouts=Whereabouts(country="NL"), actor=SYSTEM)

    assert latest_profile(issuer).version == 1


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.ASSESSMENT_KINDS, ASSESSMENT_KINDS),
        (words.SUPERVISION_KINDS, SUPERVISION_KINDS),
        (words.MODES, MODES),
        (words.PERIODS, PERIODS),
        (words.OBJECTIVES, OBJECTIVES),
        (words.INTENDED_USES, INTENDED_USES),
        (words.QA_KINDS, QA_KINDS),
        (words.CREDIT_BEARING, tuple(code for code in CREDIT_BEARING if code != "not_stated")),
        (words.STARTS, STARTS),
    ],
)
def test_every_code_of_the_catalogue_has_its_words_in_documents(table, codes):
    """A code that the builder cannot say would stop every award of its entry: a new code is a new builder."""
    assert {*table} == {*codes}


def test_every_role_of_a_party_has_its_label():
    assert {*PartyRole.values} <= {*words.LABELS}
