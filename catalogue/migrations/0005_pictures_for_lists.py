"""Lists load a small rendering of each picture instead of the large one."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from catalogue.badges import small_picture


def draw_small(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Render what was stored before, one picture in memory at a time."""
    images = apps.get_model("catalogue", "StoredImage").objects
    for sha256 in list(images.values_list("sha256", flat=True)):
        png = bytes(images.values_list("png", flat=True).get(pk=sha256))
        images.filter(pk=sha256).update(small=small_picture(png))


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_vocabulary_terms")]

    operations = [
        migrations.AddField(
            "storedimage",
            "small",
            models.BinaryField(default=bytes, help_text="as lists show it: WebP, 192 px"),
        ),
        migrations.RunPython(draw_small, migrations.RunPython.noop),
    ]
