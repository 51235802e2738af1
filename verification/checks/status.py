"""Check 6: neither revoked nor suspended. Our own record decides at once; a published list must cover the place."""

from __future__ import annotations

from typing import Any

from verification.checks.materials import ListReading, Materials, StatusEvent
from verification.checks.report import Check, Finding, Outcome


def check_status(materials: Materials) -> Finding:
    """Judge revocation and suspension; what we recorded ourselves wins over any list."""
    own = materials.own
    # The newest of each purpose: they come oldest first.
    events = {event.purpose: event for event in (own.events if own else ())}
    facts = _status_facts(events, superseded=bool(own and own.superseded))
    for purpose, reason in (("revocation", "revoked"), ("suspension", "suspended")):
        if _is_set(purpose, events, materials.lists):
            known = "superseded" if reason == "revoked" and own is not None and own.superseded else reason
            return Finding(Check.STATUS, Outcome.FAILED, known, facts.get("reason", ""), facts)
    problems = [entry.problem for entry in materials.lists if entry.problem is not None]
    if problems:
        detail = "; ".join(filter(None, (problem.detail for problem in problems)))
        return Finding(Check.STATUS, Outcome.UNKNOWN, problems[0].code, detail, facts)
    if materials.passed_over:  # purposes that say nothing about whether a credential stands, such as `refresh`
        facts["passed_over"] = ", ".join(materials.passed_over)
    if not materials.lists and own and own.revocable:
        return Finding(Check.STATUS, Outcome.UNKNOWN, "no-list")
    if not materials.lists:
        return Finding(Check.STATUS, Outcome.PASSED, "not-revocable", "", facts)
    if any(entry.value is None for entry in materials.lists):
        return Finding(Check.STATUS, Outcome.UNKNOWN, "list-unreachable", "", facts)
    return _good_status(materials.lists, facts)


def _good_status(lists: tuple[ListReading, ...], facts: dict[str, Any]) -> Finding:
    times = [entry.as_of for entry in lists if entry.as_of]
    as_of = {"status_as_of": min(times)} if times else {}
    detail = f"list of {min(times).isoformat()}" if times else ""
    return Finding(Check.STATUS, Outcome.PASSED, "as-of" if times else "current", detail, facts | as_of)


def _is_set(purpose: str, events: dict[str, StatusEvent], lists: tuple[ListReading, ...]) -> bool:
    """Our record decides at once, also against a list that is still older; without one the list does."""
    event = events.get(purpose)
    if event is not None:
        return event.value
    return any(entry.value is True for entry in lists if entry.purpose == purpose)


def _status_facts(events: dict[str, StatusEvent], *, superseded: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    revocation, suspension = events.get("revocation"), events.get("suspension")
    if suspension is not None and suspension.value:
        facts = {"suspended_at": suspension.at, "reason": suspension.reason}
    if revocation is not None and superseded:
        facts = {"superseded_at": revocation.at}
    elif revocation is not None:
        facts = {"revoked_at": revocation.at, "reason": revocation.reason}
    return facts
