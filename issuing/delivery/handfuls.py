"""What a handful of letters is made from, read by a few queries for all of them, and whether each is still wanted."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from issuing.claim_links import withdrawals_of
from issuing.delivery.addresses import address_named, addresses_of
from issuing.delivery.facts import facts_in
from issuing.delivery.fates import UnsendableError, UnwantedError
from issuing.delivery.identity import Styles, styles_of
from issuing.models import (
    FIRST_LETTERS,
    Addressee,
    Award,
    AwardState,
    Credential,
    Letter,
    LetterKind,
    LetterState,
    StatusChange,
    StatusPurpose,
)
from registry.models import Organisation
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
        quiet: its organisation reminds nobody.
    """

    award: Award
    changes: Sequence[StatusChange] = ()
    bounced: bool = False
    quiet: bool = False

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
        given: addresses that staff gave to awards whose mail had come back.
    """

    base_url: str
    addresses: Mapping[uuid.UUID, Sequence[str]]
    standings: Mapping[uuid.UUID, Standing]
    withdrawals: Mapping[uuid.UUID, int]
    corrected: Mapping[uuid.UUID, Award]
    heard_before: Set[uuid.UUID]
    given: Mapping[uuid.UUID, str]
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
        if award.pk in self.given:
            return self.given[award.pk]
        return address_named(award, facts_in(award), self.addresses)


def gather(letters: Sequence[Letter]) -> Handful:
    """Read what the letters of a handful are made from. Their awards must be loaded."""
    awards = {one.award.pk: one.award for one in letters if one.award is not None}
    changes: dict[uuid.UUID, list[StatusChange]] = {}
    for change in StatusChange.objects.filter(credential__any_of=list(awards)).order_by("id"):
        changes.setdefault(change.credential_id, []).append(change)
    given, bounced = _given_and_bounced(list(awards))
    quiet = _quiet({award.organisation_id for award in awards.values()}, letters)
    corrected = [one.award_id for one in letters if one.kind == LetterKind.CORRECTED]
    older = Credential.objects.filter(successor__in=corrected).select_related("award").defer("document")
    return Handful(
        base_url=link_base_url(),
        addresses=addresses_of(awards.values()),
        standings={
            pk: Standing(award, changes.get(pk, ()), pk in bounced, award.organisation_id in quiet)
            for pk, award in awards.items()
        },
        withdrawals=withdrawals_of(list(awards)),
        corrected={one.successor_id: one.award for one in older if one.successor_id} if corrected else {},
        heard_before=_heard_before(awards.values()),
        given=given,
        styles=styles_of({award.organisation_id for award in awards.values()}),
    )


def _given_and_bounced(award_ids: Sequence[uuid.UUID]) -> tuple[dict[uuid.UUID, str], set[uuid.UUID]]:
    """Return {award: the address that was given to it last}, and the awards whose mail came back since; one query."""
    given: dict[uuid.UUID, str] = {}
    bounced: set[uuid.UUID] = set()
    told = Letter.objects.filter(award__any_of=award_ids).filter(
        Q(bounced_at__isnull=False) | Q(addressee=Addressee.GIVEN)
    )
    for one in told.order_by("pk").only("award_id", "addressee", "address", "bounced_at"):
        if one.award_id is not None and one.addressee == Addressee.GIVEN:
            given[one.award_id] = one.address
            bounced.discard(one.award_id)
        if one.award_id is not None and one.bounced_at is not None:
            bounced.add(one.award_id)
    return given, bounced


def _quiet(organisation_ids: Set[uuid.UUID], letters: Sequence[Letter]) -> set[uuid.UUID]:
    """Return the organisations that remind nobody; a query where letters would."""
    if not any(one.kind in (LetterKind.REMINDER, LetterKind.EXPIRING) for one in letters):
        return set()
    return set(Organisation.objects.filter(pk__in=organisation_ids, reminds=False).values_list("pk", flat=True))


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
            unclaimed = award.claimed_at is None and award.state in UNANSWERED and not standing.revoked
            return unclaimed and not standing.bounced and not standing.quiet
        case LetterKind.REVOKED | LetterKind.SUSPENDED | LetterKind.REINSTATED:
            return standing.change_of(letter) is not None
        case LetterKind.EXPIRING:
            ends = award.valid_until
            lasts = ends is not None and ends > timezone.now() and not standing.bounced
            return lasts and award.state in SIGNED and not standing.revoked and not standing.quiet
        case _:
            return award.state in SIGNED and not standing.revoked
