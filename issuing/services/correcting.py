"""A correction while an award waits: its facts are fixed anew under the same id, and its way begins again."""

from __future__ import annotations

import uuid

from django.utils import timezone

from credentials.builders import CURRENT
from issuing.counting import recounted
from issuing.errors import AlreadyAwardedError
from issuing.grounds import kept_ground
from issuing.models import Award, ClaimLinkWithdrawal
from issuing.services.advancing import advance_awards
from issuing.services.awarding import learner_of, lint_facts, refusal_of, standing_awards
from issuing.services.basis import Basis, basis_of_award
from issuing.services.facts import CheckedOrder, Place, check_order, fix_facts
from issuing.services.offsets import counted_in
from issuing.services.orders import AwardOrder
from issuing.services.places import list_url
from issuing.services.policies import approvals_needed
from issuing.services.releases import end_releases
from issuing.way import Act
from registry.actors import Actor
from registry.audit import record_act
from registry.refusals import RuleBrokenError


def fix_anew(*, award: Award, order: AwardOrder, actor: Actor) -> Award:
    """Fix other facts of an award that waits, in the caller's transaction; its row is held and its role was checked.

    Id, place in the status list, version and issuer profile stay, and the day unless it is what is corrected. What was
    approved or accepted were other facts: that is asked for again, and a worker that signs meanwhile stores nothing.

    Raises:
        FactsRefusedError: something stated breaks a rule.
        AlreadyAwardedError: whom the award names now holds the line already.
        IdentifierConflictError, LearnerUnknownError: the recipient is not one person of the organisation's records.
    """
    basis = basis_of_award(award, actor)
    try:
        checked = _at_the_same_time(check_order(_on_the_same_day(order, award), basis), award)
    except RuleBrokenError as broken:
        raise refusal_of(broken) from broken
    learner = learner_of(checked, basis)
    place = Place(
        award.status_list_id,
        award.status_index,
        list_url(basis.base_url, award.status_list_id),
        list_url(basis.base_url, award.status_list.suspension_id),
    )
    _award_id, facts = fix_facts(checked, basis, place, award_id=award.pk)
    lint_facts(facts, basis)
    end_releases([award.pk])
    # What was sent may have gone to somebody else.
    ClaimLinkWithdrawal.objects.create(award=award, at=basis.at, by_kind=actor.kind, by=actor.id)
    with recounted(award.pk):
        advance_awards(
            [award.pk],
            Act.CORRECT,
            at=basis.at,
            approval=bool(approvals_needed(award.version)),
            **_columns(award, checked, learner, actor),
            facts=facts,
            dedupe_key=_line_of(award, learner, basis),
        )
    record_act(actor, "award.corrected", award, organisation=award.organisation)
    return Award.objects.get(pk=award.pk)


def _on_the_same_day(order: AwardOrder, award: Award) -> AwardOrder:
    """Keep the day of award unless it is corrected, and the day that the award waits for: it has to end behind that."""
    same = order.stating(awarded_on=order.stated.get("awarded_on") or award.awarded_on)
    same.send_at = award.not_before if award.not_before and award.not_before > timezone.now() else None
    return same


def _at_the_same_time(checked: CheckedOrder, award: Award) -> CheckedOrder:
    """Let the award begin when it began, unless its day is corrected."""
    if checked.stated["awarded_on"] != award.awarded_on:
        return checked
    begins = counted_in(award.organisation.timezone, award.valid_from)
    return checked._replace(stated=checked.stated | {"valid_from": begins})


def _columns(award: Award, checked: CheckedOrder, learner: uuid.UUID, actor: Actor) -> dict[str, object]:
    """Return the columns that repeat or accompany the facts. Who fixed them last is whom approval has to be from another."""
    same = ("language", "awarded_on", "valid_from", "valid_until")
    return {
        "learner_id": learner,
        "revision": award.revision + 1,
        "builder_version": CURRENT.version,
        "accepted_by_kind": actor.kind,
        "accepted_by": actor.id,
        "claimed_at": None,
        "claim_until": None,
        "ground": kept_ground(checked.ground),
        **{name: checked.stated[name] for name in same},
    }


def _line_of(award: Award, learner: uuid.UUID, basis: Basis) -> uuid.UUID | None:
    """Return the key that the award holds from now on: its own, unless the award that it replaces still holds that.

    Raises:
        AlreadyAwardedError: another award holds it.
    """
    if learner == award.learner_id:
        return award.dedupe_key
    held = standing_awards([learner], basis)
    holder = next(iter(held.values()), None)
    if holder == award.replaces_id and holder is not None:
        return None
    if holder is not None:
        raise AlreadyAwardedError(id=holder)
    return basis.dedupe_key(learner)
