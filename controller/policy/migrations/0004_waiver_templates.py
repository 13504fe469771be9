import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policy', '0003_waivers'),
        ('tenants', '0003_people_and_places'),
    ]

    operations = [
        migrations.CreateModel(
            name='WaiverTemplate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('rule', models.CharField(max_length=64)),
                ('role', models.CharField(blank=True, default='', max_length=32)),
                ('reason', models.TextField()),
                ('compensating', models.TextField()),
                ('risk_owner', models.CharField(blank=True, default='', max_length=80)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('requested_by', models.CharField(max_length=150)),
                ('requester_id', models.UUIDField()),
                ('requested_at', models.DateTimeField()),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'waiver_template',
                'indexes': [models.Index(fields=['org', '-requested_at'], name='waiver_template_newest')],
            },
        ),
        migrations.AddField(
            model_name='waiver',
            name='template',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='policy.waivertemplate'),
        ),
        migrations.AddIndex(
            model_name='waiver',
            index=models.Index(condition=models.Q(('template__isnull', False)), fields=['org', 'template'], name='waiver_of_template'),
        ),
    ]
