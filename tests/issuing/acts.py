"""Every act of issuing as one case each: who may do it, what it writes, and what a second one at once is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils import timezone

from catalogue.models import Achievement, DuplicatePolicy
from issuing.models import ApprovalKind, Award, SignedDocument, StatusList
from issuing.services import (
    ApprovalOrder,
    BatchOptions,
    BatchOrder,
    BatchRow,
    Correction,
    EndorsementOrder,
    PresentationOrder,
    accept_award,
    approve_awards,
    award_achievement,
    award_batch,
    cancel_award,
    cancel_batch,
    confirm_batch,
    correct_credential,
    decline_award,
    link_holder,
    make_batch,
    merge_learners,
    refuse_awards,
    reinstate_credential,
    request_endorsement,
    request_presentation,
    revoke_credential,
    run_batch,
    send_batch,
    send_claim_link,
    send_now,
    set_approval,
    supersede_credential,
    suspend_credential,
    undo_batch,
    verify_identifier,
    withdraw_claim_link,
    withdraw_statement,
)
from registry.actors import SYSTEM, actor_for_user
from registry.models import LearnerIdentifier, Role
from registry.services import Proof, ProofKind
from tests.at_once import Case
from tests.issuing.acts_on_files import FILE_CASES
from tests.issuing.acts_on_letters import LETTER_CASES
from tests.issuing.builders import build_achievement, build_order
from tests.issuing.ways import LATER, at_claim, award_now, bearer, sign
from tests.registry.builders import build_user, root_of

CSV = b"email,name\na@example.org,Ada\nb@example.org,Bob\n"


def _on_award(act: Callable[..., object], award: Award, **fields: Any) -> Case:
    """Return the case of an act that names the award that it holds."""
    name = fields.pop("name", "award_id")
    extra = fields.pop("stated", {})
    holder = fields.pop("holder", False)
    return Case(
        do=lambda actor: act(**{name: award.pk}, actor=actor, **extra),
        of_unknown=lambda actor: act(**{name: uuid.uuid4()}, actor=actor, **extra),
        node=None if holder else award.version.achievement.issuer.node,
        actor=bearer(award) if holder else None,
        row=award,
        **fields,
    )


def _on_credential(act: Callable[..., object], award: Award, **fields: Any) -> Case:
    stated = {"reason": "Because"} | fields.pop("stated", {})
    return _on_award(act, award, name="credential_id", stated=stated, **fields)


def _signed(**content: Any) -> Award:
    award = award_now(build_achievement(**content))
    sign()
    return Award.objects.select_related("version__achievement__issuer__node").get(pk=award.pk)


def _waiting() -> Award:
    """Return an award that waits for a second person."""
    achievement = build_achievement()
    order = ApprovalOrder(place=achievement, kinds=frozenset({ApprovalKind.SECOND_PERSON}))
    set_approval(order=order, actor=SYSTEM)
    return award_now(achievement)


def _with_a_list() -> tuple[Achievement, StatusList]:
    """Return an achievement whose issuer's status list every award of it waits for."""
    achievement = build_achievement()
    award_now(achievement)
    return achievement, StatusList.objects.get(issuer=achievement.issuer)


def _awarding() -> Case:
    achievement, row = _with_a_list()
    order = build_order(achievement)
    return Case(
        do=lambda actor: award_achievement(order=order, actor=actor),
        node=achievement.issuer.node,
        entry="award.accepted",
        second="already-awarded",
        row=row,
    )


def _replacing() -> Case:
    achievement = build_achievement(duplicates=DuplicatePolicy.REPLACE)
    award = award_now(achievement, number=1)
    order = build_order(achievement, number=1)
    return Case(
        do=lambda actor: award_achievement(order=order, actor=actor),
        node=achievement.issuer.node,
        entry="award.accepted",
        entries=2,
        row=award,
    )


def _awarding_a_file() -> Case:
    achievement, row = _with_a_list()
    rows = [BatchRow(row=number, order=build_order(achievement, number)) for number in (2, 3)]
    return Case(
        do=lambda actor: award_batch(achievement=achievement, rows=rows, file_sha="0" * 64, actor=actor),
        node=achievement.issuer.node,
        entry="batch.accepted",
        row=row,
    )


def _keeping_a_file() -> Case:
    achievement = build_achievement()
    order = BatchOrder(achievement=achievement, content=CSV, kind="csv", confirm=False)
    return Case(
        do=lambda actor: make_batch(order=order, actor=actor), node=achievement.issuer.node, entry="batch.made"
    )


