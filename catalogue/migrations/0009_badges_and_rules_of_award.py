"""How a badge is drawn or which picture stands in its place, what the picture shows, and what an award must come with."""

import registry.models.fields
from django.db import migrations, models

from registry.triggers import refuse_changes


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0008_drafts_say_who_wrote_last'),
    ]

    operations = [
        migrations.AddField(
            model_name='achievementversion',
            name='badge',
            field=models.JSONField(blank=True, default=dict, help_text='how it is drawn, or the picture in its place'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='image_alt',
            field=registry.models.fields.LanguageMapField(blank=True, default=dict, help_text='what the picture shows, for those who do not see it'),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='evidence_required',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='result_required',
            field=models.BooleanField(default=False),
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
