"""OAuth clients have a name beside their id, may end on a day, and are kept when they are revoked.

Does not depend on the table whose names it copies, for the reason that 0007 gives.
"""

from django.db import migrations, models


def take_names(apps, _editor):
    """Copy the name that allauth keeps of each client."""
    try:
        clients = apps.get_model("allauth_idp_oidc", "Client")
    except LookupError:
        return
    names = dict(clients.objects.values_list("id", "name"))
    for binding in apps.get_model("registry", "OAuthClient").objects.all():
        binding.name = names.get(binding.client_id, "")
        binding.save(update_fields=["name"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_second_factors_sealed")]

    operations = [
        migrations.AddField(
            model_name="oauthclient",
            name="name",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="oauthclient",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="oauthclient",
            name="revoked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(take_names, migrations.RunPython.noop),
    ]
