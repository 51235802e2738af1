"""The acts on letters and their links: send a new link, withdraw those that are out, keep that a mail came back."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from credentials.strict_json import parse_json_object
from issuing.claim_links import withdrawals_of
from issuing.delivery.queueing import ABOUT_APPLICATION, queue_letters
from issuing.delivery.returning import tell_of_bounce
from issuing.errors import ClaimLinkOverError, LetterNotFoundError, NobodyToWriteToError
from issuing.models import Award, BounceKind, ClaimLinkWithdrawal, Letter, LetterKind, LetterState
from issuing.selectors import ClaimLinkState, claim_link
from issuing.services.status import held_award
from registry.actors import Actor
from registry.audit import record_act

BEARER = Actor(kind="system", id="claim-link")
ONLY_A_LINK = (LetterKind.CLAIM, LetterKind.REMINDER, LetterKind.LINK)
"""Letters that say little beside their link: one that waits while links are withdrawn is not sent."""


@transaction.atomic
def withdraw_claim_link(*, award_id: uuid.UUID, actor: Actor) -> int:
    """Let every claim link that an award's letters carried so far open nothing; letters from now on carry another.

    What waits to hand out a link is dropped, since the mailbox may be the reason: `send_claim_link` writes anew. Safe to
    repeat: while no letter has left since, there is nothing more to withdraw.

    Returns:
        How many times its links have been withdrawn.

    Raises:
        CredentialNotFoundError: there is no such award, or `actor` may not know of it.
        RoleRequiredError, ScopeRequiredError: `actor` may not revoke here.
    """
    award = held_award(award_id, actor)
    if _nothing_is_out(award):
        return withdrawals_of([award.pk])[award.pk]
    ClaimLinkWithdrawal.objects.create(award=award, at=timezone.now(), by_kind=actor.kind, by=actor.id)
    award.letters.filter(kind__in=ONLY_A_LINK, state=LetterState.WAITING).update(state=LetterState.DROPPED)
    record_act(actor, "claim_link.withdrawn", award, organisation=award.organisation)
    return withdrawals_of([award.pk])[award.pk]


def _nothing_is_out(award: Award) -> bool:
    """Tell whether no letter has left, waits or is leaving since the links of an award were withdrawn."""
    since = award.claim_link_withdrawals.order_by("-id").values_list("at", flat=True).first()
    if since is None:
        return False
    waits = Q(state=LetterState.WAITING)
    links = Q(sent_at__gte=since) | waits & (Q(kind__in=ONLY_A_LINK) | Q(lease_until__gte=timezone.now()))
    return not award.letters.filter(links).exists()


@transaction.atomic
def send_claim_link(*, award_id: uuid.UUID, actor: Actor) -> bool:
    """Write to an award's person with the link that opens now; at most once a day.

    Returns:
        Whether a letter was queued: False means that today's is queued or sent already.

    Raises:
        CredentialNotFoundError, RoleRequiredError, ScopeRequiredError: as `withdraw_claim_link`.
        NobodyToWriteToError: the award names no address.
    """
    award = held_award(award_id, actor)
    if not award.facts or parse_json_object(award.facts).get("email_hash") is None:
        raise NobodyToWriteToError
    queued = _queue_link(award.pk)
    if queued:
        record_act(actor, "claim_link.sent", award, organisation=award.organisation)
    return queued


@transaction.atomic
def ask_for_claim_link(*, token: str) -> bool:
    """Send a new letter for a link that has ended: to the address of the award, whoever asks; at most once a day.

    Returns:
        Whether a letter was queued, as `send_claim_link`.

    Raises:
        CredentialNotFoundError: not one of our tokens.
        ClaimLinkOverError: the link was withdrawn: only the issuer gives another.
    """
    link = claim_link(token, at=timezone.now())
    if link.state == ClaimLinkState.WITHDRAWN:
        raise ClaimLinkOverError
    if link.state == ClaimLinkState.OPEN:
        return False
    queued = _queue_link(link.award.pk)
    if queued:
        record_act(BEARER, "claim_link.sent", link.award, organisation=link.award.organisation)
    return queued


def _queue_link(award_id: uuid.UUID) -> bool:
    now = timezone.now()
    occasion = f"{now:%Y-%m-%d}.{withdrawals_of([award_id]).get(award_id, 0)}"
    return bool(queue_letters([award_id], kind=LetterKind.LINK, not_before=now, occasion=occasion))


def record_bounce(*, message_id: str, kind: BounceKind, at: dt.datetime) -> None:
    """Keep that a mail came back later; the newest word counts. No reminder follows it to that address.

    Args:
        message_id: of the mail that came back, with or without its angle brackets.
        kind: how it came back.
        at: when.

    Raises:
        LetterNotFoundError: no letter left under this Message-ID.
    """
    number, _, rest = message_id.strip().strip("<>").rpartition("@")[0].partition(".")
    letter_kind, _, occasion = rest.partition(".")
    try:
        award_id = uuid.UUID(number)
    except ValueError as error:
        raise LetterNotFoundError from error
    about = Q(award_id=award_id) | Q(about_kind=ABOUT_APPLICATION, about_id=award_id, award=None)
    found = Letter.objects.filter(about, kind=letter_kind, occasion=occasion).exclude(sent_at=None)
    if not found.update(bounced_at=at, bounce_kind=kind):
        raise LetterNotFoundError
    if letter_kind != LetterKind.APPLICATION_ANSWERED:
        tell_of_bounce(award_id)
