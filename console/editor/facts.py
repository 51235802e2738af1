"""The page of the fifteen facts, in their order, and what visitors look for beside them."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from catalogue import code_words as words
from catalogue.models import LevelBasis
from console.editor.asks import Ask, Group

_IN_YOUR_WORDS = _("In your words")
_SHOWN = _("Shown on the page beside what you chose")


def _said(item: str, help_text: object = _SHOWN, label: object = _IN_YOUR_WORDS, kind: str = "line") -> Ask:
    """Return the ask for the text of an information item."""
    return Ask(name=f"facts.{item}", label=label, help=help_text, translated=True, kind=kind)  # type: ignore[arg-type]


FIFTEEN: Final = (
    Group(
        code="title",
        label=_("Title"),
        asks=(
            Ask(name="name", label=_("Title"), help=_("What is learned, in words that people look for. It stands in lists, on the badge and on every certificate."), translated=True, longest=300),
            Ask(name="short_name", label=_("Short title for the badge"), help=_("Three short lines at most, 40 characters"), translated=True, longest=80),
        ),
    ),
    Group(
        code="provider",
        label=_("Provider"),
        has_state=True,
        why=_("Not stated: pages name the issuer."),
        asks=(_said("provider", _("Who offers it, where that is not the issuer alone"), _("Provider")),),
    ),
    Group(code="date_awarded", label=_("Date awarded"), why=_("The date comes with each award: in the form, in the file or through the interface. There is nothing to fill in here.")),
    Group(
        code="description",
        label=_("Description"),
        asks=(Ask(name="description", label=_("Description"), help=_("What it is about, and for whom"), kind="text", translated=True, longest=20_000),),
    ),
    Group(
        code="learning_outcomes",
        label=_("Learning outcomes"),
        asks=(Ask(name="outcomes", label=_("One outcome a line"), help=_("Begin with what the learner can do. Line 1 of each language is the same outcome."), kind="text", translated=True, longest=20_000),),
    ),
    Group(
        code="participation",
        label=_("Mode of participation"),
        has_state=True,
        why=_("Where learners have to be: online, on site, or now one and now the other."),
        asks=(
            Ask(name="mode", label=_("How learners take part"), kind="one", words=words.MODES),
            _said("participation"),
        ),
    ),
    Group(
        code="credits",
        label=_("Credits"),
        has_state=True,
        why=_("Kinds of credits stand beside each other and are never added up. Enter what was granted; nothing is worked out from hours."),
        asks=(
            Ask(name="ects_credits", label=_("ECTS credits"), kind="number", longest=12),
            Ask(name="national_credits", label=_("Credits of a national system"), kind="number", longest=12),
            Ask(name="national_credit_system", label=_("Name of that system"), help=_("For example NZ credits"), longest=120),
            Ask(name="other_points", label=_("Other points"), kind="number", longest=12),
            Ask(name="other_points_name", label=_("What the points are called"), help=_("For example CME points"), longest=120),
            Ask(name="other_points_body", label=_("Who grants the points"), longest=400),
            _said("credits"),
        ),
        always=(
            Ask(name="workload_hours_min", label=_("Hours of work, from"), kind="number", longest=12),
            Ask(name="workload_hours_max", label=_("Hours of work, to"), kind="number", longest=12),
            Ask(name="workload_text", label=_("Hours in your words"), help=_("“approx. 21 hours” is fine; it is shown as you write it"), translated=True),
        ),
    ),
    Group(
        code="learning_period",
        label=_("Period of learning"),
        has_state=True,
        why=_("How long it takes, and whether everybody begins on the same day."),
        asks=(
            Ask(name="period", label=_("How the time is planned"), kind="one", words=words.PERIODS),
            _said("learning_period", _("“12 weeks” or “8-12 months” is fine; it is shown as you write it")),
        ),
    ),
    Group(
        code="prerequisites",
        label=_("Prerequisites"),
        has_state=True,
        why=_("“None” says that everybody may take part."),
        asks=(_said("prerequisites", "", _("Prerequisites"), "text"),),
    ),
    Group(
        code="resources",
        label=_("Learning resources"),
        has_state=True,
        why=_("“None” says that learners need nothing beside what they are given."),
        asks=(_said("resources", _("What learners work with"), _("Learning resources"), "text"),),
    ),
    Group(
        code="assessment",
        label=_("Type of assessment"),
        has_state=True,
        why=_("“None” is a confirmation of participation: a micro-credential is assessed."),
        asks=(
            Ask(name="assessment_kinds", label=_("Kinds of assessment"), kind="some", words=words.ASSESSMENT_KINDS),
            Ask(name="summative", label=_("Does the assessment count towards the result?"), kind="yes"),
            Ask(name="voluntary", label=_("May the assessment be left out?"), kind="yes"),
            _said("assessment"),
        ),
    ),
    Group(
        code="supervision",
        label=_("Supervision and identity check"),
        has_state=True,
        why=_("Whether someone watched the assessment, and checked who sat it."),
        asks=(
            Ask(name="supervision_kind", label=_("How the assessment is held"), kind="one", words=words.SUPERVISION_KINDS),
            _said("supervision"),
        ),
    ),
    Group(
        code="quality_assurance",
        label=_("Quality assurance"),
        has_state=True,
        why=_("Who looks at the course itself, beside the people who teach it."),
        asks=(
            Ask(name="qa_kind", label=_("Who checks that the course is good"), help=_("A university that accredits itself chooses its own, under external institutional review."), kind="one", words=words.QA_KINDS),
            _said("quality_assurance", _("For example the body that reviewed it")),
        ),
    ),
    Group(
        code="outcome",
        label=_("Outcome for the learner"),
        has_state=True,
        why=_("What whoever earns it has from it: a place, credit, or the certificate alone."),
        asks=(
            Ask(name="credit_bearing", label=_("What it leads to"), help=_("Credit-bearing means: whoever reaches the outcomes earns admission to, or credit towards, a formal qualification. A number of credits alone does not say so."), kind="one", words=words.CREDIT_BEARING),
            _said("outcome"),
        ),
    ),
    Group(
        code="stackability",
        label=_("Integration and stackability"),
        has_state=True,
        why=_("Whether it stands alone, or counts towards something larger."),
        asks=(_said("stackability", _("Stands alone, is part of something, can count towards something"), _IN_YOUR_WORDS, "text"),),
    ),
)  # fmt: skip
"""The fifteen facts, in the order of `catalogue.rules.INFORMATION_ITEMS`."""

FURTHER: Final = (
    Group(
        code="criteria",
        label=_("How to earn it"),
        asks=(Ask(name="criteria", label=_("What has to be done to earn it"), kind="text", translated=True, longest=20_000),),
    ),
    Group(
        code="level",
        label=_("Level and language"),
        asks=(
            Ask(name="level_national", label=_("National level"), help=_("For example NZQF 2"), longest=120),
            Ask(name="level_eqf", label=_("EQF level"), help=_("1 to 8"), kind="number", longest=4),
            Ask(name="level_eqf_basis", label=_("How the EQF level is known"), kind="one", words=dict(LevelBasis.choices)),
            Ask(name="level_eqf_source", label=_("Where that can be read"), longest=600),
            Ask(name="language", label=_("Language of instruction"), help=_("By its tag: en, de, nl …"), longest=12),
        ),
    ),
    Group(
        code="price",
        label=_("Price"),
        has_state=True,
        asks=(
            Ask(name="price_amount", label=_("Price"), help=_("0: free of charge"), kind="number", longest=14),
            Ask(name="price_unit", label=_("Currency, and what it is paid for"), help=_("EUR, or USD/month, /year, /course, /module"), longest=20),
            Ask(name="price_tax_included", label=_("Are taxes included?"), kind="yes"),
            _said("price"),
        ),
    ),
    Group(
        code="start",
        label=_("Start, access and use"),
        asks=(
            Ask(name="start", label=_("Start"), kind="one", words=words.STARTS),
            Ask(name="access_period", label=_("How long the course stays open"), help=_("P6M is six months, P1Y a year; or: unlimited"), longest=12),
            Ask(name="objective", label=_("Objective"), kind="one", words=words.OBJECTIVES),
            Ask(name="intended_use", label=_("Intended use"), kind="some", words=words.INTENDED_USES),
            Ask(name="materials_licence", label=_("Licence of the materials"), help=_("Such as CC-BY-4.0, or its whole address"), longest=400),
            Ask(name="accessibility", label=_("Accessibility"), kind="text", translated=True, longest=5000),
        ),
    ),
)  # fmt: skip
"""What visitors look for beside the fifteen."""
