import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('findings', '0003_shields'),
        ('tenants', '0003_people_and_places'),
    ]

    operations = [
        migrations.CreateModel(
            name='RuleDay',
            fields=[
                ('pk', models.CompositePrimaryKey('org_id', 'clinic_id', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('rules', models.JSONField()),
                ('clinic', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('org', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'rule_day',
            },
        ),
    ]
