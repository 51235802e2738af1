"""Learners are looked up by name, and their numbers without the scope: both by an index."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import migrations, models
from django.db.models import Q

from registry.name_keys import name_keys

CHUNK = 1_000


def fill(apps: Any, _editor: Any) -> None:
    """Write what the names of before are looked up by, chunk by chunk."""
    learner = apps.get_model("registry", "Learner")
    rows = learner.objects.exclude(preferred_name="").only("pk", "preferred_name").iterator(chunk_size=CHUNK)
    for chunk in _chunks(rows):
        for one in chunk:
            one.name_said, one.name_turned = name_keys(one.preferred_name)
        learner.objects.bulk_update(chunk, ["name_said", "name_turned"])


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


class Migration(migrations.Migration):
    dependencies = [("registry", "0015_invitations")]

    operations = [
        migrations.AddField(
            model_name="learner",
            name="name_said",
            field=models.CharField(
                blank=True,
                default="",
                help_text="the preferred name without accents and case, as it is looked up",
                max_length=200,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="learner",
            name="name_turned",
            field=models.CharField(
                blank=True, default="", help_text="the same with its last word in front", max_length=200
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="learner",
            index=models.Index(
                fields=["organisation", "name_said"],
                name="learner_by_name",
                opclasses=["uuid_ops", "varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="learner",
            index=models.Index(
                fields=["organisation", "name_turned"],
                name="learner_by_last_name",
                opclasses=["uuid_ops", "varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="learneridentifier",
            index=models.Index(
                condition=~Q(type="email"), fields=["organisation", "value"], name="learner_identifier_by_number"
            ),
        ),
    ]
