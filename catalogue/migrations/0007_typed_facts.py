"""Typed values beside an entry's texts, runs of courses, internal entries.

What was published before states none of it. SQLite makes a new table for each column, so the triggers are made again.
"""

import django.db.models.deletion
import registry.models.fields
import uuid
from django.db import migrations, models

from registry.triggers import refuse_changes


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0006_search_without_accents'),
    ]

    operations = [
        migrations.CreateModel(
            name='CourseRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('enrol_until', models.DateField(blank=True, null=True)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('url', models.URLField(blank=True, max_length=500)),
                ('price', registry.models.fields.LanguageMapField(blank=True, default=dict)),
            ],
        ),
        migrations.AddField(
            model_name='achievement',
            name='audience',
            field=models.CharField(choices=[('public', 'everybody'), ('organisation', 'members of the organisation')], default='public', max_length=12),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='access_period',
            field=models.CharField(blank=True, help_text='ISO 8601 duration in one unit, or unlimited', max_length=12),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='accessibility',
            field=registry.models.fields.LanguageMapField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='assessment_kinds',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='credit_bearing',
            field=models.CharField(default='not_stated', max_length=12),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='funding',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='intended_use',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='materials_licence',
            field=models.CharField(blank=True, help_text="a code, or the licence's address", max_length=200),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='mode',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='objective',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='period',
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='price_amount',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='price_tax_included',
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='price_unit',
            field=models.CharField(blank=True, help_text='EUR, or USD/month', max_length=20),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='qa_kind',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='qualifications',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='start',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='summative',
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='supervision_kind',
            field=models.CharField(blank=True, max_length=24),
        ),
        migrations.AddField(
            model_name='achievementversion',
            name='voluntary',
            field=models.BooleanField(blank=True, help_text='the assessment may be left out', null=True),
        ),
        migrations.AlterField(
            model_name='party',
            name='role',
            field=models.CharField(choices=[('awards', 'awarding body'), ('co-awards', 'co-awarding body'), ('certifies', 'certified by'), ('partners', 'partner'), ('endorses', 'endorsed by'), ('owns_definition', 'owner of the definition'), ('delivers', 'delivered by'), ('assesses', 'assessed by'), ('platform', 'platform')], max_length=16),
        ),
        migrations.AlterField(
            model_name='relation',
            name='kind',
            field=models.CharField(choices=[('equivalent', 'equivalent to'), ('excludes', 'cannot be combined with'), ('part_of', 'part of'), ('replaces', 'replaces'), ('prerequisite', 'requires'), ('derived_from', 'derived from')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='achievementversion',
            constraint=models.CheckConstraint(condition=models.Q(('price_amount__gte', 0)), name='achievement_price_not_negative'),
        ),
        migrations.AddField(
            model_name='courserun',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='catalogue.achievementversion'),
        ),
        migrations.AddConstraint(
            model_name='courserun',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('starts_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='run_ordered'),
        ),
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
