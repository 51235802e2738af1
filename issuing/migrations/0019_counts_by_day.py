"""What happened is counted by day: with each act from now on, and here for what happened before."""

import datetime as dt

from django.db import migrations, models
from django.db.models import Count
from django.db.models.functions import TruncDate

AT_ONCE = 1_000


def count_what_was(apps, _schema):
    """Write the counts of what there is, one statement for each measure; the rows are read by the database alone."""
    daily = apps.get_model("issuing", "DailyCount")
    award, credential, change = (apps.get_model("issuing", name) for name in ("Award", "Credential", "StatusChange"))
    revoked = change.objects.filter(purpose="revocation")
    silent = credential.objects.filter(award__claimed_at=None, award__declined_at=None)
    for measure, rows, award_path, time in (
        ("awarded", credential.objects.filter(award__replaces=None), "award__", "signed_at"),
        ("claimed", award.objects.exclude(claimed_at=None), "", "claimed_at"),
        ("unclaimed", silent.exclude(pk__in=revoked.values("credential")), "award__", "signed_at"),
        ("revoked", revoked.exclude(reason="superseded"), "credential__award__", "at"),
    ):
        columns = (f"{award_path}organisation_id", f"{award_path}version_id", "day")
        days = rows.order_by().annotate(day=TruncDate(time, tzinfo=dt.UTC)).values_list(*columns)
        counts = [
            daily(organisation_id=organisation, version_id=version, day=day, measure=measure, value=number)
            for organisation, version, day, number in days.annotate(number=Count("pk"))
        ]
        daily.objects.bulk_create(counts, batch_size=AT_ONCE, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("issuing", "0018_what_waits_for_approval")]
    operations = [
        migrations.RemoveField(model_name="dailycount", name="node_id"),
        migrations.AlterField(
            model_name="dailycount",
            name="measure",
            field=models.CharField(
                choices=[
                    ("awarded", "awarded"),
                    ("claimed", "accepted by the holder"),
                    ("unclaimed", "not accepted yet"),
                    ("revoked", "revoked"),
                    ("checked", "checked by somebody"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["organisation", "-created_at", "id"], name="batch_newest"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("bounced_at__isnull", False)), fields=["organisation", "id"], name="letter_returned"
            ),
        ),
        migrations.RunPython(count_what_was, migrations.RunPython.noop),
    ]
