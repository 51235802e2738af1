"""Fixing what will be signed: from an order to canonical `AwardFacts`.

Two steps, so that a file of 100,000 rows is checked whole before anything is kept: `check_order` applies every
rule to what was asked and gives plain values; `fix_facts` adds ids, salt and the place in the status list.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple
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
    RuleBrokenError,
    check_identifier,
    check_meant,
    checked_day,
    checked_email,
    checked_end,
    checked_language,
    clean_name,
    exact_number,
    gettext_noop,
    learning_period,
)
from issuing.services.orders import AwardOrder, EvidenceOrder, ResultOrder
from registry.models import IdentifierType, IssuerProfile, IssuerState, Organisation
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


def check_order(order: AwardOrder, basis: Basis) -> CheckedOrder:
    """Apply every rule to an order; what comes back can be signed.

    Raises:
        RuleBrokenError: with the column, a stable code and a remedy.
    """
    name = clean_name(order.recipient.name)
    recipient = _recipient(order.recipient, name.text, basis)
    period = learning_period(order.learning_from, order.learning_to)
    awarded_on = checked_day(order.awarded_on, today=basis.today)
    valid_from = _start_of(awarded_on, basis)
    stated = {
        "holder_name": name.text,
        "awarded_on": awarded_on,
        "valid_from": valid_from,
        "valid_until": checked_end(order.valid_until or _end_of(order, basis), valid_from=valid_from),
        "language": basis.language_for(order.language or recipient.language),
        "learning_from": period.first,
        "learning_to": period.last,
        "learning_period": _line(period.words, "learning_from"),
        "participation": _line(order.participation, "participation"),
        "supervision": _line(order.supervision, "supervision"),
        "language_of_assessment": _of_assessment(order.language_of_assessment),
        "credits_earned": order.credits_earned,
        "narrative": order.narrative or None,
        "sample": basis.organisation.is_sample,
    }
    if order.credits_earned is not None or order.narrative:
        _check_rest(order, stated)
    if order.evidence or order.results or order.ground:
        stated |= _nested(order, basis)
    notes = ("control-characters-removed",) if name.removed else ()
    return CheckedOrder(recipient, stated, notes, order.repeat)


def _recipient(asked: Recipient, name: str, basis: Basis) -> Recipient:
    """Return the person as kept: what tells people apart is checked, nothing of it is mended."""
    for identifier in asked.identifiers:
        check_identifier(identifier.value, identifier.scope)
    basis.language_for(asked.language)
    return Recipient(
        name=name,
        email=checked_email(asked.email, is_needed=not asked.is_named),
        learner=asked.learner,
        language=asked.language,
        identifiers=asked.identifiers,
    )


def _start_of(awarded_on: dt.date, basis: Basis) -> dt.datetime:
    """Return when an award begins: now, or where it was made on paper before, with that day."""
    if awarded_on == basis.today:
        return basis.at
    return _midnight_of(awarded_on, basis.organisation.timezone)


@lru_cache(maxsize=4_096)
def _midnight_of(day: dt.date, timezone_name: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZoneInfo(timezone_name)).astimezone(dt.UTC)


def _end_of(order: AwardOrder, basis: Basis) -> dt.datetime | None:
    """Return when an award of a version with a set duration ends: so many days after the day it was awarded."""
    days = basis.version.valid_for_days
    if days is None:
        return None
    first = order.awarded_on or basis.today
    zone = ZoneInfo(basis.organisation.timezone)
    return dt.datetime.combine(first + dt.timedelta(days=days), dt.time(), tzinfo=zone)


def _line(text: str | None, column: str) -> str | None:
    if text is None or not text.strip():
        return None
    try:
        document_rules.check_line(text.strip(), column)
    except DataModelError as error:
        raise RuleBrokenError(column, "bad-text", gettext_noop("Use one line of at most 1,000 characters.")) from error
    return text.strip()


def _of_assessment(tag: str | None) -> str | None:
    return checked_language(tag, "language_of_assessment") if tag else None


def _check_rest(order: AwardOrder, stated: dict[str, Any]) -> None:
    try:
        document_rules.check_credits(order.credits_earned, "credits_earned")
    except (DataModelError, ArithmeticError) as error:
        remedy = gettext_noop("Write credits as a number from 0 to 9999 with at most two decimals.")
        raise RuleBrokenError("credits_earned", "bad-number", remedy) from error
    try:
        document_rules.check_prose(stated["narrative"], "narrative")
    except DataModelError as error:
        remedy = gettext_noop("Shorten the text to 50,000 characters, without control characters.")
        raise RuleBrokenError("narrative", "bad-text", remedy) from error


def _nested(order: AwardOrder, basis: Basis) -> dict[str, Any]:
    if order.ground and order.ground.date:
        check_meant(order.ground.date, "ground")
    try:
        return {
            "evidence": tuple([_evidence(entry) for entry in order.evidence]),
            "results": tuple([_known_result(entry, basis) for entry in order.results]),
            "ground": order.ground
            and GroundFacts(body=order.ground.body, decided_on=order.ground.date, reference=order.ground.reference),
        }
    except DataModelError as error:
        column = error.message.partition(".")[0].partition(" ")[0]
        remedy = gettext_noop("Correct this entry: addresses are absolute, texts have no control characters.")
        raise RuleBrokenError(column, "facts-refused", remedy) from error


def _evidence(order: EvidenceOrder) -> EvidenceFacts:
    return EvidenceFacts(
        id=order.url,
        name=order.name,
        description=order.description,
        narrative=order.narrative,
        genre=order.genre,
        audience=order.audience,
    )


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
    return ResultFacts(description_id=address, value=order.value, status=order.status, achieved_level=level)


def _check_level(level: str | None, known: Collection[str]) -> None:
    if level and level not in known:
        remedy = gettext_noop("This result has no such level: leave the level out, or use one of the result's own.")
        raise RuleBrokenError("result", "unknown-level", remedy)


def _check_outcome(value: str, version: AchievementVersion) -> None:
    if not meets_outcome_rule(version.outcome_rule, exact_number(value, "result")):
        remedy = gettext_noop("The result is below what this award demands: leave the row out, or correct the result.")
        raise RuleBrokenError("result", "below-outcome-rule", remedy)


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
