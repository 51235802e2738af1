"""A correction: an award is stated again with another name, address, number or fact, and takes the old one's place."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, cast

from django.db import transaction

from credentials.documents import AwardFacts, ResultFacts, identity_hash
from credentials.strict_json import parse_json_object
from issuing.delivery.addresses import address_named, addresses_of
from issuing.delivery.fates import NoAddressError, UnwantedError
from issuing.errors import NothingToCorrectError
from issuing.grounds import ground_of
from issuing.models import Award, Credential
from issuing.services.facts import end_of_term
from issuing.services.orders import AwardOrder
from issuing.services.status import held_award, supersede_credential
from issuing.stated import EvidenceOrder, GroundOrder, ResultOrder, Stated
from registry.actors import Actor
from registry.errors import ErasedError
from registry.models import IdentifierType, LearnerIdentifier, Role
from registry.permissions import require_role
from registry.services import IdentifierOrder, Recipient
from registry.services.renaming import follow_correction

SAME: Final = ("participation", "supervision", "credits_earned", "language_of_assessment", "narrative")
"""Facts that are signed as they were ordered, under the same name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is to be different; None keeps a name, an address or numbers as they are.

    `stated` names facts (`issuing.stated`); None takes one away. An empty address takes the address away.
    """

    name: str | None = None
    email: str | None = None
    identifiers: tuple[IdentifierOrder, ...] | None = None
    stated: Mapping[str, Any] = field(default_factory=dict)


def correct_credential(*, credential_id: uuid.UUID, correction: Correction, reason: str, actor: Actor) -> Award:
    """Correct an award: what waits gets new facts under its id, what is signed gets a successor.

    All that is not corrected stays, the version and the day of award too. Whoever is named by another address or
    number may be another person of the organisation's records; the record of the same person follows a corrected name.

    Raises:
        CredentialNotFoundError: there is none, or `actor` may not know of it.
        RoleRequiredError, ScopeRequiredError: `actor` may not award, or not revoke, here.
        NothingToCorrectError: the correction says what the award says already.
        ErasedError: what the award said is gone.
        Others: as `supersede_credential`.
    """
    with transaction.atomic():
        award = held_award(credential_id, actor)
        require_role(actor, award.version.achievement.issuer.node, Role.AWARDER)
        if not award.facts:
            raise ErasedError
        order, as_it_is = _corrected(award, correction), _corrected(award, Correction())
        if (order.recipient, order.stated) == (as_it_is.recipient, as_it_is.stated):
            raise NothingToCorrectError
        was, learner = as_it_is.recipient.name, award.learner_id
        made = supersede_credential(credential_id=credential_id, order=order, reason=reason, actor=actor)
        if learner is not None and made.learner_id == learner:
            follow_correction(learner, was=was, name=AwardFacts.from_json(made.facts).holder_name, actor=actor)
        return made


def sign_again(*, credential_id: uuid.UUID, actor: Actor) -> Award:
    """Let an award be signed anew that says the same and takes the old one's place, whose key was compromised.

    Safe to repeat: what is replaced already is refused. Approvals and acceptances that are asked for are asked for again.

    Raises:
        NothingToCorrectError: its key still counts.
        Others: as `correct_credential`.
    """
    with transaction.atomic():
        award = held_award(credential_id, actor)
        require_role(actor, award.version.achievement.issuer.node, Role.AWARDER)
        if not award.facts:
            raise ErasedError
        if not Credential.objects.filter(award=award, key__compromised_at__isnull=False).exists():
            raise NothingToCorrectError
        order = _corrected(award, Correction())
        return supersede_credential(credential_id=credential_id, order=order, reason="Signed again", actor=actor)


def facts_as_ordered(award: Award) -> dict[str, Any]:
    """Return what an award that is not erased states, as an order states it: {fact: value, None where there is none}."""
    return _stated(award, AwardFacts.from_json(award.facts))


def _corrected(award: Award, correction: Correction) -> AwardOrder:
    facts = AwardFacts.from_json(award.facts)
    stated = _stated(award, facts) | dict(correction.stated)
    return AwardOrder(
        achievement=award.version.achievement,
        recipient=_recipient(award, facts, correction),
        **cast(Stated, {name: value for name, value in stated.items() if value is not None}),
    )


def _recipient(award: Award, facts: AwardFacts, correction: Correction) -> Recipient:
    """Return who is meant: the same record, unless what names the person is corrected; then whoever that leads to."""
    as_it_is = _address_named(award), _numbers_named(award, facts)
    email = as_it_is[0] if correction.email is None else correction.email
    identifiers = as_it_is[1] if correction.identifiers is None else correction.identifiers
    return Recipient(
        name=facts.holder_name if correction.name is None else correction.name,
        email=email,
        learner=None if (email, identifiers) != as_it_is else award.learner_id,
        language=award.language,
        identifiers=identifiers,
    )


def _address_named(award: Award) -> str:
    with suppress(UnwantedError, NoAddressError):
        return address_named(award, parse_json_object(award.facts), addresses_of([award]))
    return ""


def _numbers_named(award: Award, facts: AwardFacts) -> tuple[IdentifierOrder, ...]:
    """Return those numbers of the record that the award hashes."""
    hashes = {one.identity_hash for one in facts.identifiers}
    rows = LearnerIdentifier.objects.filter(learner=award.learner_id).exclude(type=IdentifierType.EMAIL)
    return tuple(
        IdentifierOrder(IdentifierType(row.type), row.scope, row.value)
        for row in rows.order_by("pk")
        if identity_hash(row.value, facts.salt or "") in hashes
    )


def _stated(award: Award, facts: AwardFacts) -> dict[str, Any]:
    """Return what an award states as an order states it; a term that the version sets is not stated."""
    ground = ground_of(award)
    is_set = facts.valid_until == end_of_term(award.version, award.awarded_on, award.organisation)
    return {name: getattr(facts, name) for name in SAME} | {
        "awarded_on": award.awarded_on,
        "language": facts.language,
        "valid_until": None if is_set else facts.valid_until,
        "learning_from": _day(facts.learning_from) or facts.learning_period,
        "learning_to": _day(facts.learning_to),
        "evidence": tuple(_evidence(one) for one in facts.evidence) or None,
        "results": tuple(_result(one) for one in facts.results) or None,
        "ground": ground and GroundOrder(body=ground.body, date=ground.decided_on, reference=ground.reference),
    }


def _day(stated: dt.date | None) -> dt.date | None:
    """Return a day as ordered; newer facts have its first moment where the organisation is."""
    return stated.date() if isinstance(stated, dt.datetime) else stated


def _evidence(one: Any) -> EvidenceOrder:
    same = {name: getattr(one, name) for name in ("name", "description", "narrative", "genre", "audience")}
    return EvidenceOrder(url=one.id, **same)


def _result(one: ResultFacts) -> ResultOrder:
    """Return a result by the keys that its addresses end with."""
    address = one.description_id or ""
    level = one.achieved_level and one.achieved_level.removeprefix(f"{address}-")
    return ResultOrder(value=one.value, description=address.rpartition("#")[2] or None, status=one.status, level=level)