def _on_batch(act: Callable[..., object], entry: str) -> Case:
    achievement = build_achievement()
    order = BatchOrder(achievement=achievement, content=CSV, kind="csv", confirm=False)
    batch = make_batch(order=order, actor=SYSTEM)
    run_batch(batch_id=batch.pk)
    return Case(do=lambda actor: act(batch=batch, actor=actor), node=achievement.issuer.node, entry=entry, row=batch)


def _on_waiting_file(act: Callable[..., object], entry: str, second: str = "") -> Case:
    """Return the case of an act on a file whose awards wait for their moment."""
    achievement = build_achievement()
    options = BatchOptions(send_at=timezone.now() + LATER)
    order = BatchOrder(achievement=achievement, content=CSV, kind="csv", options=options)
    batch = make_batch(order=order, actor=SYSTEM)
    run_batch(batch_id=batch.pk)
    batch.refresh_from_db()
    return Case(
        do=lambda actor: act(batch=batch, actor=actor),
        node=achievement.issuer.node,
        entry=entry,
        second=second,
        row=batch,
    )


def _suspended() -> Award:
    award = _signed(suspendable=True)
    suspend_credential(credential_id=award.pk, reason="For now", actor=SYSTEM)
    return award


def _superseding() -> Case:
    award = _signed()
    order = build_order(award.version.achievement)
    return _on_credential(
        supersede_credential,
        award,
        stated={"order": order},
        entry="credential.superseded",
        second="replacement-waiting",
    )


def _proof(award: Award, kind: ProofKind = ProofKind.DOCUMENT) -> Proof:
    identifier = LearnerIdentifier.objects.filter(learner=award.learner_id).first()
    assert identifier is not None
    return Proof(identifier=identifier.pk, kind=kind, at=timezone.now())


def _verifying() -> Case:
    award = award_now(build_achievement())
    proof = _proof(award)
    return Case(
        do=lambda actor: verify_identifier(learner_id=award.learner_id, proof=proof, actor=actor),
        of_unknown=lambda actor: verify_identifier(learner_id=uuid.uuid4(), proof=proof, actor=actor),
        node=root_of(award.organisation),
        role=Role.ADMIN,
        entry="identifier.verified",
        row=award.learner,
    )


def _linking() -> Case:
    award, user = award_now(build_achievement()), build_user()
    act = partial(link_holder, user=user, proof=_proof(award, ProofKind.CODE))
    return Case(
        do=lambda actor: act(learner_id=award.learner_id, actor=actor),
        of_unknown=lambda actor: act(learner_id=uuid.uuid4(), actor=actor),
        actor=actor_for_user(user),
        entry="learner.linked",
        row=award.learner,
    )


def _merging() -> Case:
    achievement = build_achievement()
    kept, gone = award_now(achievement), award_now(achievement)
    proofs = [_proof(one) for one in (kept, gone)]
    sides = {"kept": (kept.learner_id, proofs[0]), "gone": (gone.learner_id, proofs[1])}
    return Case(
        do=lambda actor: merge_learners(**sides, actor=actor),
        of_unknown=lambda actor: merge_learners(**sides | {"kept": (uuid.uuid4(), proofs[0])}, actor=actor),
        node=root_of(kept.organisation),
        role=Role.ADMIN,
        entry="learner.merged",
        second="learner-unknown",
        row=kept.learner,
    )


def _endorsement(issuer: Any) -> EndorsementOrder:
    return EndorsementOrder(issuer=issuer, about="https://college.example.org/course", comment="Sound.")


def _endorsing() -> Case:
    issuer = build_achievement().issuer
    return Case(
        do=lambda actor: request_endorsement(order=_endorsement(issuer), actor=actor),
        node=issuer.node,
        role=Role.ADMIN,
        entry="endorsement.asked",
        entries=2,
    )


def _showing() -> Case:
    award = _signed()

    def order(number: uuid.UUID) -> PresentationOrder:
        return PresentationOrder(credential_ids=[number], domain="https://employer.example", challenge="7f3a")

    return Case(
        do=lambda actor: request_presentation(order=order(award.pk), actor=actor),
        of_unknown=lambda actor: request_presentation(order=order(uuid.uuid4()), actor=actor),
        node=award.version.achievement.issuer.node,
        entry="presentation.asked",
        entries=2,
    )


def _withdrawing() -> Case:
    issuer = build_achievement().issuer
    number = request_endorsement(order=_endorsement(issuer), actor=SYSTEM)
    sign()
    act = partial(withdraw_statement, reason="Mistake")
    return Case(
        do=lambda actor: act(document_id=number, actor=actor),
        of_unknown=lambda actor: act(document_id=uuid.uuid4(), actor=actor),
        node=issuer.node,
        role=Role.ADMIN,
        entry="endorsement.withdrawn",
        second="already-revoked",
        row=SignedDocument.objects.get(pk=number),
    )


