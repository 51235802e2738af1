"""Storing a signed chunk in one transaction that checks first whether the work is still ours."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from issuing.counting import count_signed
from issuing.delivery.telling import SignedOne, tell_of_signed
from issuing.models import Award, AwardState, Credential, SigningKey
from issuing.services.advancing import advance_awards, grouped, record_ends
from issuing.services.superseding import WORKER, supersede_by
from issuing.signing.chunks import SignedAward, SignedChunk
from issuing.steps import take_step
from issuing.way import Act
from registry.bulk import insert_values
from registry.leases import LeaseLostError
from registry.outbox import Topic, finish_messages, publish


# The plan of `finish_chunk`: one transaction. A worker that is killed inside it has stored nothing, and the chunk is signed
# again to the same bytes; one that is killed behind it has left everything that follows in the outbox.
#
# 1. Is it still ours? The row is marked done where our lease stands; otherwise somebody else stores it, and this goes.
# 2. Does the key still stand? One that was marked compromised since must not have signed last.
# 3. What was refused ends, with its code; what was set aside becomes chunks of one award each.
# 4. The awards are marked signed where nobody cancelled or corrected them while they were signed: of the others nothing is
#    stored, their facts are no longer what was signed.
# 5. The credentials, byte for byte.
# 6. Their letters: before 7, since what is said depends on whether the older award stood.
# 7. What they replace is revoked, now that the new ones exist: our tables never hold both as genuine, nor neither. The
#    published list follows by the outbox.
# 8. They are counted, last of what locks a row that others want too.
# 9. The other rooms hear of them.
@transaction.atomic
def finish_chunk(chunk: SignedChunk, *, worker: str) -> int:
    """Store what was signed, queue its delivery and tell the other rooms; returns how many.

    Raises:
        LeaseLostError: another worker took the chunk over, or the key was marked compromised since.
    """
    if not finish_messages([chunk.message], worker=worker):  # 1
        raise LeaseLostError("lease")
    if not SigningKey.objects.filter(pk=chunk.signature.key.pk, compromised_at=None).exists():  # 2
        raise LeaseLostError("key")
    _refuse(chunk.refused)  # 3
    _part_with(chunk)
    stored = _still_wanted(chunk.awards)  # 4
    now = timezone.now()
    _insert_credentials(stored, chunk, now)  # 5
    _tell(stored, chunk, now)  # 6
    for one in stored:  # 7
        if one.award.replaces_id:
            supersede_by(successor_id=one.award.id, replaced_id=one.award.replaces_id, at=now)
    if stored:
        ids = [one.award.id for one in stored]
        count_signed(ids, replacing=sum(one.award.replaces_id is not None for one in stored), at=now)  # 8
        issued = {"credential_ids": [str(award_id) for award_id in ids]}  # 9
        publish(Topic.CREDENTIALS_ISSUED, issued, tenant=chunk.origin.organisation_id)
    return len(stored)


def _part_with(chunk: SignedChunk) -> None:
    """Queue each award that was set aside as a chunk of its own: it is tried again, more and more seldom."""
    for award_id in map(str, chunk.aside):
        publish(Topic.AWARDS_ACCEPTED, {"award_ids": [award_id]}, tenant=chunk.origin.organisation_id)


def _refuse(refused: Mapping[uuid.UUID, str]) -> None:
    for code, ids in grouped(refused, refused.__getitem__):
        record_ends(advance_awards(ids, Act.FAIL, refused_code=code), "award.refused", actor=WORKER)


def _still_wanted(signed: Sequence[SignedAward]) -> Sequence[SignedAward]:
    """Mark awards signed; return those that nobody cancelled or corrected while we signed."""
    wanted: list[SignedAward] = []
    for revision, own in grouped(signed, lambda one: one.award.revision):
        ids = [one.award.id for one in own]
        marked = take_step(ids, Act.SIGN, revision=revision)
        wanted += own if marked == len(ids) else _marked(own, revision)
    return wanted


def _marked(signed: Sequence[SignedAward], revision: int) -> Iterator[SignedAward]:
    ids = [one.award.id for one in signed]
    marked = Award.objects.filter(id__any_of=ids, state=AwardState.SIGNED, revision=revision, credential=None)
    kept = set(marked.values_list("pk", flat=True))
    return (one for one in signed if one.award.id in kept)


def _insert_credentials(signed: Sequence[SignedAward], chunk: SignedChunk, now: dt.datetime) -> None:
    insert_values(
        Credential,
        ("award_id", "document", "sha256"),
        [(one.award.id, one.signed.text, one.signed.sha256) for one in signed],
        shared={
            "organisation_id": chunk.origin.organisation_id,
            "visibility": chunk.origin.default_visibility,
            "key_id": chunk.signature.key.pk,
            "proof_created": chunk.signature.created,
            "signed_at": now,
        },
    )


def _tell(signed: Sequence[SignedAward], chunk: SignedChunk, now: dt.datetime) -> None:
    tell_of_signed(
        [_as_signed_one(one) for one in signed],
        organisation_id=chunk.origin.organisation_id,
        replaced={one.award.id: one.award.replaces_id for one in signed if one.award.replaces_id},
        at=now,
    )


def _as_signed_one(one: SignedAward) -> SignedOne:
    has_address = one.facts.email_hash is not None and one.award.learner_id is not None
    claimed = one.award.claimed_at is not None
    return SignedOne(one.award.id, one.facts.language, has_address, claimed, one.facts.valid_until)
