import controller.tenants.models
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Org',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('slug', models.SlugField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'org',
            },
        ),
        migrations.CreateModel(
            name='Clinic',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('slug', models.SlugField(db_index=False, max_length=64)),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('hours', models.JSONField(default=controller.tenants.models.weekday_hours)),
                ('closures', models.JSONField(blank=True, default=list)),
                ('made_at', models.DateTimeField()),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'clinic',
            },
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('slug', models.SlugField(db_index=False, max_length=64)),
                ('clinic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'site',
            },
        ),
        migrations.AddConstraint(
            model_name='clinic',
            constraint=models.UniqueConstraint(fields=('org', 'slug'), name='clinic_org_slug'),
        ),
        migrations.AddConstraint(
            model_name='site',
            constraint=models.UniqueConstraint(fields=('org', 'clinic', 'slug'), name='site_org_clinic_slug'),
        ),
    ]
