"""What a credential's page shows: plain values out of the document as signed, in the reader's language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.documents import SAMPLE_NOTICE
from catalogue.models import AchievementKind
from catalogue.wording import language_name
from issuing.models import Credential
from registry.markdown import html_of
from registry.models import Organisation, OrganisationState
from registry.selectors import link_base_url, own_base_urls
from verification.access import Access
from verification.catalogue_facts import award_values
from verification.checks import Check, Outcome, Report, Verdict
from verification.formats import own_credential_number, short_number
from verification.holders import holder_name
from verification.plain_values import (
    Labelled,
    Statement,
    alignments_in,
    credits_in,
    criteria_in,
    evidence_in,
    labelled,
    language_tag,
    line,
    moment_in,
    prose,
    results_in,
    text,
)
from verification.proofs import issuer_of
from verification.quoting import plain
from verification.releases import Release, releases_of
from verification.resolve.own import Gathered
from verification.selectors import own_credential

_MAIL_ADDRESS = re.compile(r"[^\s@<>\"'?&:/]{1,64}@[^\s@<>\"'?&:/]{1,250}")
_IMAGE_PATH = re.compile(r"/media/[0-9a-f]{64}\.png")
_KINDS = {
    "MicroCredential": AchievementKind.MICRO_CREDENTIAL,
    "LearningProgram": AchievementKind.MICRO_DEGREE,
    "CertificateOfCompletion": AchievementKind.PARTICIPATION,
    "QualityAssuranceCredential": AchievementKind.EQUIVALENCE,
}


@dataclass(frozen=True, slots=True)
class IssuerStanding:
    """That our operator stopped, or closed, the organisation behind a credential of ours; who has taken over from it."""

    state: str
    since: datetime | None
    successor_name: str
    successor_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCredential:
    """A credential as its page shows it. Everything is text from the document, to be escaped by the template.

    `issuer_known`: check 4 passed, so what the document says may be told as what the issuer says; otherwise the page
    says "the file says". `register` is check 4's outcome; `called` what the document calls a known issuer instead,
    `registered_as` what the register calls one that takes another's name. `language` is that of the document's own words,
    `written_in` its name where the reader's is another. `unreadable` names dates that are there and cannot be read.
    `number` stands where the page is our own credential's; `share_url` on the bearer's page, where there is one.
    """

    achievement_name: str
    holder_name: str
    issuer_name: str
    issuer_known: bool
    register: str = ""
    called: str = ""
    registered_as: str = ""
    language: str = ""
    written_in: str = ""
    kind: str = ""
    kind_label: str = ""
    sample: bool = False
    awarded_on: datetime | None = None
    valid_until: datetime | None = None
    unreadable: tuple[str, ...] = ()
    number: str = ""
    share_url: str = ""
    image_url: str = ""
    image_alt: str = ""
    issuer_url: str = ""
    standing: IssuerStanding | None = None
    contact_email: str = ""
    catalogue_url: str = ""
    description: str = ""
    criteria: str = ""
    narrative: str = ""
    effort_line: str = ""
    co_awarders: tuple[str, ...] = ()
    releases: tuple[Release, ...] = ()
    outcomes: tuple[str, ...] = ()
    award_facts: Labelled = field(default_factory=list)
    facts: list[Statement] = field(default_factory=list)
    items: list[Statement] = field(default_factory=list)
    results: list[Statement] = field(default_factory=list)
    evidence: Labelled = field(default_factory=list)
    alignments: Labelled = field(default_factory=list)
    downloads: Labelled = field(default_factory=list)

    @property
    def awarded_by(self) -> str:
        """All bodies that made the award: a joint one has two or more."""
        *others, last = (self.issuer_name, *self.co_awarders)
        return _("{first} and {last}").format(first=", ".join(others), last=last) if others else last

    @property
    def proven(self) -> bool:
        """Checks 1 to 3 passed, so that the later ones were made: the register was asked, a holder can be compared."""
        return self.register in (Outcome.PASSED, Outcome.FAILED)

    @property
    def short_number(self) -> str:
        """The number as people read it out; the desk finds a credential by it."""
        return short_number(self.number)

    @property
    def address(self) -> str:
        """Where this certificate is checked, as paper says it; empty for what is not ours."""
        return f"{link_base_url()}/c/{self.number}" if self.number else ""


def shown_credential(gathered: Gathered, report: Report) -> ShownCredential | None:
    """Return what the page shows of a document; None where there is none to show."""
    document = gathered.document
    subject = (document or {}).get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    if document is None or not isinstance(subject, dict) or not isinstance(achievement, dict):
        return None
    values = _report_values(document, report) | _subject_values(subject) | _achievement_values(achievement, document)
    values["image_url"] = _own_image(achievement.get("image"), ours=gathered.credential is not None)
    values["results"] = list(results_in(subject, achievement))
    if credential := _own_credential(gathered, report):
        values |= _catalogue_values(credential)
        if values["co_awarders"]:
            values["releases"] = releases_of(credential, document)
    if gathered.credential is not None:
        values |= _address_values(gathered.credential)
    if report.verdict is Verdict.NOT_GENUINE:
        values["downloads"] = []
    return ShownCredential(**values)


def shown_to_bearer(shown: ShownCredential, credential: Credential, claim_path: str) -> ShownCredential:
    """Let the files be taken along by the claim link, which opens them whatever the credential's visibility."""
    files = [(label, f"{claim_path}/file.{address.rpartition('.')[2]}") for label, address in shown.downloads]
    return replace(shown, downloads=files, share_url=shown.address if Access.STRANGER.opens(credential) else "")


