"""Showing credentials to one named recipient who asked with a challenge."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from credentials.statements import PresentationFacts, PresentedCredential
from credentials.timestamps import format_timestamp
from issuing.errors import CredentialNotFoundError, FactsRefusedError
from issuing.models import Credential, SignedDocument, StatementKind
from issuing.selectors import platform_did
from issuing.services.statements.asking import Asked, ask_for, refused_unless_fit
from registry.actors import Actor
from registry.models import Role
from registry.permissions import has_role

MOST_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationOrder:
    """Which credentials to show, to whom (`domain`), in answer to what (`challenge`), and for how long."""

    credential_ids: Sequence[uuid.UUID]
    domain: str
    challenge: str
    minutes: int = 60


@transaction.atomic
def request_presentation(*, order: PresentationOrder, actor: Actor) -> uuid.UUID:
    """Ask for a signed presentation; this installation is its holder, since people have no keys here.

    It is kept until its time has passed, and has no public address: whoever asked fetches it and hands it over.

    Returns:
        The id of the `SignedDocument`, which waits to be signed.

    Raises:
        CredentialNotFoundError: one of them is not there, erased, or `actor` is neither its holder nor its awarder.
        FactsRefusedError: no recipient or challenge, too many credentials, or too long a time.
    """
    if not 0 < order.minutes <= MOST_MINUTES:
        raise FactsRefusedError(reason=f"minutes is 1 to {MOST_MINUTES}", column="minutes")
    shown = [_shown(credential_id, actor) for credential_id in dict.fromkeys(order.credential_ids)]
    now = timezone.now()
    number = uuid.uuid4()
    facts = refused_unless_fit(
        PresentationFacts,
        id=f"urn:uuid:{number}",
        holder=platform_did(),
        domain=order.domain.strip(),
        challenge=order.challenge.strip(),
        starts_at=format_timestamp(now),
        ends_at=format_timestamp(now + dt.timedelta(minutes=order.minutes)),
        shown=tuple(PresentedCredential(number=str(one.pk), sha256=one.sha256) for one in shown),
    )
    asked = Asked(
        id=number,
        kind=StatementKind.PRESENTATION,
        facts=facts,
        subject_ref=f"credential:{shown[0].pk}",
        organisation=shown[0].organisation,
    )
    return ask_for(asked, actor).pk


def _shown(credential_id: uuid.UUID, actor: Actor) -> Credential:
    """Return a credential that `actor` may show: its holder, or whoever awards it."""
    found = (
        Credential.objects.select_related(
            "organisation", "award__learner", "award__version__achievement__issuer__node"
        )
        .filter(pk=credential_id, erased_at=None)
        .first()
    )
    if found is None:
        raise CredentialNotFoundError
    if not _may_show(found, actor):
        raise CredentialNotFoundError
    return found


def _may_show(credential: Credential, actor: Actor) -> bool:
    """Tell whether `actor` is the holder of a credential, or somebody who awards it."""
    learner = credential.award.learner
    is_holder = learner is not None and actor.user_id is not None and learner.user_id == actor.user_id
    return is_holder or has_role(actor, credential.award.version.achievement.issuer.node, Role.AWARDER)


def forget_presentations() -> int:
    """Delete presentations that have lasted as long as any may: they hold what people showed; returns how many."""
    ended = timezone.now() - dt.timedelta(minutes=MOST_MINUTES)
    old = SignedDocument.objects.filter(kind=StatementKind.PRESENTATION, requested_at__lt=ended)
    return old.delete()[0]
