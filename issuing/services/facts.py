"""Fixing what will be signed: from an order to canonical `AwardFacts`.

Two steps, so that a file of 100,000 rows is checked whole before anything is kept: `check_order` applies every
rule to what was asked and gives plain values; `fix_facts` adds ids, salt and the place in the status list.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from django.utils import timezone

from catalogue.documents import RESULT_KEY, result_id, signed_language
from catalogue.models import Achievement, AchievementVersion
from catalogue.rules import meets_outcome_rule
from catalogue.selectors import published_version
from credentials.documents import (
    EvidenceFacts,
    GroundFacts,
    IdentifierFacts,
    ResultFacts,
    facts_text,
    identity_hash,
)
from credentials.documents import rules as document_rules
from credentials.errors import DataModelError
from issuing.errors import AwardingClosedError
from issuing.rules import (
    CleanText,
    check_identifier,
    check_meant,
    checked_day,
    checked_email,
    checked_end,
    checked_language,
    clean_name,
    exact_number,
    learning_period,
)
from issuing.services.orders import AwardOrder
from issuing.stated import FACTS, EvidenceOrder, GroundOrder, Kind, ResultOrder
from registry.models import IdentifierType, IssuerProfile, IssuerState, Organisation
from registry.refusals import Faults, Refusal, RuleBrokenError, gettext_noop
from registry.selectors import canonical_base_url, latest_profile
from registry.services import Recipient

IDENTITY_TYPES = {
    IdentifierType.NSN: "nationalIdentityNumber",
    IdentifierType.EDUID: "ext:eduID",
    IdentifierType.ESI: "ext:ESI",
    IdentifierType.MATRICULATION: "sourcedId",
}
RANDOM_BYTES = 16
KNOWN_RESULTS = 4_096
LAST_MOMENT = dt.time(23, 59, 59)
ENTRY_REMEDY: Final = gettext_noop("Correct this entry: addresses are absolute, texts have no control characters.")
_NO_NAME = CleanText("", 0)

O = TypeVar("O")  # noqa: E741 - an order
C = TypeVar("C")
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Basis:
    """What all awards of one act share: version, profile, the addresses' base, and the moment."""

    version: AchievementVersion
    organisation: Organisation
    profile: IssuerProfile
    base_url: str
    at: dt.datetime
    today: dt.date
    languages: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    results: dict[ResultOrder, ResultFacts] = field(default_factory=dict)

    def language_for(self, wanted: str) -> str:
        """Return the language of an award for a reader of `wanted`.

        Raises:
            RuleBrokenError: that is no language tag.
        """
        if wanted not in self.languages:
            self.languages[wanted] = signed_language(self.version, checked_language(wanted))
        return self.languages[wanted]

    def result_address(self, key: str) -> str:
        """Return the address of one of the version's result descriptions."""
        if key not in self.addresses:
            self.addresses[key] = result_id(self.version, key, self.base_url)
        return self.addresses[key]

    def dedupe_key(self, learner_id: uuid.UUID) -> uuid.UUID:
        """Return the key under which a learner holds this achievement line, all versions together."""
        return line_key(self.version.achievement_id, learner_id)


def line_key(achievement_id: uuid.UUID, learner_id: uuid.UUID) -> uuid.UUID:
    """Return the key under which a learner holds an achievement line, all its versions together."""
    digest = hashlib.blake2b(learner_id.bytes, key=achievement_id.bytes, digest_size=16)
    return uuid.UUID(bytes=digest.digest())


class CheckedOrder(NamedTuple):
    """An order that breaks no rule: the recipient as kept, and what it states as `AwardFacts` names it."""

    recipient: Recipient
    stated: dict[str, Any]
    notes: tuple[str, ...]
    repeat: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a status list, with the list's public addresses."""

    list_id: uuid.UUID
    index: int
    revocation_url: str
    suspension_url: str


