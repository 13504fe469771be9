import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fleet', '0002_visited_hosts'),
        ('ledger', '0001_initial'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='jointoken',
            name='noticed',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='jointoken',
            name='receipt',
            field=models.IntegerField(default=1),
        ),
        migrations.AddField(
            model_name='machine',
            name='ca',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='machine',
            name='disposal',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddField(
            model_name='machine',
            name='ended_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='machine',
            name='keyed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='machine',
            name='noticed',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='machine',
            name='orders',
            field=models.TextField(default='[]'),
        ),
        migrations.AddField(
            model_name='machine',
            name='receipt',
            field=models.IntegerField(default=1),
        ),
        migrations.AddField(
            model_name='machine',
            name='told',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='machine',
            name='turns',
            field=models.IntegerField(default=0),
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('n', models.BigIntegerField()),
                ('leaf', models.BigIntegerField()),
                ('kind', models.CharField(max_length=16)),
                ('generation', models.IntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('envelope', models.BinaryField()),
                ('clinic', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='tenants.clinic')),
                ('log', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='ledger.log')),
                ('org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.org')),
            ],
            options={
                'db_table': 'notice',
                'indexes': [models.Index(fields=['org', 'clinic', 'n'], name='notice_clinic')],
                'constraints': [models.UniqueConstraint(fields=('org', 'log', 'leaf'), name='notice_leaf')],
            },
        ),
    ]
