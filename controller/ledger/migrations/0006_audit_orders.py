from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0005_every_third_level'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='audit',
            index=models.Index(fields=['org', 'actor', '-n'], name='audit_actor'),
        ),
        migrations.AddIndex(
            model_name='audit',
            index=models.Index(fields=['org', 'action', '-n'], name='audit_action'),
        ),
    ]