def basis_of(achievement: Achievement) -> Basis:
    """Return what an award made now rests on.

    Raises:
        NotPublishedError, PlannedError, RetiredError: there is no version to award.
        AwardingClosedError: the last award date has passed, or the issuer is closed.
    """
    organisation = achievement.organisation
    now = timezone.now().replace(microsecond=0)
    today = now.astimezone(ZoneInfo(organisation.timezone)).date()
    version = published_version(achievement, on=today)
    last = achievement.last_award_on
    if achievement.issuer.state == IssuerState.CLOSED or (last is not None and today > last):
        raise AwardingClosedError
    profile = latest_profile(achievement.issuer)
    return Basis(version, organisation, profile, canonical_base_url(), now, today)


def check_order(order: AwardOrder, basis: Basis, found: Sequence[Refusal] = ()) -> CheckedOrder:
    """Apply every rule to an order; what comes back can be signed.

    1. the person; 2. each fact by itself; 3. facts that depend on each other, where each of them is in order.

    Raises:
        RuleBrokenError: with every fault, each with its column, a stable code and a remedy; and with those that were
            `found` before, when the order was read.
    """
    faults = Faults(found)
    recipient, notes = _recipient(order.recipient, basis, faults)  # 1
    stated: dict[str, Any] = {"holder_name": recipient.name}
    for name, value in order.stated.items():  # 2
        try:
            stated[name] = _CHECK_OF[name](value, name, basis)
        except RuleBrokenError as broken:
            faults.found.extend(broken.refusals)
    _state_days(stated, basis, faults)  # 3
    try:
        stated["language"] = basis.language_for(order.stated.get("language") or recipient.language)
    except RuleBrokenError as broken:
        faults.found.extend(broken.refusals)
    faults.tell()
    stated["sample"] = basis.organisation.is_sample
    return CheckedOrder(recipient, stated, notes, order.repeat)


def _recipient(asked: Recipient, basis: Basis, faults: Faults) -> tuple[Recipient, tuple[str, ...]]:
    """Return the person as kept: what tells people apart is checked, nothing of it is mended."""
    # Once a row: `with faults` costs what a rule does.
    name, email = _NO_NAME, ""
    try:
        name = clean_name(asked.name)
    except RuleBrokenError as broken:
        faults.found.extend(broken.refusals)
    try:
        email = checked_email(asked.email, is_needed=not (asked.is_named or _names(faults)))
    except RuleBrokenError as broken:
        faults.found.extend(broken.refusals)
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


def _names(faults: Faults) -> bool:
    """Say whether something was to name the person that could not be read."""
    return any(fault.place.startswith(("identifier", "learner")) for fault in faults.found)


def _state_days(stated: dict[str, Any], basis: Basis, faults: Faults) -> None:
    """Fix when the award was made, when it begins and ends, and when was learned."""
    if "learning_from" in stated or "learning_to" in stated:
        with faults:
            period = learning_period(stated.pop("learning_from", None), stated.pop("learning_to", None))
            stated |= {"learning_from": period.first, "learning_to": period.last}
            stated["learning_period"] = _line(period.words, "learning_from")
    awarded_on = stated.setdefault("awarded_on", basis.today)
    valid_from = stated["valid_from"] = _start_of(awarded_on, basis)
    valid_until = stated.pop("valid_until", None) or _end_of(awarded_on, basis)
    stated["valid_until"] = None
    if valid_until is not None and all(fault.place != "awarded_on" for fault in faults.found):
        with faults:
            stated["valid_until"] = checked_end(valid_until, valid_from=valid_from)


def _start_of(awarded_on: dt.date, basis: Basis) -> dt.datetime:
    """Return when an award begins: now, or where it was made on paper before, with that day."""
    if awarded_on == basis.today:
        return basis.at
    return _midnight_of(awarded_on, basis.organisation.timezone)


