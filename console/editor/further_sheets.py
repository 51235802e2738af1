"""The sheets beside the facts: badge, rules of the award, dates and funding, who else stands behind it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from console.editor.asks import Ask, Group, ListAsk

RESULT_TYPES: Final = {
    "Percent": _("Percent"),
    "RawScore": _("Score in points"),
    "LetterGrade": _("Letter grade"),
    "GradePointAverage": _("Grade point average"),
    "ScaledScore": _("Scaled score"),
    "RubricCriterionLevel": _("Level of a rubric"),
    "CreditHours": _("Credits"),
    "Status": _("Status, such as passed"),
    "Result": _("Another result"),
}
"""The types of Open Badges 3.0 (ResultType) that people state."""

BADGE: Final = (
    Group(
        code="drawing",
        label=_("What the badge says"),
        why=_("The badge is drawn in your issuer's colour. Its shape says what it is; the full title stays in the picture's description."),
        asks=(
            Ask(name="short_name", label=_("Short title for the badge"), help=_("Three short lines at most, 40 characters. Empty: the title"), translated=True, longest=80),
            Ask(name="badge.foot", label=_("What stands at its foot"), help=_("14 characters at most. Empty: the credits, where there are any"), longest=60),
        ),
    ),
    Group(
        code="image_alt",
        label=_("Description of the picture"),
        why=_("Read out to those who do not see it. Empty: “Badge”, and the title."),
        asks=(Ask(name="image_alt", label=_("What the picture shows"), translated=True, longest=600),),
    ),
)  # fmt: skip

RULES: Final = (
    Group(
        code="outcome_rule",
        label=_("Outcome rule"),
        why=_("A result below it is not awarded. Compared exactly as written, never rounded: 59.9 is not 60."),
        asks=(
            Ask(name="outcome_rule.measure", label=_("What is measured"), kind="one", words={"score": _("The score, in percent"), "content": _("How much of the content was covered, in percent")}),
            Ask(name="outcome_rule.at_least", label=_("At least, in percent"), kind="number", longest=20),
        ),
    ),
    Group(
        code="needed",
        label=_("What every award comes with"),
        asks=(
            Ask(name="result_required", label=_("Is a result required?"), help=_("Without a result you vouch for the outcome yourself."), kind="flag"),
            Ask(name="evidence_required", label=_("Is evidence required?"), help=_("The address of the learner's work."), kind="flag"),
        ),
    ),
    Group(
        code="result_descriptions",
        label=_("Other results"),
        lists=(
            ListAsk(
                name="result_descriptions",
                label=_("Other results"),
                one=_("Result"),
                help=_("Grades and scores that an award states beside the outcome rule."),
                asks=(
                    Ask(name="key", label=_("Short word for files"), help=_("Small letters, digits, hyphens: grade"), longest=80),
                    Ask(name="name", label=_("What it is called"), translated=True, longest=300),
                    Ask(name="type", label=_("Kind"), kind="choose", words=RESULT_TYPES),
                    Ask(name="value_min", label=_("Lowest value"), longest=40),
                    Ask(name="value_max", label=_("Highest value"), longest=40),
                    Ask(name="required_value", label=_("Needed to pass"), longest=40),
                ),
            ),
        ),
    ),
    Group(
        code="valid_for_days",
        label=_("How long it is valid"),
        asks=(
            Ask(name="valid_for_days", label=_("Valid for so many days"), help=_("365 is a year. Empty: without an end. An award may state an end of its own."), kind="number", longest=12),
            Ask(name="suspendable", label=_("Can an award be suspended for a while?"), help=_("Beside revoking, which is final."), kind="flag"),
        ),
    ),
)  # fmt: skip

DATES: Final = (
    Group(
        code="runs",
        label=_("Runs of the course"),
        why=_("Dates come and go: a change of runs alone makes no new version, also of a published achievement."),
        lists=(
            ListAsk(
                name="runs",
                label=_("Runs of the course"),
                one=_("Run"),
                asks=(
                    Ask(name="starts_on", label=_("Starts on"), kind="day", longest=20),
                    Ask(name="ends_on", label=_("Ends on"), kind="day", longest=20),
                    Ask(name="enrol_until", label=_("Enrolment until"), kind="day", longest=20),
                    Ask(name="place", label=_("Place"), longest=400),
                    Ask(name="language", label=_("Language"), help=_("By its tag: en, de, nl …"), longest=24),
                    Ask(name="url", label=_("Page of the run"), longest=1000),
                    Ask(name="price", label=_("Price of this run, in your words"), translated=True, longest=300),
                ),
            ),
        ),
    ),
    Group(
        code="funding",
        label=_("Funding"),
        lists=(
            ListAsk(
                name="funding",
                label=_("Funding"),
                one=_("Scheme"),
                asks=(
                    Ask(name="scheme", label=_("Name of the scheme"), translated=True, longest=300),
                    Ask(name="eligible", label=_("Who may get it"), translated=True, longest=600),
                    Ask(name="amount", label=_("How much"), translated=True, longest=300),
                    Ask(name="until", label=_("Until"), kind="day", longest=20),
                ),
            ),
        ),
    ),
    Group(
        code="qualifications",
        label=_("Qualifications that it leads to"),
        why=_("Say on the facts, under “Outcome for the learner”, whether it earns admission, credit or both."),
        lists=(
            ListAsk(
                name="qualifications",
                label=_("Qualifications"),
                one=_("Qualification"),
                asks=(
                    Ask(name="name", label=_("Name of the qualification"), translated=True, longest=300),
                    Ask(name="provider", label=_("Who offers it"), longest=300),
                    Ask(name="level", label=_("Its level"), longest=60),
                    Ask(name="url", label=_("Its page"), longest=1000),
                    Ask(name="only_stacked", label=_("Only together with others?"), kind="flag"),
                ),
            ),
        ),
    ),
)  # fmt: skip
