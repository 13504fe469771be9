import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fleet', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='machine',
            name='host_key',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AddField(
            model_name='machine',
            name='visitor',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='fleet.machine'),
        ),
        migrations.AddIndex(
            model_name='machine',
            index=models.Index(fields=['org', 'visitor'], name='machine_visitor'),
        ),
    ]
