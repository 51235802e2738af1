"""What a credential's page shows: plain values out of the document as signed, in the reader's language."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.documents import SAMPLE_NOTICE
from catalogue.models import AchievementKind, AchievementVersion
from catalogue.pages import kind_label, version_path
from catalogue.rules import INFORMATION_ITEMS
from catalogue.wording import facts_strip, information, number_text
from registry.language_maps import text_in
from registry.selectors import own_base_urls
from registry.templatetags.look import day
from verification.checks import Check, Outcome, Report, Verdict
from verification.holders import holder_name
from verification.proofs import issuer_of, plain_text
from verification.resolve.own import Gathered

Labelled = list[tuple[str, str]]
_ITEM = re.compile(r"\* ([^:\n]{1,60}): (.+)")
_IMAGE_PATH = re.compile(r"/media/[0-9a-f]{64}\.png")
_KINDS = {
    "MicroCredential": AchievementKind.MICRO_CREDENTIAL,
    "LearningProgram": AchievementKind.MICRO_DEGREE,
    "CertificateOfCompletion": AchievementKind.PARTICIPATION,
    "QualityAssuranceCredential": AchievementKind.EQUIVALENCE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCredential:
    """A credential as its page shows it. Everything is text from the document, to be escaped by the template."""

    achievement_name: str
    holder_name: str
    issuer_name: str
    issuer_known: bool
    language: str = ""
    kind: str = ""
    kind_label: str = ""
    sample: bool = False
    awarded_on: datetime | None = None
    valid_until: datetime | None = None
    number: str = ""
    image_url: str = ""
    issuer_url: str = ""
    catalogue_url: str = ""
    description: str = ""
    criteria: str = ""
    narrative: str = ""
    award_facts: list[tuple[str, str]] = field(default_factory=list)
    effort_line: str = ""
    assessed_line: str = ""
    outcomes: tuple[str, ...] = ()
    facts: list[tuple[str, str, str]] = field(default_factory=list)
    items: list[tuple[str, str, str]] = field(default_factory=list)
    results: Labelled = field(default_factory=list)
    evidence: Labelled = field(default_factory=list)
    alignments: Labelled = field(default_factory=list)
    downloads: Labelled = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Definition:
    """What a published version says in one reader's language; it never changes."""

    kind: str
    kind_label: str
    path: str
    outcomes: tuple[str, ...]
    facts: list[tuple[str, str, str]]
    items: list[tuple[str, str, str]]
    effort_line: str
    assessed_line: str


@lru_cache(maxsize=500)
def _definition(version_id: uuid.UUID, language: str, signed_language: str) -> Definition:
    version = AchievementVersion.objects.select_related("achievement__issuer", "achievement__organisation").get(
        pk=version_id
    )
    return Definition(
        kind=str(version.achievement.kind),
        kind_label=kind_label(version),
        path=version_path(version),
        outcomes=tuple(text_in(outcome, signed_language) for outcome in version.outcomes),
        facts=[(str(label), str(value), str(note)) for label, value, note in facts_strip(version, language)],
        items=[(str(label), str(state), str(value)) for label, state, value in information(version, language)],
        effort_line=_effort_line(version),
        assessed_line=_assessed_line(version),
    )


def _effort_line(version: AchievementVersion) -> str:
    """Say how much credits are, for readers who do not count in them (ECTS Users' Guide: 25 to 30 hours a credit)."""
    credits = version.ects_credits
    if not credits:
        return ""
    words = _("{credits} ECTS ≈ {least}-{most} hours; a full-time year is 60.")
    return words.format(credits=number_text(credits), least=number_text(credits * 25), most=number_text(credits * 30))


def _assessed_line(version: AchievementVersion) -> str:
    """Say in one word whether somebody was tested or took part; nothing where the kind does not tell."""
    kinds = {
        AchievementKind.MICRO_CREDENTIAL: _("Tested."),
        AchievementKind.PARTICIPATION: _("Took part; not tested."),
    }
    return kinds.get(AchievementKind(version.achievement.kind), "")


def shown_credential(gathered: Gathered, report: Report) -> ShownCredential | None:
    """Return what the page shows of a document; None where there is none to show."""
    document = gathered.document
    subject = (document or {}).get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    if document is None or not isinstance(subject, dict) or not isinstance(achievement, dict):
        return None
    recognised = report.outcome_of(Check.ISSUER_RECOGNISED) is Outcome.PASSED
    known_name = str(report.facts.get("issuer", "")) if recognised else ""
    criteria, items = _criteria(achievement)
    narrative, award_facts = _labelled(_text(subject.get("narrative")))
    values: dict[str, Any] = {
        "achievement_name": plain_text(achievement.get("name"))
        or plain_text(document.get("name"))
        or _("Without a name"),
        "holder_name": holder_name(document) or _("a person who is not named"),
        # The register's name wins over whatever a document calls its issuer.
        "issuer_name": known_name or issuer_of(document)[1] or issuer_of(document)[0],
        "issuer_known": recognised,
        "language": _text(achievement.get("inLanguage")),
        "sample": SAMPLE_NOTICE in plain_text(achievement.get("name")),
        "awarded_on": _moment(document.get("awardedDate")) or _moment(document.get("validFrom")),
        "valid_until": _moment(document.get("validUntil")),
        "image_url": _own_image(achievement.get("image"), ours=gathered.credential is not None),
        "description": plain_text(achievement.get("description")),
        "criteria": criteria,
        "items": [(label, "value", value) for label, value in items],
        "narrative": narrative,
        "award_facts": award_facts,
        "results": list(_results(subject, achievement)),
        "evidence": list(_evidence(document)),
        "alignments": list(_alignments(achievement)),
        "kind": str(_KINDS.get(_text(achievement.get("achievementType")), AchievementKind.DOCUMENT)),
    }
    values["kind_label"] = str(AchievementKind(values["kind"]).label)
    if gathered.credential is not None:
        values |= _own_values(gathered, document)
    if report.verdict is Verdict.NOT_GENUINE:
        values["downloads"] = []
    return ShownCredential(**values)


