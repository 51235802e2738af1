"""Status lists that a proven foreign document names: fetched, checked like a credential, and read."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from credentials.errors import CredentialError, StatusListError
from credentials.strict_json import JsonObject, parse_json_object
from issuing.selectors import newest_status_list
from registry.fetch import Budget, NotFetchedError, safe_fetch
from verification.checks import ListReading, Problem
from verification.checks.reasons import STATUS_KIND
from verification.isolated import UnfinishedError, WorkBound, read_list
from verification.proofs import DidDocuments, issuer_of
from verification.resolve.dids import is_on_our_host

MAX_ENTRIES = 4
PASSED_OVER = ("refresh", "message")
"""Purposes of Bitstring Status List v1.0 §2.1 that say nothing about whether a credential stands."""
KNOWN_PURPOSES = ("revocation", "suspension")
LIST_ACCEPT = "application/vc, application/vc+ld+json, application/ld+json, application/json"
_OWN_PATH = re.compile(r"/status/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
# What an expert can tell apart (codes of credentials.status_lists); everything else is unreadable.
_REASONS = (
    "list-signed-by-other",
    "list-purpose-mismatch",
    "list-index-out-of-range",
    "list-expired",
    "list-not-yet-valid",
    "list-is-another",
)
_UNPROVEN = ("proof", "changed", "key-ended", "proof-key", "proof-relationship", "proof-domain", "proof-challenge")
"""Codes of a list's own proof that does not hold."""


def read_lists(
    document: JsonObject, documents: DidDocuments, at: datetime, budget: Budget, bound: WorkBound
) -> tuple[ListReading, ...]:
    """Look every status entry of a proven document up. What cannot be read is a problem, never a clean status."""
    listed = _entries(document)
    if len(listed) > MAX_ENTRIES:
        return (ListReading("revocation", None, None, Problem("too-many-lists", f"{len(listed)} status entries")),)
    readings = [_reading(entry, document, documents, at, (budget, bound)) for entry in listed if _concerns_us(entry)]
    return tuple(readings)


def passed_over(document: JsonObject) -> tuple[str, ...]:
    """Return the purposes of a document's status entries that say nothing about whether it stands."""
    purposes = (entry.get("statusPurpose") for entry in _entries(document) if isinstance(entry, dict))
    return tuple(sorted({purpose for purpose in purposes if isinstance(purpose, str) and purpose in PASSED_OVER}))


def _entries(document: JsonObject) -> list[Any]:
    entries = document.get("credentialStatus", [])
    return entries if isinstance(entries, list) else [entries]


def _concerns_us(entry: Any) -> bool:
    """A purpose that is not a text may be any: to the signature ["revocation"] is the same as "revocation"."""
    purpose = entry.get("statusPurpose") if isinstance(entry, dict) else None
    return not isinstance(purpose, str) or purpose not in PASSED_OVER


def _reading(
    entry: Any, document: JsonObject, documents: DidDocuments, at: datetime, limits: tuple[Budget, WorkBound]
) -> ListReading:
    budget, bound = limits
    purpose = str(entry.get("statusPurpose", "revocation")) if isinstance(entry, dict) else "revocation"
    if unknown := _unknown_kind(entry):
        return ListReading(purpose, None, None, unknown)
    try:
        status_list = _fetched(entry, budget)
        status = read_list(entry, status_list, documents, issuer=issuer_of(document)[0], at=at, bound=bound)
    except NotFetchedError:
        return ListReading(purpose, None, None, Problem("list-unreachable", "the status list could not be fetched"))
    except UnfinishedError as error:
        return ListReading(purpose, None, None, error.problem)
    except CredentialError as error:
        return ListReading(purpose, None, None, _told_apart(Problem(error.code, error.message)))
    if isinstance(status, Problem):
        return ListReading(purpose, None, None, _told_apart(status))
    return ListReading(purpose, status, _time_of(status_list))


def _unknown_kind(entry: Any) -> Problem | None:
    """Name a status that we do not know how to read, before its address is asked for: what it would say is unknown."""
    purpose = entry.get("statusPurpose") if isinstance(entry, dict) else None
    if isinstance(purpose, str) and purpose not in KNOWN_PURPOSES:
        return Problem(STATUS_KIND, f"a status with the purpose {purpose[:60]!r}")
    kind = entry.get("type") if isinstance(entry, dict) else None
    if "BitstringStatusListEntry" not in (kind if isinstance(kind, list) else [kind]):
        return Problem(STATUS_KIND, f"a status of the type {str(kind)[:60]!r}")
    return None


def _fetched(entry: Any, budget: Budget) -> JsonObject:
    address = entry.get("statusListCredential") if isinstance(entry, dict) else None
    if not isinstance(address, str):
        raise StatusListError("the status type is not understood: it names no list")
    if is_on_our_host(address):
        return _own_list(address)
    return parse_json_object(safe_fetch(address, budget=budget, accept=LIST_ACCEPT).body)


def _own_list(address: str) -> JsonObject:
    """Read a list that somebody's document names at one of our addresses. Raises StatusListError."""
    found = _OWN_PATH.fullmatch(urlsplit(address).path)
    newest = newest_status_list(uuid.UUID(found[1])) if found else None
    if newest is None:
        raise StatusListError("there is no list at this address")
    return parse_json_object(newest.document)


def _told_apart(problem: Problem) -> Problem:
    if problem.code in _UNPROVEN:
        return Problem("list-signed-by-other", problem.detail)
    return Problem(problem.code if problem.code in _REASONS else "list-unreadable", problem.detail)


def _time_of(document: JsonObject) -> datetime | None:
    try:
        return datetime.fromisoformat(str(document.get("validFrom")))
    except ValueError:
        return None
