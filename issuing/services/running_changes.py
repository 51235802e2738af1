"""The worker's part of changing many: one award after the other, each in a transaction of its own with a fate of its own."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from issuing.models import Award, BulkChange, BulkChangeItem, ChangeFate, ChangeKind, ChangeState
from issuing.notes import keep_note
from issuing.services.letters import send_claim_link
from issuing.services.restating import Correction, correct_credential, sign_again
from issuing.services.status import reinstate_credential, revoke_credential, suspend_credential
from issuing.stated import FACTS, FactKind
from issuing.status_reasons import Reason, reason_in
from registry.actors import Actor
from registry.audit import record_act
from registry.errors import RegistryError, UnavailableError
from registry.selectors import actor_again

Step = Callable[[BulkChange, Award, Actor], None]


def run_change(*, change_id: uuid.UUID) -> None:
    """Work off a change that goes on; safe to repeat, and in many workers at once.

    Raises:
        UnavailableError: something needed does not answer: what is left is done at the next try.
    """
    change = BulkChange.objects.get(pk=change_id)
    if change.state != ChangeState.RUNNING:
        return
    while _change_next(change, _whose(change)):
        pass
    _end(change, _whose(change))


def _whose(change: BulkChange) -> Actor:
    """Return who answers for a change: it may be handed over while it goes on."""
    change.refresh_from_db(fields=["made_by_kind", "made_by"])
    return actor_again(change.made_by_kind, change.made_by, [])


@transaction.atomic
def _change_next(change: BulkChange, actor: Actor) -> bool:
    """Change the next award that waits; tells whether there was one."""
    waiting = BulkChangeItem.objects.select_for_update(of=("self",), skip_locked=True).select_related("award")
    item = waiting.filter(change=change, fate=ChangeFate.WAITING).order_by("position").first()
    if item is None or item.award is None:
        return False
    item.fate, item.code = ChangeFate.DONE, ""
    try:
        with transaction.atomic():
            STEPS[ChangeKind(change.kind)](change, item.award, actor)
    except UnavailableError:
        raise
    except RegistryError as error:
        item.fate, item.code = ChangeFate.REFUSED, error.code
    item.save(update_fields=["fate", "code"])
    return True


@transaction.atomic
def _end(change: BulkChange, actor: Actor) -> None:
    """Write down that all is done, once; what another worker holds just now is ended by that one."""
    held = BulkChange.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=change.pk)
    fates = fates_of(held)
    if held.state != ChangeState.RUNNING or fates.get(ChangeFate.WAITING):
        return
    held.state, held.ended_at = ChangeState.DONE, timezone.now()
    held.save(update_fields=["state", "ended_at"])
    record_act(actor, "change.done", held, organisation=held.organisation, **fates)


def fates_of(change: BulkChange) -> dict[str, int]:
    """Return how many awards of a change have each fate."""
    return dict(change.items.order_by().values_list("fate").annotate(number=Count("pk")))


def _reason_for(change: BulkChange, award: Award) -> str:
    """Return the reason as the award's holder reads it."""
    return change.reason or reason_in(Reason(change.reason_code), award.language)


def _of_status(act: Callable[..., None]) -> Step:
    def step(change: BulkChange, award: Award, actor: Actor) -> None:
        act(credential_id=award.pk, reason=_reason_for(change, award), actor=actor, note=change.note)

    return step


def _correct(change: BulkChange, award: Award, actor: Actor) -> None:
    correction = Correction(stated=stated_in(change.stated))
    newer = correct_credential(credential_id=award.pk, correction=correction, reason="Corrected", actor=actor)
    keep_note(newer, change.note, "credential.superseded", actor)


def _send_link(_change: BulkChange, award: Award, actor: Actor) -> None:
    send_claim_link(award_id=award.pk, actor=actor)


def _sign_again(_change: BulkChange, award: Award, actor: Actor) -> None:
    sign_again(credential_id=award.pk, actor=actor)


STEPS: Final[Mapping[ChangeKind, Step]] = {
    ChangeKind.REVOKE: _of_status(revoke_credential),
    ChangeKind.SUSPEND: _of_status(suspend_credential),
    ChangeKind.REINSTATE: _of_status(reinstate_credential),
    ChangeKind.CORRECT: _correct,
    ChangeKind.LINK: _send_link,
    ChangeKind.SIGN_AGAIN: _sign_again,
}


def stated_in(kept: Mapping[str, str | None]) -> dict[str, Any]:
    """Return facts as drafts keep them, typed again."""
    return {name: None if text is None else _typed(FACTS[name].kind, text) for name, text in kept.items()}


def _typed(kind: FactKind, text: str) -> Any:
    if kind in (FactKind.DAY, FactKind.END):
        return dt.date.fromisoformat(text)
    return Decimal(text) if kind is FactKind.NUMBER else text
