"""Which words a verdict gets, and how they are filled: names of others quoted, nothing said that is not known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from string import Formatter

from verification.checks import Check, Finding, Outcome, Report, Verdict
from verification.checks.reasons import STATUS_KIND
from verification.quoting import isolated
from verification.wording.variants import ANOTHER_NAME, KINDS, NAMED, STATES, VARIANTS
from verification.wording.verdicts import WORDING, Text, Wording

MEANT_FOR_ALL = (
    "genuine",
    "issuer-not-known",
    "not-this-holder",
    "revoked",
    "not-genuine",
    "expired",
    "superseded",
    "unsigned",
    "could-not-confirm",
)
"""The verdicts that the checking desk explains, in one order."""
LONGEST_PLACE = 160
KEY_ENDED = "key-ended"
NOT_LISTED = "not-listed"
_PATH = re.compile(r"(?:\$\.|/)([\w@.\[\]/-]+): ")
_QUOTED = ("claimed_name", "holder", "issuer_host", "installation")


def wording_of(report: Report) -> Wording:
    """Return the words for a report's verdict and reason."""
    return VARIANTS.get(f"{report.verdict}/{_variant(report)}", WORDING[str(report.verdict)])


def _variant(report: Report) -> str:
    if report.verdict is Verdict.COULD_NOT_CONFIRM:
        return _open_variant(report)
    if report.verdict is Verdict.NOT_GENUINE:
        return next((finding.reason for finding in report.findings if finding.outcome is Outcome.FAILED), "")
    if report.verdict in (Verdict.EXPIRED, Verdict.NOT_YET_VALID):
        return report.finding_of(Check.VALIDITY).reason
    recognised = report.finding_of(Check.ISSUER_RECOGNISED)
    if report.verdict is Verdict.REVOKED and recognised.reason not in ("name-of-another", "register-unreadable"):
        return "" if recognised.outcome is Outcome.PASSED else "by-signer"
    return recognised.reason


def _open_variant(report: Report) -> str:
    """Name the words by the check that stayed open: a list that is not in order is no fault of the certificate's."""
    first = next((finding for finding in report.findings if finding.outcome is Outcome.UNKNOWN), None)
    if first is None or first.reason == STATUS_KIND:
        return report.reason
    if first.check in (Check.VALIDITY, Check.STATUS):
        return str(first.check)
    if report.finding_of(Check.ISSUER_IDENTITY).reason == NOT_LISTED:
        return NOT_LISTED
    return KEY_ENDED if first.reason == KEY_ENDED else report.reason


def meaning_of(report: Report, **known: object) -> str:
    """Say what a report means, in whole sentences.

    Args:
        report: with its facts.
        known: facts ready to be read (days as text), and `holder`; they win over the report's own.
    """
    facts = _readable({**report.facts, "place": _place(report.findings), **known})
    wording = wording_of(report)
    sentences = [_first_known((*wording.named_sentences, wording.sentence), facts)]
    if report.verdict in (Verdict.ISSUER_NOT_KNOWN, Verdict.NOT_A_CERTIFICATE):
        stated = report.facts.get("states", ())
        sentences += [_first_known((STATES[state],), facts) for state in stated if state in STATES]
    elif report.verdict is Verdict.NOT_GENUINE and _variant(report) != "changed":
        sentences.append(_first_known((NAMED,), facts))
    elif report.finding_of(Check.ISSUER_RECOGNISED).reason == "vouched-as-another-name":
        sentences.append(_first_known((ANOTHER_NAME,), facts))
    return " ".join(filter(None, sentences))


def _readable(facts: Mapping[str, object]) -> dict[str, object]:
    """Return facts as a sentence takes them: names quoted, kinds by their names, nothing that is empty."""
    told = {name: value for name, value in facts.items() if value not in (None, "")}
    told |= {name: isolated(str(told[name])) for name in _QUOTED if name in told}
    told["claimed"] = told.get("claimed_name", "")
    kind = str(told.get("kind", ""))
    told["kind_name"] = str(KINDS[kind]) if kind in KINDS else ""
    return told


def _place(findings: Iterable[Finding]) -> str:
    """Name the place where a document departs from its standard; what is wrong there stands in the details."""
    found = (finding.detail for finding in findings if finding.outcome is Outcome.UNKNOWN and finding.detail)
    return place_in(next(found, ""))


def place_in(detail: str) -> str:
    """Return the place that a finding's detail begins with (`$.a.b: …`, `/a/b: …`), else all of it, cut."""
    path = _PATH.match(detail)
    return isolated(path[1] if path else detail, LONGEST_PLACE)


def _first_known(templates: Iterable[Text], known: Mapping[str, object]) -> str:
    """Fill the first template whose names are all known; the empty string where none is."""
    texts = (str(template) for template in templates)
    return next((text.format_map(known) for text in texts if _is_known(text, known)), "")


def _is_known(template: str, known: Mapping[str, object]) -> bool:
    return all(known.get(field) for _literal, field, _spec, _conversion in Formatter().parse(template) if field)
