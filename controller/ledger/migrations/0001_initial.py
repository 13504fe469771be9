import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Log',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('uuid', models.UUIDField()),
                ('generation', models.IntegerField(default=1)),
                ('origin', models.CharField(max_length=160, unique=True)),
                ('size', models.BigIntegerField(default=0)),
                ('state', models.CharField(default='open', max_length=8)),
                ('clinic', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'log',
            },
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'log_id', 'size', blank=True, editable=False, primary_key=True, serialize=False)),
                ('size', models.BigIntegerField()),
                ('note', models.TextField()),
                ('root', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('keep', models.BooleanField(default=False)),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
                ('log', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='ledger.log')),
            ],
            options={
                'db_table': 'checkpoint',
            },
        ),
        migrations.CreateModel(
            name='LogEntry',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'log_id', 'idx', blank=True, editable=False, primary_key=True, serialize=False)),
                ('idx', models.BigIntegerField()),
                ('kind', models.CharField(max_length=16)),
                ('machine_id', models.UUIDField(null=True)),
                ('epoch', models.IntegerField(null=True)),
                ('seq', models.BigIntegerField(null=True)),
                ('env', models.CharField(max_length=64, null=True)),
                ('line', models.BinaryField()),
                ('log', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='ledger.log')),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'log_entry',
            },
        ),
        migrations.CreateModel(
            name='LogNode',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'log_id', 'k', blank=True, editable=False, primary_key=True, serialize=False)),
                ('k', models.BigIntegerField()),
                ('hash', models.BinaryField()),
                ('log', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='ledger.log')),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'log_node',
            },
        ),
        migrations.CreateModel(
            name='Quarantine',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('machine_id', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('error', models.CharField(max_length=200)),
                ('body', models.BinaryField()),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'quarantine',
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'received_at', 'machine_id', 'epoch', 'seq', 'sha', blank=True, editable=False, primary_key=True, serialize=False)),
                ('received_at', models.DateTimeField()),
                ('machine_id', models.UUIDField()),
                ('epoch', models.IntegerField()),
                ('seq', models.BigIntegerField()),
                ('sha', models.CharField(max_length=64)),
                ('kind', models.CharField(max_length=16)),
                ('standing', models.CharField(max_length=8)),
                ('why', models.CharField(max_length=16, null=True)),
                ('raw', models.BinaryField(null=True)),
                ('dict_id', models.IntegerField(null=True)),
                ('leaf', models.BigIntegerField()),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'report',
            },
        ),
        migrations.CreateModel(
            name='Audit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('n', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=150)),
                ('address', models.CharField(blank=True, max_length=64)),
                ('action', models.CharField(max_length=64)),
                ('object', models.CharField(blank=True, max_length=200)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('leaf', models.BigIntegerField()),
                ('clinic', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'audit',
                'constraints': [models.UniqueConstraint(fields=('org', 'n'), name='audit_org_n')],
            },
        ),
        migrations.AddIndex(
            model_name='log',
            index=models.Index(fields=['org', 'clinic', 'generation'], name='log_clinic'),
        ),
        migrations.AddConstraint(
            model_name='log',
            constraint=models.UniqueConstraint(fields=('org', 'uuid', 'generation'), name='log_generation'),
        ),
        migrations.AddIndex(
            model_name='logentry',
            index=models.Index(fields=['org', 'machine_id', 'epoch', 'seq'], name='log_entry_chain'),
        ),
        migrations.AddIndex(
            model_name='quarantine',
            index=models.Index(fields=['org', 'machine_id', 'at'], name='quarantine_machine'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['org', 'machine_id', 'epoch', 'seq'], name='report_chain'),
        ),
    ]
