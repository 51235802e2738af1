"""PostgreSQL finds words by their beginnings in an index; SQLite has no use for it."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

CREATE = """
    CREATE INDEX catalogue_search_words ON catalogue_cataloguesearchtext USING gin (to_tsvector('simple', body))
"""


def create_index(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index where the database has such indexes."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop_index(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the index away again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS catalogue_search_words")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_result_descriptions")]

    operations = [migrations.RunPython(create_index, drop_index)]
