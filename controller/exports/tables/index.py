"""Which tables are there? To add one, add its line; the order is that of the page."""

from controller.exports.tables import (
    accounts,
    alerts,
    attestations,
    audit,
    controls,
    dataflow,
    deliveries,
    findings,
    inventory,
    machines,
    oversight,
    paperwork,
    registers,
    spans,
    verdicts,
    waivers,
)
from controller.exports.tables.base import Table

TABLES: tuple[Table, ...] = (
    machines.TABLE,
    verdicts.TABLE,
    spans.TABLE,
    findings.TABLE,
    accounts.TABLE,
    waivers.TABLE,
    attestations.TABLE,
    paperwork.TABLE,
    registers.TABLE,
    dataflow.TABLE,
    oversight.TABLE,
    deliveries.TABLE,
    alerts.TABLE,
    audit.TABLE,
    inventory.TABLE,
    controls.TABLE,
)
BY_ID = {table.id: table for table in TABLES}
