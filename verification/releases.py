"""Who released a joint award beside its issuer: by a signature of their own, or as the issuer states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from credentials.statements import ReleaseFacts, digest_of, facts_of
from credentials.timestamps import parse_timestamp
from issuing.models import Approval, Credential, Decision, SignedDocument, StatementKind, StatementState


@dataclass(frozen=True, slots=True)
class Release:
    """A co-awarding body's release. `path` leads to its signed statement; empty where the issuer alone says so."""

    name: str
    on: datetime | date
    path: str = ""


def releases_of(credential: Credential, document: dict[str, Any]) -> tuple[Release, ...]:
    """Return the releases of a joint award, the signed ones first; two queries, asked of joint awards alone.

    A signed one counts while it stands and only for what was released: a credential that says something else was not.
    """
    return (*_signed(credential, digest_of(document)), *_recorded(credential))


def _signed(credential: Credential, digest: str) -> list[Release]:
    rows = SignedDocument.objects.filter(
        subject_ref=f"award:{credential.pk}",
        kind=StatementKind.RELEASE,
        state=StatementState.SIGNED,
        withdrawn_at=None,
    )
    found = []
    for row in rows.order_by("requested_at"):
        facts = facts_of(row.schema, row.facts)
        if isinstance(facts, ReleaseFacts) and _is_of(facts, digest):
            found.append(Release(facts.signer.name, parse_timestamp(facts.decided_at), f"/statements/{row.pk}"))
    return found


def _is_of(facts: ReleaseFacts, digest: str) -> bool:
    """Tell whether a release is of the credential with this digest, and not of earlier facts under its number."""
    return facts.digest == digest


def _recorded(credential: Credential) -> list[Release]:
    """Return what the awarder recorded of bodies that cannot decide here themselves."""
    award = credential.award
    of_award = Q(award_id=award.pk, revision=award.revision)
    # What was decided of a whole file was not decided of facts that were fixed anew.
    of_file = Q(batch_id=award.batch_id, batch__isnull=False) if award.revision == 0 else Q(pk=None)
    recorded = Approval.objects.filter(of_award | of_file, decision=Decision.RELEASE, decided_on__isnull=False)
    rows = recorded.filter(party__isnull=False).order_by("id").values_list("party__name", "decided_on")
    return [Release(name or "", day) for name, day in rows if day is not None]
