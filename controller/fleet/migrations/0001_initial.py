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
            name='JoinToken',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('tid', models.CharField(max_length=13, unique=True)),
                ('secret_sha', models.CharField(max_length=64)),
                ('welcome', models.BinaryField()),
                ('role', models.CharField(blank=True, max_length=32)),
                ('presence', models.CharField(choices=[('always_on', 'Always On'), ('working', 'Working'), ('roaming', 'Roaming')], default='working', max_length=16)),
                ('platforms', models.JSONField(blank=True, default=list)),
                ('approval', models.CharField(choices=[('auto', 'Auto'), ('manual', 'Manual')], default='auto', max_length=8)),
                ('max_uses', models.IntegerField(default=1)),
                ('uses', models.IntegerField(default=0)),
                ('made_by', models.CharField(max_length=150)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('clinic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
                ('site', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='tenants.site')),
            ],
            options={
                'db_table': 'join_token',
            },
        ),
        migrations.CreateModel(
            name='Machine',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('agent_id', models.UUIDField()),
                ('host', models.CharField(max_length=64)),
                ('os_family', models.CharField(max_length=16)),
                ('os_version', models.CharField(max_length=64)),
                ('os_arch', models.CharField(max_length=32)),
                ('agent_version', models.CharField(max_length=32)),
                ('role', models.CharField(blank=True, max_length=32)),
                ('presence', models.CharField(choices=[('always_on', 'Always On'), ('working', 'Working'), ('roaming', 'Roaming')], default='working', max_length=16)),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('active', 'Active'), ('quarantined', 'Quarantined'), ('superseded', 'Superseded'), ('revoked', 'Revoked'), ('retired', 'Retired')], max_length=16)),
                ('replaces', models.UUIDField(null=True)),
                ('enrolled_at', models.DateTimeField()),
                ('epoch', models.IntegerField(default=1)),
                ('head_seq', models.BigIntegerField(default=0)),
                ('head_sha', models.CharField(max_length=64)),
                ('anchor', models.CharField(max_length=64)),
                ('full_seq', models.BigIntegerField(default=0)),
                ('full_sha', models.CharField(blank=True, max_length=64)),
                ('nonce', models.CharField(max_length=32)),
                ('boot', models.CharField(blank=True, max_length=32)),
                ('other_boot', models.CharField(blank=True, max_length=32)),
                ('other_boot_at', models.DateTimeField(null=True)),
                ('clone_suspected_at', models.DateTimeField(null=True)),
                ('key_id', models.CharField(max_length=64)),
                ('hw', models.JSONField(default=dict)),
                ('policy_state', models.CharField(blank=True, max_length=16)),
                ('pack_sha', models.CharField(blank=True, max_length=64)),
                ('pack_version', models.CharField(blank=True, max_length=64)),
                ('seen_at', models.DateTimeField(null=True)),
                ('reported_at', models.DateTimeField(null=True)),
                ('observed_at', models.DateTimeField(null=True)),
                ('due_by', models.DateTimeField(null=True)),
                ('clock_trust', models.CharField(blank=True, max_length=8)),
                ('n_pass', models.IntegerField(default=0)),
                ('n_fail', models.IntegerField(default=0)),
                ('n_error', models.IntegerField(default=0)),
                ('n_unknown', models.IntegerField(default=0)),
                ('n_na', models.IntegerField(default=0)),
                ('worst', models.SmallIntegerField(default=0)),
                ('n_findings', models.IntegerField(default=0)),
                ('clinic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
                ('site', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='tenants.site')),
            ],
            options={
                'db_table': 'machine',
            },
        ),
        migrations.CreateModel(
            name='FactsNow',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'machine_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('catalogue', models.CharField(blank=True, max_length=16)),
                ('document', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64)),
                ('observed_at', models.DateTimeField(null=True)),
                ('known_at', models.DateTimeField(null=True)),
                ('imaging', models.JSONField(null=True)),
                ('imaging_observed_at', models.DateTimeField(null=True)),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
                ('machine', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.machine')),
            ],
            options={
                'db_table': 'facts_now',
            },
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('address', models.CharField(blank=True, max_length=64)),
                ('leaf', models.BigIntegerField()),
                ('req_sha', models.CharField(max_length=64)),
                ('request', models.BinaryField()),
                ('answer', models.BinaryField()),
                ('clinic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
                ('token', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.jointoken')),
                ('machine', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.machine')),
            ],
            options={
                'db_table': 'enrolment',
            },
        ),
        migrations.CreateModel(
            name='MachineKey',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key_id', models.CharField(max_length=64, unique=True)),
                ('purpose', models.CharField(max_length=8)),
                ('scheme', models.CharField(max_length=32)),
                ('public', models.CharField(max_length=64)),
                ('valid_from_leaf', models.BigIntegerField()),
                ('valid_to_leaf', models.BigIntegerField(null=True)),
                ('machine', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.machine')),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'machine_key',
            },
        ),
        migrations.AddIndex(
            model_name='jointoken',
            index=models.Index(fields=['org', 'clinic', '-made_at'], name='join_token_clinic'),
        ),
        migrations.AddIndex(
            model_name='machine',
            index=models.Index(fields=['org', 'clinic', 'host'], name='machine_clinic_host'),
        ),
        migrations.AddIndex(
            model_name='machine',
            index=models.Index(fields=['org', '-worst', '-n_fail', 'id'], name='machine_worst'),
        ),
        migrations.AddIndex(
            model_name='machine',
            index=models.Index(fields=['org', 'host', 'id'], name='machine_host'),
        ),
        migrations.AddIndex(
            model_name='machine',
            index=models.Index(fields=['org', 'agent_id'], name='machine_agent'),
        ),
        migrations.AddIndex(
            model_name='enrolment',
            index=models.Index(fields=['org', 'token'], name='enrolment_token'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.UniqueConstraint(fields=('org', 'machine'), name='enrolment_machine'),
        ),
        migrations.AddIndex(
            model_name='machinekey',
            index=models.Index(fields=['org', 'machine'], name='machine_key_machine'),
        ),
    ]
