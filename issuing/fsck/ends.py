"""N1: what ended without a credential is told in the audit trail, by the act that ended it."""

from __future__ import annotations

from collections.abc import Iterator

from issuing.fsck.breaches import Breach, breach_of
from issuing.models import Award, AwardState
from registry.models import AuditEntry

ACT_OF: dict[str, str] = {
    AwardState.REFUSED: "award.refused",
    AwardState.CANCELLED: "award.cancelled",
    AwardState.DECLINED: "award.declined",
    AwardState.LAPSED: "award.lapsed",
}
OF_A_WHOLE_FILE = "batch.refused"
"""The one act that ends many awards and leaves one entry, about their file."""


def ends_told() -> Iterator[Breach]:
    """N1: each award that ended has its entry. Two passes, one over each table: nothing is looked up award by award."""
    # The awards first: an act writes both at once, so an entry that is missing later was never written.
    ended = Award.objects.filter(state__in=ACT_OF).values_list("state", "id", "batch_id")
    untold = {(ACT_OF[state], str(pk)): batch_id for state, pk, batch_id in ended.iterator()}
    if not untold:
        return
    refused_files: set[str] = set()
    entries = AuditEntry.objects.filter(act__in=(*ACT_OF.values(), OF_A_WHOLE_FILE)).order_by()
    for act, object_id in entries.values_list("act", "object_id").iterator():
        if act == OF_A_WHOLE_FILE:
            refused_files.add(object_id)
        untold.pop((act, object_id), None)
    refused = ACT_OF[AwardState.REFUSED]
    missing = [pk for (act, pk), batch_id in untold.items() if act != refused or str(batch_id) not in refused_files]
    yield from breach_of("N1", "award that ended without an entry in the audit trail", sorted(missing))
