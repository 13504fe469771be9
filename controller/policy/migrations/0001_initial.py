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
            name='Pack',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=64)),
                ('version', models.CharField(max_length=64)),
                ('data', models.BinaryField()),
                ('known_at', models.DateTimeField()),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'pack',
                'constraints': [models.UniqueConstraint(fields=('org', 'digest'), name='pack_org_digest')],
            },
        ),
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('rule_no', models.IntegerField()),
                ('pack', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=64)),
                ('severity', models.CharField(blank=True, max_length=16)),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'rule',
                'constraints': [models.UniqueConstraint(fields=('org', 'rule_no'), name='rule_org_no'), models.UniqueConstraint(fields=('org', 'pack', 'name'), name='rule_org_pack_name')],
            },
        ),
    ]
