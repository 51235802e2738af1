"""Whatever acceptance accepts can be signed: nothing is acknowledged first and refused later."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from credentials.builders import CURRENT
from credentials.documents import AwardFacts
from credentials.errors import SchemaError
from issuing.editions import edition_of, lint_award
from issuing.errors import AlreadyAwardedError, FactsRefusedError
from issuing.models import Award, AwardState
from issuing.services import EvidenceOrder, GroundOrder, ResultOrder, award_achievement
from issuing.services.basis import Basis, basis_of
from issuing.services.facts import Place, check_order, fix_facts
from registry.actors import SYSTEM
from registry.models import IdentifierType, Learner, LearnerIdentifier
from registry.refusals import RuleBrokenError
from registry.services import IdentifierOrder, Recipient
from tests.issuing.builders import build_achievement, build_order, drain_all, signing_here

pytestmark = pytest.mark.django_db
RESULTS = (
    {"key": "grade", "name": {"en": "Grade"}, "type": "LetterGrade"},
    {
        "key": "skill",
        "name": {"en": "Skill"},
        "type": "RubricCriterionLevel",
        "levels": [{"key": "good", "name": {"en": "Good"}}, {"key": "great", "name": {"en": "Great"}}],
    },
)
RULE = {"measure": "score", "at_least": "50", "scale": "percent"}
NASTY = (
    st.sampled_from("abc ABC 019 .,-")
    | st.characters()
    | st.sampled_from("\x00\x07\n\t \u00a0\u200b\u2028\u202e\ufeff\ufffe\ud800\uffff\u0308=$<>\"'\\{}|^`")
)
LINE = st.text(NASTY, max_size=30) | st.sampled_from(
    ["sha256$" + "0" * 64, "sha256$x", "md5$x", "x" * 1_001, "Ada Example"]
)
PROSE = LINE | st.sampled_from(["a\nb", "x" * 50_001])
DAYS = st.dates() | st.sampled_from([dt.date(1900, 1, 1), dt.date(1899, 12, 31), dt.date.min, dt.date.max])
TAGS = LINE | st.sampled_from(["en", "de", "de-DE", "sl-rozaj-biske-1994", "x" * 36])
URLS = LINE | st.sampled_from(
    ["https://example.org/a", "urn:isbn:1", "https://ex.org/\u00e4", "https://ex.org/a b", "http://["]
)
MAYBE = st.none()
EVIDENCE = st.builds(
    EvidenceOrder, url=MAYBE | URLS, name=MAYBE | LINE, description=MAYBE | PROSE, narrative=MAYBE | PROSE,
    genre=MAYBE | LINE, audience=MAYBE | LINE,
)  # fmt: skip
RESULT = st.builds(
    ResultOrder, value=MAYBE | LINE | st.sampled_from(["49.9", "50", "A"]),
    description=MAYBE | LINE | st.sampled_from(["result", "grade", "skill"]),
    status=MAYBE | LINE | st.sampled_from(["Completed", "Failed"]),
    level=MAYBE | LINE | st.sampled_from(["good", "great", "best"]),
)  # fmt: skip
IDENTIFIERS = st.builds(IdentifierOrder, type=st.sampled_from(IdentifierType), scope=LINE, value=LINE)
RECIPIENTS = st.builds(
    Recipient, name=LINE, email=st.just("ada@example.org"), language=TAGS | st.just("en"),
    identifiers=st.lists(IDENTIFIERS, max_size=2).map(tuple),
)  # fmt: skip
FIELDS = {
    "recipient": RECIPIENTS,
    "awarded_on": DAYS,
    "valid_until": st.datetimes(timezones=st.just(dt.UTC)),
    "learning_from": DAYS | LINE,
    "learning_to": DAYS | LINE,
    "participation": LINE,
    "supervision": LINE,
    "credits_earned": st.decimals() | st.sampled_from([Decimal("2.5"), Decimal("-0"), Decimal("1E+3")]),
    "language_of_assessment": TAGS,
    "evidence": st.lists(EVIDENCE, max_size=3).map(tuple),
    "results": st.lists(RESULT, max_size=3).map(tuple),
    "narrative": PROSE,
    "ground": st.builds(GroundOrder, body=LINE, date=MAYBE | DAYS, reference=MAYBE | LINE),
    "language": TAGS,
}


# Few at once: an order with one bad field is refused, whatever the others say.
STATED = st.sets(st.sampled_from(sorted(FIELDS)), min_size=1, max_size=2).flatmap(
    lambda names: st.fixed_dictionaries({name: FIELDS[name] for name in sorted(names)})
)


def build_rich_basis() -> Basis:
    achievement = build_achievement(
        result_descriptions=RESULTS, outcome_rule=RULE, suspendable=True, valid_for_days=400
    )
    return basis_of(achievement)


def accepted_facts(basis: Basis, stated) -> AwardFacts | None:
    """Return the facts of an order that acceptance takes."""
    try:
        checked = check_order(build_order(basis.version.achievement, 1, **stated), basis)
    except RuleBrokenError:
        return None
    place = Place(basis.version.pk, 7, f"{basis.base_url}/status/1", f"{basis.base_url}/status/2")
    _award_id, text = fix_facts(checked, basis, place)
    return AwardFacts.from_json(text)


def test_whatever_is_accepted_passes_the_lint_of_signing():
    basis = build_rich_basis()
    accepted = []

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @example({"results": (ResultOrder(description="skill", level="best"),)})
    @example({"results": (ResultOrder(description="grade", level="good"),)})
    @example({"recipient": Recipient(name="sha256$nothing", email="ada@example.org")})
    @example({"awarded_on": dt.date.min})
    @example({"valid_until": dt.datetime.max.replace(tzinfo=dt.UTC)})
    @example({"language": "not a tag"})
    @given(STATED)
    def lint(stated):
        facts = accepted_facts(basis, stated)
        if facts is not None:
            accepted.append(facts)
            lint_award(facts, version_id=basis.version.pk, profile_id=basis.profile.pk, builder=CURRENT.version)
            edition = edition_of(basis.version.pk, basis.profile.pk, CURRENT.version, facts.language, basis.base_url)
            edition._linted.clear()

    lint()
    assert len(accepted) > 40


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"results": (ResultOrder(description="skill", level="best"),)}, "unknown-level"),
        ({"results": (ResultOrder(description="grade", value="A", level="good"),)}, "unknown-level"),
        ({"recipient": Recipient(name="sha256$ Ada", email="a@example.org")}, "name-is-a-hash"),
        ({"recipient": Recipient(name="Ada", email="a@example.org", language="german, please")}, "language-tag"),
        ({"language": "sl-rozaj-biske-1994"}, "language-tag"),
        ({"awarded_on": dt.date(1, 1, 1)}, "date-out-of-range"),
        ({"learning_from": "0001-01-01"}, "date-out-of-range"),
        ({"ground": GroundOrder(body="Board", date=dt.date(1, 1, 1))}, "date-out-of-range"),
        ({"valid_until": dt.datetime.max.replace(tzinfo=dt.UTC)}, "too-late"),
    ],
)
def test_what_signing_would_refuse_is_refused_at_once(stated, code):
    achievement = build_rich_basis().version.achievement

    with pytest.raises(FactsRefusedError) as refusal:
        award_achievement(order=build_order(achievement, **stated), actor=SYSTEM)

    assert refusal.value.code == code
    assert not Award.objects.exists()


def test_rule_that_only_the_lint_knows_is_a_refusal_and_nothing_is_promised(monkeypatch):
    achievement = build_rich_basis().version.achievement

    def refusing(*_facts, **_ids):
        raise SchemaError("$", "no")

    monkeypatch.setattr("issuing.services.awarding.lint_award", refusing)
    with pytest.raises(FactsRefusedError):
        award_achievement(order=build_order(achievement), actor=SYSTEM)
    assert not Award.objects.exists()


def test_everything_unusual_that_is_accepted_is_signed():
    achievement = build_rich_basis().version.achievement
    unusual = [
        {"awarded_on": dt.date(1900, 1, 1), "learning_from": "08/1899", "learning_to": "1900-01-01"},
        {
            "results": (
                ResultOrder(description="skill", level="great"),
                ResultOrder(value="50"),
                ResultOrder(value="50"),
            )
        },
        {"evidence": (EvidenceOrder(name="same"),) * 50, "narrative": "a\n\tb"},
        {"credits_earned": Decimal("-0"), "ground": GroundOrder(body="Board")},
        {"recipient": Recipient(name="\u202eadA \U0001f642 O'Neil", email="ada@xn--mller-kva.de", language="fr-CA")},
    ]
    for stated in unusual:
        award_achievement(order=build_order(achievement, **stated), actor=SYSTEM)
    with signing_here():
        drain_all()

    assert list(Award.objects.values_list("state", flat=True)) == [AwardState.SIGNED] * len(unusual)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ada@müller.de", "Ada@XN--MLLER-KVA.de"), ("Ada@Example.org", " ada@example.org ")],
)
def test_spellings_of_one_mailbox_are_one_learner(one, other):
    achievement = build_achievement()
    award_achievement(order=build_order(achievement, recipient=Recipient(name="A", email=one)), actor=SYSTEM)

    with pytest.raises(AlreadyAwardedError):
        award_achievement(order=build_order(achievement, recipient=Recipient(name="A", email=other)), actor=SYSTEM)
    assert Learner.objects.count() == 1


@pytest.mark.parametrize(
    "email", ["ad\u200ba@example.org", "ada@exa\u00admple.org", "\uff41da@example.org", "ada@\uff45xample.org"]
)
def test_spelling_that_only_looks_like_a_mailbox_makes_no_learner(email):
    order = build_order(build_achievement(), recipient=Recipient(name="A", email=email))

    with pytest.raises(FactsRefusedError, match="e-mail"):
        award_achievement(order=order, actor=SYSTEM)
    assert not LearnerIdentifier.objects.exists()


@pytest.mark.parametrize("value", ["47\u200b11", "\uff14711", "47\u00ad11", "47\n11", "4" * 256])
def test_number_that_only_looks_like_another_makes_no_learner(value):
    number = (IdentifierOrder(IdentifierType.MATRICULATION, "college", value),)
    recipient = Recipient(name="A", email="a@example.org", identifiers=number)

    with pytest.raises(FactsRefusedError) as refusal:
        award_achievement(order=build_order(build_achievement(), recipient=recipient), actor=SYSTEM)
    assert (refusal.value.code, refusal.value.facts["column"]) == ("bad-identifier", "identifier")
