"""The acts that tie people's records to accounts and to each other. Each needs proof that is newer than the award."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from issuing.models import Award
from issuing.services.basis import line_key
from issuing.services.unmerging import MergeNote
from registry.actors import Actor
from registry.audit import record_act
from registry.errors import ForbiddenError, HeldByAnotherError, LearnerUnknownError
from registry.models import Learner, Role, User
from registry.permissions import organisations_of, require_role
from registry.services import Proof, ProofKind
from registry.services.holding import held_records, join_records, mark_verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What became of two records: the one that stands, and (standing award, its double) of lines that both held."""

    learner_id: uuid.UUID
    awards: int
    held_twice: tuple[tuple[uuid.UUID, uuid.UUID], ...]


def verify_identifier(*, learner_id: uuid.UUID, proof: Proof, actor: Actor) -> None:
    """Note that an address or number was shown to be the person's; safe to repeat.

    Raises:
        As `link_holder`.
    """
    _require_bearer([proof], actor, None)
    with transaction.atomic():
        learner = held_records([learner_id])[learner_id]
        if not _proven([(learner, proof)], actor):
            return
        record_act(
            actor,
            "identifier.verified",
            learner,
            organisation=learner.organisation,
            identifier=str(proof.identifier),
            kind=proof.kind,
        )


def link_holder(*, learner_id: uuid.UUID, user: User, proof: Proof, actor: Actor) -> None:
    """Link a record to the account of the person who has shown that an identifier of it is theirs; safe to repeat.

    Raises:
        LearnerUnknownError: there is no such record, or it has no such identifier.
        ProofTooOldError: shown before the latest award named the record.
        HeldByAnotherError: the record is another account's.
        ForbiddenError, RoleRequiredError: neither that account itself nor an administrator with a document.
    """
    _require_bearer([proof], actor, user)
    with transaction.atomic():
        learner = held_records([learner_id])[learner_id]
        is_news = _proven([(learner, proof)], actor)
        if learner.user_id not in (None, user.pk) or not user.is_active:
            raise HeldByAnotherError
        if learner.user_id == user.pk and not is_news:
            return
        Learner.objects.filter(pk=learner.pk).update(user=user)
        record_act(
            actor,
            "learner.linked",
            learner,
            organisation=learner.organisation,
            user=str(user.pk),
            identifier=str(proof.identifier),
            kind=proof.kind,
        )


def merge_learners(*, kept: tuple[uuid.UUID, Proof], gone: tuple[uuid.UUID, Proof], actor: Actor) -> Merged:
    """Make one record of two that are one person's, each with proof: the first one stands.

    Identifiers and awards move; what was signed stays as it is. Where both held a line, the award made first keeps
    counting as the one that stands, and the other one stays as a repeat: nobody's credential is revoked by this. `undo_merge` takes them apart until an award changes.

    Raises:
        LearnerUnknownError: not two records of one organisation.
        HeldByAnotherError: they are two accounts' records, or another account's than the actor's.
        Others: as `link_holder`.
    """
    _require_bearer([kept[1], gone[1]], actor, None)
    with transaction.atomic():
        records = held_records([kept[0], gone[0]])
        first, second = records[kept[0]], records[gone[0]]
        if first.pk == second.pk or first.organisation_id != second.organisation_id:
            raise LearnerUnknownError
        _proven([(first, kept[1]), (second, gone[1])], actor)
        _require_one_account(first, second, (kept[1], gone[1]), actor)
        note = MergeNote(first, second)
        moved, twice = _move_awards(first, second)
        identifiers = join_records(kept=first, gone=second)
        note.keep(gone[0])
        record_act(
            actor,
            "learner.merged",
            first,
            organisation=first.organisation,
            gone=str(gone[0]),
            awards=moved,
            identifiers=identifiers,
            proofs=[[str(proof.identifier), proof.kind] for proof in (kept[1], gone[1])],
            held_twice=[[str(one) for one in pair] for pair in twice],
        )
        return Merged(learner_id=first.pk, awards=moved, held_twice=tuple(twice))


def _require_bearer(proofs: Iterable[Proof], actor: Actor, user: User | None) -> None:
    """Refuse proofs that a person shows for somebody else's account, before anything is looked up.

    A document is looked at by an administrator instead (`_require_witness`).
    """
    for proof in proofs:
        by_person = proof.kind != ProofKind.DOCUMENT and actor.kind != "system"
        if by_person and (actor.user_id is None or (user is not None and user.pk != actor.user_id)):
            raise ForbiddenError


def _proven(proofs: Iterable[tuple[Learner, Proof]], actor: Actor) -> bool:
    """Note each proof, refused unless it is newer than what named its record; returns whether one of them is news."""
    is_news = False
    for learner, proof in proofs:
        _require_witness(learner, proof, actor)
        latest = Award.objects.filter(learner=learner).aggregate(at=Max("accepted_at"))["at"]
        named_at: dt.datetime = latest or learner.created_at
        is_news |= mark_verified(learner, proof, named_at=named_at)
    return is_news


def _require_witness(learner: Learner, proof: Proof, actor: Actor) -> None:
    """Refuse a document unless an administrator saw it; who is of no place of the organisation learns nothing of it."""
    if proof.kind != ProofKind.DOCUMENT:
        return
    if not organisations_of(actor).filter(pk=learner.organisation_id).exists():
        raise LearnerUnknownError
    require_role(actor, learner.organisation.nodes.get(parent=None), Role.ADMIN)


def _require_one_account(first: Learner, second: Learner, proofs: Iterable[Proof], actor: Actor) -> None:
    """Refuse records of two accounts, and of another account than that of the person who shows the proofs."""
    accounts = {first.user_id, second.user_id} - {None}
    shown_by_person = actor.kind == "user" and any(proof.kind != ProofKind.DOCUMENT for proof in proofs)
    if len(accounts) > 1 or (shown_by_person and accounts - {actor.user_id}):
        raise HeldByAnotherError


def _move_awards(kept: Learner, gone: Learner) -> tuple[int, list[tuple[uuid.UUID, uuid.UUID]]]:
    """Move awards with their keys; returns how many, and the pairs of those that held one line."""
    keyed = Award.objects.select_for_update(of=("self",)).select_related("version").exclude(dedupe_key=None)
    standing = {award.version.achievement_id: award for award in keyed.filter(learner=kept)}
    twice: list[tuple[uuid.UUID, uuid.UUID]] = []
    for award in keyed.filter(learner=gone):
        line = award.version.achievement_id
        pair = [award, standing[line]] if line in standing else [award]
        first, *later = sorted(pair, key=lambda one: (one.accepted_at, one.learner_id == gone.pk, one.pk))
        for one in later:
            Award.objects.filter(pk=one.pk).update(dedupe_key=None)
            twice.append((first.pk, one.pk))
        Award.objects.filter(pk=first.pk).update(dedupe_key=line_key(line, kept.pk))
    return Award.objects.filter(learner=gone).update(learner=kept), twice
