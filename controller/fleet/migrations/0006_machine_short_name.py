from django.db import migrations, models

from controller.fleet.names import Short


class Migration(migrations.Migration):
    dependencies = [("fleet", "0005_machine_policy")]

    operations = [
        migrations.AddIndex(
            model_name="machine",
            index=models.Index("org", "clinic", Short("host"), name="machine_clinic_short"),
        ),
    ]
