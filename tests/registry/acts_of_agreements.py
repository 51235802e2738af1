"""Agreements as cases: a version published, and accepted for an organisation."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from registry.actors import SYSTEM
from registry.models import Agreement, AgreementKind, Role
from registry.services import AgreementOrder, accept_agreement, publish_agreement
from tests.at_once import Case
from tests.registry.builders import build_organisation, root_of


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


CASES: dict[str, Callable[[], Case]] = {"accept_agreement": _accepting}
OF_THE_OPERATOR: dict[str, Callable[[], Case]] = {"publish_agreement": _publishing}
