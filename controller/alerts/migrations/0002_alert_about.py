from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='alert', name='alert_open'),
        migrations.RemoveConstraint(model_name='alert', name='alert_open_org'),
        migrations.AddField(
            model_name='alert',
            name='about',
            field=models.CharField(blank=True, default='', max_length=32),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(condition=Q(('clinic__isnull', False), ('closed_at__isnull', True)), fields=('org', 'clinic', 'kind', 'name', 'about'), name='alert_open'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(condition=Q(('clinic__isnull', True), ('closed_at__isnull', True)), fields=('org', 'kind', 'name', 'about'), name='alert_open_org'),
        ),
    ]
