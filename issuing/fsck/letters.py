"""N8: every letter belongs to an award that may have a letter of its kind."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast

from issuing.fsck.breaches import Breach, breach_of
from issuing.models import AwardState, Letter, LetterKind, StatusChange
from issuing.way import SIGNED

CHANGE_OF: dict[str, tuple[str, bool]] = {
    LetterKind.REVOKED: ("revocation", True),
    LetterKind.SUSPENDED: ("suspension", True),
    LetterKind.REINSTATED: ("suspension", False),
}
OF_REPLACEMENTS = (LetterKind.CORRECTED, LetterKind.RENEWED)
OF_SIGNED = (*CHANGE_OF, *OF_REPLACEMENTS, LetterKind.EXPIRING)
"""Kinds that speak of a credential; what waits, or ended while it waited, has none."""
BEFORE_ANY_LETTER = (AwardState.AWAITING_APPROVAL, AwardState.SCHEDULED)


def letters_fit_their_awards() -> Iterator[Breach]:
    """N8: no letter tells of what its award never was; one pass a question, joined by the database."""
    letters = Letter.objects.filter(award__isnull=False)
    for problem, condition in _MISFITS.items():
        yield from breach_of("N8", problem, letters.filter(condition).values_list("award_id", flat=True))
    for kind, (purpose, value) in CHANGE_OF.items():
        changes = StatusChange.objects.filter(credential=OuterRef("award"), purpose=purpose, value=value)
        told = changes.annotate(occasion=Cast("pk", CharField())).filter(occasion=OuterRef("occasion"))
        loose = letters.filter(~Exists(told), kind=kind).values_list("award_id", flat=True)
        yield from breach_of("N8", f"{kind} letter of a change that never was", loose)


_MISFITS: dict[str, Q] = {
    "letter about a credential of an award that has none": Q(kind__in=OF_SIGNED) & ~Q(award__state__in=SIGNED),
    "letter of a replacement whose award replaces nothing": Q(kind__in=OF_REPLACEMENTS, award__replaces=None),
    "letter of an end whose award has none": Q(kind=LetterKind.EXPIRING, award__valid_until=None),
    # Once facts were fixed anew, what stands there may have waited for its holder before.
    "letter of an award that nobody may know of yet": Q(award__state__in=BEFORE_ANY_LETTER, award__revision=0),
}
