from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='clinic',
            name='delegates_risk',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='org',
            name='self_approval',
            field=models.BooleanField(default=False),
        ),
    ]
