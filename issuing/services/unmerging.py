"""Undoing the joining of two records: possible until one award of either has changed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from issuing.errors import MergeNotFoundError, MergeSettledError
from issuing.models import Award, LearnerMerge, StatusChange
from registry.actors import Actor
from registry.audit import record_act
from registry.errors import LearnerUnknownError
from registry.models import Learner, LearnerIdentifier, Role
from registry.name_keys import name_keys
from registry.permissions import nodes_of, require_role
from registry.services.holding import held_records


class MergeNote:
    """Notes how two records stand before they are joined, and keeps that once they are; in the act's transaction."""

    def __init__(self, kept: Learner, gone: Learner) -> None:
        self.kept, self.gone = kept, gone
        self.identifiers = [str(pk) for pk in gone.identifiers.values_list("pk", flat=True)]
        rows = Award.objects.filter(learner__in=[kept, gone]).values_list("pk", "learner", "dedupe_key")
        self.before = {pk: (learner_id == gone.pk, key) for pk, learner_id, key in rows}
        self.user = kept.user_id
        self.record = {
            "preferred_name": gone.preferred_name,
            "legal_name": gone.legal_name,
            "language": gone.language,
            "created_at": gone.created_at.isoformat(),
            "user": gone.user_id and str(gone.user_id),
        }

    def keep(self, gone_id: uuid.UUID) -> LearnerMerge:
        """Write down what was noted; the record that went has no id any more."""
        since = Award.objects.filter(pk__in=list(self.before)).values_list("pk", "dedupe_key", "revision")
        awards = {str(pk): [*_texts(*self.before[pk]), *_texts(key), revision] for pk, key, revision in since}
        moved = {"identifiers": self.identifiers, "awards": awards, "user": self.user and str(self.user)}
        return LearnerMerge.objects.create(
            organisation_id=self.kept.organisation_id,
            kept=self.kept.pk,
            gone=gone_id,
            gone_record=self.record,
            moved=moved,
            at=timezone.now(),
        )


def _texts(*values: Any) -> list[Any]:
    return [str(value) if isinstance(value, uuid.UUID) else value for value in values]


def undo_merge(*, merge_id: uuid.UUID, actor: Actor) -> None:
    """Take two records apart that were joined; each has again what it had. Safe to repeat.

    Raises:
        MergeNotFoundError: there is none, or `actor` may not know of it.
        RoleRequiredError, ScopeRequiredError: `actor` does not administer the organisation.
        MergeSettledError: an award of either has changed since, came to it or went, or the record was joined again.
    """
    with transaction.atomic():
        rows = LearnerMerge.objects.select_for_update(of=("self",)).select_related("organisation")
        merge = rows.filter(pk=merge_id).first()
        if merge is None or not nodes_of(actor).filter(organisation=merge.organisation_id).exists():
            raise MergeNotFoundError
        require_role(actor, merge.organisation.nodes.get(parent=None), Role.ADMIN)
        if merge.undone_at is not None:
            return
        try:
            kept = held_records([merge.kept])[merge.kept]
        except LearnerUnknownError as error:
            raise MergeSettledError from error
        _require_unchanged(merge)
        _take_apart(merge, kept)
        merge.undone_at = timezone.now()
        merge.save(update_fields=["undone_at"])
        record_act(actor, "learner.unmerged", kept, organisation=merge.organisation, again=str(merge.gone))


def may_be_undone(merge: LearnerMerge) -> bool:
    """Tell whether nothing has changed since two records were joined."""
    try:
        _require_unchanged(merge)
    except MergeSettledError:
        return False
    return merge.undone_at is None


def _require_unchanged(merge: LearnerMerge) -> None:
    awards = Award.objects.filter(learner=merge.kept)
    now = {
        str(pk): [*_texts(key), revision] for pk, key, revision in awards.values_list("pk", "dedupe_key", "revision")
    }
    if now != {pk: since for pk, (_gone, _before, *since) in merge.moved["awards"].items()}:
        raise MergeSettledError
    if StatusChange.objects.filter(credential__award__learner=merge.kept, at__gt=merge.at).exists():
        raise MergeSettledError
    if Award.objects.filter(replaces__learner=merge.kept, accepted_at__gt=merge.at).exists():
        raise MergeSettledError


def _take_apart(merge: LearnerMerge, kept: Learner) -> None:
    said, moved = merge.gone_record, merge.moved
    names = name_keys(said["preferred_name"])
    gone = Learner.objects.create(
        pk=merge.gone,
        organisation_id=merge.organisation_id,
        preferred_name=said["preferred_name"],
        legal_name=said["legal_name"],
        language=said["language"],
        user_id=said["user"],
        name_said=names.said,
        name_turned=names.turned,
    )
    Learner.objects.filter(pk=gone.pk).update(created_at=dt.datetime.fromisoformat(said["created_at"]))
    Learner.objects.filter(pk=kept.pk).update(user_id=moved["user"])
    LearnerIdentifier.objects.filter(pk__in=moved["identifiers"], learner=kept).update(learner=gone)
    # No two awards hold one key at any moment: all are taken away before they are given back.
    Award.objects.filter(pk__in=list(moved["awards"])).update(dedupe_key=None)
    for pk, (was_gone, key, *_since) in moved["awards"].items():
        Award.objects.filter(pk=pk).update(dedupe_key=key, learner=gone if was_gone else kept)
