"""Fixing what will be signed: from an order to canonical `AwardFacts`.

Two steps, so that a file of 100,000 rows is checked whole before anything is kept: `check_order` applies every
rule to what was asked and gives plain values; `fix_facts` adds ids, salt and the place in the status list.
"""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from catalogue.models import AchievementVersion
from credentials.documents import (
    GroundFacts,
    IdentifierFacts,
    facts_text,
    identity_hash,
)
from issuing.rules import (
    CleanText,
    check_identifier,
    check_send_at,
    checked_email,
    checked_end,
    clean_name,
    learning_period,
)
from issuing.services.basis import Basis
from issuing.services.offsets import counted_in, first_moment_of
from issuing.services.oneself import TO_ONESELF
from issuing.services.orders import AwardOrder
from issuing.services.stating import CHECK_OF, line_of
from issuing.stated import DayOrMoment
from registry.models import IdentifierType, Organisation
from registry.refusals import Faults, Refusal, RuleBrokenError, gettext_noop
from registry.services import Recipient

IDENTITY_TYPES = {
    IdentifierType.NSN: "nationalIdentityNumber",
    IdentifierType.EDUID: "ext:eduID",
    IdentifierType.ESI: "ext:ESI",
    IdentifierType.MATRICULATION: "sourcedId",
}
RANDOM_BYTES = 16
DAYS = ("awarded_on", "learning_from", "learning_to")
_NO_NAME = CleanText("", 0)


class CheckedOrder(NamedTuple):
    """An order that breaks no rule: the recipient as kept, and what it states as `AwardFacts` names it.

    `ground` is for the file: it is kept beside the facts, and nothing that is signed or shown has it.
    """

    recipient: Recipient
    stated: dict[str, Any]
    notes: tuple[str, ...]
    repeat: bool
    send_at: dt.datetime | None
    ground: GroundFacts | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a status list, with the list's public addresses."""

    list_id: uuid.UUID
    index: int
    revocation_url: str
    suspension_url: str


def check_order(order: AwardOrder, basis: Basis, unread: Sequence[Refusal] = ()) -> CheckedOrder:
    """Apply every rule to an order; what comes back can be signed.

    1. the person; 2. each fact by itself; 3. facts that depend on each other, where each of them is in order.

    Raises:
        RuleBrokenError: with every fault, each with its column, a stable code and a remedy; and with those of what
            was `unread` when the order was read from a file.
    """
    faults = Faults(unread)
    recipient, notes = _recipient(order.recipient, basis, faults)  # 1
    if basis.oneself.has_address(recipient.email):
        faults.refusals.append(TO_ONESELF)
    stated: dict[str, Any] = {"holder_name": recipient.name}
    for name, value in order.stated.items():  # 2
        try:
            stated[name] = CHECK_OF[name](value, name, basis)
        except RuleBrokenError as broken:
            faults.refusals.extend(broken.refusals)
    _ask_for_missing(order, basis, faults)
    _state_days(stated, basis, faults)  # 3
    send_at = None
    if order.send_at is not None:
        with faults:
            send_at = sending_moment(order.send_at, basis, end=stated.get("valid_until"))
    try:
        stated["language"] = basis.language_for(order.stated.get("language") or recipient.language)
    except RuleBrokenError as broken:
        faults.refusals.extend(broken.refusals)
    faults.tell()
    stated["sample"] = basis.organisation.is_sample
    return CheckedOrder(recipient, stated, notes, order.repeat, send_at, stated.pop("ground", None))


def _recipient(asked: Recipient, basis: Basis, faults: Faults) -> tuple[Recipient, tuple[str, ...]]:
    """Return the person as kept: what tells people apart is checked, nothing of it is mended."""
    # Once a row: `with faults` costs what a rule does.
    name, email = _NO_NAME, ""
    try:
        name = clean_name(asked.name)
    except RuleBrokenError as broken:
        faults.refusals.extend(broken.refusals)
    try:
        email = checked_email(asked.email, is_needed=not (asked.is_named or _names(faults)))
    except RuleBrokenError as broken:
        faults.refusals.extend(broken.refusals)
    for identifier in asked.identifiers:
        with faults:
            check_identifier(identifier.value, identifier.scope)
    if asked.language not in basis.languages:
        with faults:
            basis.language_for(asked.language)
    kept = Recipient(
        name=name.text,
        email=email,
        learner=asked.learner,
        language=asked.language,
        identifiers=asked.identifiers,
    )
    return kept, ("control-characters-removed",) if name.removed else ()


def _ask_for_missing(order: AwardOrder, basis: Basis, faults: Faults) -> None:
    """Ask for what every award of this achievement comes with."""
    told = {refusal.place.partition(".")[0] for refusal in faults.refusals}
    if basis.version.result_required and not order.stated.get("results") and not told & {"result", "results"}:
        faults.add(
            "result", "result-missing", gettext_noop("Enter the result: this achievement is not awarded without.")
        )
    if (
        basis.version.evidence_required
        and not order.stated.get("evidence")
        and not told & {"evidence", "evidence_url"}
    ):
        remedy = gettext_noop("Enter the address of the learner's work: this achievement is not awarded without.")
        faults.add("evidence_url", "evidence-missing", remedy)


