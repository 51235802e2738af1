"""Why something could not be confirmed: a few stable codes, whatever a check found in particular."""

from __future__ import annotations

from collections.abc import Iterable

from verification.checks.report import Finding, Outcome

KIND = "kind-not-supported"
PROOF = "proof-not-supported"
METHOD = "method-not-supported"
UNREACHABLE = "unreachable"
TOO_LARGE = "too-large"
STATUS_KIND = "status-kind-unknown"
IN_THE_FUTURE = "signed-in-the-future"
CLAIMS_DIFFER = "claims-differ"
DEPARTS = "departs-from-standard"
BUSY = "busy"

STABLE = (KIND, PROOF, METHOD, UNREACHABLE, TOO_LARGE, STATUS_KIND, IN_THE_FUTURE, CLAIMS_DIFFER, DEPARTS, BUSY)

_STABLE_OF = {
    **{code: code for code in STABLE},
    **dict.fromkeys(("unknown-context",), KIND),
    **dict.fromkeys(("key-ended", "proof-unsupported"), PROOF),
    **dict.fromkeys(("not-listed",), METHOD),
    **dict.fromkeys(("key-unreachable", "not-fetched", "list-unreachable", "list-not-published"), UNREACHABLE),
    **dict.fromkeys(("no-list", "no-record", "list-expired", "list-not-yet-valid", "changed"), UNREACHABLE),
    **dict.fromkeys(("out-of-time", "out-of-memory", "too-many-lists"), TOO_LARGE),
    **dict.fromkeys(("no-method", "unreadable-time", "list-signed-by-other", "list-purpose-mismatch"), DEPARTS),
    **dict.fromkeys(("list-index-out-of-range", "list-is-another", "list-unreadable"), DEPARTS),
}


def stable_reason(findings: Iterable[Finding]) -> str:
    """Return the stable code of the first unknown finding that has one.

    A check that was left out because of another one ("not-checked") has none of its own.
    """
    unknown = (finding for finding in findings if finding.outcome is Outcome.UNKNOWN)
    return next((_STABLE_OF[finding.reason] for finding in unknown if finding.reason in _STABLE_OF), UNREACHABLE)
