"""The owner's sentence, asked of the tables: a pause is no protection, and nobody is left out."""

from django.utils import timezone

from controller.findings import protection
from controller.findings.models import RuleState
from controller.findings.protection import told
from controller.fleet.models import FactsNow, Machine
from tests.controller.bright_smiles import Practice


def test_a_pause_that_the_rule_lets_pass_is_not_protected(north_quay: Practice) -> None:
    op3 = north_quay.machines["OP3"]
    row = FactsNow.objects.at(north_quay.place).get(machine=op3)
    row.document["volumes"]["value"][0]["protection"] = "suspended"
    row.save()
    number = RuleState.objects.at(north_quay.place).filter(machine=op3).earliest("rule_no").rule_no

    rows = protection.of_clinic(north_quay.place, number, timezone.now())

    (paused,) = [one for one in rows if one.host == "OP3"]
    assert (paused.verdict, paused.is_protected) == ("pass", False)
    assert told([paused], 1, 1).protected == 0
    assert "paused" in told([paused], 1, 1).cases[0].why


def test_of_a_clinic_every_computer_is_proven_or_told(north_quay: Practice) -> None:
    now = timezone.now()
    number = 1
    rows = protection.of_clinic(north_quay.place, number, now)
    fresh = RuleState.objects.at(north_quay.place).filter(rule_no=number, verdict="pass")
    proven = fresh.exclude(machine__due_by__lt=now).count()
    machines = Machine.objects.at(north_quay.place).count()

    answer = told(rows, proven, machines)

    assert (answer.protected, answer.more) == (proven, 0)
    assert answer.protected + len(answer.cases) == machines
