"""What the tables say after reports: counts, the worst failure, facts, and who is counted where."""

from pathlib import Path

import pytest

from controller.findings.models import ClinicRule, RuleState
from controller.fleet.models import FactsNow
from controller.fleet.models import Machine as MachineRow
from controller.intake.asgi import application
from controller.policy.models import Pack, Rule
from controller.policy.rulebook import Carried
from evidence.bodies import PackRef
from rules.compiled import builtin
from tests.controller.clinic import (
    NEVER_TOO_OFTEN,
    Clinic,
    Machine,
    Server,
    finding,
    imaging,
    verdict,
)
from tests.controller.tables import rows


def row(server: Server, machine: Machine) -> MachineRow:
    return MachineRow.objects.at(server.clinic.place).get(id=machine.agent)


@pytest.fixture
def carrying(home, bright_smiles: Clinic):
    """A controller that carries the built-in pack, as every one does."""
    if not builtin.FILE.exists():
        pytest.skip("the built-in pack is not built")
    server = Server(home, bright_smiles)
    packs = [Carried(builtin.pack(), builtin.data())]
    server.app = application(
        Path(home.root), NEVER_TOO_OFTEN, lambda: server.now, packs=lambda: packs
    )
    with server:
        yield server


def judged(machine: Machine, **said: str) -> None:
    """Report these verdicts by the built-in pack."""
    pack = builtin.pack()
    machine.policy = lambda: replace_pack(pack)  # type: ignore[method-assign]
    told = [verdict(rule.replace("_", "-"), word) for rule, word in said.items()]
    machine.sync(machine.seal(machine.full(*told)))


def replace_pack(pack):
    from dataclasses import replace

    ref = PackRef(pack=pack.pack, version=pack.version, sha256=pack.sha256)
    return replace(Machine.policy(), packs=(ref,))


def test_the_pack_that_judged_is_kept_by_its_digest(carrying: Server) -> None:
    judged(carrying.machine("OP1"), volumes_encrypted="fail")

    (pack,) = Pack.objects.at(carrying.clinic.place)
    assert (pack.name, pack.digest) == ("dental-baseline", builtin.pack().sha256)
    assert bytes(pack.data) == builtin.data()


def test_a_rule_has_the_severity_of_its_pack(carrying: Server) -> None:
    op1 = carrying.machine("OP1")
    judged(op1, volumes_encrypted="fail", screen_locks="pass")
    severities = {rule.id: rule.severity for rule in builtin.pack().rules}

    for rule in Rule.objects.at(carrying.clinic.place):
        assert rule.severity == severities[rule.name]


def test_the_worst_failure_ranks_a_machine(carrying: Server) -> None:
    from controller.policy.rulebook import RANKS

    op1 = carrying.machine("OP1")
    severities = {rule.id: rule.severity for rule in builtin.pack().rules}
    judged(op1, volumes_encrypted="fail", screen_locks="fail")
    ranks = [RANKS[severities[name]] for name in ("volumes-encrypted", "screen-locks")]
    assert row(carrying, op1).worst == max(ranks)

    judged(op1, volumes_encrypted="pass", screen_locks="fail")
    assert row(carrying, op1).worst == ranks[1]
    judged(op1, volumes_encrypted="pass", screen_locks="unknown")
    assert row(carrying, op1).worst == 0


def test_counts_of_a_machine_and_of_its_clinic_move_together(server: Server) -> None:
    op1, op2 = server.machine("OP1"), server.machine("OP2")
    op1.sync(op1.seal(op1.full(verdict("screen-locks", "fail"), verdict("patches-current"))))
    op2.sync(
        op2.seal(op2.full(verdict("screen-locks", "fail"), verdict("patches-current", "error")))
    )
    op2.sync(op2.seal(op2.delta(verdict("screen-locks", "not-applicable"))))

    names = {rule.rule_no: rule.name for rule in Rule.objects.at(server.clinic.place)}
    counts = {
        names[one.rule_no]: (one.n_pass, one.n_fail, one.n_error, one.n_unknown, one.n_na)
        for one in ClinicRule.objects.at(server.clinic.place)
    }
    assert counts == {"screen-locks": (0, 1, 0, 0, 1), "patches-current": (1, 0, 1, 0, 0)}
    mine = row(server, op2)
    assert (mine.n_pass, mine.n_fail, mine.n_error, mine.n_unknown, mine.n_na) == (0, 0, 1, 0, 1)


