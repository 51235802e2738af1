"""OAuth clients have a name beside their id, may end on a day, and are kept when they are revoked."""

from django.db import migrations, models


def take_names(apps, _editor):
    """Copy the name that allauth keeps of each client."""
    clients = apps.get_model("allauth_idp_oidc", "Client")
    names = dict(clients.objects.values_list("id", "name"))
    for binding in apps.get_model("registry", "OAuthClient").objects.all():
        binding.name = names.get(binding.client_id, "")
        binding.save(update_fields=["name"])


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0007_second_factors_sealed"),
        ("allauth_idp_oidc", "0001_initial"),
    ]

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
