"""Identifiers of a provider are linked with accounts by the operator, before the people sign in there for the first time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from registry.actors import Actor
from registry.addresses import normal_address
from registry.audit import record_act
from registry.errors import NotFoundError, OrderRefusedError
from registry.models import IdentityProvider, User
from registry.permissions import require_operator
from registry.refusals import Faults, gettext_noop
from registry.services.identities import link_identity
from registry.services.members import ensure_account
from registry.sign_in_providers import identifier_of
from registry.told_identities import NotNamedError, OutOfScopeError, ToldIdentity, identity_in

MOST_AT_ONCE = 500
REFUSED = "links-refused"
_NOT_NAMED = gettext_noop("Write the identifier as the provider tells it, at most 191 characters.")
_OUT_OF_SCOPE = gettext_noop("The provider may not name this person: its identifiers end in another way.")
_TWO_ACCOUNTS = gettext_noop("A line above gives this identifier another account. Keep the right one of them.")
_TWO_IDENTIFIERS = gettext_noop("A line above gives this account another identifier. Keep the right one of them.")


@transaction.atomic
def link_ahead(*, provider_id: uuid.UUID, people: Sequence[tuple[str, str]], actor: Actor) -> int:
    """Link identifiers of a provider with the accounts of these addresses; accounts that are not there yet are made.

    Nobody has a role by that. All of it or nothing; safe to repeat.

    Args:
        provider_id: at which the people sign in.
        people: (identifier, e-mail address) of each, at most `MOST_AT_ONCE`.
        actor: an operator.

    Returns:
        How many were linked that were not before.

    Raises:
        OperatorRequiredError: `actor` does not run this installation.
        NotFoundError: there is no such provider.
        OrderRefusedError: every fault, with `people.<number>` as its place.
    """
    provider = _held(provider_id, actor)
    faults = Faults()
    if len(people) > MOST_AT_ONCE:
        faults.add("people", "too-many", gettext_noop("Send at most 500 people at once."))
        raise OrderRefusedError(REFUSED, faults.refusals)
    told = [_identity_of(provider, number, *one, faults) for number, one in enumerate(people, start=1)]
    _check_each_other(told, faults)
    if faults.refusals:
        raise OrderRefusedError(REFUSED, faults.refusals)
    return sum(_linked(identity, actor) for identity in told if identity is not None)


def _held(provider_id: uuid.UUID, actor: Actor) -> IdentityProvider:
    provider = IdentityProvider.objects.select_for_update().filter(pk=provider_id).first()
    require_operator(actor)
    if provider is None:
        raise NotFoundError
    return provider


def _identity_of(
    provider: IdentityProvider, number: int, identifier: str, email: str, faults: Faults
) -> ToldIdentity | None:
    """Return whom a line names, as the provider will name that person; None where something is wrong with it."""
    place, address = f"people.{number}", ""
    try:
        address = normal_address(email)
    except ValueError:
        faults.add(place, "bad-email", gettext_noop("Write an address that mail can be sent to."))
    try:
        subject = identity_in(provider, {identifier_of(provider): [identifier.strip()]}).subject
    except NotNamedError:
        faults.add(place, "not-named", _NOT_NAMED)
        return None
    except OutOfScopeError:
        faults.add(place, "out-of-scope", _OUT_OF_SCOPE)
        return None
    if address:
        _check_account(provider, subject, address, place, faults)
    return ToldIdentity(provider, subject, address)


def _check_each_other(named: Sequence[ToldIdentity | None], faults: Faults) -> None:
    """Refuse lines that name one identifier with two accounts, or one account with two identifiers."""
    account_of: dict[str, str] = {}
    identifier_of_account: dict[str, str] = {}
    for number, one in enumerate(named, start=1):
        if one is None or not one.email:
            continue
        if account_of.setdefault(one.subject, one.email) != one.email:
            faults.add(f"people.{number}", "identifier-twice", _TWO_ACCOUNTS)
        if identifier_of_account.setdefault(one.email, one.subject) != one.subject:
            faults.add(f"people.{number}", "account-twice", _TWO_IDENTIFIERS)


def _check_account(provider: IdentityProvider, subject: str, address: str, place: str, faults: Faults) -> None:
    links = SocialAccount.objects.filter(provider=provider.slug)
    if links.filter(uid=subject).exclude(user__email=address).exists():
        faults.add(
            place, "linked-elsewhere", gettext_noop("This identifier opens another account. Take that away first.")
        )
    if links.filter(user__email=address).exclude(uid=subject).exists():
        faults.add(
            place, "linked-otherwise", gettext_noop("This account has another identifier there. Take that away first.")
        )
    user = User.objects.filter(email=address).first()
    if user is not None and (user.is_superuser or user.is_staff):
        faults.add(place, "operators-account", gettext_noop("Operators link their own accounts, signed in."))


def _linked(identity: ToldIdentity, actor: Actor) -> bool:
    user = ensure_account(email=identity.email, actor=actor)
    before = SocialAccount.objects.filter(provider=identity.provider.slug, uid=identity.subject).exists()
    link_identity(user=user, identity=identity, actor=actor)
    return not before


@transaction.atomic
def unlink_identifier(*, provider_id: uuid.UUID, identifier: str, actor: Actor) -> None:
    """Take away what links an identifier of a provider with an account; the account stays.

    Raises:
        OperatorRequiredError: `actor` does not run this installation.
        NotFoundError: there is no such provider.
        OrderRefusedError: no account is linked with it.
    """
    provider = _held(provider_id, actor)
    subject = identifier.strip().lower() if provider.scope else identifier.strip()
    link = SocialAccount.objects.select_for_update().filter(provider=provider.slug, uid=subject).first()
    if link is None:
        faults = Faults()
        faults.add("identifier", "not-linked", gettext_noop("No account is linked with this identifier."))
        raise OrderRefusedError(REFUSED, faults.refusals)
    record_act(actor, "identity.unlinked", link.user, link=link.pk)
    link.delete()
