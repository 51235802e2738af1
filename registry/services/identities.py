"""Acts of signing in elsewhere: identities are linked with accounts, roles are proposed, and given by an administrator.

Signing in gives nobody a role. An identifier links an account, an e-mail address only where the operator trusts the
provider for it; and never that of an operator, nor of an account that another person of the provider is linked with.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.actors import Actor
from registry.audit import record_act
from registry.errors import ConflictError, NotFoundError
from registry.models import IdentityProvider, Node, ProposalDecision, Role, RoleProposal, User
from registry.permissions import require_role
from registry.services.members import add_member
from registry.sign_in_providers import only_ways_of
from registry.told_identities import Attributes, ToldIdentity


class LinkedElsewhereError(ConflictError):
    """This identity opens another account here."""

    code = "linked-elsewhere"
    message = _("This sign-in at {provider} opens another account here. Take it away there first.")


class OnlyWayError(ConflictError):
    """A link that is the only way in is not taken away by the one who uses it."""

    code, message = "only-way", _("{provider} is the only way into this account. The operator can change that.")


class DecidedBeforeError(ConflictError):
    """Somebody has decided otherwise meanwhile."""

    code, message = "decided-before", _("Somebody has decided about this role already.")


def actor_of(provider: IdentityProvider) -> Actor:
    """Return who stands in the audit trail for what a provider brought about."""
    return Actor(kind="system", id=f"provider:{provider.slug}")


@transaction.atomic
def account_by_address(identity: ToldIdentity) -> User | None:
    """Return the account that a trusted address opens, linked from now on; made where there is none.

    None where the provider is not trusted for the address, where it is an operator's, or where another person of this
    provider is linked already: addresses are given to somebody else, identifiers are not.
    """
    if not identity.email:
        return None
    user, made = User.objects.get_or_create(email=identity.email, defaults={"name": identity.name})
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        record_act(actor_of(identity.provider), "account.created", user)
    linked = SocialAccount.objects.filter(user=user, provider=identity.provider.slug).exclude(uid=identity.subject)
    if user.is_superuser or user.is_staff or linked.exists():
        return None
    _vouch_for_address(user)
    link_identity(user=user, identity=identity, actor=actor_of(identity.provider))
    return user


def _vouch_for_address(user: User) -> None:
    """Note the account's address as verified; whoever had entered it and could not prove it knows no password of it."""
    address, made = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if not made and not address.verified:
        EmailAddress.objects.filter(pk=address.pk).update(verified=True)
        user.set_unusable_password()
        user.save(update_fields=["password"])


@transaction.atomic
def link_identity(*, user: User, identity: ToldIdentity, actor: Actor) -> SocialAccount:
    """Let a provider's person open an account; safe to repeat. Nothing but the identifier is kept of them.

    Raises:
        LinkedElsewhereError: they open another account.
    """
    slug = identity.provider.slug
    try:
        with transaction.atomic():
            link, made = SocialAccount.objects.get_or_create(
                provider=slug, uid=identity.subject, defaults={"user": user}
            )
    except IntegrityError:
        link, made = SocialAccount.objects.get(provider=slug, uid=identity.subject), False
    if link.user_id != user.pk:
        raise LinkedElsewhereError(provider=identity.provider.name)
    if made:
        record_act(actor, "identity.linked", user, link=link.pk)
    return link


@transaction.atomic
def unlink_identity(*, user: User, link_id: int, actor: Actor) -> None:
    """Take a link away from one's own account.

    Raises:
        NotFoundError: the account has no such link.
        OnlyWayError: the provider is its only way in.
    """
    link = SocialAccount.objects.select_for_update().filter(user=user, pk=link_id).first()
    if link is None:
        raise NotFoundError
    for provider in only_ways_of(user):
        if provider.slug == link.provider:
            raise OnlyWayError(provider=provider.name)
    record_act(actor, "identity.unlinked", user, link=link.pk)
    link.delete()


# -- Roles ---------------------------------------------------------------------------------------------
@transaction.atomic
def propose_roles(*, user: User, provider: IdentityProvider, attributes: Attributes) -> int:
    """Propose what the provider's rules make of the attributes, and take back what they no longer say.

    Returns how many were proposed anew. What the person holds, and what was decided before, is not proposed.
    """
    wanted = {(node.pk, role): (node, because) for node, role, because in _roles_for(provider, attributes)}
    waiting = RoleProposal.objects.select_for_update().filter(user=user, provider=provider.slug, decision="")
    for proposal in waiting:
        if (proposal.node_id, proposal.role) not in wanted:
            proposal.delete()
    held = set(user.memberships.values_list("node_id", "role"))
    count = 0
    for (node_id, role), (node, because) in wanted.items():
        if (node_id, role) in held:
            continue
        proposal, made = RoleProposal.objects.get_or_create(
            user=user,
            node=node,
            role=role,
            provider=provider.slug,
            defaults={"organisation_id": node.organisation_id, "because": because},
        )
        if made:
            record_act(actor_of(provider), "role.proposed", proposal, organisation=node.organisation, role=role)
        count += made
    return count


def _roles_for(provider: IdentityProvider, attributes: Attributes) -> Iterator[tuple[Node, str, str]]:
    for rule in provider.role_rules:
        attribute, value, role = (str(rule.get(name, "")) for name in ("attribute", "value", "role"))
        if role == Role.OWNER or role not in Role.values or value not in attributes.get(attribute, []):
            continue
        node = Node.objects.filter(organisation__slug=rule.get("organisation"), parent=None).first()
        if node is not None:
            yield node, role, f"{attribute}={value}"[:300]


@transaction.atomic
def decide_role_proposal(*, proposal_id: uuid.UUID, confirm: bool, actor: Actor) -> RoleProposal:
    """Give a proposed role, or decline it; safe to repeat.

    Raises:
        NotFoundError: there is no such proposal any more.
        RoleRequiredError: `actor` is not an administrator at its place.
        DecidedBeforeError: somebody has decided otherwise.
    """
    proposal = RoleProposal.objects.select_for_update(of=("self",)).filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFoundError
    require_role(actor, proposal.node, Role.ADMIN)
    decision = ProposalDecision.CONFIRMED if confirm else ProposalDecision.DECLINED
    if proposal.decision:
        if proposal.decision != decision:
            raise DecidedBeforeError
        return proposal
    proposal.decision, proposal.decided_at, proposal.decided_by_id = decision, timezone.now(), actor.user_id
    proposal.save(update_fields=["decision", "decided_at", "decided_by"])
    if confirm:
        add_member(user=proposal.user, node=proposal.node, role=Role(proposal.role), actor=actor)
    record_act(actor, f"role_proposal.{decision}", proposal, organisation=proposal.organisation, role=proposal.role)
    return proposal
