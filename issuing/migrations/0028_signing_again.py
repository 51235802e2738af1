"""Awards of a compromised key can be signed again as one change of many; downloads of lists are counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issuing", "0027_trail_as_a_file")]

    operations = [
        migrations.AlterField(
            model_name="bulkchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("revoke", "revoke"),
                    ("suspend", "suspend"),
                    ("reinstate", "end the suspension"),
                    ("correct", "correct a fact"),
                    ("link", "send the link again"),
                    ("sign_again", "sign again"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="taken",
            field=models.PositiveIntegerField(default=0, db_default=0, help_text="how often it was downloaded"),
        ),
    ]
