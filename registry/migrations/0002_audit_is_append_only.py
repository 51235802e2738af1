"""The audit trail and its seals are never changed or removed."""

from django.db import migrations

from registry.triggers import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        refuse_changes(table, event, message="The audit trail is append-only.")
        for table in ("registry_auditentry", "registry_auditseal")
        for event in ("UPDATE", "DELETE")
    ]
