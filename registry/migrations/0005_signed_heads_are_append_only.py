"""The signed heads of the audit chain are never changed or removed."""

from django.db import migrations, models

from registry.triggers import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_learners_in_bulk")]

    operations = [
        migrations.AlterField(
            model_name="audithead",
            name="signature",
            field=models.TextField(help_text="compact JWS over issuer, time, day, position and hash"),
        ),
        *(
            refuse_changes("registry_audithead", event, message="The audit trail is append-only.")
            for event in ("UPDATE", "DELETE")
        ),
    ]
