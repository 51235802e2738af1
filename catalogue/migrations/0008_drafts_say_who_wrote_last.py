"""A draft says when it was written on last, and by whom: two editors on one draft are told of each other."""

from django.db import migrations, models

from registry.triggers import refuse_changes


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0007_typed_facts'),
    ]

    operations = [
        migrations.AddField(
            model_name='achievementversion',
            name='edited_at',
            field=models.DateTimeField(blank=True, help_text='a draft: when it was written on last', null=True),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='edited_by',
            field=models.CharField(blank=True, max_length=64),
        ),
        # SQLite makes a new table for each column, so the triggers are made again.
        *(
            refuse_changes(
                'catalogue_achievementversion',
                event,
                when='OLD.published_at IS NOT NULL',
                message='A published version never changes; make the next one.',
            )
            for event in ('UPDATE', 'DELETE')
        ),
    ]
