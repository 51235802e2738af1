"""An award whose mail came back gets another address without another award; and a link to hand over on paper."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from issuing.claim_links import claim_url, withdrawals_of
from issuing.delivery.calendar import link_until
from issuing.delivery.queueing import message_id_ending
from issuing.errors import AddressRefusedError
from issuing.models import Addressee, Award, ClaimLinkWithdrawal, Letter, LetterKind, LetterState
from issuing.services.claiming import refused_state
from issuing.services.letters import ONLY_A_LINK
from issuing.services.status import held_award
from issuing.way import ENDED
from registry.actors import Actor
from registry.addresses import normal_address
from registry.audit import record_act
from registry.errors import ErasedError, IdentifierConflictError
from registry.models import IdentifierType, Learner, LearnerIdentifier


@transaction.atomic
def correct_address(*, award_id: uuid.UUID, address: str, actor: Actor) -> bool:
    """Send all mail about an award to another address from now on; the award itself stays as it is.

    The links that went out open nothing any more, and a new one goes to the address, which becomes one of the person's
    record. Safe to repeat: the address that an award has got already changes nothing.

    Returns:
        Whether that is news.

    Raises:
        CredentialNotFoundError, RoleRequiredError, ScopeRequiredError: as `withdraw_claim_link`.
        AddressRefusedError: no mail can be sent to it.
        IdentifierConflictError: it is another person's.
        StateError: the award has ended unsigned.
        ErasedError: it was erased.
    """
    award = held_award(award_id, actor)
    if not award.facts or award.learner is None:
        raise ErasedError
    if award.state in ENDED:
        raise refused_state(award)
    try:
        normal = normal_address(address)
    except ValueError as error:
        raise AddressRefusedError from error
    newest = address_given(award)
    if newest is not None and newest.address == normal and newest.bounced_at is None:
        return False
    _keep_address(award.learner, normal)
    ClaimLinkWithdrawal.objects.create(award=award, at=timezone.now(), by_kind=actor.kind, by=actor.id)
    award.letters.filter(kind__in=ONLY_A_LINK, state=LetterState.WAITING).update(state=LetterState.DROPPED)
    _write_there(award, normal)
    record_act(actor, "address.corrected", award, organisation=award.organisation)
    return True


def address_given(award: Award) -> Letter | None:
    """Return the letter that carries the address which staff gave to an award last, None where they gave none."""
    return Letter.objects.filter(award=award, addressee=Addressee.GIVEN).order_by("-pk").first()


def _keep_address(learner: Learner, address: str) -> None:
    mine, made = LearnerIdentifier.objects.get_or_create(
        organisation_id=learner.organisation_id,
        type=IdentifierType.EMAIL,
        scope="",
        value=address,
        defaults={"learner": learner},
    )
    if not made and mine.learner_id != learner.pk:
        raise IdentifierConflictError(learners=sorted([str(mine.learner_id), str(learner.pk)]))


def _write_there(award: Award, address: str) -> None:
    now = timezone.now()
    occasion = f"{now:%Y-%m-%d}.{withdrawals_of([award.pk])[award.pk]}"
    Letter.objects.create(
        organisation_id=award.organisation_id,
        award=award,
        addressee=Addressee.GIVEN,
        address=address,
        kind=LetterKind.LINK,
        occasion=occasion,
        language=award.language,
        message_id=f"<{award.pk}{message_id_ending(LetterKind.LINK, occasion)}>",
        not_before=now,
    )


@transaction.atomic
def print_claim_link(*, award_id: uuid.UUID, actor: Actor) -> str:
    """Return the address that opens an award for its bearer, to be handed over on paper; each time is in the trail.

    Raises:
        CredentialNotFoundError, RoleRequiredError, ScopeRequiredError: as `withdraw_claim_link`.
        StateError: the award has ended unsigned.
        ErasedError: it was erased.
    """
    award = held_award(award_id, actor)
    if not award.facts:
        raise ErasedError
    if award.state in ENDED:
        raise refused_state(award)
    record_act(actor, "claim_link.printed", award, organisation=award.organisation)
    number = withdrawals_of([award.pk]).get(award.pk, 0)
    return claim_url(award.pk, until=link_until(timezone.now(), award.claim_until), number=number)
