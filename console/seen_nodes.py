"""Where in an organisation somebody stands: the tree that they see, the way to the top, and what they may do here."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any, cast

from allauth.mfa.utils import is_mfa_enabled
from django.core.paginator import Page
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from catalogue.models import Achievement, AchievementState
from catalogue.selectors import achievements_for, profiles_of, titles_of
from console.sections import SECTIONS, Section
from issuing.request_lists import counted, number_waiting
from registry.actors import Actor, actor_for_user, user_in
from registry.errors import NotFoundError
from registry.language_maps import text_in
from registry.models import IssuerProfile, Node, NodeKind, Organisation, Role, User
from registry.paging import page_of
from registry.permissions import INCLUDED_IN, has_role, memberships_of, nodes_of, organisations_of, roles_of

ENTRIES_OF_PAGE = 50
UNFOLDED = 20
"""So many siblings are shown in a tree; more of them are found by typing."""


GUARDED = (Role.OWNER, Role.ADMIN, Role.EDITOR, Role.AWARDER, Role.APPROVER)
"""Roles that award or administer: an organisation may ask for a second step of signing in before they act."""


class SecondStepNeededError(Exception):
    """The organisation asks for a second step of signing in that the account has not set up."""

    def __init__(self, place: SeenNode) -> None:
        super().__init__(place.organisation.slug)
        self.place = place


@dataclass(frozen=True, slots=True)
class Crumb:
    """A place on the way to the top; `address` is empty for the page itself."""

    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of the tree: its depth from the top, whether it is where one stands, and whether it is closed.

    One that stands for several, which are found by typing, is called by how many they are. `state`: in words, of what
    cannot be awarded (yet).
    """

    name: str
    address: str
    depth: int
    here: bool = False
    closed: bool = False
    state: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An achievement in a list: what it is called, and where it is."""

    achievement: Achievement
    title: str
    address: str
    award_address: str


class SeenNode:
    """A node of an organisation, as `actor` sees it. Whoever holds no role in an organisation learns nothing of it."""

    def __init__(
        self, actor: Actor, organisation: Organisation, seen: list[Node], node: Node, *, requests: int = 0
    ) -> None:
        self.actor, self.organisation, self.seen, self.node = actor, organisation, seen, node
        self.requests = counted(requests)
        """How many requests of learners wait for one, anywhere in the organisation; empty where none does."""
        self._entries: list[Entry] = []
        self._more = 0
        self._at: uuid.UUID | None = None

    def stand_at(self, achievement: Achievement, title: str) -> None:
        """Say that a page is about an achievement that is issued here: the last level of the tree is where one stands."""
        address = entry_address(self.organisation, achievement)
        self._entries, self._at = [Entry(achievement, title, address, "")], achievement.pk

    def unfold(self, entries: list[Entry], of_all: int) -> None:
        """Show in the tree what is issued right here: the first ones, and how many more there are."""
        self._entries, self._more = entries[:UNFOLDED], of_all - len(entries[:UNFOLDED])

    @property
    def name(self) -> str:
        """The organisation's name in the reader's language."""
        return text_in(self.organisation.name, get_language() or "")

    @property
    def node_name(self) -> str:
        """The place's name in the reader's language."""
        return name_of(self.node, self.organisation)

    @property
    def is_top(self) -> bool:
        """Whether the place is the organisation itself."""
        return self.node.kind == NodeKind.ORGANISATION

    @property
    def home(self) -> str:
        """The address of the topmost place that one sees."""
        return address_of(self.organisation, self.seen[0])

    @cached_property
    def root(self) -> Node:
        """The organisation itself as a place, seen or not."""
        return self.seen[0] if self.seen[0].parent_id is None else self.organisation.nodes.get(parent=None)

    @cached_property
    def may_hand_over(self) -> bool:
        """Whether one may let a colleague take over what somebody leaves: who administers the whole organisation."""
        return has_role(self.actor, self.root, Role.ADMIN)

    @property
    def above(self) -> list[Node]:
        """The places on the way here that one sees, the topmost first, without this one."""
        return [one for one in self.seen if one.pk != self.node.pk and self.node.path.startswith(one.path)]

    @property
    def below(self) -> list[Crumb]:
        """The places right below, the first ones where they are many."""
        return [
            Crumb(one.name, one.address)
            for one in self._shown([one for one in self.seen if one.parent_id == self.node.pk])
        ]

    @property
    def tree(self) -> list[Branch]:
        """The way here, with what lies beside each and right below, in the order of the tree; many are folded."""
        by_parent: dict[uuid.UUID | None, list[Node]] = {}
        known = {one.pk for one in self.seen}
        for one in self.seen:
            by_parent.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)
        return self._branches(by_parent, None)

    def _branches(self, by_parent: dict[uuid.UUID | None, list[Node]], parent: uuid.UUID | None) -> list[Branch]:
        siblings = by_parent.get(parent, [])
        inside = [
            [*self._branches(by_parent, one.pk), *(self._leaves() if one.pk == self.node.pk else [])]
            for one in _kept(siblings, self.node)
        ]
        return [
            one for branch, below in zip_longest(self._shown(siblings), inside) for one in (branch, *(below or ()))
        ]

    def _leaves(self) -> list[Branch]:
        """Return what is issued where one stands: each issuer that a page tells of, and its achievements."""
        deep = self.node.path.count("/") - min(one.path.count("/") for one in self.seen)
        here = address_of(self.organisation, self.node)
        names = names_of_issuers([one.achievement for one in self._entries])
        leaves: list[Branch] = []
        for issuer, name in names.items():
            own = [one for one in self._entries if one.achievement.issuer_id == issuer]
            leaves.append(Branch(name, f"{here}#entries", deep + 1))
            for one in own:
                shown = one.achievement
                state = "" if shown.state == AchievementState.PUBLISHED else str(shown.get_state_display())
                leaves.append(Branch(one.title, one.address, deep + 2, shown.pk == self._at, state=state))
        if self._more:
            leaves.append(self._folded(self._more, deep + 2))
        return leaves

    def _folded(self, count: int, depth: int) -> Branch:
        more = ngettext("one more", "%(count)d more", count) % {"count": count}
        return Branch(more, reverse("console:find", args=[self.organisation.slug]), depth)

    def _shown(self, nodes: list[Node]) -> list[Branch]:
        """Return the branches of siblings, with one for those that are folded away."""
        least = min(one.path.count("/") for one in self.seen)
        kept = _kept(nodes, self.node)
        branches = [
            Branch(
                name_of(one, self.organisation),
                address_of(self.organisation, one),
                one.path.count("/") - least,
                one.pk == self.node.pk and self._at is None,
                one.closed_at is not None,
            )
            for one in kept
        ]
        if len(kept) < len(nodes):
            branches.append(self._folded(len(nodes) - len(kept), nodes[0].path.count("/") - least))
        return branches

    def crumbs(self, *further: Crumb) -> list[Crumb]:
        """Return the way here, and what comes behind; the last one is the page itself.

        Who works in several organisations begins where one is chosen.
        """
        nodes = [*self.above, self.node]
        way = [Crumb(name_of(one, self.organisation), address_of(self.organisation, one)) for one in nodes]
        tops = {path.partition("/")[0] for _role, path in roles_of(self.actor)}
        houses = [Crumb(str(_("Your organisations")), reverse("console:home"))] if len(tops) > 1 else []
        *before, last = [*houses, *way, *further]
        return [*before, Crumb(last.name)]

    @cached_property
    def may_award(self) -> bool:
        """Whether one may award what is issued here."""
        return has_role(self.actor, self.node, Role.AWARDER)

    @cached_property
    def may_edit(self) -> bool:
        """Whether one may write the entries that are issued here."""
        return has_role(self.actor, self.node, Role.EDITOR)

    @cached_property
    def may_run(self) -> bool:
        """Whether one administers the place: its people, and what lies below it."""
        return has_role(self.actor, self.node, Role.ADMIN)

    @cached_property
    def held(self) -> set[Role]:
        """The roles that one holds anywhere in the organisation."""
        top = self.node.path.partition("/")[0]
        return {Role(role) for role, path in roles_of(self.actor) if path.partition("/")[0] == top}

    def leads_to(self, sections: Iterable[Section]) -> list[tuple[Section, str]]:
        """Return the sections that somebody with these roles is led to, each with its address."""
        slug = self.organisation.slug
        return [(one, reverse(one.route, args=[slug])) for one in sections if self.held & INCLUDED_IN[one.role]]

    @property
    def sections(self) -> list[tuple[Section, str]]:
        """What stands at the top of the page."""
        return self.leads_to(SECTIONS)

    def entries(self, asked: str) -> tuple[Page[Any], list[Entry]]:
        """Return a page of what is issued right here, drafts included, in the order in which it was made.

        Raises:
            NoSuchPageError: the list has no such page.
        """
        own = achievements_for(self.actor).filter(issuer__node=self.node)
        rows = with_issuer_named(own).order_by("created_at", "pk")
        page = page_of(cast(Sequence[Any], rows), ENTRIES_OF_PAGE, asked)
        return page, entries_of(page.object_list, self.organisation)


def _kept(nodes: list[Node], here: Node) -> list[Node]:
    """Return the siblings that a tree shows: all, or the first ones with the way to where one stands."""
    if len(nodes) <= UNFOLDED:
        return nodes
    on_the_way = [one for one in nodes if here.path.startswith(one.path)]
    first = [one for one in nodes if one not in on_the_way][: UNFOLDED - len(on_the_way)]
    return [one for one in nodes if one in first or one in on_the_way]


def entries_of(rows: Iterable[Achievement], organisation: Organisation) -> list[Entry]:
    """Return achievements with their titles."""
    listed = list(rows)
    titles = titles_of([row.pk for row in listed], get_language() or "")
    return [
        Entry(
            row,
            titles[row.pk].text if row.pk in titles else row.slug,
            entry_address(organisation, row),
            entry_address(organisation, row, "award_one"),
        )
        for row in listed
    ]


def with_issuer_named(rows: QuerySet[Achievement]) -> QuerySet[Achievement]:
    """Read with each achievement what its issuer says that it is called."""
    profiles = IssuerProfile.objects.filter(issuer=OuterRef("issuer")).order_by("-version")
    return rows.annotate(issuer_named=Subquery(profiles.values("name")[:1]))


def names_of_issuers(rows: Iterable[Achievement]) -> dict[uuid.UUID, str]:
    """Return {issuer: what it says that it is called}, in the reader's language; a query where that was not read yet."""
    told: dict[uuid.UUID, Any] = {one.issuer_id: getattr(one, "issuer_named", None) for one in rows}
    if unknown := [pk for pk, names in told.items() if names is None]:
        told |= {pk: one.name for pk, one in profiles_of(unknown).items()}
    named = {pk: text_in(names or {}, get_language() or "") for pk, names in told.items()}
    return dict(sorted(named.items(), key=lambda item: item[1].casefold()))


