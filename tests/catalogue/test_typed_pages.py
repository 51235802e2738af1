"""Typed values in a reader's words: beside a text, instead of it, and never read off something else."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from catalogue import code_words, codes
from catalogue.content import RunContent
from catalogue.models import AchievementVersion, CourseRun, Party
from catalogue.pages import runs_of
from catalogue.selectors import content_of
from catalogue.services import edit_achievement, publish_achievement, revise_achievement
from catalogue.wording import facts_strip, information, states_assessment
from credentials.builders.v2 import entry_words
from registry.actors import SYSTEM
from registry.services import Whereabouts, state_whereabouts
from tests.catalogue.builders import ASSESSED, build_draft, build_planned, build_published, fresh, named
from tests.catalogue.everything import EVERYTHING
from tests.catalogue.test_views import vouch
from tests.registry.builders import build_organisation

BACHELOR = {"name": {"en": "BSc Data", "de": "BSc Daten"}, "provider": "Example University", "level": "EQF 6"}


def build_everything():
    """Return a published version that says something in every column, its parties' included."""
    party = dataclasses.replace(EVERYTHING["parties"][0], organisation=build_organisation().slug)
    return build_published(**{**EVERYTHING, "parties": (party,)})


def item(version, label, language="en"):
    with override(language):
        return next((state, str(value)) for name, state, value in information(version, language) if name == label)


def page_of(version, language="en"):
    path = f"/catalogue/{version.achievement.issuer.slug}/{version.achievement.slug}/"
    answer = Client().get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "ASSESSMENT_KINDS", "SUPERVISION_KINDS", "MODES", "PERIODS", "OBJECTIVES", "INTENDED_USES", "QA_KINDS",
        "CREDIT_BEARING", "STARTS",
    ],
)  # fmt: skip
def test_every_code_has_the_words_that_are_signed_in_both_languages(name):
    known = [code for code in getattr(codes, name) if code != "not_stated"]
    words = getattr(code_words, name)
    told = {}
    for language in ("en", "de"):
        with override(language):
            told[language] = {code: str(word) for code, word in words.items()}

    assert list(words) == known
    for language, said in told.items():
        assert said == {code: getattr(entry_words, name)[code][language] for code in known}
    assert {code for code in known if told["en"][code] == told["de"][code]} <= {"online", "quiz", "portfolio"}


def test_codes_without_texts_are_told_in_standard_words(db):
    version = build_published(
        facts={}, assessment_kinds=("written-exam", "project"), summative=True, voluntary=False, mode="blended",
        supervision_kind="supervised-online-id", period="self-paced", qa_kind="programme-external",
    )  # fmt: skip

    assert item(version, "Type of assessment") == (
        "value", "Written examination, project, counts towards the result, required",
    )  # fmt: skip
    assert item(version, "Prüfungsform", "de")[1].startswith("Klausur, Projekt")
    assert item(version, "Mode of participation") == ("value", "Blended: online and on site")
    assert item(version, "Supervision and identity check") == ("value", "Supervised online, identity checked")
    assert item(version, "Period of learning") == ("value", "Self-paced")
    assert item(version, "Quality assurance") == ("value", "External, of the programme")
    assert ("Mode", "Blended: online and on site", "") in facts_strip(version, "en")


def test_a_text_keeps_its_code_beside_it_unless_it_says_so_itself(db):
    facts = {**ASSESSED, "participation": {"state": "value", "value": {"en": "Online, on FutureLearn"}}}
    version = build_published(facts=facts, mode="online", assessment_kinds=("quiz",))

    assert item(version, "Type of assessment") == ("value", "Written test (quiz)")
    assert item(version, "Mode of participation") == ("value", "Online, on FutureLearn")
    assert '<span lang="en">Online, on FutureLearn</span>' in page_of(version, "de")


def test_a_foreign_text_is_marked_without_the_readers_own_words_behind_it(db):
    facts = {"assessment": {"state": "value", "value": {"en": "Written test"}}}
    version = build_published(facts=facts, assessment_kinds=("oral-exam",))

    assert '<span lang="en">Written test</span> (mündliche Prüfung)' in page_of(version, "de")


