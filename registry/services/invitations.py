"""Acts on invitations: a role is offered by mail, and holds once its address has accepted it."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from registry.actors import Actor
from registry.addresses import normal_address
from registry.audit import record_act
from registry.errors import (
    AlreadyMemberError,
    InvitationOverError,
    JustSentError,
    NotFoundError,
    OrderRefusedError,
    RoleRequiredError,
    WrongAddressError,
)
from registry.invitation_links import invitation_token, token_hash
from registry.models import Invitation, Membership, Node, Role, User
from registry.outbox import Topic, publish
from registry.permissions import live_memberships
from registry.refusals import Faults, Refusal
from registry.selectors import actor_again, open_invitations
from registry.services.members import BAD_EMAIL, OVER, add_member, require_giver

WORKS_FOR = dt.timedelta(days=7)
SENT_AGAIN_AFTER = dt.timedelta(minutes=10)


@transaction.atomic
def invite_member(
    *,
    node: Node,
    email: str,
    role: Role,
    actor: Actor,
    language: str = "en",
    valid_until: dt.datetime | None = None,
    stands_in_for: User | None = None,
) -> Invitation:
    """Offer a role at a node to an address; the letter with its link goes out by itself. Safe to repeat.

    One that is open for the same is returned, and nothing is sent again. Whoever invites must still be able to give the
    role when it is accepted.

    Only an account with this address can accept, only owners invite owners. `language` is that of the letter; the role
    ends by itself with `valid_until`, and is somebody else's work until then (`stands_in_for`).

    Raises:
        RoleRequiredError: `actor` may not give this role here.
        OrderRefusedError: `invitation-refused`, no mail can be sent there or the end is over. AlreadyMemberError.
    """
    node = Node.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation").get(pk=node.pk)
    require_giver(actor, node, role)
    address = _checked(email, valid_until)
    standing = open_invitations().filter(node=node, role=role, email=address).first()
    return standing or _invited(
        Invitation(
            node=node,
            email=address,
            role=role,
            language=language,
            valid_until=valid_until,
            stands_in_for=stands_in_for,
        ),
        actor,
    )


def _invited(invitation: Invitation, actor: Actor) -> Invitation:
    here = live_memberships().filter(user__email=invitation.email, node=invitation.node, role=invitation.role)
    if here.exists():
        raise AlreadyMemberError(role=Role(invitation.role).label)
    invitation.organisation = invitation.node.organisation
    invitation.invited_by_kind, invitation.invited_by = actor.kind, actor.id
    invitation.invited_at = timezone.now()
    _send(invitation)
    record_act(actor, "invitation.made", invitation, organisation=invitation.organisation, role=invitation.role)
    return invitation


def _checked(email: str, valid_until: dt.datetime | None) -> str:
    faults, address = Faults(), ""
    try:
        address = normal_address(email)
    except ValueError:
        faults.refusals.append(Refusal("email", "bad-email", BAD_EMAIL))
    if valid_until is not None and valid_until <= timezone.now():
        faults.add("valid_until", "over", OVER)
    if faults.refusals:
        raise OrderRefusedError("invitation-refused", faults.refusals)
    return address


def _send(invitation: Invitation) -> None:
    """Give the invitation the link of its next letter, and let the worker write that."""
    invitation.token_hash = token_hash(invitation_token(invitation.pk, invitation.sendings))
    invitation.expires_at = timezone.now() + WORKS_FOR
    invitation.save()
    ids = {"invitation_id": str(invitation.pk), "sending": invitation.sendings}
    publish(Topic.INVITATION_MADE, ids, tenant=invitation.organisation_id)


@transaction.atomic
def offer_role(
    *,
    node: Node,
    email: str,
    role: Role,
    actor: Actor,
    language: str = "en",
    valid_until: dt.datetime | None = None,
    stands_in_for: User | None = None,
) -> Invitation | Membership:
    """Give a role to somebody who belongs to the organisation already, and invite everybody else.

    Raises:
        LastOwnerError: as `add_member`.
        Others: as `invite_member`.
    """
    require_giver(actor, node, role)
    address = _checked(email, valid_until)
    here = live_memberships().filter(user__email=address, node__organisation=node.organisation_id)
    known = here.select_related("user").first()
    terms: Terms = {"valid_until": valid_until, "stands_in_for": stands_in_for}
    if known is None:
        return invite_member(node=node, email=address, role=role, actor=actor, language=language, **terms)
    return add_member(user=known.user, node=node, role=role, actor=actor, **terms)


class Terms(TypedDict):
    """For how long a role is given, and for whom."""

    valid_until: dt.datetime | None
    stands_in_for: User | None


@transaction.atomic
def send_invitation_again(*, invitation: Invitation, actor: Actor) -> None:
    """Send another letter with another link, which works for seven days from now; the one before opens nothing.

    Raises:
        RoleRequiredError: `actor` may not give this role here.
        NotFoundError: it was used or withdrawn.
        JustSentError: a letter left a moment ago.
    """
    held = _held(invitation, actor)
    since = held.expires_at - WORKS_FOR
    if since > timezone.now() - SENT_AGAIN_AFTER:
        raise JustSentError
    held.sendings += 1
    held.sent_at = held.bounced_at = None
    held.invited_by_kind, held.invited_by = actor.kind, actor.id
    _send(held)
    record_act(actor, "invitation.sent_again", held, organisation=held.organisation)


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, actor: Actor) -> None:
    """Take an invitation back: its link opens nothing any more.

    Raises:
        RoleRequiredError: `actor` may not give this role here.
        NotFoundError: it was used or withdrawn before.
    """
    held = _held(invitation, actor)
    held.withdrawn_at = timezone.now()
    held.save(update_fields=["withdrawn_at"])
    record_act(actor, "invitation.withdrawn", held, organisation=held.organisation)


def _held(invitation: Invitation, actor: Actor) -> Invitation:
    """Return an open invitation, held until the act ends.

    Raises:
        RoleRequiredError, NotFoundError: as its callers.
    """
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("node", "organisation")
    held = rows.get(pk=invitation.pk)
    require_giver(actor, held.node, Role(held.role))
    if held.used_at is not None or held.withdrawn_at is not None:
        raise NotFoundError
    return held


@transaction.atomic
def accept_invitation(*, token: str, actor: Actor) -> Membership:
    """Take the role that a letter's link offers; safe to repeat by who took it.

    Raises:
        InvitationOverError: the link is unknown, used, withdrawn or ended, or who invited may not give the role any more.
        WrongAddressError: it is for another address than those of the account.
    """
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("node__organisation", "stands_in_for")
    held = rows.filter(token_hash=token_hash(token), withdrawn_at=None).first()
    if held is None or actor.user_id is None:
        raise InvitationOverError
    user = User.objects.get(pk=actor.user_id)
    mine = Membership.objects.filter(user=user, node=held.node, role=held.role).first()
    if held.used_at is not None and held.used_by_id == user.pk and mine is not None:
        return mine
    if held.used_at is not None or held.expires_at <= timezone.now():
        raise InvitationOverError
    if not owns_address(user, held.email):
        raise WrongAddressError
    inviter = actor_again(held.invited_by_kind, held.invited_by)
    try:
        given = add_member(
            user=user,
            node=held.node,
            role=Role(held.role),
            actor=inviter,
            valid_until=held.valid_until,
            stands_in_for=held.stands_in_for,
        )
    except RoleRequiredError as error:
        raise InvitationOverError from error
    held.used_at, held.used_by = timezone.now(), user
    held.save(update_fields=["used_at", "used_by"])
    record_act(actor, "invitation.accepted", held, organisation=held.organisation, role=held.role)
    return given


def owns_address(user: User, address: str) -> bool:
    """Tell whether an address is an account's own: its main one, or another one that it has confirmed."""
    if user.email == address:
        return True
    return bool(EmailAddress.objects.filter(user=user, email=address, verified=True).exists())