def _asking_for_approval() -> Case:
    achievement = build_achievement()
    order = ApprovalOrder(place=achievement, kinds=frozenset({ApprovalKind.SECOND_PERSON}))
    return Case(
        do=lambda actor: set_approval(order=order, actor=actor),
        node=achievement.issuer.node,
        role=Role.OWNER,
        entry="approval.asked",
    )


def _deciding(act: Callable[..., object], entry: str, **stated: Any) -> Case:
    return _on_award(
        act,
        _waiting(),
        name="subject_id",
        role=Role.APPROVER,
        entry=entry,
        stated=stated,
        second="state-does-not-allow",
    )


def _told() -> Award:
    """Return an award whose letter has left."""
    award = _signed()
    award.letters.update(state="sent", sent_at=timezone.now())
    return award


CASES: dict[str, Callable[[], Case]] = {
    **FILE_CASES,
    **LETTER_CASES,
    "award_achievement": _awarding,
    "award_achievement that replaces": _replacing,
    "award_batch": _awarding_a_file,
    "make_batch": _keeping_a_file,
    "confirm_batch": lambda: _on_batch(confirm_batch, "batch.confirmed"),
    "cancel_batch": lambda: _on_batch(cancel_batch, "batch.cancelled"),
    "undo_batch": lambda: _on_waiting_file(undo_batch, "batch.undone"),
    "send_batch": lambda: _on_waiting_file(send_batch, "batch.sent", "state-does-not-allow"),
    "set_approval": _asking_for_approval,
    "approve_awards": lambda: _deciding(approve_awards, "award.approved"),
    "refuse_awards": lambda: _deciding(refuse_awards, "award.refused", reason="No"),
    "accept_award": lambda: _on_award(accept_award, award_now(at_claim()), holder=True, entry="award.claimed"),
    "decline_award": lambda: _on_award(decline_award, award_now(at_claim()), holder=True, entry="award.declined"),
    "cancel_award": lambda: _on_award(
        cancel_award, award_now(at_claim()), entry="award.cancelled", second="state-does-not-allow"
    ),
    "send_now": lambda: _on_award(
        send_now,
        award_now(build_achievement(), send_at=timezone.now() + LATER),
        entry="award.sent",
        second="state-does-not-allow",
    ),
    "revoke_credential": lambda: _on_credential(
        revoke_credential, _signed(), entry="credential.revoked", second="already-revoked"
    ),
    "revoke_credential of what waits": lambda: _on_credential(
        revoke_credential, award_now(at_claim()), entry="award.cancelled", second="already-revoked"
    ),
    "suspend_credential": lambda: _on_credential(
        suspend_credential, _signed(suspendable=True), entry="credential.suspended", second="status-unchanged"
    ),
    "reinstate_credential": lambda: _on_credential(
        reinstate_credential, _suspended(), entry="credential.reinstated", second="status-unchanged"
    ),
    "supersede_credential": _superseding,
    "correct_credential": lambda: _on_credential(
        correct_credential,
        _signed(),
        stated={"correction": Correction(name="Ada Lovelace")},
        entry="credential.superseded",
        second="replacement-waiting",
    ),
    "correct_credential of what waits": lambda: _on_credential(
        correct_credential,
        award_now(at_claim()),
        stated={"correction": Correction(name="Ada Lovelace")},
        entry="award.corrected",
        second="nothing-to-correct",
    ),
    "withdraw_claim_link": lambda: _on_award(withdraw_claim_link, _told(), entry="claim_link.withdrawn"),
    "send_claim_link": lambda: _on_award(send_claim_link, _told(), entry="claim_link.sent"),
    "verify_identifier": _verifying,
    "link_holder": _linking,
    "merge_learners": _merging,
    "request_endorsement": _endorsing,
    "request_presentation": _showing,
    "withdraw_statement": _withdrawing,
}
NO_CASE = {
    "preview_award": "writes nothing (tests/console/test_award_one.py)",
    "close_open_lists": "the operator's after a restore (test_restoring.py)",
    "mark_key_compromised": "of keys (test_keys.py)",
    "request_key_rotation": "of keys (test_keys.py)",
    "request_release": "part of approving",
    "request_report": "of this installation, for whoever may check (test_statements.py)",
    "resume_signing": "the operator's (test_signing.py)",
}
"""Acts that nobody asks for at a place of an organisation, and why. What has no actor is the worker's, or a question."""
