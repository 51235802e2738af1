"""What ended before the audit trail told of ends gets its entry, of today and marked as written afterwards.

Until awards had one way, what a worker refused to sign, and what was replaced before it was signed, left none.
"""

from typing import Any

from django.db import migrations
from django.utils import timezone

ACT_OF = {
    "refused": "award.refused",
    "cancelled": "award.cancelled",
    "declined": "award.declined",
    "lapsed": "award.lapsed",
}
CHUNK = 1_000


def tell(apps: Any, _editor: Any) -> None:
    """Write an entry for each award that ended and has none, nor its file."""
    entry = apps.get_model("registry", "AuditEntry")
    ended = apps.get_model("issuing", "Award").objects.filter(state__in=ACT_OF).order_by("accepted_at", "id")
    told = set(entry.objects.filter(act__in=[*ACT_OF.values(), "batch.refused"]).values_list("act", "object_id"))
    now = timezone.now()
    entry.objects.bulk_create(
        (
            entry(
                at=now, actor_kind="system", actor_id="worker", act=ACT_OF[state], organisation_id=organisation_id,
                object_kind="issuing.award", object_id=str(pk), detail={"afterwards": 1},
            )
            for pk, state, batch_id, organisation_id in ended.values_list("id", "state", "batch_id", "organisation_id")
            if (ACT_OF[state], str(pk)) not in told
            and not (state == "refused" and ("batch.refused", str(batch_id)) in told)
        ),
        batch_size=CHUNK,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("issuing", "0015_a_file_has_editions")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
