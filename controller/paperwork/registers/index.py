"""Which registers are there? To add one, add its line; the order is that of the page."""

from controller.paperwork.registers import (
    access_reviews,
    backups,
    dataflow,
    disclosures,
    disposals,
    incidents,
    log_reviews,
    moves,
    people,
    policies,
    recovery_goals,
    restore_tests,
    risks,
    training,
    vendors,
    walkthroughs,
)
from controller.paperwork.registers.base import Register

REGISTERS: tuple[Register, ...] = (
    incidents.REGISTER,
    people.REGISTER,
    training.REGISTER,
    vendors.REGISTER,
    backups.REGISTER,
    restore_tests.REGISTER,
    recovery_goals.REGISTER,
    walkthroughs.REGISTER,
    log_reviews.REGISTER,
    access_reviews.REGISTER,
    risks.REGISTER,
    dataflow.REGISTER,
    disclosures.REGISTER,
    disposals.REGISTER,
    moves.REGISTER,
    policies.REGISTER,
)
BY_ID = {register.id: register for register in REGISTERS}
