import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policy', '0001_initial'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('targets', models.IntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('root', models.IntegerField()),
                ('published_at', models.DateTimeField()),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'publication',
                'constraints': [models.UniqueConstraint(fields=['org', 'targets'], name='publication_org_targets')],
            },
        ),
        migrations.CreateModel(
            name='PolicyRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('targets', models.IntegerField()),
                ('first_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'policy_run',
                'constraints': [models.UniqueConstraint(fields=['org', 'clinic', 'targets'], name='policy_run_once')],
            },
        ),
    ]
