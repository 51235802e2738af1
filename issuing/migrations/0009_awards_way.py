"""The award carries what it replaces, its claim and its source; approvals are rows."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0006_search_without_accents'),
        ('issuing', '0008_letters'),
        ('registry', '0007_second_factors_sealed'),
    ]

    operations = [
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
            ],
        ),
        migrations.CreateModel(
            name='ApprovalPolicy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('second_person', 'a second person'), ('awarding_bodies', 'every awarding body')], max_length=16)),
            ],
            options={
                'verbose_name_plural': 'approval policies',
            },
        ),
        migrations.AddField(
            model_name='award',
            name='claim_until',
            field=models.DateTimeField(blank=True, help_text='what waits for its holder lapses then', null=True),
        ),
        migrations.AddField(
            model_name='award',
            name='claimed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='award',
            name='declined_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='award',
            name='replaces',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text='whose place it takes once it is signed', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replacements', to='issuing.award'),
        ),
        migrations.AddField(
            model_name='award',
            name='revision',
            field=models.PositiveSmallIntegerField(default=0, help_text='grows when facts are fixed anew while the award waits; approvals name it'),
        ),
        migrations.AddField(
            model_name='award',
            name='source_kind',
            field=models.CharField(choices=[('console', 'by hand'), ('api', 'by the API'), ('file', 'from a file'), ('request', 'on request'), ('claim', 'by a link or code'), ('pathway', 'by a pathway'), ('recognition', 'by recognition'), ('lti', 'from a learning platform'), ('roster', 'from a roster'), ('import', 'from another system')], default='console', max_length=12),
        ),
        migrations.AddField(
            model_name='award',
            name='source_ref',
            field=models.CharField(blank=True, help_text='id of what it came from, where there is one', max_length=64),
        ),
        migrations.AlterField(
            model_name='award',
            name='not_before',
            field=models.DateTimeField(blank=True, help_text='a scheduled award goes on then', null=True),
        ),
        migrations.AlterField(
            model_name='award',
            name='refused_code',
            field=models.CharField(blank=True, help_text='why it ended unsigned', max_length=60),
        ),
        migrations.AlterField(
            model_name='award',
            name='state',
            field=models.CharField(choices=[('scheduled', 'scheduled'), ('awaiting_approval', 'waiting for approval'), ('accepted', 'accepted'), ('awaiting_claim', 'waiting for the holder'), ('signed', 'signed'), ('delivered', 'delivered'), ('refused', 'refused'), ('cancelled', 'cancelled'), ('declined', 'declined by the holder'), ('lapsed', 'not accepted in time')], default='accepted', max_length=20),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(('replaces__isnull', False)), fields=['replaces'], name='award_by_replaced'),
        ),
        migrations.AddField(
            model_name='approval',
            name='award',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='issuing.award'),
        ),
        migrations.AddField(
            model_name='approval',
            name='batch',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='issuing.batch'),
        ),
        migrations.AddField(
            model_name='approval',
            name='party',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='catalogue.party'),
        ),
        migrations.AddField(
            model_name='approvalpolicy',
            name='achievement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approval_policies', to='catalogue.achievement'),
        ),
        migrations.AddField(
            model_name='approvalpolicy',
            name='node',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approval_policies', to='registry.node'),
        ),
        migrations.AddField(
            model_name='approvalpolicy',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approval_policies', to='registry.organisation'),
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
            model_name='approvalpolicy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('achievement', None), ('node__isnull', False)), models.Q(('achievement__isnull', False), ('node', None)), _connector='OR'), name='approval_policy_of_one_place'),
        ),
        migrations.AddConstraint(
            model_name='approvalpolicy',
            constraint=models.UniqueConstraint(models.F('node'), models.F('kind'), name='approval_policy_once_a_node'),
        ),
        migrations.AddConstraint(
            model_name='approvalpolicy',
            constraint=models.UniqueConstraint(models.F('achievement'), models.F('kind'), name='approval_policy_once_an_achievement'),
        ),
    ]