def _names(faults: Faults) -> bool:
    """Say whether something was to name the person that could not be read."""
    return any(fault.place.startswith(("identifier", "learner")) for fault in faults.refusals)


def _state_days(stated: dict[str, Any], basis: Basis, faults: Faults) -> None:
    """Fix when the award was made, when it begins and ends, and when was learned."""
    if "learning_from" in stated or "learning_to" in stated:
        with faults:
            period = learning_period(stated.pop("learning_from", None), stated.pop("learning_to", None))
            stated |= {"learning_from": period.first, "learning_to": period.last}
            stated["learning_period"] = line_of(period.words, "learning_from")
    awarded_on = stated.setdefault("awarded_on", basis.today)
    valid_from = stated["valid_from"] = _start_of(awarded_on, basis)
    valid_until = stated.pop("valid_until", None) or end_of_term(basis.version, awarded_on, basis.organisation)
    stated["valid_until"] = None
    if valid_until is not None and all(fault.place != "awarded_on" for fault in faults.refusals):
        with faults:
            end = checked_end(valid_until, valid_from=valid_from)
            stated["valid_until"] = end and counted_in(basis.organisation.timezone, end)


def sending_moment(asked: DayOrMoment, basis: Basis, *, end: dt.datetime | None = None) -> dt.datetime | None:
    """Return the moment that an award waits for; None where that has come: it goes at once.

    Raises:
        RuleBrokenError: its day was over when it was asked for, or it lies behind the end of validity.
    """
    moment, day, whole = _moment_and_day(asked, basis.organisation.timezone)
    check_send_at(moment, day=day, asked_on=basis.asked_on or basis.today, end=end)
    return whole if whole > basis.at else None


# The rows of a file wait for the same.
@lru_cache(maxsize=4_096)
def _moment_and_day(asked: DayOrMoment, zone: str) -> tuple[dt.datetime, dt.date, dt.datetime]:
    """Return the moment that is meant, its day in a time zone, and its whole second in UTC."""
    moment = asked if isinstance(asked, dt.datetime) else first_moment_of(asked, zone)
    return moment, counted_in(zone, moment).date(), moment.astimezone(dt.UTC).replace(microsecond=0)


def _start_of(awarded_on: dt.date, basis: Basis) -> dt.datetime:
    """Return when an award begins: now, or where it was made on paper before, with that day."""
    if awarded_on == basis.today:
        return basis.at
    return first_moment_of(awarded_on, basis.organisation.timezone)


def end_of_term(version: AchievementVersion, awarded_on: dt.date, organisation: Organisation) -> dt.datetime | None:
    """Return when an award of a version with a set duration ends: so many days after the day it was awarded."""
    if version.valid_for_days is None:
        return None
    last = awarded_on + dt.timedelta(days=version.valid_for_days)
    return first_moment_of(last, organisation.timezone)


def _identifiers(recipient: Recipient, salt: str) -> tuple[IdentifierFacts, ...]:
    return tuple(
        IdentifierFacts(
            identity_type=IDENTITY_TYPES.get(entry.type, "identifier"),
            identity_hash=identity_hash(entry.value, salt),
        )
        for entry in recipient.identifiers
        if entry.value.strip()
    )


def fix_facts(
    checked: CheckedOrder, basis: Basis, place: Place, *, award_id: uuid.UUID | None = None
) -> tuple[uuid.UUID, str]:
    """Return an award's id (a new one, unless it has one) and the canonical text of everything that will be signed.

    The text is of `AwardFacts`.
    """
    random = os.urandom(RANDOM_BYTES * 3)
    award_id = award_id or uuid.UUID(bytes=random[:16], version=4)
    salt = random[32:].hex()
    recipient = checked.recipient
    own = {
        "credential_id": f"{basis.base_url}/c/{award_id}",
        "subject_id": _urn(random[16:32]),
        "status_list_url": place.revocation_url,
        "status_index": place.index,
        "suspension_list_url": place.suspension_url if basis.version.suspendable else None,
        "email_hash": identity_hash(recipient.email, salt) if recipient.email else None,
        "salt": salt,
        "identifiers": _identifiers(recipient, salt) if recipient.identifiers else (),
    }
    return award_id, facts_text(_with_days(own | checked.stated, basis.organisation.timezone))


def facts_stated(checked: CheckedOrder, basis: Basis, *, salt: str) -> dict[str, Any]:
    """Return what an order states as it would be kept, numbers and addresses hashed with another award's salt."""
    recipient = checked.recipient
    named = {
        "email_hash": identity_hash(recipient.email, salt) if recipient.email else None,
        "identifiers": _identifiers(recipient, salt),
    }
    facts: dict[str, Any] = orjson.loads(facts_text(_with_days(named | checked.stated, basis.organisation.timezone)))
    return facts


def _with_days(facts: dict[str, Any], timezone_name: str) -> dict[str, Any]:
    """Put the first moments where the organisation is in the place of the days that an award states."""
    for name in DAYS:
        if (day := facts.get(name)) is not None:
            facts[name] = first_moment_of(day, timezone_name)
    return facts


def _urn(random: bytes) -> str:
    """Return a `urn:uuid:` of version 4 (RFC 9562 §5.4); making a UUID for its text alone costs thrice as much (measured)."""
    text = random.hex()
    return f"urn:uuid:{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[random[8] & 3]}{text[17:20]}-{text[20:]}"