@lru_cache(maxsize=4_096)
def _midnight_of(day: dt.date, timezone_name: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZoneInfo(timezone_name)).astimezone(dt.UTC)


def _end_of(awarded_on: dt.date, basis: Basis) -> dt.datetime | None:
    """Return when an award of a version with a set duration ends: so many days after the day it was awarded."""
    days = basis.version.valid_for_days
    if days is None:
        return None
    zone = ZoneInfo(basis.organisation.timezone)
    return dt.datetime.combine(awarded_on + dt.timedelta(days=days), dt.time(), tzinfo=zone)


def _day(value: dt.date, _name: str, basis: Basis) -> dt.date:
    return checked_day(value, today=basis.today)


def _end(value: dt.date | dt.datetime, _name: str, basis: Basis) -> dt.datetime:
    """Return a moment; a day counts to its end, where the organisation is."""
    return value if isinstance(value, dt.datetime) else _last_second_of(value, basis.organisation.timezone)


@lru_cache(maxsize=4_096)
def _last_second_of(day: dt.date, timezone_name: str) -> dt.datetime:
    return dt.datetime.combine(day, LAST_MOMENT, tzinfo=ZoneInfo(timezone_name))


def _when(value: dt.date | str, _name: str, _basis: Basis) -> dt.date | str:
    return value


def _line(text: str | None, name: str, _basis: Basis | None = None) -> str | None:
    if text is None or not text.strip():
        return None
    try:
        document_rules.check_line(text.strip(), name)
    except DataModelError as error:
        raise RuleBrokenError(name, "bad-text", gettext_noop("Use one line of at most 1,000 characters.")) from error
    return text.strip()


def _number(value: Decimal, name: str, _basis: Basis) -> Decimal:
    try:
        document_rules.check_credits(value, name)
    except (DataModelError, ArithmeticError) as error:
        remedy = gettext_noop("Write credits as a number from 0 to 9999 with at most two decimals.")
        raise RuleBrokenError(name, "bad-number", remedy) from error
    return value


def _language(tag: str, name: str, _basis: Basis) -> str | None:
    return checked_language(tag, name) if tag else None


def _prose(text: str, name: str, _basis: Basis) -> str | None:
    try:
        document_rules.check_prose(text or None, name)
    except DataModelError as error:
        remedy = gettext_noop("Shorten the text to 50,000 characters, without control characters.")
        raise RuleBrokenError(name, "bad-text", remedy) from error
    return text or None


def _ground(order: GroundOrder, name: str, _basis: Basis) -> GroundFacts:
    if order.date:
        check_meant(order.date, name)
    try:
        return GroundFacts(body=order.body, decided_on=order.date, reference=order.reference)
    except DataModelError as error:
        raise RuleBrokenError(name, "facts-refused", ENTRY_REMEDY) from error


def _all_evidence(orders: Sequence[EvidenceOrder], name: str, _basis: Basis) -> tuple[EvidenceFacts, ...]:
    return _each(orders, _evidence, name)


def _all_results(orders: Sequence[ResultOrder], _name: str, basis: Basis) -> tuple[ResultFacts, ...]:
    return _each(orders, _known_result, basis)


def _each(orders: Sequence[O], fix: Callable[[O, C], F], context: C) -> tuple[F, ...]:
    """Fix each of several; the faults of all are told."""
    if len(orders) == 1:
        return (fix(orders[0], context),)
    faults, fixed = Faults(), []
    for order in orders:
        with faults:
            fixed.append(fix(order, context))
    faults.tell()
    return tuple(fixed)


def _evidence(order: EvidenceOrder, name: str) -> EvidenceFacts:
    try:
        return EvidenceFacts(
            id=order.url,
            name=order.name,
            description=order.description,
            narrative=order.narrative,
            genre=order.genre,
            audience=order.audience,
        )
    except DataModelError as error:
        raise RuleBrokenError(name, "facts-refused", ENTRY_REMEDY) from error


