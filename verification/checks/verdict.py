"""From findings to one headline: the first line that fits wins.

1. erased, private or unknown: decided before anything is judged (`judging.verify_credential`)
2. malformed: check 1 failed
3. not genuine: check 2 or 3 failed
4. revoked, superseded, suspended, not yet valid, expired
5. could not be confirmed: any of 1, 2, 3, 5, 6 unknown, or open in any other way
6. issuer not known: check 4 did not pass
7. genuine and current
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from verification.checks.report import Check, Finding, Outcome, Verdict

Findings = Mapping[Check, Finding]

MUST_PASS = (Check.FORMAT, Check.PROOF, Check.ISSUER_IDENTITY, Check.VALIDITY, Check.STATUS)


def _failed(check: Check, reason: str = "") -> Callable[[Findings], bool]:
    def fits(findings: Findings) -> bool:
        finding = findings[check]
        return finding.outcome is Outcome.FAILED and reason in ("", finding.reason)

    return fits


def _something_is_open(findings: Findings) -> bool:
    """Whatever did not pass and matched no line above is unknown: a gap must never read as genuine."""
    return any(findings[check].outcome is not Outcome.PASSED for check in MUST_PASS)


def _issuer_did_not_pass(findings: Findings) -> bool:
    return findings[Check.ISSUER_RECOGNISED].outcome is not Outcome.PASSED


TABLE: tuple[tuple[Callable[[Findings], bool], Verdict], ...] = (
    (_failed(Check.FORMAT), Verdict.MALFORMED),
    (_failed(Check.PROOF), Verdict.NOT_GENUINE),
    (_failed(Check.ISSUER_IDENTITY), Verdict.NOT_GENUINE),
    (_failed(Check.STATUS, "revoked"), Verdict.REVOKED),
    (_failed(Check.SUPERSEDED), Verdict.SUPERSEDED),
    (_failed(Check.STATUS, "suspended"), Verdict.SUSPENDED),
    (_failed(Check.VALIDITY, "not-yet-valid"), Verdict.NOT_YET_VALID),
    (_failed(Check.VALIDITY, "expired"), Verdict.EXPIRED),
    (_something_is_open, Verdict.COULD_NOT_CONFIRM),
    (_issuer_did_not_pass, Verdict.ISSUER_NOT_KNOWN),
)


def verdict_of(findings: tuple[Finding, ...]) -> Verdict:
    """Return the first verdict that fits; genuine only where checks 1-6 all passed."""
    by_check = {finding.check: finding for finding in findings}
    for fits, verdict in TABLE:
        if fits(by_check):
            return verdict
    return Verdict.GENUINE
