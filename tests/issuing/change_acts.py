"""Acts on many awards, as cases: tests/issuing/acts.py has the others."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.utils import timezone

from issuing.models import Award, BulkChange, ChangeKind, ExportFormat, LearnerMerge, SigningKey
from issuing.services import (
    ChangeOrder,
    ExportOrder,
    approve_change,
    ask_export,
    cancel_change,
    confirm_change,
    correct_address,
    decline_application,
    draft_change,
    draft_signing_again,
    grant_application,
    grant_applications,
    mark_key_compromised,
    merge_learners,
    print_claim_link,
    sign_again,
    take_export,
    try_award,
    undo_merge,
)
from registry.actors import SYSTEM, Actor
from registry.models import LearnerIdentifier, Organisation, Role
from registry.services import Proof, ProofKind
from tests.at_once import Case
from tests.issuing.builders import build_achievement, build_order
from tests.issuing.requests import applicant, ask, open_to_requests
from tests.issuing.ways import award_now, sign


def change_of(awards: list[Award], **stated: object) -> ChangeOrder:
    """Return the order to revoke awards, or as stated."""
    fields = {"kind": ChangeKind.REVOKE, "reason_code": "by-mistake"} | stated
    named = [str(award.pk) for award in awards]
    return ChangeOrder(organisation=awards[0].organisation, named=named, **fields)  # type: ignore[arg-type]


def signed_awards(count: int) -> list[Award]:
    """Return signed awards of one achievement."""
    achievement = build_achievement()
    for number in range(1, count + 1):
        award_now(achievement, number=number)
    sign()
    rows = Award.objects.filter(version__achievement=achievement).order_by("accepted_at", "pk")
    return list(rows.select_related("organisation", "version__achievement__issuer__node"))


def _trying() -> Case:
    order, number = build_order(build_achievement()), uuid.uuid4()
    return Case(
        do=lambda actor: try_award(order=order, trial_id=number, actor=actor),
        node=order.achievement.issuer.node,
        entry="trial.made",
        row=order.achievement.issuer,
    )


def _drafting() -> Case:
    awards = signed_awards(1)
    order = change_of(awards)
    return Case(
        do=lambda actor: draft_change(order=order, actor=actor),
        node=awards[0].version.achievement.issuer.node,
        entry="change.made",
        entries=2,
    )


def _on_change(act: Callable[..., object], entry: str, *, waiting: bool = False, role: Role = Role.AWARDER) -> Case:
    awards = signed_awards(1)
    change = draft_change(order=change_of(awards), actor=SYSTEM)
    if waiting:
        Organisation.objects.filter(pk=change.organisation_id).update(second_person_over=0)
        confirm_change(change_id=change.pk, count=1, actor=SYSTEM)
    return Case(
        do=lambda actor: act(change_id=change.pk, actor=actor),
        of_unknown=lambda actor: act(change_id=uuid.uuid4(), actor=actor),
        node=awards[0].version.achievement.issuer.node,
        role=role,
        entry=entry,
        row=BulkChange.objects.get(pk=change.pk),
    )


def _confirm(**fields: object) -> object:
    return confirm_change(count=1, **fields)  # type: ignore[arg-type]


def _on_letters(act: Callable[..., object], entry: str, *, entries: int = 1) -> Case:
    (award,) = signed_awards(1)
    return Case(
        do=lambda actor: act(award_id=award.pk, actor=actor),
        of_unknown=lambda actor: act(award_id=uuid.uuid4(), actor=actor),
        node=award.version.achievement.issuer.node,
        entry=entry,
        entries=entries,
        row=award,
    )


def _readdress(**fields: object) -> object:
    return correct_address(address="right@example.org", **fields)  # type: ignore[arg-type]


def _of_a_lost_key() -> tuple[Award, SigningKey]:
    (award,) = signed_awards(1)
    issuer = award.version.achievement.issuer
    return award, mark_key_compromised(issuer=issuer, actor=SYSTEM)


def _signing_again() -> Case:
    award, _key = _of_a_lost_key()
    return Case(
        do=lambda actor: sign_again(credential_id=award.pk, actor=actor),
        of_unknown=lambda actor: sign_again(credential_id=uuid.uuid4(), actor=actor),
        node=award.version.achievement.issuer.node,
        entry="credential.superseded",
        second="replacement-waiting",
        row=award,
    )


def _drafting_again() -> Case:
    award, key = _of_a_lost_key()
    return Case(
        do=lambda actor: draft_signing_again(key=key, actor=actor),
        node=award.version.achievement.issuer.node,
        entry="change.made",
        entries=2,
    )


def _exporting() -> Case:
    (award,) = signed_awards(1)
    node = award.version.achievement.issuer.node
    order = ExportOrder(node=node, format=ExportFormat.CSV)
    return Case(do=lambda actor: ask_export(order=order, actor=actor), node=node, entry="awards.exported", entries=2)


def _joined() -> LearnerMerge:
    """Return two records of one organisation, joined."""
    awards = signed_awards(2)
    owned = {one.learner_id: one.pk for one in LearnerIdentifier.objects.filter(learner__awards__in=awards)}
    proofs = [(pk, Proof(identifier=own, kind=ProofKind.DOCUMENT, at=timezone.now())) for pk, own in owned.items()]
    merge_learners(kept=proofs[0], gone=proofs[1], actor=SYSTEM)
    return LearnerMerge.objects.get(kept=proofs[0][0])


def _taking_a_list() -> Case:
    (award,) = signed_awards(1)
    node = award.version.achievement.issuer.node

    def take(actor: Actor) -> None:
        asked = ask_export(order=ExportOrder(node=node, format=ExportFormat.CSV), actor=actor)
        take_export(export_id=asked.pk, actor=actor).close()

    return Case(
        do=take,
        of_unknown=lambda actor: take_export(export_id=uuid.uuid4(), actor=actor),
        node=node,
        entry="export.taken",
        entries=2,
    )


def _taking_apart() -> Case:
    merge = _joined()
    return Case(
        do=lambda actor: undo_merge(merge_id=merge.pk, actor=actor),
        of_unknown=lambda actor: undo_merge(merge_id=uuid.uuid4(), actor=actor),
        node=merge.organisation.nodes.get(parent=None),
        role=Role.ADMIN,
        entry="learner.unmerged",
        row=merge,
    )


def _on_request(act: Callable[..., object], entry: str, **stated: object) -> Case:
    made = ask(open_to_requests(), applicant())
    return Case(
        do=lambda actor: act(application_id=made.pk, actor=actor, **stated),
        of_unknown=lambda actor: act(application_id=uuid.uuid4(), actor=actor, **stated),
        node=made.achievement.issuer.node,
        entry=entry,
        row=made,
    )


def _grant_both(*, application_id: uuid.UUID, actor: Actor) -> int:
    return grant_applications(application_ids=[application_id], actor=actor)


CASES: dict[str, Callable[[], Case]] = {
    "grant_application": lambda: _on_request(grant_application, "request.granted"),
    "grant_applications": lambda: _on_request(_grant_both, "requests.granted"),
    "decline_application": lambda: _on_request(decline_application, "request.declined", reason="Because"),
    "correct_address": lambda: _on_letters(_readdress, "address.corrected"),
    "print_claim_link": lambda: _on_letters(print_claim_link, "claim_link.printed", entries=2),
    "ask_export": _exporting,
    "take_export": _taking_a_list,
    "undo_merge": _taking_apart,
    "draft_change": _drafting,
    "draft_signing_again": _drafting_again,
    "sign_again": _signing_again,
    "try_award": _trying,
    "confirm_change": lambda: _on_change(_confirm, "change.confirmed"),
    "approve_change": lambda: _on_change(approve_change, "change.approved", waiting=True, role=Role.APPROVER),
    "cancel_change": lambda: _on_change(cancel_change, "change.cancelled"),
}
