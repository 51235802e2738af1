"""What a handful of letters is made from, read by a few queries for all of them, and whether each is still wanted."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from django.utils import timezone

from issuing.claim_links import withdrawals_of
from issuing.delivery.addresses import address_named, addresses_of
from issuing.delivery.facts import facts_in
from issuing.delivery.fates import UnsendableError, UnwantedError
from issuing.delivery.identity import Styles, styles_of
from issuing.models import (
    FIRST_LETTERS,
    Award,
    AwardState,
    Credential,
    Letter,
    LetterKind,
    LetterState,
    StatusChange,
    StatusPurpose,
)
from registry.selectors import link_base_url

UNANSWERED = (AwardState.AWAITING_CLAIM, AwardState.ACCEPTED, AwardState.SIGNED, AwardState.DELIVERED)
SIGNED = (AwardState.SIGNED, AwardState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an award stands when a letter about it is due.

    Args:
        award: with its facts.
        changes: of its status, oldest first.
        bounced: a mail about it came back: what nobody did will not be told there again.
    """

    award: Award
    changes: Sequence[StatusChange] = ()
    bounced: bool = False

    @property
    def revoked(self) -> bool:
        """Whether it was revoked; what was replaced by another is."""
        return any(change.purpose == StatusPurpose.REVOCATION for change in self.changes)

    def change_of(self, letter: Letter) -> StatusChange | None:
        """Return the change that a letter tells, None where a later one has overtaken it."""
        if not self.changes or str(self.changes[-1].pk) != letter.occasion:
            return None
        return self.changes[-1]


@dataclass(frozen=True, slots=True)
class Handful:
    """Everything that claimed letters have in common or ask of the database.

    Args:
        base_url: where their links open.
        addresses: of learners.
        standings: of awards.
        withdrawals: how many links of an award were withdrawn.
        corrected: the older award in whose place another was made.
        styles: what letters carry of their organisations.
        heard_before: awards in whose place their holders were told of an older one.
    """

    base_url: str
    addresses: Mapping[uuid.UUID, Sequence[str]]
    standings: Mapping[uuid.UUID, Standing]
    withdrawals: Mapping[uuid.UUID, int]
    corrected: Mapping[uuid.UUID, Award]
    heard_before: Set[uuid.UUID]
    styles: Styles

    def standing_of(self, letter: Letter) -> Standing:
        """Return how the award of a letter stands.

        Raises:
            UnwantedError: nobody waits for this letter any more.
            UnsendableError: it is about no award.
        """
        if letter.award_id is None:
            raise UnsendableError
        standing = self.standings[letter.award_id]
        if not standing.award.facts or not is_wanted(letter, standing):
            raise UnwantedError
        return standing

    def address_of(self, letter: Letter) -> str:
        """Return where a letter goes.

        Raises:
            UnwantedError, UnsendableError: as `standing_of`; or see `address_named`.
        """
        award = self.standing_of(letter).award
        return address_named(award, facts_in(award), self.addresses)


def gather(letters: Sequence[Letter]) -> Handful:
    """Read what the letters of a handful are made from. Their awards must be loaded."""
    awards = {one.award.pk: one.award for one in letters if one.award is not None}
    changes: dict[uuid.UUID, list[StatusChange]] = {}
    for change in StatusChange.objects.filter(credential__any_of=list(awards)).order_by("id"):
        changes.setdefault(change.credential_id, []).append(change)
    bounces = Letter.objects.filter(award__any_of=list(awards)).exclude(bounced_at=None)
    bounced = set(bounces.values_list("award_id", flat=True))
    corrected = [one.award_id for one in letters if one.kind == LetterKind.CORRECTED]
    older = Credential.objects.filter(successor__in=corrected).select_related("award").defer("document")
    return Handful(
        base_url=link_base_url(),
        addresses=addresses_of(awards.values()),
        standings={pk: Standing(award, changes.get(pk, ()), pk in bounced) for pk, award in awards.items()},
        withdrawals=withdrawals_of(list(awards)),
        corrected={one.successor_id: one.award for one in older if one.successor_id} if corrected else {},
        heard_before=_heard_before(awards.values()),
        styles=styles_of({award.organisation_id for award in awards.values()}),
    )


def _heard_before(awards: Iterable[Award]) -> set[uuid.UUID]:
    """Return which awards take the place of one that their own person was told of; a query where there are any."""
    newer = {award.replaces_id: award for award in awards if award.replaces_id}
    if not newer:
        return set()
    out = Letter.objects.filter(award__in=newer, kind__in=FIRST_LETTERS, state=LetterState.SENT)
    told = [(newer[old], learner_id) for old, learner_id in out.values_list("award_id", "award__learner_id")]
    return {award.pk for award, learner_id in told if award.learner_id == learner_id}


def is_wanted(letter: Letter, standing: Standing) -> bool:
    """Tell whether what a letter says is still news, and still true."""
    award = standing.award
    if award.declined_at is not None:
        return False
    match letter.kind:
        case LetterKind.CLAIM:
            return award.claimed_at is None and award.state in UNANSWERED and not standing.revoked
        case LetterKind.LINK:
            return award.state in UNANSWERED
        case LetterKind.REMINDER:
            return award.claimed_at is None and award.state == AwardState.AWAITING_CLAIM and not standing.bounced
        case LetterKind.REVOKED | LetterKind.SUSPENDED | LetterKind.REINSTATED:
            return standing.change_of(letter) is not None
        case LetterKind.EXPIRING:
            ends = award.valid_until
            lasts = ends is not None and ends > timezone.now() and not standing.bounced
            return lasts and award.state in SIGNED and not standing.revoked
        case _:
            return award.state in SIGNED and not standing.revoked
