import django.db.models.deletion
from django.db import migrations, models

_KEPT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_initial"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "org_id",
                        "log_id",
                        "leaf",
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
                (
                    "clinic",
                    models.ForeignKey(db_index=False, on_delete=_KEPT, to="tenants.clinic"),
                ),
                ("log", models.ForeignKey(db_index=False, on_delete=_KEPT, to="ledger.log")),
                ("leaf", models.BigIntegerField()),
                ("kind", models.CharField(max_length=16)),
                ("document_id", models.UUIDField()),
                ("act", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
            ],
            options={
                "db_table": "document",
                "indexes": [
                    models.Index(
                        fields=["org", "clinic", "kind", "document_id"], name="document_about"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="audit",
            name="log",
            field=models.ForeignKey(db_index=False, null=True, on_delete=_KEPT, to="ledger.log"),
        ),
        migrations.AddIndex(
            model_name="audit",
            index=models.Index(fields=["org", "clinic", "-n"], name="audit_clinic"),
        ),
    ]
