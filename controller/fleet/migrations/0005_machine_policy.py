from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fleet", "0004_machine_group")]

    operations = [
        migrations.AddIndex(
            model_name="machine",
            index=models.Index(
                fields=["org", "state", "policy_state", "pack_version", "clinic"],
                name="machine_policy",
            ),
        ),
    ]
