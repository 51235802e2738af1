"""The acts on an award's status: revoke (final), suspend and reinstate (where provided for), supersede."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from issuing.delivery.telling import tell_of_change
from issuing.errors import (
    AlreadyRevokedError,
    CredentialNotFoundError,
    NotSignedYetError,
    NotSuspendableError,
    ReasonRequiredError,
    ReplacementWaitsError,
    StatusUnchangedError,
)
from issuing.models import Award, AwardState, Credential, StatusChange, StatusPurpose
from issuing.notes import keep_note
from issuing.rules import LONGEST_REASON, cleaned
from issuing.services.advancing import advance_awards
from issuing.services.awarding import accept_replacement
from issuing.services.basis import require_mandates_today
from issuing.services.claiming import not_undone, refused_state
from issuing.services.correcting import fix_anew
from issuing.services.lines import newest_replacements
from issuing.services.orders import AwardOrder
from issuing.services.status_changes import add_change, cancel_unsigned
from issuing.way import ENDED, WAITING, Act
from registry.actors import Actor
from registry.audit import record_act
from registry.models import Role
from registry.permissions import Scope, has_role, require_role
from registry.selectors import as_now


def revoke_credential(*, credential_id: uuid.UUID, reason: str, actor: Actor, note: str = "") -> None:
    """Revoke a credential for good, or cancel an award that was not signed yet.

    `reason` is told to everybody who checks; `note` is for the file.

    Raises:
        CredentialNotFoundError: there is none, or `actor` may not know of it.
        RoleRequiredError, ScopeRequiredError: `actor` may not revoke here.
        ReasonRequiredError: no reason, or one over 500 characters.
        AlreadyRevokedError: revocation is final.
    """
    text = checked_reason(reason)
    with transaction.atomic():
        award = held_award(credential_id, actor)
        organisation = award.organisation
        if award.state in WAITING:
            cancel_unsigned(award, code="revoked-before-signing")
            keep_note(award, note, "award.cancelled", actor)
            record_act(actor, "award.cancelled", award, organisation=organisation)
            return
        credential = _credential_of(award)
        if _is_revoked(credential):
            raise AlreadyRevokedError
        change = add_change(
            credential, purpose=StatusPurpose.REVOCATION, value=True, reason=text, actor=actor, at=timezone.now()
        )
        tell_of_change(change)
        keep_note(award, note, "credential.revoked", actor)
        record_act(actor, "credential.revoked", credential, organisation=organisation)


def cancel_award(*, award_id: uuid.UUID, actor: Actor) -> None:
    """End an award that was not signed yet.

    Raises:
        CredentialNotFoundError: there is none, or `actor` may not know of it.
        RoleRequiredError, ScopeRequiredError: `actor` may not award here.
        StateError: it is signed, or has ended.
    """
    with transaction.atomic():
        award = held_award(award_id, actor, scope=Scope.AWARDS_WRITE)
        if not cancel_unsigned(award, code="cancelled"):
            raise refused_state(award)
        record_act(actor, "award.cancelled", award, organisation=award.organisation)


def send_now(*, award_id: uuid.UUID, actor: Actor) -> None:
    """Let a scheduled award go on at once: nobody waits for its day, or for the end of its undo window, any more.

    Raises:
        CredentialNotFoundError: there is none, or `actor` may not know of it.
        RoleRequiredError, ScopeRequiredError: `actor` may not award here.
        StateError: it waits for no day.
        MandateMissingError: it is in the name of an organisation that mandates the issuer no more.
    """
    with transaction.atomic():
        award = held_award(award_id, actor, scope=Scope.AWARDS_WRITE)
        if not advance_awards(not_undone([award.pk]), Act.SCHEDULE, not_before=None):
            raise refused_state(award)
        require_mandates_today(award.version)
        record_act(actor, "award.sent", award, organisation=award.organisation)


def suspend_credential(*, credential_id: uuid.UUID, reason: str, actor: Actor, note: str = "") -> None:
    """Suspend a credential until it is reinstated.

    Raises:
        NotSuspendableError: its achievement version does not provide for that.
        StatusUnchangedError: it is suspended.
        CredentialNotFoundError, RoleRequiredError, ScopeRequiredError, ReasonRequiredError,
        AlreadyRevokedError: as `revoke_credential`.
    """
    _set_suspension(credential_id, reason, actor, value=True, note=note)


def reinstate_credential(*, credential_id: uuid.UUID, reason: str, actor: Actor, note: str = "") -> None:
    """End a suspension.

    Raises:
        StatusUnchangedError: it is not suspended.
        NotSuspendableError and others: as `suspend_credential`.
    """
    _set_suspension(credential_id, reason, actor, value=False, note=note)


def _set_suspension(credential_id: uuid.UUID, reason: str, actor: Actor, *, value: bool, note: str) -> None:
    text = checked_reason(reason)
    with transaction.atomic():
        award = held_award(credential_id, actor)
        if not award.version.suspendable:
            raise NotSuspendableError
        credential = _credential_of(award)
        if _is_revoked(credential):
            raise AlreadyRevokedError
        if is_suspended(credential) == value:
            raise StatusUnchangedError
        change = add_change(
            credential, purpose=StatusPurpose.SUSPENSION, value=value, reason=text, actor=actor, at=timezone.now()
        )
        tell_of_change(change)
        act = "credential.suspended" if value else "credential.reinstated"
        keep_note(award, note, act, actor)
        record_act(actor, act, credential, organisation=award.organisation)


def supersede_credential(*, credential_id: uuid.UUID, order: AwardOrder, reason: str, actor: Actor) -> Award:
    """Correct an award. One that waits gets new facts under its id; a signed one gets a successor.

    Once the successor is signed, the old one is revoked and names it; until then the old one stands.

    Returns:
        The award with the corrected facts; the reason stands in the old one's status as `superseded`.

    Raises:
        AlreadyRevokedError: a revoked credential has no successor; award anew.
        ReplacementWaitsError: a successor waits already.
        StateError: it ended without being signed.
        Others: as `award_achievement` and `revoke_credential`.
    """
    checked_reason(reason)
    with transaction.atomic():
        award = held_award(credential_id, actor)
        if award.state in WAITING:
            return fix_anew(award=award, order=order, actor=actor)
        if award.state in ENDED:
            raise refused_state(award)
        if _is_revoked(_credential_of(award)):
            raise AlreadyRevokedError
        waiting = newest_replacements([award.pk])
        if waiting:
            raise ReplacementWaitsError(id=waiting[award.pk])
        successor = accept_replacement(order=order, replaced=award, actor=actor)
        record_act(actor, "credential.superseded", successor, organisation=award.organisation, count=1)
    return successor


def is_suspended(credential: Credential) -> bool:
    """Return whether the newest change of suspension set it."""
    changes = StatusChange.objects.filter(credential=credential, purpose=StatusPurpose.SUSPENSION).order_by("-id")
    return bool(changes.values_list("value", flat=True).first())


def _is_revoked(credential: Credential) -> bool:
    return StatusChange.objects.filter(credential=credential, purpose=StatusPurpose.REVOCATION).exists()


def checked_reason(reason: str) -> str:
    """Return a reason as it is kept.

    Raises:
        ReasonRequiredError: there is none, or it is over 500 characters.
    """
    text = cleaned(reason).text
    if not 0 < len(text) <= LONGEST_REASON:
        raise ReasonRequiredError
    return text


def held_award(credential_id: uuid.UUID, actor: Actor, *, scope: Scope = Scope.CREDENTIALS_REVOKE) -> Award:
    """Return the award, its row held until the act ends. Who may not even look at it learns nothing of it."""
    award = (
        Award.objects.select_for_update(of=("self",))
        .select_related(
            "organisation", "version__achievement__issuer__node", "issuer_profile", "status_list", "replaces"
        )
        .filter(pk=credential_id)
        .first()
    )
    if award is None:
        raise CredentialNotFoundError
    node, actor = award.version.achievement.issuer.node, as_now(actor)
    allowed = has_role(actor, node, Role.AWARDER, scope=scope)
    if not allowed and not has_role(actor, node, Role.VIEWER):
        raise CredentialNotFoundError
    require_role(actor, node, Role.AWARDER, scope=scope)
    return award


def _credential_of(award: Award) -> Credential:
    if award.state == AwardState.CANCELLED:
        raise AlreadyRevokedError
    credential = Credential.objects.select_related("award").filter(award=award).first()
    if credential is None:
        raise NotSignedYetError
    return credential