def name_of(node: Node, organisation: Organisation) -> str:
    """Return what a place is called in the reader's language; the topmost bears the organisation's name."""
    names = organisation.name if node.kind == NodeKind.ORGANISATION else node.name
    return text_in(names, get_language() or "")


def address_of(organisation: Organisation, node: Node) -> str:
    """Return the address of a place's page."""
    if node.kind == NodeKind.ORGANISATION:
        return reverse("console:organisation", args=[organisation.slug])
    return reverse("console:node", args=[organisation.slug, node.pk])


def entry_address(organisation: Organisation, achievement: Achievement, name: str = "achievement") -> str:
    """Return the address of a page about an achievement."""
    return reverse(f"console:{name}", args=[organisation.slug, achievement.pk])


def actor_in(request: HttpRequest) -> Actor:
    """Return who is signed in, the same each time in a request; views let nobody else in."""
    kept = cast(Any, request)
    if not hasattr(kept, "console_actor"):
        kept.console_actor = actor_for_user(user_in(request), reads_only=request.method in ("GET", "HEAD"))
    return cast(Actor, kept.console_actor)


def houses_of(actor: Actor) -> list[Organisation]:
    """Return the organisations in which somebody holds a role, in the order of their names."""
    language = get_language() or ""
    return sorted(organisations_of(actor), key=lambda one: text_in(one.name, language).casefold())