def test_a_failure_by_a_pack_that_is_not_known_is_taken_seriously(server: Server) -> None:
    op1 = server.machine("OP1")
    op1.sync(op1.seal(op1.full(verdict("screen-locks", "fail"))))
    assert row(server, op1).worst == 3


def test_open_findings_are_counted_at_their_machine(server: Server) -> None:
    op1 = server.machine("OP1")
    op1.sync(op1.seal(op1.full(imaging=imaging(finding("a"), finding("b")))))
    assert row(server, op1).n_findings == 2
    op1.sync(op1.seal(op1.delta(imaging=imaging(finding("b")))))
    assert row(server, op1).n_findings == 1


def test_no_machine_writes_another_ones_finding(server: Server) -> None:
    op1, op2 = server.machine("OP1"), server.machine("OP2")
    op1.sync(op1.seal(op1.full(imaging=imaging(finding("a")))))
    op2.sync(op2.seal(op2.full(imaging=imaging(finding("a", "gone")))))
    states = dict(rows(server.home, "SELECT machine_id, state FROM finding"))
    assert states[op1.agent.replace("-", "")] == "open"


def test_the_imaging_part_is_kept_without_its_findings(server: Server) -> None:
    op1 = server.machine("OP1")
    op1.sync(op1.seal(op1.full(imaging=imaging(finding("a"), unlisted=3))))
    facts = FactsNow.objects.at(server.clinic.place).get(machine_id=op1.agent)

    assert facts.imaging["unlisted"] == 3
    assert "findings" not in facts.imaging
    assert facts.imaging_observed_at == server.now


def test_a_machine_is_judged_by_the_policy_that_its_report_names(server: Server) -> None:
    op1 = server.machine("OP1")
    op1.sync(op1.seal(op1.full(verdict("screen-locks"))))
    mine = row(server, op1)
    assert (mine.policy_state, mine.pack_version, mine.clock_trust) == ("builtin", "1.0.0", "ok")


def test_a_flip_and_its_return_in_one_sync_reach_the_history(server: Server) -> None:
    op1 = server.machine("OP1")
    first = op1.seal(op1.full(verdict("screen-locks")))
    there = op1.seal(op1.delta(verdict("screen-locks", "fail")))
    back = op1.seal(op1.delta(verdict("screen-locks")))
    op1.sync(first, there, back)

    assert rows(server.home, "SELECT verdict FROM rule_span ORDER BY seq") == [
        ("pass",),
        ("fail",),
        ("pass",),
    ]
    assert RuleState.objects.at(server.clinic.place).get().rev == 3


def test_facts_of_several_reports_make_one_document(server: Server) -> None:
    op1 = server.machine("OP1")
    volumes, users = (_reading(name) for name in ("volumes", "users"))
    op1.sync(op1.seal(op1.facts(volumes=volumes)), op1.seal(op1.facts(users=users)))
    facts = FactsNow.objects.at(server.clinic.place).get(machine_id=op1.agent)

    assert set(facts.document) == {"volumes", "users"}
    assert facts.document["volumes"] == volumes
    assert facts.catalogue == "1.0"


def _reading(name: str) -> dict[str, object]:
    from datetime import timedelta

    from evidence import readings
    from rules.facts.base import Reading, Status
    from tests.controller.clinic import MORNING

    reading = Reading(
        fact=name, status=Status.OK, value=[], observed_at=MORNING, ttl=timedelta(minutes=5)
    )
    return readings.redact(reading, lambda noun, value: f"{noun}-1", b"k" * 32)
