"""Keeping filters of lists under names, for oneself alone."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from registry.actors import actor_for_user
from registry.errors import NotFoundError
from registry.models import Organisation, SavedView, User
from registry.permissions import organisations_of
from registry.refusals import RuleBrokenError, gettext_noop

MOST_VIEWS: Final = 20
LONGEST_NAME: Final = 60
LONGEST_QUERY: Final = 3_000


@transaction.atomic
def keep_view(*, organisation: Organisation, name: str, query: str, user: User) -> SavedView:
    """Keep a filter under a name; another one of that name is replaced. Safe to repeat.

    Raises:
        NotFoundError: `user` holds no role in the organisation.
        RuleBrokenError: at `name`: it is no name, or `MOST_VIEWS` are kept already; at `query`: it is too long.
    """
    own, wanted = _held(organisation, user), _read_name(name)
    if len(query) > LONGEST_QUERY:
        raise RuleBrokenError("query", "filter-too-long", gettext_noop("Search for something shorter, then keep it."))
    if own.exclude(name=wanted).count() >= MOST_VIEWS:
        raise RuleBrokenError("name", "too-many-views", gettext_noop("You keep 20 filters: forget one first."))
    view, _is_new = own.update_or_create(name=wanted, organisation=organisation, user=user, defaults={"query": query})
    return view


@transaction.atomic
def rename_view(*, organisation: Organisation, number: int, name: str, user: User) -> SavedView:
    """Give a filter of one's own another name. Safe to repeat.

    Raises:
        NotFoundError: `user` holds no role in the organisation, or keeps no such filter there.
        RuleBrokenError: at `name`: it is no name, or that of another filter of one's own.
    """
    own, wanted = _held(organisation, user), _read_name(name)
    view = own.filter(pk=number).first()
    if view is None:
        raise NotFoundError
    if own.filter(name=wanted).exclude(pk=view.pk).exists():
        raise RuleBrokenError("name", "name-taken", gettext_noop("You keep another filter under this name."))
    view.name = wanted
    view.save()
    return view


@transaction.atomic
def forget_view(*, organisation: Organisation, number: int, user: User) -> SavedView | None:
    """Forget a filter of one's own and return what it was; safe to repeat, and nobody else's is touched."""
    view = SavedView.objects.filter(pk=number, organisation=organisation, user=user).first()
    if view is not None:
        SavedView.objects.filter(pk=view.pk).delete()
    return view


def _held(organisation: Organisation, user: User) -> QuerySet[SavedView]:
    """Return somebody's own filters; the account is held, so that two acts at once do not go beyond the bound.

    Raises:
        NotFoundError: `user` holds no role in the organisation.
    """
    if not organisations_of(actor_for_user(user)).filter(pk=organisation.pk).exists():
        raise NotFoundError
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return SavedView.objects.filter(organisation=organisation, user=user)


def _read_name(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable():
        raise RuleBrokenError("name", "name-needed", gettext_noop("Give it a name of at most 60 characters."))
    return wanted
