"""The name of a person's record, where a correction shows that it was wrong."""

from __future__ import annotations

import uuid

from registry.actors import Actor
from registry.audit import record_act
from registry.models import Learner
from registry.name_keys import name_keys


def follow_correction(learner_id: uuid.UUID, *, was: str, name: str, actor: Actor) -> None:
    """Let a record bear a corrected name, in the caller's transaction; one that bore another than the wrong one keeps it.

    So pages, searches and what is proposed for the next award have the name that was put right, and no other.
    """
    if name == was:
        return
    learner = Learner.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation")
    found = learner.filter(pk=learner_id, preferred_name=was, erased_at=None).first()
    if found is None:
        return
    keys = name_keys(name)
    found.preferred_name, found.name_said, found.name_turned = name, keys.said, keys.turned
    found.save(update_fields=["preferred_name", "name_said", "name_turned"])
    record_act(actor, "learner.renamed", found, organisation=found.organisation)
