"""What ties an organisation's records of people to accounts and to each other: proof, and nothing else.

The acts are those of `issuing.services.holders`, which knows when an award named somebody.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from registry.errors import LearnerUnknownError, ProofTooOldError
from registry.models import Learner, LearnerIdentifier


class ProofKind(StrEnum):
    """How somebody showed that an identifier is theirs."""

    LETTER = "letter"
    """They opened the link of a letter that went to the address."""
    CODE = "code"
    """They typed a code that went to the address."""
    FEDERATION = "federation"
    """Their university's sign-in told the number."""
    DOCUMENT = "document"
    """An administrator of the organisation saw a document of theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That an identifier (its row's id) is a person's: how it was shown, and when. Ids alone, so the trail may keep it."""

    identifier: uuid.UUID
    kind: ProofKind
    at: dt.datetime


def held_records(learner_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Learner]:
    """Return records that stand, kept from other acts until this one ends; acts that award them are waited for.

    Raises:
        LearnerUnknownError: one of them is not there, or was erased.
    """
    rows = Learner.objects.select_for_update(of=("self",)).select_related("organisation")
    found = {row.pk: row for row in rows.filter(pk__in=list(learner_ids), erased_at=None).order_by("pk")}
    if len(found) != len(set(learner_ids)):
        raise LearnerUnknownError
    return found


def mark_verified(learner: Learner, proof: Proof, *, named_at: dt.datetime) -> bool:
    """Note in the caller's transaction that an identifier of a record was shown to be its person's.

    Nothing else writes `verified_at`. Returns whether that is news: no proof as new as this one was noted before.

    Raises:
        LearnerUnknownError: the record has no such identifier.
        ProofTooOldError: it was shown before the record was last named by an award (`named_at`): a mailbox may have
            changed hands since.
    """
    if not named_at <= proof.at <= timezone.now():
        raise ProofTooOldError
    own = LearnerIdentifier.objects.filter(pk=proof.identifier, learner=learner)
    if not own.exists():
        raise LearnerUnknownError
    return bool(own.exclude(verified_at__gte=proof.at).update(verified_at=proof.at))


def join_records(*, kept: Learner, gone: Learner) -> int:
    """Give one record what identifies another, and remove that one; returns how many identifiers moved.

    In the caller's transaction, with both records held and nothing left that points to the other one.
    """
    moved = LearnerIdentifier.objects.filter(learner=gone).update(learner=kept)
    Learner.objects.filter(pk=kept.pk, user=None).update(user_id=gone.user_id)
    gone.delete()
    return moved