def _known_result(order: ResultOrder, basis: Basis) -> ResultFacts:
    """Fix a result, or find it again: a file of thousands states the same few."""
    found = basis.results.get(order)
    if found is None:
        found = _result(order, basis)
        if len(basis.results) < KNOWN_RESULTS:
            basis.results[order] = found
    return found


def _result(order: ResultOrder, basis: Basis) -> ResultFacts:
    """Fix one result; one that the outcome rule measures must reach it, exactly."""
    version = basis.version
    levels = {
        entry["key"]: {level["key"] for level in entry.get("levels", ())} for entry in version.result_descriptions
    }
    known = ({RESULT_KEY: set()} if version.outcome_rule else {}) | levels
    key = order.description or next(iter(known), None)
    if key is not None and key not in known:
        remedy = gettext_noop("The achievement has no such result: leave the name out, or use one of its own.")
        raise RuleBrokenError("result", "unknown-result", remedy)
    _check_level(order.level, known.get(key or "", set()))
    if key == RESULT_KEY and order.value is not None:
        _check_outcome(order.value, version)
    address = key and basis.result_address(key)
    level = f"{address}-{order.level}" if order.level else None
    try:
        return ResultFacts(description_id=address, value=order.value, status=order.status, achieved_level=level)
    except DataModelError as error:
        raise RuleBrokenError("result", "facts-refused", ENTRY_REMEDY) from error


def _check_level(level: str | None, known: Collection[str]) -> None:
    if level and level not in known:
        remedy = gettext_noop("This result has no such level: leave the level out, or use one of the result's own.")
        raise RuleBrokenError("result", "unknown-level", remedy)


def _check_outcome(value: str, version: AchievementVersion) -> None:
    if not meets_outcome_rule(version.outcome_rule, exact_number(value, "result")):
        remedy = gettext_noop("The result is below what this award demands: leave the row out, or correct the result.")
        raise RuleBrokenError("result", "below-outcome-rule", remedy)


_CHECKS: Final[Mapping[Kind, Callable[[Any, str, Basis], Any]]] = {
    Kind.DAY: _day,
    Kind.END: _end,
    Kind.WHEN: _when,
    Kind.LINE: _line,
    Kind.NUMBER: _number,
    Kind.LANGUAGE: _language,
    Kind.RESULTS: _all_results,
    Kind.EVIDENCE: _all_evidence,
    Kind.PROSE: _prose,
    Kind.GROUND: _ground,
}
_CHECK_OF: Final = {name: _CHECKS[fact.kind] for name, fact in FACTS.items()}


def _identifiers(recipient: Recipient, salt: str) -> tuple[IdentifierFacts, ...]:
    return tuple(
        IdentifierFacts(
            identity_type=IDENTITY_TYPES.get(entry.type, "identifier"),
            identity_hash=identity_hash(entry.value, salt),
        )
        for entry in recipient.identifiers
        if entry.value.strip()
    )


def fix_facts(checked: CheckedOrder, basis: Basis, place: Place) -> tuple[uuid.UUID, str]:
    """Return a new award's id and the canonical text of everything that will be signed about it (`AwardFacts`)."""
    random = os.urandom(RANDOM_BYTES * 3)
    award_id = uuid.UUID(bytes=random[:16], version=4)
    salt = random[32:].hex()
    recipient = checked.recipient
    own = {
        "credential_id": f"{basis.base_url}/c/{award_id}",
        "subject_id": uuid.UUID(bytes=random[16:32], version=4).urn,
        "status_list_url": place.revocation_url,
        "status_index": place.index,
        "suspension_list_url": place.suspension_url if basis.version.suspendable else None,
        "email_hash": identity_hash(recipient.email, salt) if recipient.email else None,
        "salt": salt,
        "identifiers": _identifiers(recipient, salt) if recipient.identifiers else (),
    }
    return award_id, facts_text(own | checked.stated)
