"""Of a log's hashes those of every third level stay; the others are folded from them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_log_keys")]

    operations = [
        migrations.RunSQL(
            "DELETE FROM log_node WHERE (k >> 48) % 3 <> 0",
            reverse_sql=migrations.RunSQL.noop,
            elidable=False,
        ),
    ]
