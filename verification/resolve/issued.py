"""A document handed in that names an issuer of ours: what do we know about it ourselves?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from credentials.errors import CredentialError
from credentials.strict_json import parse_json_object
from issuing.models import Credential, SignedDocument
from issuing.trials import trial_did_document
from registry.selectors import own_base_urls
from verification.checks import IssuerReading, ListReading, OwnRecord, Problem, StatusEvent
from verification.formats import own_credential_number
from verification.resolve.status_lists import own_lists
from verification.sameness import is_same_statement
from verification.selectors import own_row, own_statement, status_events, successor_address


@dataclass(frozen=True, slots=True)
class Issued:
    """Our own record of a document, what our lists say about it, and when it was erased, if it was.

    `lists` is None where they are to be looked up as those of anybody's document.
    """

    record: OwnRecord
    lists: tuple[ListReading, ...] | None
    erased_at: datetime | None = None


NO_RECORD = Problem("no-record", "the number is ours, but we have no record of it")
UNRECORDED = Issued(
    OwnRecord(same_as_issued=True, recorded=False), (ListReading("revocation", None, None, NO_RECORD),)
)


def own_record(document: dict[str, Any], issuer: IssuerReading, *, at: datetime, by_token: bool) -> Issued | None:
    """Return what we know about a document, None where it has nothing to do with us.

    It has, when its number is under one of our addresses or its issuer is ours. A number of ours under somebody
    else's signature differs from what we issued, whether or not there is such a number: anybody can sign one to
    find out. One of our issuers' that we have no record of, or none that can be read, is unknown. Of one that was
    erased nothing is left to compare with: its file is answered as its address is. `at` is the moment of checking.
    """
    if statement := own_statement(document.get("id")):
        return _stated(document, statement, by_token=by_token)
    text = document.get("id")
    ours, number = own_credential_number(text, own_base_urls()) if isinstance(text, str) else (False, None)
    if not ours and not issuer.ours:
        return None
    if not issuer.ours:
        # A trial is anybody's document: its own key proves it, and it may have been removed long ago.
        is_trial = number is None and trial_did_document(issuer.did) is not None
        return None if is_trial else Issued(OwnRecord(same_as_issued=False), ())
    row = own_row(number) if number is not None else None
    if row is None:
        return UNRECORDED
    credential = row.credential
    if credential.erased_at is not None or credential.document is None:
        return replace(UNRECORDED, erased_at=credential.erased_at or at)
    stored = _stored(credential)
    if stored is None:
        return UNRECORDED
    superseded = credential.successor_id is not None
    record = OwnRecord(
        same_as_issued=_is_ours(document, stored, by_token=by_token),
        signed_at=credential.signed_at,
        events=status_events(credential),
        superseded=superseded,
        successor_url=successor_address(credential) if superseded else None,
    )
    # Our spelling of the document decides which lists are read, not the one handed in.
    return Issued(record, own_lists(row, stored))


def _stated(document: dict[str, Any], statement: SignedDocument, *, by_token: bool) -> Issued:
    """Compare with a statement of ours, and tell whether it was withdrawn."""
    at, reason = statement.withdrawn_at, statement.withdrawn_reason
    events = (StatusEvent("revocation", value=True, reason=reason, at=at),) if at is not None else ()
    record = OwnRecord(
        same_as_issued=_is_ours(document, parse_json_object(statement.document), by_token=by_token),
        signed_at=statement.signed_at,
        events=events,
        revocable=statement.status_list_id is not None,
    )
    return Issued(record, None)


def _stored(credential: Credential) -> dict[str, Any] | None:
    """Return what we issued; None where nothing readable is left of it."""
    try:
        return parse_json_object(credential.document or "")
    except CredentialError:
        return None


def _is_ours(document: dict[str, Any], issued: dict[str, Any], *, by_token: bool) -> bool:
    """Compare with the stored document; the same credential as a token carries its signature outside."""
    if by_token:
        issued = {name: value for name, value in issued.items() if name != "proof"}
        document = {name: value for name, value in document.items() if name != "proof"}
    return is_same_statement(document, issued)
