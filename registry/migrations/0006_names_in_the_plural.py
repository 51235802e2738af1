"""Names of tables as the administration tells them; no column changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0005_signed_heads_are_append_only"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="apikey",
            options={"verbose_name": "API key"},
        ),
        migrations.AlterModelOptions(
            name="auditentry",
            options={"verbose_name_plural": "audit entries"},
        ),
        migrations.AlterModelOptions(
            name="hostalias",
            options={"verbose_name_plural": "host aliases"},
        ),
        migrations.AlterModelOptions(
            name="oauthclient",
            options={"verbose_name": "OAuth client"},
        ),
        migrations.AlterModelOptions(
            name="signintoken",
            options={"verbose_name": "sign-in link"},
        ),
    ]