def test_credit_bearing_is_what_is_stated_and_never_read_off_credits(db):
    with_credits = build_published(ects_credits=Decimal(5))
    denied = build_published(ects_credits=Decimal(5), credit_bearing="no")
    admits = build_published(
        facts={**ASSESSED, "credits": {"state": "none"}}, credit_bearing="admission", qualifications=(BACHELOR,)
    )

    assert "redit-bearing" not in page_of(with_credits)
    assert item(denied, "Outcome for the learner") == ("value", "Not credit-bearing")
    assert item(denied, "Credits") == ("value", "5 ECTS")
    assert item(admits, "Credits") == ("none", "")
    assert item(admits, "Outcome for the learner")[1] == (
        "Credit-bearing: earns admission to a formal qualification: BSc Data, Example University, EQF 6"
    )
    neither = build_published(facts={**ASSESSED, "credits": {"state": "none"}}, credit_bearing="no")
    assert item(neither, "Credits") == ("not_credit_bearing", "")


@pytest.mark.parametrize(
    ("fields", "assessed"),
    [
        ({"facts": {}}, False),
        ({"facts": ASSESSED}, True),
        ({"facts": {}, "assessment_kinds": ("quiz",)}, True),
        ({"facts": ASSESSED, "voluntary": True}, False),
        ({"facts": ASSESSED, "assessment_kinds": ("attendance",)}, False),
        ({"facts": {}, "assessment_kinds": ("attendance", "project")}, True),
    ],
)
def test_only_a_stated_and_required_assessment_is_told_as_one(db, fields, assessed):
    assert states_assessment(build_draft(**fields)) is assessed


@pytest.mark.parametrize(
    ("amount", "unit", "tax", "english", "german"),
    [
        ("49", "USD/month", None, "49 USD a month", "49 USD im Monat"),
        ("1250.5", "EUR", True, "1,250.50 EUR, taxes included", "1.250,50 EUR, inklusive Steuern"),
        ("300", "EUR/module", False, "300 EUR a module, plus taxes", "300 EUR je Modul, zuzüglich Steuern"),
        ("0", "EUR", None, "free of charge", "kostenlos"),
    ],
)
def test_prices_are_told_with_their_unit_and_taxes(amount, unit, tax, english, german):
    version = AchievementVersion(price_amount=Decimal(amount), price_unit=unit, price_tax_included=tax)

    for language, words in (("en", english), ("de", german)):
        with override(language):
            assert code_words.price_text(version) == words


def test_everything_typed_stands_on_the_page_in_both_languages(db):
    version = build_everything()

    english, german = page_of(version), page_of(version, "de")

    for words in (
        "To learn something new", "Upskilling, access to further study", "6 months", "Sign language on request",
        "CC-BY-4.0", "Skills fund; who may get it: Jobseekers; half of the price; until 31 December 2026",
        "120 EUR a course, taxes included", "On fixed dates", "level B2 of that framework", "Delivered by",
        "1 October 2099 to 1 December 2099", "Rotterdam", "Enrolment until 1 September 2099", "Dates and places",
    ):  # fmt: skip
        assert words in english
    for words in (
        "Neues lernen",
        "6 Monate",
        "Gebärdensprache auf Wunsch",
        "Termine und Orte",
        "Durchgeführt von",
    ):
        assert words in german


def test_runs_come_by_their_start_and_what_is_over_says_so(db):
    today = timezone.now().date()
    past, soon, late = (today + dt.timedelta(days=days) for days in (-9, 5, 50))
    runs = (
        RunContent(starts_on=past),
        RunContent(starts_on=late),
        RunContent(place="Oslo"),
        RunContent(starts_on=soon),
    )
    version = build_published(runs=runs)

    with override("en"):
        told = runs_of(version, "en", today=today)

    assert [run.over for run in told] == [False, False, False, True]
    assert told[2].details == ["Oslo"]
    assert str(soon.day) in told[0].dates


def test_facets_of_mode_and_assessment_count_what_is_typed(db):
    build_published(mode="online", assessment_kinds=("quiz", "project"), **named("One"))
    build_published(mode="workplace", assessment_kinds=("project",), **named("Two"))
    build_planned(**named("Three"))

    page = Client().get("/catalogue/?assessment=project&mode=online").content.decode()

    assert "Type of assessment: Project" in page
    assert "1 entry" in page
    assert ">One<" in page
    assert ">Two<" not in page


