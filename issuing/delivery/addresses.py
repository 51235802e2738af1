"""Where a claim mail goes: read when it is sent, so that nothing keeps an address but the learner's own record."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress

from credentials.documents import AwardFacts, identity_hash
from issuing.models import Award, Letter
from registry.addresses import sendable_address
from registry.models import IdentifierType, LearnerIdentifier


def addresses_of(letters: Sequence[Letter]) -> dict[int, str]:
    """Return {letter's pk: e-mail address}, without those that are erased or have none; one query.

    Awards must be loaded. The only address of a learner is taken as it is now; of several, the one that
    the award names.
    """
    awards = {one.pk: one.award for one in letters if one.award is not None and one.award.facts}
    learners = [award.learner_id for award in awards.values() if award.learner_id]
    rows = LearnerIdentifier.objects.filter(learner__any_of=learners, type=IdentifierType.EMAIL)
    known: dict[uuid.UUID, list[str]] = {}
    for learner_id, value in rows.values_list("learner_id", "value"):
        known.setdefault(learner_id, []).append(value)
    found = {pk: _address(award, known) for pk, award in awards.items()}
    return {pk: address for pk, address in found.items() if address}


def _address(award: Award, known: dict[uuid.UUID, list[str]]) -> str | None:
    emails = known.get(award.learner_id, []) if award.learner_id else []
    if len(emails) > 1:
        facts = AwardFacts.from_json(award.facts)
        emails = [value for value in emails if _is_named(value, facts)]
    return emails[0] if emails else None


def _is_named(value: str, facts: AwardFacts) -> bool:
    """Tell whether the award names an address: it hashes it as stated, perhaps with its domain as servers write it."""
    spellings = [value]
    with suppress(ValueError):
        spellings.append(sendable_address(value))
    return facts.email_hash in [identity_hash(one, facts.salt or "") for one in spellings]
