"""Terms of vocabularies are found by typing: their labels as search compares them, in an index."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from catalogue.search import words_of

AT_ONCE = 1000


def write_words(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write the words of the terms that are there."""
    terms = apps.get_model("catalogue", "VocabularyTerm").objects
    waiting = []
    for term in terms.order_by("pk").iterator(chunk_size=AT_ONCE):
        term.words = words_of(term.labels)
        waiting.append(term)
        if len(waiting) == AT_ONCE:
            terms.bulk_update(waiting, ["words"])
            waiting = []
    terms.bulk_update(waiting, ["words"])


def index_words(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let PostgreSQL find words by their beginnings in an index; SQLite has no use for it."""
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE INDEX catalogue_term_words ON catalogue_vocabularyterm USING gin (to_tsvector('simple', words))"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0009_badges_and_rules_of_award'),
    ]

    operations = [
        migrations.AddField(
            model_name='vocabularyterm',
            name='words',
            field=models.TextField(blank=True, help_text='its labels as search compares them'),
        ),
        migrations.RunPython(write_words, migrations.RunPython.noop),
        migrations.RunPython(index_words, migrations.RunPython.noop),
    ]
