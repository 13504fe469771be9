import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fleet', '0003_identity'),
        ('policy', '0002_publications'),
        ('tenants', '0002_waivers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Waiver',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=64)),
                ('pack', models.CharField(max_length=64)),
                ('rule', models.CharField(max_length=64)),
                ('role', models.CharField(blank=True, default='', max_length=32)),
                ('items', models.JSONField(blank=True, default=list)),
                ('leaves', models.JSONField(blank=True, default=list)),
                ('reason', models.TextField()),
                ('compensating', models.TextField()),
                ('risk_owner', models.CharField(max_length=80)),
                ('since_at', models.DateTimeField()),
                ('until_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('requested', 'Requested'), ('approved', 'Approved'), ('refused', 'Refused'), ('revoked', 'Revoked')], max_length=16)),
                ('requested_by', models.CharField(max_length=150)),
                ('requester_id', models.UUIDField(null=True)),
                ('requested_at', models.DateTimeField()),
                ('decided_by', models.CharField(blank=True, default='', max_length=150)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_why', models.TextField(blank=True, default='')),
                ('self_approved', models.BooleanField(default=False)),
                ('revoked_by', models.CharField(blank=True, default='', max_length=150)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_why', models.TextField(blank=True, default='')),
                ('clinic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('machine', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='fleet.machine')),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
                ('renews', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='policy.waiver')),
                ('site', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='tenants.site')),
            ],
            options={
                'db_table': 'waiver',
                'indexes': [models.Index(fields=['org', 'clinic', 'until_at'], name='waiver_end')],
                'constraints': [models.UniqueConstraint(fields=('org', 'clinic', 'label'), name='waiver_label')],
            },
        ),
    ]
