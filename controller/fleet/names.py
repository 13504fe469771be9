"""By which name do lists of an RMM or a directory know a machine? Within SQL.

As `controller.inventory.sheet.short` has it: small letters, no domain. The text holds no parameter,
so that an index over it is found again in a query.
"""

from typing import Any

from django.db.models import CharField, Func


class Short(Func):
    """A column of host names, each without its domain and in small letters."""

    output_field = CharField()
    arity = 1
    template = "SUBSTR(LOWER(%(expressions)s), 1, INSTR(LOWER(%(expressions)s) || '.', '.') - 1)"

    def as_postgresql(self, *args: Any, **more: Any) -> Any:  # noqa: ANN401 - as Django has it
        """The same; there is no INSTR."""
        more["template"] = "SPLIT_PART(LOWER(%(expressions)s), '.', 1)"
        return self.as_sql(*args, **more)
