"""Awards, letters, keys and lists: what a new database begins with, in the place of all before it."""

from typing import Any

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from issuing.triggers import TWO_PERSONS
from registry.triggers import keep_rule, refuse_changes, refuse_deleting_what_is_used


def lay_out_rows(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """Lay the rows of awards and credentials out for writing in bulk, on PostgreSQL (measured).

    1. Half of each page of awards stays free, where an award's next state is written (a heap-only tuple).
    2. A document of up to some 3.9 KB stands in its row, as it is; larger ones are compressed and moved out.
    3. Long texts are compressed with lz4 where the server has it: 40 % more rows a second than pglz.
    """
    if editor.connection.vendor != "postgresql":
        return
    editor.execute("ALTER TABLE issuing_award SET (fillfactor = 45)")
    editor.execute("ALTER TABLE issuing_credential SET (toast_tuple_target = 4080)")
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
        row = cursor.fetchone()
    if row and row[0]:
        editor.execute("ALTER TABLE issuing_credential ALTER COLUMN document SET COMPRESSION lz4")
        editor.execute("ALTER TABLE issuing_award ALTER COLUMN facts SET COMPRESSION lz4")


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('issuing', '0001_initial'),
        ('issuing', '0002_append_only_and_compact'),
        ('issuing', '0003_fewer_indexes_per_award'),
        ('issuing', '0004_awards_in_bulk'),
        ('issuing', '0005_mail_addresses_read_when_sent'),
        ('issuing', '0006_learners_guarded_by_a_trigger'),
        ('issuing', '0007_batches_are_drafts_first'),
        ('issuing', '0008_letters'),
        ('issuing', '0009_awards_way'),
        ('issuing', '0010_awards_way_moved'),
        ('issuing', '0011_awards_way_without_the_old_columns'),
        ('issuing', '0012_signed_statements'),
        ('issuing', '0013_letters_are_leased_rows'),
        ('issuing', '0014_what_ended_is_found'),
        ('issuing', '0015_a_file_has_editions'),
        ('issuing', '0016_ends_of_before_are_told'),
    ]

    dependencies = [
        ('catalogue', '0007_typed_facts'),
        ('registry', '0012_profiles_say_where'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Award',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('row_number', models.PositiveIntegerField(blank=True, null=True)),
                ('state', models.CharField(choices=[('scheduled', 'scheduled'), ('awaiting_approval', 'waiting for approval'), ('accepted', 'accepted'), ('awaiting_claim', 'waiting for the holder'), ('signed', 'signed'), ('delivered', 'delivered'), ('refused', 'refused'), ('cancelled', 'cancelled'), ('declined', 'declined by the holder'), ('lapsed', 'not accepted in time')], default='accepted', max_length=20)),
                ('facts', models.TextField()),
                ('builder_version', models.PositiveSmallIntegerField()),
                ('language', models.CharField(max_length=12)),
                ('status_index', models.PositiveIntegerField()),
                ('awarded_on', models.DateField()),
                ('valid_from', models.DateTimeField()),
                ('valid_until', models.DateTimeField(blank=True, null=True)),
                ('dedupe_key', models.UUIDField(blank=True, help_text='of achievement line and learner; empty where a repeat stands', null=True, unique=True)),
                ('refused_code', models.CharField(blank=True, help_text='why it ended unsigned', max_length=60)),
                ('accepted_by_kind', models.CharField(max_length=12)),
                ('accepted_by', models.CharField(blank=True, max_length=64)),
                ('accepted_at', models.DateTimeField()),
                ('revision', models.PositiveSmallIntegerField(default=0, help_text='grows when facts are fixed anew while the award waits; approvals name it')),
                ('not_before', models.DateTimeField(blank=True, help_text='a scheduled award goes on then', null=True)),
                ('claim_until', models.DateTimeField(blank=True, help_text='what waits for its holder lapses then', null=True)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('declined_at', models.DateTimeField(blank=True, null=True)),
                ('source_kind', models.CharField(choices=[('console', 'by hand'), ('api', 'by the API'), ('file', 'from a file'), ('request', 'on request'), ('claim', 'by a link or code'), ('pathway', 'by a pathway'), ('recognition', 'by recognition'), ('lti', 'from a learning platform'), ('roster', 'from a roster'), ('import', 'from another system')], default='console', max_length=12)),
                ('source_ref', models.CharField(blank=True, help_text='id of what it came from, where there is one', max_length=64)),
                ('issuer_profile', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='registry.issuerprofile')),
                ('learner', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='registry.learner')),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='registry.organisation')),
                ('replaces', models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text='whose place it takes once it is signed', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replacements', to='issuing.award')),
                ('version', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='catalogue.achievementversion')),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('file_sha', models.CharField(max_length=64)),
                ('first_row', models.PositiveSmallIntegerField(default=2, help_text="the number of the first person in awards' row_number: 2 in a file, else 1")),
                ('made_by_kind', models.CharField(default='system', max_length=12)),
                ('made_by', models.CharField(blank=True, max_length=64)),
                ('made_by_scopes', models.JSONField(blank=True, default=list, help_text='what a machine was allowed when it asked')),
                ('mapping', models.JSONField(blank=True, default=dict, help_text="the file's heading → the column that is meant")),
                ('options', models.JSONField(blank=True, default=dict, help_text='on_error, duplicates, send_at, valid_until')),
                ('edition', models.PositiveSmallIntegerField(default=1, help_text='1 for a file that follows none')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('checking', 'being checked'), ('ready', 'checked'), ('confirmed', 'confirmed'), ('running', 'being awarded'), ('done', 'done'), ('cancelled', 'cancelled')], default='draft', max_length=10)),
                ('ended_code', models.CharField(blank=True, help_text='why it was cancelled', max_length=60)),
                ('rows_total', models.PositiveIntegerField(default=0)),
                ('rows_done', models.PositiveIntegerField(default=0, help_text='of the step that goes on: checked, or awarded')),
                ('counts', models.JSONField(blank=True, default=dict)),
                ('groups', models.JSONField(blank=True, default=list, help_text='what was found, by code and column: how many, where')),
                ('report', models.JSONField(blank=True, default=list, help_text='rows that need an eye: row, state, every fault')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('follows', models.ForeignKey(blank=True, help_text='the earlier edition of this file, which this one brings up to date', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='issuing.batch')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='registry.organisation')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='catalogue.achievementversion')),
            ],
            options={
                'verbose_name_plural': 'batches',
            },
        ),
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('award', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='credential', serialize=False, to='issuing.award')),
                ('document', models.TextField(null=True)),
                ('sha256', models.CharField(max_length=64)),
                ('proof_created', models.DateTimeField()),
                ('signed_at', models.DateTimeField()),
                ('visibility', models.CharField(choices=[('private', 'private'), ('unlisted', 'anyone with the address'), ('public', 'public')], default='private', max_length=10)),
                ('released', models.JSONField(blank=True, default=dict, help_text='fields the holder lets others see')),
                ('revision', models.PositiveIntegerField(default=1, help_text='grows with every change that the page shows')),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='BatchFile',
            fields=[
                ('batch', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='file', serialize=False, to='issuing.batch')),
                ('kind', models.CharField(help_text='csv, xlsx or orders', max_length=6)),
                ('content', models.BinaryField()),
                ('kept_until', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name='award',
            name='batch',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='issuing.batch'),
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('revision', models.PositiveSmallIntegerField(default=0, help_text="of the award's facts")),
                ('decision', models.CharField(choices=[('release', 'released'), ('refuse', 'refused')], max_length=8)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('by_kind', models.CharField(max_length=12)),
                ('by', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('ground', models.CharField(blank=True, help_text='on what a recorded decision rests', max_length=1000)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('reference', models.CharField(blank=True, max_length=1000)),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='catalogue.party')),
                ('award', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='issuing.award')),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='issuing.batch')),
            ],
        ),
        migrations.CreateModel(
            name='ClaimLinkWithdrawal',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('by_kind', models.CharField(max_length=12)),
                ('by', models.CharField(blank=True, max_length=64)),
                ('award', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claim_link_withdrawals', to='issuing.award')),
            ],
        ),
        migrations.CreateModel(
            name='DailyCount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('node_id', models.UUIDField(null=True)),
                ('day', models.DateField()),
                ('measure', models.CharField(max_length=20)),
                ('value', models.PositiveIntegerField(default=0)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='daily_counts', to='registry.organisation')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='daily_counts', to='catalogue.achievementversion')),
            ],
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('not_before', models.DateTimeField()),
                ('claimed_by', models.CharField(blank=True, max_length=120)),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveIntegerField(default=0, help_text='how often it was claimed')),
                ('failures', models.PositiveIntegerField(db_default=0, default=0, help_text='how often it failed, or its worker was lost')),
                ('failing_since', models.DateTimeField(help_text='since when it fails, or waits for what is not there', null=True)),
                ('last_error', models.CharField(blank=True, help_text="the error's type or code, never its text", max_length=120)),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('about_kind', models.CharField(blank=True, max_length=24)),
                ('about_id', models.UUIDField(blank=True, null=True)),
                ('addressee', models.CharField(choices=[('learner', "the award's learner"), ('user', 'an account'), ('given', 'a given address')], default='learner', max_length=8)),
                ('address', models.CharField(blank=True, help_text='only where the address was given', max_length=255)),
                ('kind', models.CharField(choices=[('claim', 'awarded'), ('reminder', 'reminder'), ('corrected', 'corrected'), ('renewed', 'renewed'), ('revoked', 'revoked'), ('suspended', 'suspended'), ('reinstated', 'reinstated'), ('expiring', 'ends soon'), ('link', 'new link')], max_length=24)),
                ('occasion', models.CharField(blank=True, max_length=40)),
                ('language', models.CharField(max_length=12)),
                ('message_id', models.CharField(help_text='made from award, kind and occasion, so unique with them', max_length=255)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('failed', 'failed'), ('dropped', 'no longer wanted')], default='waiting', max_length=10)),
                ('sent_at', models.DateTimeField(null=True)),
                ('bounced_at', models.DateTimeField(null=True)),
                ('bounce_kind', models.CharField(blank=True, choices=[('refused', 'refused when it was handed over'), ('returned', 'returned for good'), ('complaint', 'reported as unwanted')], max_length=10)),
                ('award', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='issuing.award')),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='registry.organisation')),
                ('user', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('Ed25519', 'Ed25519')], default='Ed25519', max_length=10)),
                ('public_multibase', models.CharField(max_length=255, unique=True)),
                ('private_sealed', models.BinaryField()),
                ('nonce', models.BinaryField()),
                ('kek_id', models.CharField(help_text='first 16 hex digits of SHA-256 of the key-encryption key', max_length=64)),
                ('valid_from', models.DateTimeField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('compromised_at', models.DateTimeField(blank=True, null=True)),
                ('issuer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signing_keys', to='registry.issuer')),
            ],
        ),
        migrations.CreateModel(
            name='StatusList',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('suspension_id', models.UUIDField(default=uuid.uuid4, editable=False, help_text='public id of the same places for suspension', unique=True)),
                ('base_url', models.CharField(help_text='under which the addresses were built and stay', max_length=255)),
                ('size', models.PositiveIntegerField(default=131072)),
                ('next', models.PositiveIntegerField(default=0)),
                ('feistel_key', models.BinaryField()),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_lists', to='registry.issuer')),
            ],
        ),
        migrations.CreateModel(
            name='SignedDocument',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('release', 'release by a co-awarding body'), ('endorsement', 'endorsement'), ('report', 'verification report'), ('presentation', 'presentation for a named recipient')], max_length=40)),
                ('subject_ref', models.CharField(help_text='kind:id of what is spoken of', max_length=100)),
                ('facts', models.TextField()),
                ('schema', models.CharField(blank=True, max_length=40)),
                ('state', models.CharField(choices=[('asked', 'waiting to be signed'), ('signed', 'signed'), ('refused', 'refused')], default='asked', max_length=10)),
                ('refused_code', models.CharField(blank=True, max_length=60)),
                ('asked_by_kind', models.CharField(blank=True, max_length=12)),
                ('asked_by', models.CharField(blank=True, max_length=64)),
                ('requested_at', models.DateTimeField(auto_now_add=True)),
                ('document', models.TextField(blank=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('status_index', models.PositiveIntegerField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=500)),
                ('issuer', models.ForeignKey(blank=True, help_text='who signs; empty: this installation itself', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signed_documents', to='registry.issuer')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signed_documents', to='registry.organisation')),
                ('key', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signed_documents', to='issuing.signingkey')),
                ('status_list', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signed_documents', to='issuing.statuslist')),
            ],
        ),
        migrations.CreateModel(
            name='PublishedStatusList',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('purpose', models.CharField(choices=[('revocation', 'revocation'), ('suspension', 'suspension')], max_length=12)),
                ('version', models.PositiveIntegerField()),
                ('document', models.TextField()),
                ('etag', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='published', to='issuing.statuslist')),
            ],
        ),
        migrations.AddField(
            model_name='award',
            name='status_list',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='issuing.statuslist'),
        ),
        migrations.CreateModel(
            name='ApprovalPolicy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('second_person', 'a second person'), ('awarding_bodies', 'every awarding body')], max_length=16)),
                ('achievement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approval_policies', to='catalogue.achievement')),
                ('node', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approval_policies', to='registry.node')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approval_policies', to='registry.organisation')),
            ],
            options={
                'verbose_name_plural': 'approval policies',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('achievement', None), ('node__isnull', False)), models.Q(('achievement__isnull', False), ('node', None)), _connector='OR'), name='approval_policy_of_one_place'), models.UniqueConstraint(models.F('node'), models.F('kind'), name='approval_policy_once_a_node'), models.UniqueConstraint(models.F('achievement'), models.F('kind'), name='approval_policy_once_an_achievement')],
            },
        ),
        migrations.CreateModel(
            name='Wrapping',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=10)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('credential', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wrappings', to='issuing.credential')),
            ],
        ),
        migrations.CreateModel(
            name='StatusChange',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('purpose', models.CharField(choices=[('revocation', 'revocation'), ('suspension', 'suspension')], max_length=12)),
                ('value', models.BooleanField(help_text='the bit')),
                ('reason', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
                ('by_kind', models.CharField(max_length=12)),
                ('by', models.CharField(blank=True, max_length=64)),
                ('credential', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_changes', to='issuing.credential')),
            ],
        ),
        migrations.AddField(
            model_name='credential',
            name='key',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='issuing.signingkey'),
        ),
        migrations.AddField(
            model_name='credential',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='registry.organisation'),
        ),
        migrations.AddField(
            model_name='credential',
            name='successor',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='issuing.credential'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('file_sha'), models.F('version'), condition=models.Q(('state', 'cancelled'), _negated=True), name='batch_once'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('award__isnull', False), ('batch', None)), models.Q(('award', None), ('batch__isnull', False)), _connector='OR'), name='approval_of_award_or_batch'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_on', None), ('ground', '')), models.Q(('decided_on__isnull', False), ('party__isnull', False), models.Q(('ground', ''), _negated=True), models.Q(('reference', ''), _negated=True)), _connector='OR'), name='approval_recorded_with_ground_day_and_reference'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('decision', 'release'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='approval_refused_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(models.F('award'), models.F('revision'), condition=models.Q(('award__isnull', False), ('party', None)), name='approval_once_an_award'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(models.F('award'), models.F('revision'), models.F('party'), condition=models.Q(('award__isnull', False)), name='approval_once_a_party'),
        ),
        migrations.AddConstraint(
            model_name='dailycount',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('version'), models.F('day'), models.F('measure'), name='daily_count_once'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['not_before', 'id'], name='letter_waiting'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.UniqueConstraint(models.F('award'), models.F('kind'), models.F('occasion'), name='letter_once'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.UniqueConstraint(models.F('about_kind'), models.F('about_id'), models.F('kind'), models.F('occasion'), condition=models.Q(('award', None)), name='letter_about_once'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('award__isnull', False), ('about_id__isnull', False), _connector='OR'), name='letter_about_something'),
        ),
        migrations.AddConstraint(
            model_name='signingkey',
            constraint=models.UniqueConstraint(models.F('issuer'), models.F('kind'), condition=models.Q(('retired_at', None)), name='signing_key_one_current'),
        ),
        migrations.AddConstraint(
            model_name='signingkey',
            constraint=models.UniqueConstraint(models.F('kind'), condition=models.Q(('issuer', None), ('retired_at', None)), name='platform_key_one_current'),
        ),
        migrations.AddConstraint(
            model_name='statuslist',
            constraint=models.UniqueConstraint(models.F('issuer'), condition=models.Q(('closed_at', None)), name='status_list_one_open'),
        ),
        migrations.AddConstraint(
            model_name='statuslist',
            constraint=models.CheckConstraint(condition=models.Q(('next__lte', models.F('size'))), name='status_list_not_overfull'),
        ),
        migrations.AddIndex(
            model_name='signeddocument',
            index=models.Index(fields=['subject_ref', 'kind'], name='statement_by_subject'),
        ),
        migrations.AddConstraint(
            model_name='signeddocument',
            constraint=models.UniqueConstraint(models.F('status_list'), models.F('status_index'), name='statement_status_index_once'),
        ),
        migrations.AddConstraint(
            model_name='signeddocument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('key__isnull', False), ('state', 'signed'), models.Q(('document', ''), _negated=True)), models.Q(models.Q(('state', 'signed'), _negated=True), ('document', '')), _connector='OR'), name='statement_signed_has_a_document'),
        ),
        migrations.AddConstraint(
            model_name='signeddocument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status_index', None), ('status_list', None)), models.Q(('status_index__isnull', False), ('status_list__isnull', False)), _connector='OR'), name='statement_place_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='publishedstatuslist',
            constraint=models.UniqueConstraint(models.F('list'), models.F('purpose'), models.F('version'), name='published_list_version_once'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(fields=['version', 'accepted_at', 'id'], name='award_by_version'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(('replaces__isnull', False)), fields=['replaces'], name='award_by_replaced'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(models.Q(('refused_code', ''), _negated=True), ('declined_at__isnull', False), _connector='OR'), fields=['status_list', 'status_index'], name='award_ended'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.UniqueConstraint(models.F('status_list'), models.F('status_index'), name='award_status_index_once'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.UniqueConstraint(models.F('batch'), models.F('row_number'), models.F('version'), name='award_batch_row_once'),
        ),
        migrations.AddConstraint(
            model_name='wrapping',
            constraint=models.UniqueConstraint(models.F('credential'), models.F('kind'), models.F('language'), name='wrapping_once'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.UniqueConstraint(models.F('credential'), condition=models.Q(('purpose', 'revocation')), name='status_revoked_once_and_for_all'),
        ),
        migrations.AddConstraint(
            model_name='statuschange',
            constraint=models.CheckConstraint(condition=models.Q(('value', True), ('purpose', 'suspension'), _connector='OR'), name='status_revocation_is_final'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['organisation', '-signed_at'], name='credential_by_organisation'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(condition=models.Q(('successor__isnull', False)), fields=['successor'], name='credential_by_successor'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(condition=models.Q(('erased_at__isnull', False)), fields=['award'], name='credential_erased'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(('document__isnull', False), ('erased_at__isnull', False), _connector='OR'), name='credential_document_or_erased'),
        ),
        refuse_changes('issuing_statuschange', 'UPDATE', message='Status changes are append-only.'),
        refuse_changes('issuing_approval', 'UPDATE', message='Approvals are append-only.'),
        refuse_deleting_what_is_used('registry_learner', user='issuing_award', column='learner_id'),
        refuse_deleting_what_is_used('registry_learner', user='registry_learneridentifier', column='learner_id'),
        refuse_deleting_what_is_used('issuing_award', user='issuing_credential', column='award_id'),
        keep_rule(TWO_PERSONS),
        migrations.RunPython(lay_out_rows, migrations.RunPython.noop),
    ]
