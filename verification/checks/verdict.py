"""From findings to one headline: the first line that fits wins (erased and private are decided before).

1. malformed: check 1 failed
2. unsigned: a kind that carries its signature inside has none
3. not genuine: check 2 or 3 failed
4. revoked
5. could not be confirmed: 1, 2 or 3 is open
6. not a certificate: the signature holds, and there is no achievement under it
7. issuer not known: check 4 did not pass
8. superseded, suspended, not yet valid, expired
9. could not be confirmed: 5 or 6 is open
10. not this holder: asked, and not the one
11. genuine and current
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from verification.checks.materials import DocumentKind
from verification.checks.report import Check, Finding, Outcome, Verdict

Findings = Mapping[Check, Finding]

PROVEN = (Check.FORMAT, Check.PROOF, Check.ISSUER_IDENTITY)
IN_FORCE = (Check.VALIDITY, Check.STATUS)


def _failed(check: Check, *reasons: str) -> Callable[[Findings], bool]:
    def fits(findings: Findings) -> bool:
        finding = findings[check]
        return finding.outcome is Outcome.FAILED and (not reasons or finding.reason in reasons)

    return fits


def _open(*checks: Check) -> Callable[[Findings], bool]:
    """Whatever did not pass and matched no line above is unknown: a gap must never read as genuine."""
    return lambda findings: any(findings[check].outcome is not Outcome.PASSED for check in checks)


def _is_no_certificate(findings: Findings) -> bool:
    return bool(findings[Check.FORMAT].facts.get("kind", DocumentKind.ACHIEVEMENT) != DocumentKind.ACHIEVEMENT)


STATES: tuple[tuple[Callable[[Findings], bool], Verdict], ...] = (
    (_failed(Check.SUPERSEDED), Verdict.SUPERSEDED),
    (_failed(Check.STATUS, "suspended"), Verdict.SUSPENDED),
    (_failed(Check.VALIDITY, "not-yet-valid"), Verdict.NOT_YET_VALID),
    (_failed(Check.VALIDITY, "expired", "signature-ended"), Verdict.EXPIRED),
)
TABLE: tuple[tuple[Callable[[Findings], bool], Verdict], ...] = (
    (_failed(Check.FORMAT), Verdict.MALFORMED),
    (_failed(Check.PROOF, "unsigned"), Verdict.UNSIGNED),
    (_failed(Check.PROOF), Verdict.NOT_GENUINE),
    (_failed(Check.ISSUER_IDENTITY), Verdict.NOT_GENUINE),
    (_failed(Check.STATUS, "revoked"), Verdict.REVOKED),
    (_open(*PROVEN), Verdict.COULD_NOT_CONFIRM),
    (_is_no_certificate, Verdict.NOT_A_CERTIFICATE),
    (_open(Check.ISSUER_RECOGNISED), Verdict.ISSUER_NOT_KNOWN),
    *STATES,
    (_open(*IN_FORCE), Verdict.COULD_NOT_CONFIRM),
    (_failed(Check.HOLDER), Verdict.NOT_THIS_HOLDER),
)


def verdict_of(findings: tuple[Finding, ...]) -> Verdict:
    """Return the first verdict that fits; genuine only where checks 1-6 all passed."""
    by_check = {finding.check: finding for finding in findings}
    for fits, verdict in TABLE:
        if fits(by_check):
            return verdict
    return Verdict.GENUINE


def states_of(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Return what dates and lists say beside the verdict, as codes; `dates-unknown` and `status-unknown` included."""
    by_check = {finding.check: finding for finding in findings}
    states = [str(state) for fits, state in STATES if fits(by_check)]
    named = {Check.VALIDITY: "dates-unknown", Check.STATUS: "status-unknown"}
    return (*states, *(text for check, text in named.items() if by_check[check].outcome is Outcome.UNKNOWN))