def _contact(document: dict[str, Any]) -> str:
    """Return the address for questions that a recognised issuer signed into the document; empty where there is none."""
    issuer = document.get("issuer")
    address = text(issuer.get("email")) if isinstance(issuer, dict) else ""
    return address if _MAIL_ADDRESS.fullmatch(address) else ""


def _report_values(document: dict[str, Any], report: Report) -> dict[str, Any]:
    """Who and when, and how much of it the checks stand behind."""
    register = report.outcome_of(Check.ISSUER_RECOGNISED)
    recognised = register is Outcome.PASSED
    issuer_id, issuer = issuer_of(document)
    # The register's name wins over whatever a document calls its issuer.
    known_name = line(report.facts.get("issuer")) if recognised else ""
    registered_as = "" if recognised else _registered_name(report)
    awarded_on, no_award = moment_in(document, "awardedDate", "validFrom", "issuanceDate")
    valid_until, no_end = moment_in(document, "validUntil", "expirationDate")
    return {
        "holder_name": line(holder_name(document)) or _("a person who is not named"),
        "issuer_name": known_name or plain(issuer) or line(issuer_id) or _("nobody"),
        "called": plain(str(report.facts.get("claimed_name", ""))) if recognised else "",
        "registered_as": registered_as,
        # While a check has no answer nothing of the document is told as a finding.
        "issuer_known": recognised and report.verdict is not Verdict.COULD_NOT_CONFIRM,
        "contact_email": _contact(document) if recognised else "",
        "register": str(register),
        "awarded_on": awarded_on,
        "valid_until": valid_until,
        "unreadable": tuple(name for name, there in (("awarded", no_award), ("until", no_end)) if there),
        "evidence": list(evidence_in(document)),
    }


def _registered_name(report: Report) -> str:
    """Return what the register calls an issuer that signs under another registered issuer's name; usually nothing."""
    found = (finding for finding in report.findings if finding.check is Check.ISSUER_RECOGNISED)
    return next((line(finding.facts.get("issuer")) for finding in found), "")


def _subject_values(subject: dict[str, Any]) -> dict[str, Any]:
    narrative, award_facts = labelled(text(subject.get("narrative")))
    earned = credits_in(subject)
    facts = [(_("Credits earned"), earned, _("the file names no unit"))] if earned else []
    return {"narrative": SafeString(html_of(narrative)), "award_facts": award_facts, "facts": facts}


def _achievement_values(achievement: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    name = line(achievement.get("name")) or line(document.get("name")) or _("Without a name")
    criteria, items = criteria_in(achievement)
    kind = _KINDS.get(text(achievement.get("achievementType")), AchievementKind.DOCUMENT)
    language = language_tag(achievement.get("inLanguage"))
    return {
        # The page says by itself and once that this is a sample.
        "achievement_name": name.removesuffix(f" ({SAMPLE_NOTICE})"),
        "sample": SAMPLE_NOTICE in name,
        "language": language,
        "written_in": language_name(language) if _is_another(language) else "",
        "description": prose(achievement.get("description")),
        "criteria": criteria,
        "items": [(label, "value", value) for label, value in items],
        "alignments": list(alignments_in(achievement)),
        "kind": str(kind),
        "kind_label": str(kind.label),
    }


def _is_another(language: str) -> bool:
    """Tell whether a document's language is known and not the reader's."""
    primary = language.partition("-")[0].lower()
    return primary not in ("", "und", (get_language() or "en").partition("-")[0])


def _own_credential(gathered: Gathered, report: Report) -> Credential | None:
    """Return our own row of what is shown, also where a file says what we issued.

    None for documents of others, and for what is not as we signed it: nothing of ours then stands behind it.
    """
    own, document = gathered.materials.own, gathered.document or {}
    if report.outcome_of(Check.PROOF) is not Outcome.PASSED or own is None:
        return None
    if gathered.credential is not None or own.signed_at is None:
        return gathered.credential
    number = own_credential_number(text(document.get("id")), own_base_urls())[1]
    return own_credential(number) if number else None


def _catalogue_values(credential: Credential) -> dict[str, Any]:
    issuer = credential.key.issuer
    values = award_values(credential.award, get_language() or "en")
    return {
        **values,
        "issuer_url": f"/issuers/{issuer.slug}/" if issuer else "",
        "standing": _standing(credential.organisation),
    }


def _standing(house: Organisation) -> IssuerStanding | None:
    if house.state == OrganisationState.OPEN:
        return None
    return IssuerStanding(house.state, house.state_since, house.successor_name, house.successor_url)


def _address_values(credential: Credential) -> dict[str, Any]:
    """What stands at a credential's own address: its number, and the files to take along."""
    return {
        "number": str(credential.pk),
        "downloads": [(label, f"/c/{credential.pk}{suffix}") for label, suffix in _downloads()],
    }


def _downloads() -> Labelled:
    return [(_("Signed file (JSON)"), ".json"), (_("Badge (PNG)"), ".png"), (_("Badge (SVG)"), ".svg")]


def _own_image(image: Any, *, ours: bool) -> str:
    """Return the path of a picture of ours; a picture elsewhere would tell its host who looked at which page."""
    address = text(image.get("id")) if isinstance(image, dict) else text(image)
    base, slash, name = address.partition("/media/")
    path = f"{slash}{name}"
    return path if _IMAGE_PATH.fullmatch(path) and (ours or base in own_base_urls()) else ""
