"""Builders: every state of the public pages, rendered without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import set_urlconf
from django.utils import translation

from verification.checks import Check, Finding, Outcome, Report, Verdict
from verification.pages import ShownCredential
from verification.wording import CHECKS, WORDING

NOW = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)
BADGE = "/media/badge.svg"


def shown_stub(**changes: Any) -> ShownCredential:
    """Build the facts of one credential, as `verification.pages` gives them."""
    usual: dict[str, Any] = {
        "achievement_name": "Dr. med. KI - Basics",
        "holder_name": "Ana Beispiel",
        "issuer_name": "Charité Berlin",
        "issuer_known": True,
        "register": "passed",
        "issuer_url": "/issuers/charite/",
        "kind": "micro-credential",
        "kind_label": "Micro-credential",
        "image_url": BADGE,
        "awarded_on": datetime(2026, 11, 14, tzinfo=UTC),
        "number": "7d334a4b-efc3-4fe2-922a-3a1c92689364",
        "description": "The basics of artificial intelligence for physicians: methods, applications in the clinic, and how to read the evidence.",
        "outcomes": (
            "Explain how AI systems in medicine learn and where they fail",
            "Judge the evidence for an AI application in patient care",
            "Talk with patients and colleagues about chances and limits",
        ),
        "criteria": "At least 60 % of the total score of all assessed tasks.",
        "facts": [("Workload", "approx. 21 hours", ""), ("Level", "", ""), ("Language", "German", "")],
        "items": [
            ("Title", "value", "Dr. med. KI - Basics"),
            ("Provider", "value", "Charité Berlin with AI Campus"),
            ("Credits", "none", ""),
            ("Prerequisites", "not_stated", ""),
            ("Supervision and identity check", "not_applicable", ""),
        ],
        "effort_line": "Earned with an assessment",
        "alignments": [("ESCO: interpret medical data", "http://data.europa.eu/esco/skill/1")],
        "results": [("Share of the total score", "82 %", "60 % needed")],
        "sample": False,
        "language": "en",
        "catalogue_url": "/catalogue/charite/dr-med-ki-basics/v/1/",
        "downloads": [("Signed file (JSON)", "/c/1.json"), ("Badge (PNG)", "/c/1.png")],
    }
    return ShownCredential(**usual | changes)


# What the ten checks found, where it is not "passed".
FOUND: dict[str, dict[str, str]] = {
    "genuine": {},
    "revoked": {"status": "failed"},
    "superseded": {"superseded": "failed"},
    "suspended": {"status": "failed"},
    "not-yet-valid": {"validity": "failed"},
    "expired": {"validity": "failed"},
    "issuer-not-known": {"issuer-recognised": "failed"},
    "could-not-confirm": {"status": "unknown"},
    "not-genuine": {
        "proof": "failed",
        "issuer-identity": "not_applicable",
        "status": "not_applicable",
        "validity": "not_applicable",
    },
    "malformed": dict.fromkeys(list(CHECKS), "not_applicable") | {"format": "failed"},
    "unsigned": dict.fromkeys(list(CHECKS), "not_applicable") | {"proof": "failed"},
    "not-a-certificate": {},
    "not-this-holder": {"holder": "failed"},
}
FACTS: dict[str, dict[str, Any]] = {
    "revoked": {
        "revoked_at": datetime(2026, 11, 3, 9, 0, tzinfo=UTC),
        "reason": "Awarded to the wrong person with the same name.",
    },
    "superseded": {"superseded_at": datetime(2026, 11, 3, tzinfo=UTC), "successor_url": "/c/2"},
    "suspended": {"suspended_at": datetime(2026, 11, 3, tzinfo=UTC)},
    "not-yet-valid": {"valid_from": date(2027, 1, 1)},
    "expired": {"valid_until": date(2026, 8, 30)},
}


# What check 4 said, where it did not pass.
REGISTER = {"issuer-not-known": "failed", "not-genuine": "not_applicable", "unsigned": "not_applicable"}


REASONS = {"could-not-confirm": "unreachable"}
KNOWN = {"issuer": "Charité Berlin", "vouched_by": "Testamur"}
UNKNOWN = {"issuer_key": "z6MkufcWHRNv…ob93", "claimed_name": "Charité Berlin", "kind": "endorsement"}


def report_of(verdict: str) -> Report:
    """Build the report that leads to `verdict`."""
    usual = {"holder": "not_applicable", "endorsements": "not_applicable", "logged": "not_applicable"}
    outcomes = usual | FOUND[verdict]
    findings = [Finding(Check(check), Outcome(outcomes.get(check, "passed"))) for check in CHECKS]
    findings[1] = replace(findings[1], detail="eddsa-rdfc-2022, did:web:testamur.example:issuers:charite#key-2")
    signer = UNKNOWN if verdict in ("issuer-not-known", "not-a-certificate", "not-genuine") else KNOWN
    facts = signer | FACTS.get(verdict, {})
    return Report(Verdict(verdict), tuple(findings), NOW, facts, REASONS.get(verdict, ""))


def request_for(path: str, *, appearance: str = "auto") -> HttpRequest:
    """Build a visitor's request."""
    request = RequestFactory().get(path)
    request.COOKIES["appearance"] = appearance
    return request


def rendered(
    template: str, *, path: str = "/", language: str = "en", appearance: str = "auto", **context: object
) -> str:
    """Render a page as a visitor gets it."""
    set_urlconf("tests.look.addresses")
    try:
        return _in_language(template, language, request_for(path, appearance=appearance), context)
    finally:
        set_urlconf(None)


def _in_language(template: str, language: str, request: HttpRequest, context: dict[str, object]) -> str:
    with translation.override(language):
        return render_to_string(template, context, request=request)


def credential_page(verdict: str, *, shown: ShownCredential | None = None, **options: Any) -> str:
    """Render the credential page in the state of one verdict."""
    if verdict == "private-or-unknown":
        return rendered("verification/neutral.html", path="/c/0", **options)
    if verdict == "erased":
        return rendered("verification/erased.html", path="/c/0", erased_at=date(2026, 11, 3), **options)
    register = REGISTER.get(verdict, "passed")
    known = {"register": register, "issuer_known": register == "passed"}
    if shown is None and verdict not in ("malformed", "not-a-certificate"):
        shown = shown_stub(language=options.get("language", "en"), **known)
    return rendered(
        "verification/credential.html",
        path="/c/0",
        shown=shown,
        report=report_of(verdict),
        section="verify",
        **options,
    )


VERDICTS = tuple(WORDING)
