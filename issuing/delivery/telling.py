"""Which letters an act queues: the plan of who is told what, in the transaction of the act.

1. Signed: whoever was not told before gets the claim letter; who has accepted it already, or gave no address, gets none,
   and the award has arrived. A validity that ends gets its notices.
2. Signed in another's place: a correction or a renewal for who knew the older one, the first letter for who did not. Who
   has accepted the new one was told when it began to wait.
3. Waiting for its holder: the claim letter before anything is signed, and reminders for as long as it waits.
4. Revoked, suspended, reinstated: told, except that an award whose first letter never left is revoked in silence.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from issuing.delivery.calendar import expiry_notices, reminders
from issuing.delivery.facts import facts_in, name_in
from issuing.delivery.queueing import insert_letters, queue_letters
from issuing.models import FIRST_LETTERS, Award, Credential, Letter, LetterKind, LetterState, StatusChange
from issuing.steps import take_step
from issuing.way import SIGNED, Act

KIND_OF_CHANGE = {
    ("revocation", True): LetterKind.REVOKED,
    ("suspension", True): LetterKind.SUSPENDED,
    ("suspension", False): LetterKind.REINSTATED,
}
OF_ONE_AWARD = frozenset(
    {
        "credential_id",
        "subject_id",
        "salt",
        "email_hash",
        "identifiers",
        "status_list_url",
        "status_index",
        "suspension_list_url",
        "valid_from",
    }
)
"""Facts that are others in each award, whatever it says."""


class SignedOne(NamedTuple):
    """What telling somebody of a signed award depends on."""

    award_id: uuid.UUID
    language: str
    has_address: bool
    claimed: bool
    valid_until: dt.datetime | None


def tell_of_signed(
    signed: Sequence[SignedOne],
    *,
    organisation_id: uuid.UUID,
    replaced: Mapping[uuid.UUID, uuid.UUID],
    at: dt.datetime,
) -> None:
    """Queue what a signed chunk tells (1, 2), before the older awards of `replaced` {new: old} are superseded."""
    asked = [one for one in signed if one.has_address]
    first = [(one.award_id, one.language) for one in asked if not one.claimed and one.award_id not in replaced]
    insert_letters(first, organisation_id=organisation_id, kind=LetterKind.CLAIM, not_before=at)
    for one in asked:
        if one.award_id in replaced and not one.claimed:
            _tell_of_replacement(one.award_id, replaced[one.award_id], at)
    _tell_of_ends([one for one in asked if one.valid_until is not None], organisation_id, at)
    arrived = [one.award_id for one in signed if one.claimed or not one.has_address]
    if arrived:
        take_step(arrived, Act.DELIVER)


def _tell_of_ends(signed: Sequence[SignedOne], organisation_id: uuid.UUID, at: dt.datetime) -> None:
    by_notice: dict[tuple[str, dt.datetime], list[tuple[uuid.UUID, str]]] = {}
    for one in signed:
        for notice in expiry_notices(signed_at=at, valid_until=one.valid_until) if one.valid_until else ():
            by_notice.setdefault(notice, []).append((one.award_id, one.language))
    for (occasion, when), rows in by_notice.items():
        insert_letters(
            rows, organisation_id=organisation_id, kind=LetterKind.EXPIRING, not_before=when, occasion=occasion
        )


def tell_of_waiting(award_ids: Sequence[uuid.UUID], *, at: dt.datetime, claim_until: dt.datetime | None) -> None:
    """Queue the claim letter of awards that wait for their holder from `at` on, and their reminders (3)."""
    queue_letters(award_ids, kind=LetterKind.CLAIM, not_before=at)
    for occasion, when in reminders(letter_at=at, claim_until=claim_until):
        queue_letters(award_ids, kind=LetterKind.REMINDER, not_before=when, occasion=occasion)


def tell_of_change(change: StatusChange) -> None:
    """Queue what a change of status tells (4)."""
    kind = KIND_OF_CHANGE[change.purpose, change.value]
    if kind == LetterKind.REVOKED and _drop_first(change.credential_id) and not _has_left(change.credential_id):
        return
    queue_letters([change.credential_id], kind=kind, not_before=change.at, occasion=str(change.pk))


def _tell_of_replacement(new_id: uuid.UUID, old_id: uuid.UUID, at: dt.datetime) -> None:
    new, told, older = Award.objects.get(pk=new_id), False, _line_before(old_id)
    for old in older:
        _drop_first(old.pk)
        told |= new.learner_id == old.learner_id and (old.claimed_at is not None or _has_left(old.pk))
    kind = LetterKind.CLAIM
    if told:
        longer = _lasts_longer(new, older[-1]) and name_in(new) == name_in(older[-1])
        renewed = longer or _is_signed_again(new, older[-1])
        kind = LetterKind.RENEWED if renewed else LetterKind.CORRECTED
    queue_letters([new_id], kind=kind, not_before=at)


def _line_before(award_id: uuid.UUID | None) -> list[Award]:
    """Return what a replacement stands in for, the newest first: awards that ended unsigned, and the signed one."""
    line: list[Award] = []
    while award_id is not None and (not line or line[-1].state not in SIGNED):
        line.append(Award.objects.get(pk=award_id))
        award_id = line[-1].replaces_id
    return line


def _is_signed_again(new: Award, old: Award) -> bool:
    """Say whether nothing is corrected: it says the same, and the key of the older one was compromised."""
    with suppress(ValueError):
        now, before = facts_in(new), facts_in(old)
        if all(now.get(name) == before.get(name) for name in (now.keys() | before.keys()) - OF_ONE_AWARD):
            return Credential.objects.filter(award=old, key__compromised_at__isnull=False).exists()
    return False


def _lasts_longer(new: Award, old: Award) -> bool:
    return old.valid_until is not None and (new.valid_until is None or new.valid_until > old.valid_until)


def _drop_first(award_id: uuid.UUID) -> bool:
    """Drop the first letter of an award that is no news any more; True if it still waited for a worker."""
    at_rest = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
    waiting = Letter.objects.filter(at_rest, award_id=award_id, kind__in=FIRST_LETTERS, state=LetterState.WAITING)
    dropped = waiting.update(state=LetterState.DROPPED)
    if dropped:
        take_step([award_id], Act.DELIVER)
    return bool(dropped)


def _has_left(award_id: uuid.UUID) -> bool:
    """Tell whether a first letter is out; what a worker holds just now may be."""
    out = Letter.objects.filter(award_id=award_id, kind__in=FIRST_LETTERS)
    return out.filter(state__in=(LetterState.SENT, LetterState.WAITING)).exists()
