"""Reading people as an organisation's staff sees them: only those whom places of theirs have awarded something."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from issuing.models import Addressee, Award, LearnerMerge, Letter, LetterState
from issuing.selectors import awarded_versions_for
from registry.actors import Actor
from registry.errors import NotFoundError
from registry.models import Learner, LearnerIdentifier, Organisation
from registry.people_search import MOST, learners_like

SHOWN: Final = 50
AWARDS_SHOWN: Final = 200
RETURNED_SHOWN: Final = 100
MERGES_SHOWN: Final = 5
FEWEST_DIGITS: Final = 8
DIGITS_OF_ID: Final = 32
_NUMBER: Final = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class PersonFound:
    """A record in a list: whose, and how many awards one sees."""

    learner: Learner
    awards: int


@dataclass(frozen=True, slots=True)
class PeopleFound:
    """What a search leads to; `more`: there are further ones, and more has to be typed to reach them."""

    people: Sequence[PersonFound]
    more: bool


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """A record as one sees it: identifiers, the awards that one may see with their letters, the newest first."""

    learner: Learner
    identifiers: Sequence[LearnerIdentifier]
    awards: Sequence[Award]
    letters: Sequence[Letter]


def people_found(actor: Actor, *, organisation: Organisation, text: str) -> PeopleFound:
    """Return the people of an organisation to whom a name, a number or an address leads, in the order of their names.

    Whom no place of `actor` has awarded anything is not among them.
    """
    candidates = learners_like(organisation.pk, text)
    counts = _awards_of(candidates, seen_awards(actor, organisation))
    rows = Learner.objects.filter(pk__in=list(counts)).order_by("name_said", "pk")[: SHOWN + 1]
    people = [PersonFound(row, counts[row.pk]) for row in rows]
    return PeopleFound(people[:SHOWN], len(people) > SHOWN or len(candidates) >= MOST)


def seen_awards(actor: Actor, organisation: Organisation) -> QuerySet[Award]:
    """Return an organisation's awards that `actor` may see; a list of them has to be narrowed by what an index knows."""
    versions = awarded_versions_for(actor).filter(achievement__organisation=organisation)
    return Award.objects.filter(version__in=list(versions.values_list("pk", flat=True)))


def _awards_of(learner_ids: Collection[uuid.UUID], seen: QuerySet[Award]) -> Counter[uuid.UUID]:
    rows = seen.filter(learner__any_of=list(learner_ids)).values_list("learner", flat=True)
    return Counter(rows[: MOST * AWARDS_SHOWN])


def person_in(actor: Actor, *, organisation: Organisation, learner_id: uuid.UUID) -> SeenPerson:
    """Return a record with all that `actor` may see of it.

    Raises:
        NotFoundError: there is none there, it was erased, or no place of `actor` has awarded it anything.
    """
    learner = Learner.objects.filter(pk=learner_id, organisation=organisation, erased_at=None).first()
    if learner is None:
        raise NotFoundError
    rows = seen_awards(actor, organisation).filter(learner=learner)
    awards = list(
        rows.select_related("version__achievement__issuer", "credential").order_by("-accepted_at", "pk")[:AWARDS_SHOWN]
    )
    if not awards:
        raise NotFoundError
    identifiers = list(learner.identifiers.order_by("type", "scope", "value"))
    letters = Letter.objects.filter(award__in=awards).order_by("-pk")
    return SeenPerson(learner, identifiers, awards, list(letters[:AWARDS_SHOWN]))


@dataclass(frozen=True, slots=True)
class AwardsFound:
    """The awards to which a search leads; `more`: so many people are called so that not all of them were looked up."""

    rows: QuerySet[Award]
    more: bool


def awards_like(actor: Actor, *, organisation: Organisation, text: str) -> AwardsFound:
    """Return the awards to which a person's name, number or address leads, or the number of a certificate."""
    seen = seen_awards(actor, organisation)
    first, last = _ids_of_number(text)
    if first is not None:
        numbered = seen.filter(pk__gte=first, pk__lte=last)
        if numbered.exists():
            return AwardsFound(numbered, more=False)
    people = learners_like(organisation.pk, text)
    return AwardsFound(seen.filter(learner__in=people), len(people) >= MOST)


def _ids_of_number(text: str) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """Return the first and last id that begin with the digits of a certificate's number, None for anything else."""
    digits = re.sub(r"[\s\-\u2010-\u2015]", "", text).lower()
    if not FEWEST_DIGITS <= len(digits) <= DIGITS_OF_ID or not _NUMBER.fullmatch(digits):
        return None, None
    return uuid.UUID(digits.ljust(DIGITS_OF_ID, "0")), uuid.UUID(digits.ljust(DIGITS_OF_ID, "f"))


def letters_returned(actor: Actor, *, organisation: Organisation) -> list[Letter]:
    """Return the newest letters that did not arrive and whose award has got no other address since, with their awards.

    At most `RETURNED_SHOWN` and one more, which tells that there are others.
    """
    versions = awarded_versions_for(actor).filter(achievement__organisation=organisation)
    newer = Letter.objects.filter(
        award=OuterRef("award"), addressee=Addressee.GIVEN, pk__gt=OuterRef("pk"), bounced_at=None
    ).exclude(state=LetterState.FAILED)
    ids = list(versions.values_list("pk", flat=True))
    rows = Letter.objects.filter(~Exists(newer), organisation=organisation, award__version__in=ids)
    loaded = rows.select_related("award__version__achievement__issuer", "award__organisation").order_by("-id")
    # Each of the two is read by an index of its own.
    returned = list(loaded.filter(bounced_at__isnull=False)[: RETURNED_SHOWN + 1])
    failed = list(loaded.filter(state=LetterState.FAILED, bounced_at=None)[: RETURNED_SHOWN + 1])
    return sorted([*returned, *failed], key=lambda one: -one.pk)[: RETURNED_SHOWN + 1]


def merges_of(learner: Learner) -> list[LearnerMerge]:
    """Return what was joined to a record and not taken apart, the newest first."""
    return list(LearnerMerge.objects.filter(kept=learner.pk, undone_at=None).order_by("-at")[:MERGES_SHOWN])
