"""Letters are claimed as every leased row is; a letter may hand out a new link."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('issuing', '0012_signed_statements'),
    ]

    operations = [
        migrations.RenameField(
            model_name='letter',
            old_name='error',
            new_name='last_error',
        ),
        migrations.AddField(
            model_name='letter',
            name='failing_since',
            field=models.DateTimeField(help_text='since when it fails, or waits for what is not there', null=True),
        ),
        migrations.AddField(
            model_name='letter',
            name='failures',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='how often it failed, or its worker was lost'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='last_error',
            field=models.CharField(blank=True, help_text="the error's type or code, never its text", max_length=120),
        ),
        migrations.AlterField(
            model_name='letter',
            name='attempts',
            field=models.PositiveIntegerField(default=0, help_text='how often it was claimed'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.CharField(choices=[('claim', 'awarded'), ('reminder', 'reminder'), ('corrected', 'corrected'), ('renewed', 'renewed'), ('revoked', 'revoked'), ('suspended', 'suspended'), ('reinstated', 'reinstated'), ('expiring', 'ends soon'), ('link', 'new link')], max_length=24),
        ),
    ]
