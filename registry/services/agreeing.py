"""Acts on agreements: the operator publishes a version, an owner accepts it for an organisation."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.actors import Actor
from registry.agreed import newest_agreements
from registry.audit import record_act
from registry.errors import AgreementReplacedError, KeyReusedError, OrderRefusedError, RoleRequiredError, TakenError
from registry.models import Agreement, AgreementAccepted, AgreementKind, Node, Organisation, Role
from registry.permissions import require_operator, require_role
from registry.refusals import Faults, gettext_noop

LONGEST_TEXT: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementOrder:
    """A version to publish: its text by language (Markdown), and from which day nobody awards without it, if ever."""

    kind: AgreementKind
    text: Mapping[str, str]
    required_from: dt.date | None = None


@transaction.atomic
def publish_agreement(*, order: AgreementOrder, actor: Actor, agreement_id: uuid.UUID | None = None) -> Agreement:
    """Publish the next version of an agreement; it never changes. With an `agreement_id` it is safe to repeat.

    Raises:
        OperatorRequiredError: `actor` does not run this installation.
        OrderRefusedError: code `agreement-refused`: no text, too long a one, or a day that is over.
        KeyReusedError: that `agreement_id` was published with other words.
        TakenError: somebody has published the next version a moment ago.
    """
    require_operator(actor)
    number = agreement_id or uuid.uuid4()
    rows = Agreement.objects.select_for_update().filter(kind=order.kind).order_by("-version")
    newest = rows.first()
    if standing := _standing(number, order):
        return standing
    _check(order)
    version = newest.version + 1 if newest else 1
    said = {"text": dict(order.text), "required_from": order.required_from, "published_at": timezone.now()}
    try:
        with transaction.atomic():
            made = Agreement.objects.create(id=number, kind=order.kind, version=version, **said)
    except IntegrityError as error:
        # The very first version has no row that another act could wait for.
        if standing := _standing(number, order):
            return standing
        raise TakenError(value=f"{order.kind} {version}") from error
    record_act(actor, "agreement.published", made, kind=order.kind, version=version)
    return made


def _standing(number: uuid.UUID, order: AgreementOrder) -> Agreement | None:
    """Return what was published with this id and these words, if anything."""
    row = Agreement.objects.filter(pk=number).first()
    if row and (row.kind, row.text, row.required_from) != (order.kind, dict(order.text), order.required_from):
        raise KeyReusedError
    return row


def _check(order: AgreementOrder) -> None:
    faults, texts = Faults(), [text for text in order.text.values() if text.strip()]
    if not texts:
        faults.add("text", "missing", gettext_noop("Write the text in one language at least."))
    if any(len(text) > LONGEST_TEXT for text in texts):
        faults.add("text", "too-long", gettext_noop("Shorten this text."))
    if order.required_from is not None and order.required_from <= timezone.localdate():
        faults.add("required_from", "over", gettext_noop("Leave owners at least until tomorrow to read it."))
    if faults.refusals:
        raise OrderRefusedError("agreement-refused", faults.refusals)


@transaction.atomic
def accept_agreement(*, agreement: Agreement, organisation: Organisation, actor: Actor) -> AgreementAccepted:
    """Accept a version in an organisation's name. Safe to repeat: the first who accepted stays.

    Raises:
        RoleRequiredError: `actor` is no owner of the organisation.
        AgreementReplacedError: there is a newer version, which nobody has read on this page.
    """
    held = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    require_role(actor, Node.objects.get(organisation=held, parent=None), Role.OWNER)
    if actor.user_id is None:
        raise RoleRequiredError(role=Role.OWNER.label)
    if agreement.pk not in {one.pk for one in newest_agreements()}:
        raise AgreementReplacedError
    row, made = AgreementAccepted.objects.get_or_create(
        organisation=held, agreement=agreement, defaults={"user_id": actor.user_id, "at": timezone.now()}
    )
    if made:
        said = {"kind": agreement.kind, "version": agreement.version}
        record_act(actor, "agreement.accepted", agreement, organisation=held, **said)
    return row
