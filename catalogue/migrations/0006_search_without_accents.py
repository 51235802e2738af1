"""What search reads is kept without accents, as queries are compared."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from catalogue.search import folded


def fold(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Fold the texts that were written with their accents."""
    texts = apps.get_model("catalogue", "CatalogueSearchText").objects
    for row in texts.order_by("pk").iterator(chunk_size=500):
        texts.filter(pk=row.pk).update(body=folded(row.body))


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0005_pictures_for_lists")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
