"""Where an organisation is, and by which official numbers it is known."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0008_oauth_clients_end'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='country',
            field=models.CharField(blank=True, help_text='ISO 3166-1 alpha-2: NL; empty: not stated', max_length=2),
        ),
        migrations.AddField(
            model_name='organisation',
            name='region',
            field=models.CharField(blank=True, help_text='of the country, as it is officially called', max_length=80),
        ),
        migrations.CreateModel(
            name='OrganisationIdentifier',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('type', models.CharField(choices=[('ROR', 'ROR'), ('SCHAC', 'SCHAC'), ('Erasmus', 'Erasmus'), ('PIC', 'PIC'), ('BRIN', 'BRIN'), ('ETER', 'ETER'), ('DEQAR', 'DEQAR'), ('NZ-provider', 'NZ provider'), ('CRICOS', 'CRICOS'), ('LinkedIn', 'LinkedIn'), ('other', 'other number')], max_length=12)),
                ('value', models.CharField(max_length=200)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='registry.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('type'), models.F('value'), name='organisation_identifier_once')],
            },
        ),
    ]
