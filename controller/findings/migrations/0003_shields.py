import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('findings', '0002_contact_days_looks'),
        ('fleet', '0003_identity'),
        ('policy', '0003_waivers'),
        ('tenants', '0002_waivers'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='rulestate',
            name='rule_state_waived',
        ),
        migrations.RemoveField(
            model_name='rulestate',
            name='waived_until',
        ),
        migrations.RemoveField(
            model_name='rulestate',
            name='waiver',
        ),
        migrations.CreateModel(
            name='Shield',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'machine_id', 'rule_no', 'since_at', blank=True, editable=False, primary_key=True, serialize=False)),
                ('rule_no', models.IntegerField()),
                ('since_at', models.DateTimeField()),
                ('until_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('machine', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.machine')),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
                ('waiver', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='policy.waiver')),
            ],
            options={
                'db_table': 'shield',
                'indexes': [models.Index(fields=['org', 'clinic', 'until_at'], name='shield_clinic')],
            },
        ),
    ]
