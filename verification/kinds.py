"""What a parsed document is, by what it says of itself; nothing of it is believed yet. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from credentials.contexts import CREDENTIALS_V1, CREDENTIALS_V2
from verification.checks import DocumentKind

BADGES = frozenset({"AchievementCredential", "OpenBadgeCredential"})
_BY_TYPE = (
    (frozenset({"VerifiablePresentation", "EnvelopedVerifiablePresentation"}), DocumentKind.PRESENTATION),
    (frozenset({"EnvelopedVerifiableCredential"}), DocumentKind.ENVELOPE),
    (frozenset({"ClrCredential"}), DocumentKind.LEARNER_RECORD),
    (frozenset({"EndorsementCredential"}), DocumentKind.ENDORSEMENT),
    (frozenset({"BitstringStatusListCredential", "StatusList2021Credential"}), DocumentKind.STATUS_LIST),
)
_OPEN_BADGES_2 = "https://w3id.org/openbadges/"
_TYPES_OF_OPEN_BADGES_2 = frozenset({"Assertion", "BadgeClass"})
_ENVELOPED = re.compile(r"data:application/(?:vc\+jwt|vc-ld\+jwt|jwt)(?:;[^,]*)?,(.+)", re.DOTALL | re.IGNORECASE)
SIGNED_INSIDE = frozenset(
    {
        DocumentKind.ACHIEVEMENT,
        DocumentKind.ENDORSEMENT,
        DocumentKind.STATUS_LIST,
        DocumentKind.STATEMENT,
        DocumentKind.LEARNER_RECORD,
        DocumentKind.OLDER_MODEL,
    }
)
"""Kinds that carry their signature inside: without one anybody can write such a file."""
READ = frozenset(
    {DocumentKind.ACHIEVEMENT, DocumentKind.ENDORSEMENT, DocumentKind.STATUS_LIST, DocumentKind.STATEMENT}
)
"""Kinds whose proof is checked."""


def kind_of(document: dict[str, Any]) -> DocumentKind:
    """Return what a document is; a presentation and an envelope are what they are whatever they hold."""
    types = texts_of(document.get("type"))
    contexts = texts_of(document.get("@context"))
    if _is_open_badge_2(document, types, contexts):
        return DocumentKind.OPEN_BADGE_2
    wrapper = next((kind for names, kind in _BY_TYPE[:2] if names & types), None)
    if wrapper is not None:
        return wrapper
    if "VerifiableCredential" not in types and not contexts & {CREDENTIALS_V1, CREDENTIALS_V2}:
        return DocumentKind.OTHER
    if CREDENTIALS_V1 in contexts:
        return DocumentKind.OLDER_MODEL
    if types & BADGES:
        return DocumentKind.ACHIEVEMENT
    named = next((kind for names, kind in _BY_TYPE if names & types), None)
    return named or (DocumentKind.ACHIEVEMENT if _has_achievement(document) else DocumentKind.STATEMENT)


def standard_of(document: dict[str, Any]) -> str:
    """Return the standard that a document follows where it follows the one of its type."""
    return "Open Badges 3.0" if texts_of(document.get("type")) & BADGES else "Verifiable Credentials 2.0"


def is_unsigned(document: dict[str, Any], kind: DocumentKind) -> bool:
    """Tell whether a kind that carries its signature inside has none."""
    return kind in SIGNED_INSIDE and not document.get("proof")


def texts_of(value: Any) -> frozenset[str]:
    """Return the texts among one or many values."""
    return frozenset(entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, str))


def _is_open_badge_2(document: dict[str, Any], types: Iterable[str], contexts: Iterable[str]) -> bool:
    """Open Badges 2.0 names its context; 1.x has no context, but a badge and a way to verify it."""
    named = any(context.startswith(_OPEN_BADGES_2) for context in contexts)
    return named or bool(_TYPES_OF_OPEN_BADGES_2 & set(types)) or {"badge", "verify"} <= set(document)


def _has_achievement(document: dict[str, Any]) -> bool:
    subjects = document.get("credentialSubject")
    listed = subjects if isinstance(subjects, list) else [subjects]
    return any(isinstance(subject, dict) and "achievement" in subject for subject in listed)


def token_in(envelope: dict[str, Any]) -> str:
    """Return the signed token in an enveloped credential (VCDM 2.0 §4.13.3), empty where it holds something else."""
    found = _ENVELOPED.fullmatch(str(envelope.get("id", "")))
    return found[1] if found else ""
