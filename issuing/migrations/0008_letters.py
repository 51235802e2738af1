"""Letters take the place of deliveries: each of those was the claim letter of its award."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

DELIVERIES_BECOME_LETTERS = """
    INSERT INTO issuing_letter (
        organisation_id, award_id, about_kind, addressee, address, kind, occasion, language, message_id, state,
        not_before, claimed_by, lease_until, attempts, error, sent_at, bounce_kind)
    SELECT
        award.organisation_id, award.id, '', 'learner', '', 'claim', '', award.language, old.message_id, old.state,
        old.not_before, old.claimed_by, old.lease_until, old.attempts, old.error, old.sent_at, ''
    FROM issuing_delivery AS old JOIN issuing_award AS award ON award.id = old.credential_id
    ORDER BY old.id"""


class Migration(migrations.Migration):

    dependencies = [
        ('issuing', '0007_batches_are_drafts_first'),
        ('registry', '0007_second_factors_sealed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            name='Letter',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('about_kind', models.CharField(blank=True, max_length=24)),
                ('about_id', models.UUIDField(blank=True, null=True)),
                ('addressee', models.CharField(choices=[('learner', "the award's learner"), ('user', 'an account'), ('given', 'a given address')], default='learner', max_length=8)),
                ('address', models.CharField(blank=True, help_text='only where the address was given', max_length=255)),
                ('kind', models.CharField(choices=[('claim', 'awarded'), ('reminder', 'reminder'), ('corrected', 'corrected'), ('renewed', 'renewed'), ('revoked', 'revoked'), ('suspended', 'suspended'), ('reinstated', 'reinstated'), ('expiring', 'ends soon')], max_length=24)),
                ('occasion', models.CharField(blank=True, max_length=40)),
                ('language', models.CharField(max_length=12)),
                ('message_id', models.CharField(help_text='made from award, kind and occasion, so unique with them', max_length=255)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('failed', 'failed'), ('dropped', 'no longer wanted')], default='waiting', max_length=10)),
                ('not_before', models.DateTimeField()),
                ('claimed_by', models.CharField(blank=True, max_length=120)),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=120)),
                ('sent_at', models.DateTimeField(null=True)),
                ('bounced_at', models.DateTimeField(null=True)),
                ('bounce_kind', models.CharField(blank=True, choices=[('refused', 'refused when it was handed over'), ('returned', 'returned for good'), ('complaint', 'reported as unwanted')], max_length=10)),
                ('award', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='issuing.award')),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='registry.organisation')),
                ('user', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to=settings.AUTH_USER_MODEL)),
            ],
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
        migrations.RunSQL(DELIVERIES_BECOME_LETTERS, migrations.RunSQL.noop),
        migrations.DeleteModel(
            name='Delivery',
        ),
    ]