def test_nothing_typed_makes_no_facet(db):
    build_published()

    assert 'name="mode"' not in Client().get("/catalogue/").content.decode()


def test_the_next_version_says_everything_that_this_one_says(db):
    version = build_everything()

    copy, is_new = revise_achievement(achievement=fresh(version), revise=lambda known: known, actor=SYSTEM)

    own = {"id", "number", "published_at", "published_by", "image_sha"}
    assert (copy.number, is_new) == (version.number + 1, True)
    for column in AchievementVersion._meta.concrete_fields:
        assert column.name in own or getattr(copy, column.attname) == getattr(version, column.attname), column.name
    for model, name in ((Party, "parties"), (CourseRun, "runs")):
        columns = [field.attname for field in model._meta.concrete_fields if field.name not in {"id", "version"}]
        rows = [list(getattr(one, name).order_by("position").values_list(*columns)) for one in (version, copy)]
        assert rows[0] == rows[1] != []


def test_the_example_of_everything_leaves_nothing_out(db):
    """What the copy is compared by says something in every column: an empty one would be equal by itself."""
    version = build_everything()
    for row in (version, *version.parties.all()[:1], *version.runs.all()[:1]):
        blank = {
            column.name
            for column in row._meta.concrete_fields
            if getattr(row, column.attname) in (None, "", [], {}, "not_stated")
        }
        # Who wrote on a draft last is no part of what it says.
        assert blank - {"edited_at", "edited_by"} == set(), blank


def test_new_runs_alone_make_no_new_version(db):
    version = build_everything()
    later = RunContent(starts_on=dt.date(2098, 1, 1), place="Delft")
    content = dataclasses.replace(content_of(version), runs=(later,))

    edited = edit_achievement(achievement=fresh(version), content=content, actor=SYSTEM)

    assert edited.pk == version.pk
    assert [run.place for run in version.runs.all()] == ["Delft"]
    changed = dataclasses.replace(content, runs=(), mode="online")
    assert edit_achievement(achievement=fresh(version), content=changed, actor=SYSTEM).number == version.number + 1
    publish_achievement(achievement=fresh(version), actor=SYSTEM)
    assert [run.place for run in version.runs.all()] == ["Delft"]


def test_an_issuer_tells_where_it_is_and_is_found_by_its_number(db):
    version = build_published()
    issuer = version.achievement.issuer
    stated = Whereabouts(country="NL", region="Noord-Holland", numbers=(("ROR", "008xxew50"),))
    state_whereabouts(organisation=issuer.organisation, whereabouts=stated, actor=SYSTEM)
    unvouched = Client().get("/issuers/?q=008xxew50").content.decode()
    vouch(issuer)

    page = Client().get(f"/issuers/{issuer.slug}/", headers={"accept-language": "de"}).content.decode()
    found = Client().get("/issuers/?q=https://ror.org/008xxew50").content.decode()
    nothing = Client().get("/issuers/?q=05xvt9f17").content.decode()

    assert "Noord-Holland, Niederlande" in page
    assert 'href="https://ror.org/008xxew50"' in page
    assert "is not in our register" in unvouched
    assert f'href="/issuers/{issuer.slug}/"' in unvouched
    assert f'href="/issuers/{issuer.slug}/"' in found
    assert "is not in our register" not in found
    assert "No issuer in our register has this name or number" in nothing
    assert f"/issuers/{issuer.slug}/" in Client().get("/issuers/?q=colle").content.decode()


def test_an_organisation_that_states_nothing_tells_nothing(db):
    organisation = build_organisation()

    assert (organisation.country, organisation.region, organisation.identifiers.count()) == ("", "", 0)


def test_search_reads_what_it_leads_to_and_who_pays(db):
    version = build_everything()

    for query in ("BSc Data", "skills fund", "gebärdensprache"):
        assert version.achievement.slug in Client().get(f"/catalogue/?q={query}").content.decode()


def test_search_engines_are_told_the_country_where_it_is_stated(db):
    version = build_published()
    assert "addressCountry" not in page_of(version)
    stated = Whereabouts(country="IE", region="Leinster")

    state_whereabouts(organisation=version.achievement.organisation, whereabouts=stated, actor=SYSTEM)

    assert '"address": {"@type": "PostalAddress", "addressCountry": "IE", "addressRegion": "Leinster"}' in page_of(
        version
    )
