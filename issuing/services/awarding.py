"""The act of awarding: every fact fixed, and the signing queued, in one transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from catalogue.models import DuplicatePolicy
from credentials.builders import CURRENT
from credentials.documents import AwardFacts
from credentials.errors import DataModelError, SchemaError
from issuing.editions import lint_award
from issuing.errors import AlreadyAwardedError, FactsRefusedError, FileRefusedError
from issuing.grounds import keep_grounds
from issuing.models import Award, AwardState, Batch, SourceKind
from issuing.services.advancing import Entering, Passing, end_of_claim, enter
from issuing.services.basis import Basis, basis_of, basis_of_correction
from issuing.services.facts import CheckedOrder, Place, check_order, fix_facts
from issuing.services.lines import newest_of
from issuing.services.oneself import TO_ONESELF
from issuing.services.orders import AwardOrder
from issuing.services.places import reserve_places
from issuing.services.policies import approvals_needed
from issuing.way import Needs, first_state
from registry.actors import Actor
from registry.audit import record_act
from registry.bulk import insert_values
from registry.errors import UnavailableError
from registry.models import Role, SigningPolicy
from registry.permissions import require_role
from registry.refusals import RuleBrokenError
from registry.selectors import as_now
from registry.services import NotOnePersonError, learners_for, require_open

CHUNK_AWARDS = 1_000
ATTEMPTS = 4

T = TypeVar("T")


def award_achievement(*, order: AwardOrder, actor: Actor, request: uuid.UUID | None = None) -> Award:
    """Accept one award: fix every fact that will be signed, and queue what its way begins with (`issuing.way`).

    `request`: the learner's own that it follows.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not award at this achievement's place.
        NotPublishedError, PlannedError, RetiredError, AwardingClosedError: it cannot be awarded (any more).
        OrganisationStoppedError, OrganisationClosedError: nothing is awarded in the organisation's name.
        OnlyOnRequestError: it follows no request, and only who has applied is awarded this.
        FactsRefusedError: something stated breaks a rule; `code`, `column` and `remedy` are facts.
        AlreadyAwardedError: the learner holds the line and it may not be awarded again so; `id` is that award.
        IdentifierConflictError, LearnerUnknownError: the recipient is not one person of the organisation's records.
    """
    require_role(actor, order.achievement.issuer.node, Role.AWARDER)
    basis = basis_of(order.achievement, actor, on_request=request is not None)
    try:
        checked = check_order(order, basis)
    except RuleBrokenError as broken:
        raise refusal_of(broken) from broken
    return retried(lambda: _accept_one(checked, basis, actor, request))


def retried(act: Callable[[], T]) -> T:
    """Run an act again when another one has just made the same learner or award; it then finds that one.

    Raises:
        UnavailableError: again and again.
    """
    for _attempt in range(ATTEMPTS):
        with suppress(IntegrityError):
            return act()
    raise UnavailableError


@transaction.atomic
def _accept_one(checked: CheckedOrder, basis: Basis, actor: Actor, request: uuid.UUID | None) -> Award:
    learner = learner_of(checked, basis)
    standing = standing_awards([learner], basis).get(basis.dedupe_key(learner))
    policy = basis.version.achievement.duplicates
    if standing and not may_repeat(checked, policy):
        raise AlreadyAwardedError(id=standing)
    accepted = Accepted([checked], [learner], [None], basis, actor, request=request)
    replaced = newest_of({0: standing}) if standing and policy == DuplicatePolicy.REPLACE else {}
    (award_id,) = insert_awards(accepted, replaced=replaced)
    award = Award.objects.get(pk=award_id)
    record_act(actor, "award.accepted", award, organisation=basis.organisation, count=1)
    return award


def learner_of(checked: CheckedOrder, basis: Basis) -> uuid.UUID:
    """Return the record of the one person whom an order names.

    Raises:
        IdentifierConflictError, LearnerUnknownError: it names two people, or nobody.
        FactsRefusedError: it names who acts.
    """
    try:
        (learner,) = learners_for([checked.recipient], organisation=basis.organisation)
    except NotOnePersonError as error:
        raise error.refusals[0] from error
    if learner in basis.oneself.learners:
        raise refusal_of(RuleBrokenError.of([TO_ONESELF]))
    return learner


def accept_replacement(*, order: AwardOrder, replaced: Award, actor: Actor) -> Award:
    """Accept an award that takes a signed one's place, in the caller's transaction; its role was checked there.

    Raises:
        As `award_achievement`.
    """
    corrects = order.achievement.pk == replaced.version.achievement_id
    basis = basis_of_correction(replaced, actor) if corrects else basis_of(order.achievement, actor)
    try:
        checked = check_order(_of_the_same_day(order, replaced), basis)
    except RuleBrokenError as broken:
        raise refusal_of(broken) from broken
    learner = learner_of(checked, basis)
    standing = None if learner == replaced.learner_id else standing_awards([learner], basis)
    if standing:
        raise AlreadyAwardedError(id=next(iter(standing.values())))
    accepted = Accepted([checked], [learner], [None], basis, actor)
    (award_id,) = insert_awards(accepted, replaced={0: replaced.pk}, same_line=learner == replaced.learner_id)
    return Award.objects.get(pk=award_id)


def _of_the_same_day(order: AwardOrder, replaced: Award) -> AwardOrder:
    """Keep the day of award, unless the day is what is corrected (Open Badges 3.0, equality: awardedDate stays)."""
    return order if order.stated.get("awarded_on") else order.stating(awarded_on=replaced.awarded_on)


def refusal_of(broken: RuleBrokenError) -> FactsRefusedError:
    """Return broken rules as the refusal that web and API show: the first one's code, and all of them."""
    first = broken.refusals[0]
    facts = {"reason": first.code, "column": first.place, "remedy": first.sentence()}
    return FactsRefusedError(code=first.code, message="{remedy}", refusals=broken.refusals, **facts)


