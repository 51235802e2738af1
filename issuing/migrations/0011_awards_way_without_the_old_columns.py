from django.db import migrations

from issuing.triggers import TWO_PERSONS
from registry.triggers import keep_rule, refuse_changes


class Migration(migrations.Migration):

    dependencies = [
        ('issuing', '0010_awards_way_moved'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='award',
            name='award_approved_by_another',
        ),
        migrations.RemoveField(
            model_name='award',
            name='approver',
        ),
        migrations.RemoveField(
            model_name='credential',
            name='claimed_at',
        ),
        migrations.RemoveField(
            model_name='credential',
            name='declined_at',
        ),
        refuse_changes("issuing_approval", "UPDATE", message="Approvals are append-only."),
        keep_rule(TWO_PERSONS),
    ]