def shown_to_bearer(shown: ShownCredential, claim_path: str) -> ShownCredential:
    """Let the files be taken along by the claim link, which opens them whatever the credential's visibility."""
    files = [(label, f"{claim_path}/file.{address.rpartition('.')[2]}") for label, address in shown.downloads]
    return replace(shown, downloads=files)


def _own_values(gathered: Gathered, document: dict[str, Any]) -> dict[str, Any]:
    """What only we can add: the facts of the catalogue, and the files that can be taken along."""
    credential = gathered.credential
    if credential is None:
        return {}
    award = credential.award
    definition = _definition(award.version_id, get_language() or "en", award.language)
    issuer = credential.key.issuer
    return {
        "kind": definition.kind,
        "kind_label": definition.kind_label,
        "catalogue_url": definition.path,
        "issuer_url": f"/issuers/{issuer.slug}/" if issuer else "",
        "outcomes": definition.outcomes,
        "facts": _with_earned(definition.facts, document),
        "items": _with_award(definition.items, json.loads(award.facts)),
        "effort_line": definition.effort_line,
        "assessed_line": definition.assessed_line,
        "number": str(credential.pk),
        "downloads": [(label, f"/c/{credential.pk}{suffix}") for label, suffix in _downloads()],
    }


def _with_award(items: list[tuple[str, str, str]], facts: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Fill the items in that are set with each award; what this award leaves open is not stated."""
    period = " - ".join(
        day(date.fromisoformat(facts[name])) for name in ("learning_from", "learning_to") if name in facts
    )
    awarded = {
        "date_awarded": day(date.fromisoformat(facts["awarded_on"])),
        "participation": facts.get("participation", ""),
        "learning_period": facts.get("learning_period", "") or period,
        "supervision": facts.get("supervision", ""),
    }
    filled = []
    for item, (label, state, value) in zip_longest(INFORMATION_ITEMS, items):
        stated = awarded.get(item.code, "") if item else ""
        if stated:
            filled.append((label, "value", stated))
        else:
            filled.append((label, "not_stated" if state == "set_with_award" else state, value))
    return filled


def _with_earned(facts: list[tuple[str, str, str]], document: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Put the credits that this person earned in front, where the award states them."""
    earned = document["credentialSubject"].get("creditsEarned")
    if not isinstance(earned, int | float) or isinstance(earned, bool):
        return facts
    return [(_("Credits earned"), f"{earned:g} ECTS", ""), *facts][:5]


def _downloads() -> Labelled:
    return [(_("Signed file (JSON)"), ".json"), (_("Badge (PNG)"), ".png"), (_("Badge (SVG)"), ".svg")]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(_text(value))
    except ValueError:
        return None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    yield from (entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, dict))


def _own_image(image: Any, *, ours: bool) -> str:
    """Return the path of a picture of ours; a picture elsewhere would tell its host who looked at which page."""
    address = _text(image.get("id")) if isinstance(image, dict) else _text(image)
    base, slash, name = address.partition("/media/")
    path = f"{slash}{name}"
    return path if _IMAGE_PATH.fullmatch(path) and (ours or base in own_base_urls()) else ""


def _criteria(achievement: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    criteria = achievement.get("criteria")
    return _labelled(_text(criteria.get("narrative")) if isinstance(criteria, dict) else "")


def _labelled(narrative: str) -> tuple[str, list[tuple[str, str]]]:
    """Split a narrative into its text and the labelled facts that our documents list below it."""
    found = [(line, _ITEM.fullmatch(line)) for line in narrative.split("\n")]
    facts = [(match[1], match[2]) for _line, match in found if match]
    return "\n".join(line for line, match in found if not match).strip(), facts


def _results(subject: dict[str, Any], achievement: dict[str, Any]) -> Iterator[tuple[str, str]]:
    names = {
        entry.get("id"): _text(entry.get("name"))
        for entry in _objects(achievement.get("resultDescription"))
        if isinstance(entry.get("id"), str)
    }
    for entry in _objects(subject.get("result")):
        description = entry.get("resultDescription")
        label = names.get(description, "") if isinstance(description, str) else ""
        value = _text(entry.get("value")) or _text(entry.get("status")) or _text(entry.get("achievedLevel"))
        if value:
            yield label or _("Result"), value


def _evidence(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for entry in _objects(document.get("evidence")):
        yield _text(entry.get("name")) or _text(entry.get("description")), _link(entry.get("id"))


def _alignments(achievement: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for entry in _objects(achievement.get("alignment")):
        yield _text(entry.get("targetName")), _link(entry.get("targetUrl"))


def _link(address: Any) -> str:
    """Return an address that a visitor may follow: http and https only, never javascript: or data:."""
    text = _text(address)
    return text if text.startswith(("https://", "http://")) else ""