def file_refusal_of(broken: RuleBrokenError) -> FileRefusedError:
    """Return what is wrong with a file as a whole as the refusal that web and API show."""
    first = broken.refusals[0]
    return FileRefusedError(code=first.code, refusals=broken.refusals, remedy=first.sentence(), column=first.place)


def standing_awards(learners: Sequence[uuid.UUID], basis: Basis) -> dict[uuid.UUID, uuid.UUID]:
    """Return {dedupe key: award id} of the learners who hold this line already; one query."""
    keys = [basis.dedupe_key(learner) for learner in learners]
    held = Award.objects.filter(dedupe_key__any_of=keys).values_list("dedupe_key", "id")
    return {key: award_id for key, award_id in held if key is not None}


def may_name_again(checked: CheckedOrder, policy: str) -> bool:
    """Return whether a person whom the act names already may be awarded once more by it."""
    return checked.repeat and policy == DuplicatePolicy.ALLOW


def may_repeat(checked: CheckedOrder, policy: str) -> bool:
    """Return whether a line that the learner holds may be awarded once more."""
    return policy == DuplicatePolicy.REPLACE or may_name_again(checked, policy)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Awards about to be inserted together: at most `CHUNK_AWARDS`, of one act, that wait for the same day or for none."""

    orders: Sequence[CheckedOrder]
    learners: Sequence[uuid.UUID]
    rows: Sequence[int | None]
    basis: Basis
    actor: Actor
    batch: Batch | None = None
    request: uuid.UUID | None = None

    @property
    def send_at(self) -> dt.datetime | None:
        """The moment that they wait for."""
        return self.orders[0].send_at


def insert_awards(accepted: Accepted, *, replaced: dict[int, uuid.UUID], same_line: bool = True) -> list[uuid.UUID]:
    """Insert a chunk of awards in the caller's transaction and queue what their way begins with.

    Args:
        accepted: what is inserted.
        replaced: {place of an order: the award that it replaces, see `newest_of`}; that one keeps its line until this one is signed.
        same_line: the replaced awards are of the same learners.

    Returns:
        The ids, in order.

    Raises:
        RoleRequiredError, ScopeRequiredError: who awards has lost the role while this waited for others.
        OrganisationStoppedError, OrganisationClosedError: the operator has stopped or closed the organisation meanwhile.
    """
    basis = accepted.basis
    issuer = basis.version.achievement.issuer
    places = reserve_places(issuer=issuer, count=len(accepted.orders), base_url=basis.base_url)
    needs = Needs(
        approval=bool(approvals_needed(basis.version)),
        not_before=accepted.send_at,
        claim=basis.organisation.signing_policy == SigningPolicy.AT_CLAIM,
    )
    state = first_state(needs, at=basis.at)
    shared = _shared_values(accepted, state)
    policy = basis.version.achievement.duplicates
    rows: list[tuple[Any, ...]] = []
    for number, (order, place) in enumerate(zip(accepted.orders, places, strict=True)):
        award_id, text = fix_facts(order, basis, place)
        keyless = may_name_again(order, policy) or (same_line and number in replaced)
        key = None if keyless else basis.dedupe_key(accepted.learners[number])
        rows.append((award_id, text, *_own_values(accepted, number, place, key, replaced.get(number))))
    lint_facts(rows[0][1], basis)
    insert_values(Award, OWN_COLUMNS, rows, shared=shared)
    ids = [row[0] for row in rows]
    keep_grounds({award_id: order.ground for award_id, order in zip(ids, accepted.orders, strict=True)})
    enter(state, Entering(_passing(ids, accepted.orders, places, state, basis), basis.at, new=True))
    _may_still_award(accepted)
    return ids


def _may_still_award(accepted: Accepted) -> None:
    """Refuse who has lost the role, or whose key has ended, while this act waited for others; or whose organisation was stopped."""
    require_open(accepted.basis.organisation)
    require_role(as_now(accepted.actor), accepted.basis.version.achievement.issuer.node, Role.AWARDER)


def lint_facts(facts: str, basis: Basis) -> None:
    """Apply what signing will apply: a rule that is missing in `check_order` shows before anything is promised."""
    try:
        lint_award(
            AwardFacts.from_json(facts),
            version_id=basis.version.pk,
            profile_id=basis.profile.pk,
            builder=CURRENT.version,
        )
    except (DataModelError, SchemaError) as error:
        raise FactsRefusedError(reason=error.message, column="") from error


OWN_COLUMNS = (
    "id",
    "facts",
    "learner_id",
    "row_number",
    "language",
    "status_list_id",
    "status_index",
    "awarded_on",
    "valid_from",
    "valid_until",
    "dedupe_key",
    "replaces_id",
)


def _own_values(
    accepted: Accepted, number: int, place: Place, key: uuid.UUID | None, replaced: uuid.UUID | None
) -> tuple[Any, ...]:
    """Return what differs from award to award beside id and facts, in the order of `OWN_COLUMNS`."""
    checked = accepted.orders[number]
    return (
        accepted.learners[number],
        accepted.rows[number],
        checked.stated["language"],
        place.list_id,
        place.index,
        checked.stated["awarded_on"],
        checked.stated["valid_from"],
        checked.stated["valid_until"],
        key,
        replaced,
    )


def _shared_values(accepted: Accepted, state: AwardState) -> dict[str, Any]:
    """Return what all awards of one act have in common, by column."""
    basis, actor = accepted.basis, accepted.actor
    return {
        "organisation_id": basis.organisation.pk,
        "version_id": basis.version.pk,
        "issuer_profile_id": basis.profile.pk,
        "batch_id": accepted.batch and accepted.batch.pk,
        "state": state.value,
        "not_before": accepted.send_at,
        "claim_until": end_of_claim(basis.at) if state == AwardState.AWAITING_CLAIM else None,
        "builder_version": CURRENT.version,
        "accepted_by_kind": actor.kind,
        "accepted_by": actor.id,
        "accepted_at": basis.at,
        "source_kind": _source_of(accepted),
        "source_ref": str(accepted.request or ""),
    }


def _source_of(accepted: Accepted) -> str:
    if accepted.batch is not None:
        return SourceKind.FILE.value
    if accepted.request is not None:
        return SourceKind.REQUEST.value
    return (SourceKind.API if accepted.actor.kind in {"api_key", "oauth_client"} else SourceKind.CONSOLE).value


def _passing(
    ids: Sequence[uuid.UUID], orders: Sequence[CheckedOrder], places: Sequence[Place], state: AwardState, basis: Basis
) -> list[Passing]:
    organisation, policy = basis.organisation, basis.organisation.signing_policy
    # Awards of one act share most: asked for each, it costs as much as inserting their rows.
    origin = (state, organisation.pk, basis.version.pk, basis.profile.pk, CURRENT.version)
    return [
        Passing(award_id, *origin, place.list_id, order.stated["language"], 0, order.send_at, None, policy)
        for award_id, order, place in zip(ids, orders, places, strict=True)
    ]
