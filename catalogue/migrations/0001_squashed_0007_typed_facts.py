"""What is awarded: what a new database begins with, in the place of all before it."""

from typing import Any

import django.db.models.deletion
import registry.models.fields
import uuid
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from registry.triggers import refuse_changes


def index_words(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Let PostgreSQL find words by their beginnings in an index; SQLite has no use for it."""
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE INDEX catalogue_search_words ON catalogue_cataloguesearchtext "
            "USING gin (to_tsvector('simple', body))"
        )


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('catalogue', '0001_initial'),
        ('catalogue', '0002_published_versions_never_change'),
        ('catalogue', '0003_result_descriptions'),
        ('catalogue', '0003_search_index'),
        ('catalogue', '0004_vocabulary_terms'),
        ('catalogue', '0005_pictures_for_lists'),
        ('catalogue', '0006_search_without_accents'),
        ('catalogue', '0007_typed_facts'),
    ]

    dependencies = [
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredImage',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('png', models.BinaryField()),
                ('small', models.BinaryField(default=bytes, help_text='as lists show it: WebP, 192 px')),
                ('svg', models.TextField(blank=True, help_text='the drawing it was made from, when we drew it')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Achievement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=80)),
                ('kind', models.CharField(choices=[('micro-credential', 'Micro-credential'), ('micro-degree', 'Micro-degree'), ('participation', 'Confirmation of participation'), ('document', 'Document'), ('equivalence', 'Equivalence statement')], max_length=20)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('planned', 'planned'), ('published', 'published'), ('retired', 'retired')], default='draft', max_length=10)),
                ('duplicates', models.CharField(choices=[('deny', 'refuse'), ('allow', 'allow'), ('replace', 'replace the earlier one')], default='deny', max_length=8)),
                ('last_award_on', models.DateField(blank=True, null=True)),
                ('audience', models.CharField(choices=[('public', 'everybody'), ('organisation', 'members of the organisation')], default='public', max_length=12)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='achievements', to='registry.issuer')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='achievements', to='registry.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='AchievementVersion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('texts', models.JSONField(default=dict)),
                ('outcomes', models.JSONField(blank=True, default=list)),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('alignments', models.JSONField(blank=True, default=list)),
                ('result_descriptions', models.JSONField(blank=True, default=list)),
                ('ects_credits', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ('national_credits', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('national_credit_system', models.CharField(blank=True, max_length=60)),
                ('other_points', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('other_points_name', models.CharField(blank=True, help_text='for example CME points', max_length=60)),
                ('other_points_body', models.CharField(blank=True, help_text='who grants them', max_length=200)),
                ('workload_hours_min', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True)),
                ('workload_hours_max', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True)),
                ('workload_text', registry.models.fields.LanguageMapField(blank=True, default=dict, help_text='as stated: approx. 21 hours, 8-12 months')),
                ('level_eqf', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('level_eqf_basis', models.CharField(blank=True, choices=[('referenced', 'referenced'), ('compared', 'compared'), ('provider_claim', "provider's claim")], max_length=16)),
                ('level_eqf_source', models.CharField(blank=True, max_length=300)),
                ('level_national', models.CharField(blank=True, help_text='for example NZQF 2', max_length=60)),
                ('language', models.CharField(default='en', help_text='of instruction, BCP 47', max_length=12)),
                ('suspendable', models.BooleanField(default=False)),
                ('valid_for_days', models.PositiveIntegerField(blank=True, null=True)),
                ('outcome_rule', models.JSONField(blank=True, default=dict)),
                ('assessment_kinds', models.JSONField(blank=True, default=list)),
                ('summative', models.BooleanField(blank=True, null=True)),
                ('voluntary', models.BooleanField(blank=True, help_text='the assessment may be left out', null=True)),
                ('supervision_kind', models.CharField(blank=True, max_length=24)),
                ('mode', models.CharField(blank=True, max_length=12)),
                ('period', models.CharField(blank=True, max_length=16)),
                ('objective', models.CharField(blank=True, max_length=12)),
                ('intended_use', models.JSONField(blank=True, default=list)),
                ('qa_kind', models.CharField(blank=True, max_length=32)),
                ('credit_bearing', models.CharField(default='not_stated', max_length=12)),
                ('qualifications', models.JSONField(blank=True, default=list)),
                ('accessibility', registry.models.fields.LanguageMapField(blank=True, default=dict)),
                ('materials_licence', models.CharField(blank=True, help_text="a code, or the licence's address", max_length=200)),
                ('price_amount', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
                ('price_unit', models.CharField(blank=True, help_text='EUR, or USD/month', max_length=20)),
                ('price_tax_included', models.BooleanField(blank=True, null=True)),
                ('funding', models.JSONField(blank=True, default=list)),
                ('start', models.CharField(blank=True, max_length=12)),
                ('access_period', models.CharField(blank=True, help_text='ISO 8601 duration in one unit, or unlimited', max_length=12)),
                ('image_sha', models.CharField(blank=True, max_length=64)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('published_by', models.CharField(blank=True, max_length=64)),
                ('achievement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='catalogue.achievement')),
            ],
        ),
        migrations.CreateModel(
            name='CatalogueSearchText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('title', models.CharField(max_length=500)),
                ('body', models.TextField(help_text='lower case, for searching')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='search_texts', to='catalogue.achievementversion')),
            ],
        ),
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
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='catalogue.achievementversion')),
            ],
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('role', models.CharField(choices=[('awards', 'awarding body'), ('co-awards', 'co-awarding body'), ('certifies', 'certified by'), ('partners', 'partner'), ('endorses', 'endorsed by'), ('owns_definition', 'owner of the definition'), ('delivers', 'delivered by'), ('assesses', 'assessed by'), ('platform', 'platform')], max_length=16)),
                ('name', models.CharField(max_length=200)),
                ('url', models.URLField(blank=True, max_length=500)),
                ('signatory_name', models.CharField(blank=True, max_length=200)),
                ('signatory_role', models.CharField(blank=True, max_length=200)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_until', models.DateField(blank=True, null=True)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='registry.organisation')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='catalogue.achievementversion')),
            ],
            options={
                'verbose_name_plural': 'parties',
            },
        ),
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('equivalent', 'equivalent to'), ('excludes', 'cannot be combined with'), ('part_of', 'part of'), ('replaces', 'replaces'), ('prerequisite', 'requires'), ('derived_from', 'derived from')], max_length=12)),
                ('achievement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relations', to='catalogue.achievement')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='related_from', to='catalogue.achievement')),
            ],
        ),
        migrations.CreateModel(
            name='VocabularyTerm',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('vocabulary', models.CharField(max_length=60)),
                ('uri', models.CharField(max_length=500)),
                ('kind', models.CharField(max_length=80)),
                ('labels', registry.models.fields.LanguageMapField(default=dict)),
                ('reuse_level', models.CharField(blank=True, help_text='as the vocabulary states it: transversal, …', max_length=40)),
                ('broader', models.CharField(blank=True, help_text='address of the term above it', max_length=500)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('uri'), models.F('vocabulary'), name='vocabulary_term_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='achievement',
            constraint=models.UniqueConstraint(models.F('issuer'), models.F('slug'), name='achievement_slug_once'),
        ),
        migrations.AddConstraint(
            model_name='achievementversion',
            constraint=models.UniqueConstraint(models.F('achievement'), models.F('number'), name='achievement_version_once'),
        ),
        migrations.AddConstraint(
            model_name='achievementversion',
            constraint=models.CheckConstraint(condition=models.Q(('ects_credits__gte', 0)), name='achievement_ects_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='achievementversion',
            constraint=models.CheckConstraint(condition=models.Q(('price_amount__gte', 0)), name='achievement_price_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='achievementversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level_eqf__gte', 1), ('level_eqf__lte', 8)), ('level_eqf', None), _connector='OR'), name='achievement_eqf_1_to_8'),
        ),
        migrations.AddConstraint(
            model_name='achievementversion',
            constraint=models.CheckConstraint(condition=models.Q(('workload_hours_max', None), ('workload_hours_max__gte', models.F('workload_hours_min')), _connector='OR'), name='achievement_workload_ordered'),
        ),
        migrations.AddConstraint(
            model_name='cataloguesearchtext',
            constraint=models.UniqueConstraint(models.F('version'), models.F('language'), name='search_text_once'),
        ),
        migrations.AddConstraint(
            model_name='courserun',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('starts_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='run_ordered'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.UniqueConstraint(models.F('achievement'), models.F('kind'), models.F('other'), name='relation_once'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('achievement', models.F('other')), _negated=True), name='relation_not_to_itself'),
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
        migrations.RunPython(index_words, migrations.RunPython.noop),
    ]
