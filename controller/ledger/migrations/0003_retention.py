import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_audit_log_and_documents'),
        ('tenants', '0002_waivers'),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='claimed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='host',
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('kind', 'facts'), ('raw__isnull', False)), fields=['org', 'machine_id', 'received_at'], name='report_facts'),
        ),
        migrations.CreateModel(
            name='Horizon',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'machine_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('machine_id', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('document', models.BinaryField()),
                ('sha', models.CharField(max_length=64)),
                ('leaf', models.BigIntegerField()),
                ('log', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='ledger.log')),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'horizon',
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'from_at', blank=True, editable=False, primary_key=True, serialize=False)),
                ('from_at', models.DateTimeField()),
                ('to_at', models.DateTimeField()),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'watch',
            },
        ),
        migrations.CreateModel(
            name='Keeping',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reports_days', models.IntegerField()),
                ('facts_days', models.IntegerField()),
                ('held_at', models.DateTimeField(null=True)),
                ('held_by', models.CharField(blank=True, default='', max_length=150)),
                ('held_for', models.CharField(blank=True, default='', max_length=300)),
                ('clinic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'keeping',
                'constraints': [models.UniqueConstraint(fields=('org', 'clinic'), name='keeping_clinic')],
            },
        ),
    ]
