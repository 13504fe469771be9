"""Later keys of logs: which line they speak from, and until when the one before signs too."""

import django.db.models.deletion
from django.db import migrations, models

_KEPT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_retention"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LogKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "org_id",
                        "log_id",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(db_index=False, on_delete=_KEPT, to="tenants.org"),
                ),
                ("log", models.ForeignKey(db_index=False, on_delete=_KEPT, to="ledger.log")),
                ("number", models.IntegerField()),
                ("leaf", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("both_until", models.DateTimeField()),
            ],
            options={"db_table": "log_key"},
        ),
    ]