def place_of(actor: Actor, slug: str, node_id: uuid.UUID | None = None) -> SeenNode:
    """Return a place of an organisation: the topmost that one sees, unless one is named.

    Raises:
        NotFoundError: no such place, or none of which `actor` may know.
        SecondStepNeededError: the account lacks what the organisation asks for.
    """
    visible = nodes_of(actor).filter(organisation__slug=slug).select_related("organisation")
    # For the number beside the section, which each page that is read shows.
    numbered = visible.annotate(requests=number_waiting(actor) if actor.read is not None else Value(0))
    node = (numbered.filter(pk=node_id) if node_id else numbered.order_by("path")).first()
    if node is None:
        raise NotFoundError
    seen = _in_order(_around(visible, node, actor))
    place = SeenNode(actor, node.organisation, seen, node, requests=node.requests)
    if place.organisation.mfa_required and _lacks_second_step(place):
        raise SecondStepNeededError(place)
    return place


def _around(visible: QuerySet[Node], node: Node, actor: Actor) -> list[Node]:
    """Return the way to a place, what lies beside each step and right below, and where one's own roles lie."""
    parts = node.path.split("/")[:-1]
    above = ["/".join(parts[: depth + 1]) + "/" for depth in range(len(parts) - 1)]
    way = Node.objects.filter(path__in=above)
    own = memberships_of(actor, Role.VIEWER).values("node")
    near = Q(path__in=above) | Q(parent__in=way) | Q(parent=node) | Q(pk__in=own) | Q(pk=node.pk)
    return list(visible.filter(near))


