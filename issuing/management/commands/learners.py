"""`manage.py learners`: an organisation's records of people, found, and joined where two are of one person."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Count, Q
from django.utils import timezone

from issuing.services import merge_learners
from registry.actors import SYSTEM
from registry.errors import LearnerUnknownError
from registry.management.acting import ActingCommand, Facts, add_json
from registry.management.arguments import organisation_named
from registry.models import Learner, LearnerIdentifier
from registry.services import Proof, ProofKind


class Command(ActingCommand):
    """Find and join records."""

    help = (
        "Records of people. `find` shows those that an address or number leads to; `merge` makes one of two that are one "
        "person's, when you have seen a document of theirs for an address or number of each: the first one stands, "
        "awards move, nothing is revoked. The console takes them apart until an award changes. Exit code: 0 done, 1 refused."
    )
    nothing = "No record has this address or number."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the actions."""
        actions = parser.add_subparsers(dest="action", required=True)
        find = actions.add_parser("find", help="show the records that an address or number leads to")
        find.add_argument("organisation", help="slug")
        find.add_argument("value", nargs="+", help="e-mail address or number")
        merge = actions.add_parser("merge", help="make one record of two")
        merge.add_argument("kept", type=uuid.UUID, help="id of the record that stands")
        merge.add_argument("gone", type=uuid.UUID, help="id of the record that goes")
        merge.add_argument("--kept-by", required=True, metavar="VALUE", help="what of the first you have seen proven")
        merge.add_argument("--gone-by", required=True, metavar="VALUE", help="what of the second you have seen proven")
        add_json(find, merge)

    def acts(self, options: dict[str, Any]) -> Iterable[Facts]:
        """Run one action."""
        return {"find": _find, "merge": _merge}[options["action"]](options)


def _find(options: dict[str, Any]) -> Iterator[Facts]:
    organisation = organisation_named(options["organisation"])
    asked = Q(identifiers__value__in=[value.strip() for value in options["value"]])
    asked |= Q(identifiers__type="email", identifiers__value__in=[value.strip().lower() for value in options["value"]])
    rows = Learner.objects.filter(asked, organisation=organisation).distinct().order_by("created_at", "pk")
    for learner in rows.annotate(held=Count("awards", distinct=True)).prefetch_related("identifiers"):
        yield {
            "id": str(learner.pk),
            "name": learner.preferred_name,
            "identifiers": sorted(f"{one.type} {one.value}" for one in learner.identifiers.all()),
            "awards": learner.held,
            "account": learner.user_id is not None,
        }


def _merge(options: dict[str, Any]) -> Iterator[Facts]:
    kept, gone = options["kept"], options["gone"]
    merged = merge_learners(
        kept=(kept, _seen(kept, options["kept_by"])), gone=(gone, _seen(gone, options["gone_by"])), actor=SYSTEM
    )
    twice = [[str(one) for one in pair] for pair in merged.held_twice]
    yield {"state": "merged", "id": str(merged.learner_id), "awards_moved": merged.awards, "held_twice": twice}


def _seen(learner_id: uuid.UUID, value: str) -> Proof:
    """Return the proof that somebody has seen a document for an identifier of a record."""
    rows = LearnerIdentifier.objects.filter(learner=learner_id, value__in=[value.strip(), value.strip().lower()])
    identifier = rows.values_list("pk", flat=True).first()
    if identifier is None:
        raise LearnerUnknownError
    return Proof(identifier=identifier, kind=ProofKind.DOCUMENT, at=timezone.now())
