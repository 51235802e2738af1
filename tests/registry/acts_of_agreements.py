"""Agreements and mandates as cases: published and accepted; asked for, confirmed, ended."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from registry.actors import SYSTEM
from registry.models import Agreement, AgreementKind, Mandate, Role
from registry.services import (
    AgreementOrder,
    MandateOrder,
    accept_agreement,
    ask_mandate,
    confirm_mandate,
    end_mandate,
    publish_agreement,
)
from tests.at_once import Case
from tests.registry.builders import build_issuer, build_organisation, root_of


def build_agreement(kind: AgreementKind = AgreementKind.TERMS, **fields: object) -> Agreement:
    """Publish the next version of an agreement."""
    order = AgreementOrder(kind=kind, text={"en": "Be **honest**."}, **fields)  # type: ignore[arg-type]
    return publish_agreement(order=order, actor=SYSTEM)


def _accepting() -> Case:
    house, made = build_organisation(), build_agreement()
    return Case(
        do=lambda actor: accept_agreement(agreement=made, organisation=house, actor=actor),
        node=root_of(house),
        role=Role.OWNER,
        entry="agreement.accepted",
        row=house,
    )


def _publishing() -> Case:
    order, number = AgreementOrder(kind=AgreementKind.TERMS, text={"en": "Be honest."}), uuid.uuid4()
    return Case(
        do=lambda actor: publish_agreement(order=order, actor=actor, agreement_id=number),
        actor=SYSTEM,
        entry="agreement.published",
    )


def _order() -> MandateOrder:
    return MandateOrder(issuer=build_issuer(), on_behalf_of=build_organisation().slug, since=dt.date(2026, 1, 1))


def build_mandate(order: MandateOrder | None = None, *, confirmed: bool = False) -> Mandate:
    """Ask for a mandate, and confirm it where that is wanted."""
    made = ask_mandate(order=order or _order(), actor=SYSTEM)
    return confirm_mandate(mandate=made, actor=SYSTEM) if confirmed else made


def _asking() -> Case:
    order = _order()
    return Case(
        do=lambda actor: ask_mandate(order=order, actor=actor),
        node=order.issuer.node,
        role=Role.OWNER,
        entry="mandate.asked",
        entries=2,
        row=order.issuer,
    )


def _confirming() -> Case:
    made = build_mandate()
    return Case(
        do=lambda actor: confirm_mandate(mandate=made, actor=actor),
        node=root_of(made.on_behalf_of),
        role=Role.OWNER,
        entry="mandate.confirmed",
        entries=2,
        row=made,
    )


def _ending() -> Case:
    made = build_mandate(confirmed=True)
    return Case(
        do=lambda actor: end_mandate(mandate=made, actor=actor),
        node=made.issuer.node,
        role=Role.OWNER,
        entry="mandate.ended",
        entries=2,
        row=made,
    )


CASES: dict[str, Callable[[], Case]] = {
    "accept_agreement": _accepting,
    "ask_mandate": _asking,
    "confirm_mandate": _confirming,
    "end_mandate": _ending,
}
OF_THE_OPERATOR: dict[str, Callable[[], Case]] = {"publish_agreement": _publishing}
