"""Pages of one achievement differ in a few texts only: the rest is rendered once and kept.

The page is rendered by its template with marks in place of what differs from holder to holder; the marks are
then exchanged for the values, escaped unless they are HTML of ours already. Everything else that the template
sees is part of the key, so a kept skeleton is the template's own answer for these inputs: there is nothing to
invalidate. The checks are not concerned: they are made at every view, and their findings are part of the key.
"""

from __future__ import annotations

import copy
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.translation import get_language

from registry.dates import moment_in_words
from verification.checks import Check, Finding, Report
from verification.formats import short_number
from verification.pages import ShownCredential

TEMPLATE = "verification/credential.html"
KEPT = 256
NUMBER = f"{secrets.token_hex(4)}-{secrets.token_hex(2)}-4000-8000-{secrets.token_hex(6)}"
_TOKEN = secrets.token_hex(8)
# A moment that no page tells: the year after which four digits end, to the odd second.
CHECKED_AT = datetime(9987, 3, 29, 17, 43, 59, tzinfo=UTC)
TOLD_FACTS = (
    "issuer",
    "vouched_by",
    "claimed_name",
    "resembles",
    "resembles_vouched_by",
    "issuer_host",
    "issuer_key",
    "installation",
    "states",
    "kind",
    "reason",
    "successor_url",
    "revoked_at",
    "suspended_at",
    "superseded_at",
    "valid_from",
    "valid_until",
)
DATED = ("not-yet-valid", "expired")


class _Kept:
    """The newest skeletons; the oldest are forgotten."""

    def __init__(self) -> None:
        self._skeletons: OrderedDict[Any, str] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any) -> str | None:
        with self._lock:
            if key in self._skeletons:
                self._skeletons.move_to_end(key)
            return self._skeletons.get(key)

    def put(self, key: Any, skeleton: str) -> None:
        with self._lock:
            self._skeletons[key] = skeleton
            while len(self._skeletons) > KEPT:
                self._skeletons.popitem(last=False)


_KEPT = _Kept()


def serves(request: HttpRequest) -> bool:
    """Tell whether a request's page depends on nothing but language and appearance: a stranger's plain view."""
    return (
        request.method in ("GET", "HEAD")
        and not request.META.get("QUERY_STRING")
        and not request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    )


def credential_html(request: HttpRequest, shown: ShownCredential, report: Report) -> str:
    """Return the page of a credential of ours, as its template renders it for this request."""
    marks = _Marks()
    marked = _marked(shown, marks)
    told = _marked_report(report, marks)
    key = (get_language(), request.COOKIES.get("appearance"), request.method, repr(marked), repr(told))
    skeleton = _KEPT.get(key)
    if skeleton is None:
        skeleton = _rendered(request, marked, told)
        _KEPT.put(key, skeleton)
    return marks.filled(skeleton, shown.number, report.checked_at)


class _Marks:
    """What differs from page to page, in order, and the marks that stand for it."""

    def __init__(self) -> None:
        self._values: list[str] = []

    def mark(self, value: str) -> str:
        """Return a mark for a value; nothing stays nothing, since templates ask whether there is a value."""
        if not value:
            return value
        self._values.append(value)
        return f"mark{_TOKEN}{len(self._values) - 1:03d}"

    def filled(self, skeleton: str, number: str, checked_at: datetime) -> str:
        """Exchange all marks: once for each piece of the skeleton, so that no value can hold a mark itself."""
        return "".join(self._pieces(skeleton, number, checked_at))

    def _pieces(self, skeleton: str, number: str, checked_at: datetime) -> Iterator[str]:
        short = {short_number(NUMBER): short_number(number)}
        times = {
            CHECKED_AT.isoformat(): checked_at.isoformat(),
            moment_in_words(CHECKED_AT): moment_in_words(checked_at),
        }
        fixed = {NUMBER: number, **short, **times}
        for mark, value in fixed.items():
            skeleton = skeleton.replace(mark, value)
        first, *rest = skeleton.split(f"mark{_TOKEN}")
        yield first
        for piece in rest:
            yield conditional_escape(self._values[int(piece[:3])])
            yield piece[3:]


def _marked(shown: ShownCredential, marks: _Marks) -> ShownCredential:
    return replace(
        shown,
        number=NUMBER,
        holder_name=marks.mark(shown.holder_name),
        narrative=marks.mark(shown.narrative),
        award_facts=[(label, marks.mark(value)) for label, value in shown.award_facts],
        results=[(label, marks.mark(value), note) for label, value, note in shown.results],
        evidence=[(marks.mark(label), marks.mark(address)) for label, address in shown.evidence],
        releases=tuple(replace(release, path=marks.mark(release.path)) for release in shown.releases),
        downloads=[(label, address.replace(shown.number, NUMBER)) for label, address in shown.downloads],
    )


def _marked_report(report: Report, marks: _Marks) -> Report:
    """Return the report with marks for what differs, and without facts that its headline does not tell."""
    facts = {name: report.facts[name] for name in TOLD_FACTS if name in report.facts}
    # Beside a signer whom nobody knows the dates stand in a sentence of their own.
    if not {report.verdict, *facts.get("states", ())} & set(DATED):
        facts = {name: value for name, value in facts.items() if not name.startswith("valid_")}
    findings = tuple(_marked_finding(finding, marks) for finding in report.findings)
    return replace(report, checked_at=CHECKED_AT, facts=facts, findings=findings)


def _marked_finding(finding: Finding, marks: _Marks) -> Finding:
    detail = marks.mark(finding.detail) if finding.check is Check.PROOF else finding.detail
    return replace(finding, detail=detail, facts={})


def _rendered(request: HttpRequest, shown: ShownCredential, report: Report) -> str:
    """Render the template for a request to the marked number, so that links back carry the mark."""
    marked = copy.copy(request)
    marked.path = marked.path_info = f"/c/{NUMBER}"
    context = {"section": "", "shown": shown, "report": report, "checked_name": None, "by_claim": False, "asked": ""}
    return render_to_string(TEMPLATE, context, request=marked)
