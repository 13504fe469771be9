import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('fleet', '0001_initial'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClinicRule',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'clinic_id', 'rule_no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('rule_no', models.IntegerField()),
                ('n_pass', models.IntegerField(default=0)),
                ('n_fail', models.IntegerField(default=0)),
                ('n_error', models.IntegerField(default=0)),
                ('n_unknown', models.IntegerField(default=0)),
                ('n_na', models.IntegerField(default=0)),
                ('clinic', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'clinic_rule',
            },
        ),
        migrations.CreateModel(
            name='EvidenceGap',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'machine_id', 'epoch', 'seq', blank=True, editable=False, primary_key=True, serialize=False)),
                ('epoch', models.IntegerField()),
                ('seq', models.BigIntegerField()),
                ('reason', models.CharField(max_length=24)),
                ('observed_from', models.DateTimeField(null=True)),
                ('observed_to', models.DateTimeField()),
                ('known_from', models.DateTimeField(null=True)),
                ('known_to', models.DateTimeField()),
                ('machine', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.machine')),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'evidence_gap',
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'machine_id', 'finding_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('finding_id', models.CharField(max_length=32)),
                ('root', models.CharField(max_length=32)),
                ('role', models.CharField(max_length=16)),
                ('verdict', models.CharField(max_length=24)),
                ('kind', models.CharField(max_length=16)),
                ('reason', models.CharField(max_length=24)),
                ('volume', models.CharField(max_length=16)),
                ('reach', models.CharField(max_length=16)),
                ('state', models.CharField(max_length=8)),
                ('observed_from', models.DateTimeField()),
                ('observed_to', models.DateTimeField(null=True)),
                ('known_from', models.DateTimeField()),
                ('known_last', models.DateTimeField()),
                ('known_to', models.DateTimeField(null=True)),
                ('clinic', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('machine', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.machine')),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'finding',
                'indexes': [models.Index(models.F('org'), models.F('clinic'), models.OrderBy(models.F('known_from'), descending=True), condition=models.Q(('known_to__isnull', True)), name='finding_open')],
            },
        ),
        migrations.CreateModel(
            name='RuleSpan',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'machine_id', 'rule_no', 'epoch', 'seq', blank=True, editable=False, primary_key=True, serialize=False)),
                ('rule_no', models.IntegerField()),
                ('epoch', models.IntegerField()),
                ('seq', models.BigIntegerField()),
                ('verdict', models.CharField(max_length=16)),
                ('observed_from', models.DateTimeField()),
                ('observed_to', models.DateTimeField(null=True)),
                ('known_from', models.DateTimeField()),
                ('known_to', models.DateTimeField(null=True)),
                ('machine', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.machine')),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'rule_span',
                'indexes': [models.Index(fields=['org', 'machine', 'rule_no', 'observed_from'], name='rule_span_observed'), models.Index(fields=['org', '-known_from'], name='rule_span_known')],
            },
        ),
        migrations.CreateModel(
            name='RuleState',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'machine_id', 'rule_no', blank=True, editable=False, primary_key=True, serialize=False)),
                ('rule_no', models.IntegerField()),
                ('verdict', models.CharField(max_length=16)),
                ('observed_since', models.DateTimeField()),
                ('known_since', models.DateTimeField()),
                ('rev', models.IntegerField()),
                ('pack_sha', models.CharField(max_length=64)),
                ('evidence', models.JSONField()),
                ('waived_until', models.DateTimeField(null=True)),
                ('waiver', models.UUIDField(null=True)),
                ('clinic', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('machine', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.machine')),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'rule_state',
                'indexes': [models.Index(condition=models.Q(('verdict', 'pass'), _negated=True), fields=['org', 'rule_no', 'clinic', 'machine'], name='rule_state_open'), models.Index(condition=models.Q(('waived_until__isnull', False)), fields=['org', 'clinic', 'machine'], name='rule_state_waived')],
            },
        ),
    ]