def _lacks_second_step(place: SeenNode) -> bool:
    return not place.held.isdisjoint(GUARDED) and not is_mfa_enabled(User.objects.get(pk=place.actor.id))


def _in_order(nodes: list[Node]) -> list[Node]:
    """Return nodes as a tree is read: each before what is below it, siblings by name."""
    names = {one.path: name_of(one, one.organisation).casefold() for one in nodes}
    return sorted(nodes, key=lambda one: _way_to(one.path, names))


def _way_to(path: str, names: dict[str, str]) -> list[tuple[str, str]]:
    parts = path.split("/")[:-1]
    ways = ["/".join(parts[: depth + 1]) + "/" for depth in range(len(parts))]
    return [(names.get(way, ""), way) for way in ways]


def entry_of(actor: Actor, slug: str, achievement_id: uuid.UUID) -> tuple[SeenNode, Achievement, str]:
    """Return an achievement, its title, and the place that issues it.

    Raises:
        NotFoundError: no such achievement there, or none of which `actor` may know.
        SecondStepNeededError: as `place_of`.
    """
    rows = achievements_for(actor).filter(organisation__slug=slug, pk=achievement_id)
    found = with_issuer_named(rows).first()
    if found is None:
        raise NotFoundError
    place = place_of(actor, slug, found.issuer.node_id)
    titles = titles_of([found.pk], get_language() or "")
    title = titles[found.pk].text if found.pk in titles else found.slug
    place.stand_at(found, title)
    return place, found, title
