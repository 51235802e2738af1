"""Handing over as cases, of each room: roles, keys and invitations alone, and with all that is under way."""

from __future__ import annotations

from collections.abc import Callable

from issuing.services import hand_over
from registry.models import Membership, Role, User
from registry.services import HandOverOrder, hand_over_access
from tests.at_once import Case
from tests.registry.builders import build_member, build_organisation, root_of


def _handing_over(act: Callable[..., object]) -> Case:
    node = root_of(build_organisation())
    leaver, to = (User.objects.get(pk=build_member(node, Role.AWARDER).user_id) for _number in range(2))
    order = HandOverOrder(organisation=node.organisation, leaver=leaver, to=to)
    return Case(
        do=lambda actor: act(order=order, actor=actor),
        node=node,
        role=Role.ADMIN,
        entry="member.handed_over",
        row=Membership.objects.get(user=leaver),
    )


OF_THE_REGISTRY: dict[str, Callable[[], Case]] = {"hand_over_access": lambda: _handing_over(hand_over_access)}
OF_ISSUING: dict[str, Callable[[], Case]] = {"hand_over": lambda: _handing_over(hand_over)}
