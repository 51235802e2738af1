"""Secrets of second factors that were kept in clear are sealed under SECRET_KEY.

Does not depend on the tables of second factors, though it reads them: those depend on accounts, so on the first
migration of this room, and one migration in the place of all of this room's would wait for itself. A database that
has secrets has the tables; one that has not yet made them has nothing to seal.
"""

from django.conf import settings
from django.db import migrations

from registry.sealing import MARK, seal, unseal


def seal_them(apps, _schema_editor):
    _change(apps, lambda text: text if text.startswith(MARK) else seal(text, secret_key=settings.SECRET_KEY))


def open_them(apps, _schema_editor):
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    _change(apps, lambda text: unseal(text, secret_keys=keys) if text.startswith(MARK) else text)


def _change(apps, change):
    try:
        authenticators = apps.get_model("mfa", "Authenticator").objects
    except LookupError:
        return
    for row in authenticators.exclude(type="webauthn"):
        for name in ("secret", "seed"):
            if name in row.data:
                row.data[name] = change(row.data[name])
        if "migrated_codes" in row.data:
            row.data["migrated_codes"] = [change(code) for code in row.data["migrated_codes"]]
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_names_in_the_plural")]

    operations = [migrations.RunPython(seal_them, open_them)]
