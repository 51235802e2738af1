"""What a credential was awarded for cannot be rewritten."""

from django.db import migrations

from registry.triggers import refuse_changes

PUBLISHED = "OLD.published_at IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [
        refuse_changes(
            "catalogue_achievementversion",
            event,
            when=PUBLISHED,
            message="A published version never changes; make the next one.",
        )
        for event in ("UPDATE", "DELETE")
    ]
