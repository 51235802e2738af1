"""A profile keeps where its organisation is and its numbers, as of its version; those made before say nothing of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0011_lane_of_each_waiting_message")]

    operations = [
        migrations.AddField(
            model_name="issuerprofile",
            name="whereabouts",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
