"""Who takes part, and what every room stands on: what a new database begins with, in the place of all before it."""

import django.db.models.deletion
import django.utils.timezone
import registry.models.fields
import registry.models.people
import uuid
from django.conf import settings
from django.db import migrations, models

from registry.triggers import refuse_changes


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('registry', '0001_initial'),
        ('registry', '0002_audit_is_append_only'),
        ('registry', '0003_signing_can_be_stopped'),
        ('registry', '0004_learners_in_bulk'),
        ('registry', '0005_signed_heads_are_append_only'),
        ('registry', '0006_names_in_the_plural'),
        ('registry', '0007_second_factors_sealed'),
        ('registry', '0008_oauth_clients_end'),
        ('registry', '0009_organisations_abroad'),
        ('registry', '0010_lanes_and_alarms'),
        ('registry', '0011_lane_of_each_waiting_message'),
        ('registry', '0012_profiles_say_where'),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.CharField(blank=True, max_length=64)),
                ('act', models.CharField(max_length=60)),
                ('object_kind', models.CharField(max_length=40)),
                ('object_id', models.CharField(max_length=64)),
                ('detail', models.JSONField(default=dict, help_text='ids and counts only, never names')),
            ],
            options={
                'verbose_name_plural': 'audit entries',
            },
        ),
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('position', models.BigIntegerField()),
                ('hash', models.CharField(max_length=64)),
                ('signature', models.TextField(help_text='compact JWS over issuer, time, day, position and hash')),
            ],
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', registry.models.fields.LanguageMapField(default=dict)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('timezone', models.CharField(default='UTC', max_length=60)),
                ('default_visibility', models.CharField(choices=[('private', 'private'), ('unlisted', 'anyone with the address'), ('public', 'public')], default='private', max_length=10)),
                ('signing_policy', models.CharField(choices=[('at_award', 'at the award'), ('at_claim', 'when the holder accepts it')], default='at_award', max_length=10)),
                ('mfa_required', models.BooleanField(default=False)),
                ('kind', models.CharField(choices=[('formal', 'formal education'), ('non-formal', 'non-formal education'), ('employer', 'employer'), ('regulator', 'regulator')], default='formal', max_length=12)),
                ('is_sample', models.BooleanField(default=False, help_text='a demonstration: everything it awards is marked as a sample')),
                ('country', models.CharField(blank=True, help_text='ISO 3166-1 alpha-2: NL; empty: not stated', max_length=2)),
                ('region', models.CharField(blank=True, help_text='of the country, as it is officially called', max_length=80)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Throttle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('window', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('language', models.CharField(default='en', max_length=12)),
                ('is_staff', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'abstract': False,
            },
            managers=[
                ('objects', registry.models.people.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=60)),
                ('subject', models.CharField(blank=True, help_text='kind:id of what it is about, never a name', max_length=120)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=1)),
                ('told_at', models.DateTimeField(help_text='when it stood in a mail to the operators', null=True)),
                ('resolved_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('code'), models.F('subject'), condition=models.Q(('resolved_at', None)), name='alarm_open_once')],
            },
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                ('hash', models.CharField(max_length=64)),
                ('previous', models.CharField(max_length=64)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='registry.auditentry')),
            ],
        ),
        migrations.CreateModel(
            name='HostAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('base_url', models.URLField(help_text='scheme://host[:port], no slash at the end', max_length=255, unique=True)),
                ('canonical', models.BooleanField(default=False)),
                ('since', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name_plural': 'host aliases',
                'constraints': [models.UniqueConstraint(models.F('canonical'), condition=models.Q(('canonical', True)), name='host_one_canonical')],
            },
        ),
        migrations.CreateModel(
            name='Learner',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('preferred_name', models.CharField(max_length=200)),
                ('legal_name', models.CharField(blank=True, max_length=200)),
                ('language', models.CharField(default='en', max_length=12)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='learner_records', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='learners', to='registry.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Node',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('organisation', 'organisation'), ('faculty', 'faculty')], default='organisation', max_length=12)),
                ('name', registry.models.fields.LanguageMapField(default=dict)),
                ('path', models.CharField(help_text='hex ids from the root, each followed by /', max_length=600, unique=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='registry.node')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nodes', to='registry.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='OAuthClient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.CharField(help_text="id of allauth's client", max_length=100, unique=True)),
                ('name', models.CharField(blank=True, max_length=100)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='oauth_clients', to='registry.node')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='oauth_clients', to='registry.organisation')),
            ],
            options={
                'verbose_name': 'OAuth client',
            },
        ),
        migrations.CreateModel(
            name='LearnerIdentifier',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('type', models.CharField(choices=[('email', 'e-mail address'), ('eduID', 'eduID'), ('ESI', 'European student identifier'), ('NSN', 'national student number'), ('matriculation', 'matriculation number'), ('other', 'other identifier')], max_length=20)),
                ('scope', models.CharField(blank=True, help_text='who gives the number out; empty for e-mail', max_length=255)),
                ('value', models.CharField(help_text='normalised: NFC, trimmed; e-mail in lower case', max_length=255)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('learner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='registry.learner')),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='learner_identifiers', to='registry.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Issuer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('did', models.CharField(help_text='built once and stored (did:web)', max_length=255, unique=True)),
                ('state', models.CharField(choices=[('key_pending', 'waiting for its key'), ('active', 'active'), ('closed', 'closed')], default='key_pending', max_length=12)),
                ('signing_stopped_at', models.DateTimeField(blank=True, help_text='set when a signed text differed from its facts; an operator resumes', null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issuers', to='registry.node')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issuers', to='registry.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=255)),
                ('request_sha', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('body', models.TextField(blank=True)),
                ('expires_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='idempotency_keys', to='registry.organisation')),
            ],
        ),
        migrations.AddField(
            model_name='auditentry',
            name='organisation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audit_entries', to='registry.organisation'),
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('prefix', models.CharField(max_length=12, unique=True)),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('scopes', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_keys', to='registry.node')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_keys', to='registry.organisation')),
            ],
            options={
                'verbose_name': 'API key',
            },
        ),
        migrations.CreateModel(
            name='Accreditation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('body', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=60)),
                ('scope', models.CharField(blank=True, max_length=300)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(blank=True, null=True)),
                ('report_url', models.URLField(blank=True, max_length=500)),
                ('eqar_registered', models.BooleanField(null=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accreditations', to='registry.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='OrganisationIdentifier',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('type', models.CharField(choices=[('ROR', 'ROR'), ('SCHAC', 'SCHAC'), ('Erasmus', 'Erasmus'), ('PIC', 'PIC'), ('BRIN', 'BRIN'), ('ETER', 'ETER'), ('DEQAR', 'DEQAR'), ('NZ-provider', 'NZ provider'), ('CRICOS', 'CRICOS'), ('LinkedIn', 'LinkedIn'), ('other', 'other number')], max_length=12)),
                ('value', models.CharField(max_length=200)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='registry.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('not_before', models.DateTimeField()),
                ('claimed_by', models.CharField(blank=True, max_length=120)),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveIntegerField(default=0, help_text='how often it was claimed')),
                ('failures', models.PositiveIntegerField(db_default=0, default=0, help_text='how often it failed, or its worker was lost')),
                ('failing_since', models.DateTimeField(help_text='since when it fails, or waits for what is not there', null=True)),
                ('last_error', models.CharField(blank=True, help_text="the error's type or code, never its text", max_length=120)),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('topic', models.CharField(max_length=60)),
                ('task', models.CharField(blank=True, db_default='', help_text='the listener', max_length=80)),
                ('lane', models.CharField(choices=[('sign', 'sign'), ('status', 'status'), ('mail', 'mail'), ('slow', 'slow')], db_default='status', default='status', max_length=8)),
                ('payload', models.JSONField(default=dict, help_text='ids only')),
                ('done_at', models.DateTimeField(null=True)),
                ('given_up_at', models.DateTimeField(help_text='failed for too long; waits for an operator', null=True)),
                ('key_id', models.UUIDField(help_text='signing intent: the key chosen at the first claim', null=True)),
                ('proof_created', models.DateTimeField(help_text="signing intent: the proof's time", null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['lane', 'not_before', 'id'], name='outbox_waiting_in_lane')],
            },
        ),
        migrations.CreateModel(
            name='RegisterRole',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('register_officer', 'register officer'), ('quality_reviewer', 'quality reviewer')], max_length=20)),
                ('scope', models.JSONField(blank=True, default=dict)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='register_roles', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SignInToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_in_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'sign-in link',
            },
        ),
        migrations.CreateModel(
            name='TrustedIssuer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('did', models.CharField(max_length=255)),
                ('host', models.CharField(blank=True, max_length=255)),
                ('name', registry.models.fields.LanguageMapField(default=dict)),
                ('vouched_by', models.CharField(max_length=200)),
                ('for_what', models.CharField(blank=True, max_length=300)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('source', models.CharField(help_text='address or name of the list, with its date', max_length=500)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('did'), models.F('vouched_by'), name='trusted_issuer_once')],
            },
        ),
        migrations.CreateModel(
            name='IssuerProfile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField()),
                ('name', registry.models.fields.LanguageMapField(default=dict)),
                ('short_name', models.CharField(blank=True, help_text='for the badge, 14 characters or fewer', max_length=40)),
                ('description', registry.models.fields.LanguageMapField(blank=True, default=dict)),
                ('url', models.URLField(blank=True, max_length=500)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('image_sha', models.CharField(blank=True, max_length=64)),
                ('whereabouts', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='profiles', to='registry.issuer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('issuer'), models.F('version'), name='issuer_profile_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('owner', 'owner'), ('admin', 'administrator'), ('editor', 'editor'), ('awarder', 'awarder'), ('approver', 'approver'), ('reviewer', 'reviewer'), ('assessor', 'assessor'), ('viewer', 'viewer')], max_length=10)),
                ('valid_until', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='registry.node')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('user'), models.F('node'), models.F('role'), name='membership_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='node',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'organisation'), ('parent', None)), models.Q(('kind', 'faculty'), ('parent__isnull', False)), _connector='OR'), name='node_kind_fits_place'),
        ),
        migrations.AddConstraint(
            model_name='node',
            constraint=models.UniqueConstraint(models.F('organisation'), condition=models.Q(('parent', None)), name='node_one_root'),
        ),
        migrations.AddConstraint(
            model_name='learneridentifier',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('type'), models.F('scope'), models.F('value'), name='learner_identifier_once'),
        ),
        migrations.AddIndex(
            model_name='learner',
            index=models.Index(condition=models.Q(('user__isnull', False)), fields=['user'], name='learner_by_user'),
        ),
        migrations.AddConstraint(
            model_name='idempotencykey',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('key'), name='idempotency_key_once'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['organisation', '-id'], name='audit_by_organisation'),
        ),
        migrations.AddConstraint(
            model_name='organisationidentifier',
            constraint=models.UniqueConstraint(models.F('type'), models.F('value'), name='organisation_identifier_once'),
        ),
        migrations.AddConstraint(
            model_name='registerrole',
            constraint=models.UniqueConstraint(models.F('user'), models.F('role'), name='register_role_once'),
        ),
        *(
            refuse_changes(table, event, message='The audit trail is append-only.')
            for table in ('registry_auditentry', 'registry_auditseal', 'registry_audithead')
            for event in ('UPDATE', 'DELETE')
        ),
    ]
