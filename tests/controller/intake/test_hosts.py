"""A host that an agent visits has rows of its own, and its visitor's word for them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from controller.findings import counts, rebuild
from controller.fleet import queries as fleet
from controller.fleet.models import Machine as Row
from controller.intake import hosts
from controller.intake.hosts import row_id
from evidence.bodies import Basis, Delta, Facts, Full, Subject
from tests.controller.clinic import Machine, Server, verdict


def host(number: int = 9, label: str = "nas", key: str = "0") -> Subject:
    return Subject(
        kind="remote",
        id=f"00000000-0000-4000-8000-{number:012}",
        label=label,
        host_key=key * 64,
    )


NAS, PACS = host(), host(8, "pacs")


def full(op1: Machine, *said: Any, subject: Subject = NAS) -> Full:
    return replace(op1.full(*said), subject=subject)


def told(op1: Machine, *bodies: Any) -> list[str]:
    """What became of these reports: stored, or why not."""
    _, answer = op1.sync(*(seal(op1, body) for body in bodies))
    return [one.why or one.outcome for one in answer.receipts]


def seal(op1: Machine, body: Any) -> Any:
    """Seal it; the basis of the machine itself stays what it is."""
    before = op1.basis
    sealed = op1.seal(body)
    if getattr(body, "subject", None) and body.subject.kind == "remote":
        op1.newest = op1.basis
        op1.basis = before
    return sealed


def rows(server: Server) -> dict[str, Row]:
    return {one.host: one for one in fleet.machines(server.clinic.place)}


@pytest.fixture
def op1(server: Server) -> Machine:
    return server.machine("OP1")


def test_a_host_stands_beside_its_visitor(server, op1) -> None:
    assert told(op1, full(op1, verdict("volumes-encrypted", "fail"), verdict("smb1-off"))) == [
        "stored"
    ]
    nas = rows(server)["nas"]
    assert (str(nas.visitor_id), nas.host_key) == (op1.agent, "0" * 64)
    assert (nas.n_fail, nas.n_pass, nas.state) == (1, 1, "active")
    assert rows(server)["OP1"].n_fail == 0


def test_what_is_said_of_it_counts_in_its_clinic_once(server, op1) -> None:
    told(op1, op1.full(verdict("smb1-off")), full(op1, verdict("smb1-off")))
    (counted,) = counts.by_rule(server.clinic.place, server.now).values()
    assert counted.proven == 2


def test_two_hosts_have_bases_of_their_own(server, op1) -> None:
    told(op1, op1.full(verdict("smb1-off")), full(op1, verdict("smb1-off")))
    nas = op1.newest
    told(op1, full(op1, verdict("smb1-off"), subject=PACS))
    pacs = op1.newest
    change = replace(op1.delta(verdict("smb1-off", "fail")), subject=NAS)
    assert told(op1, replace(change, basis=pacs)) == ["basis"]
    assert told(op1, replace(change, basis=nas)) == ["stored"]
    assert told(op1, op1.delta(verdict("smb1-off", "fail"))) == ["stored"]
    assert {name: row.n_fail for name, row in rows(server).items()} == {
        "OP1": 1,
        "nas": 1,
        "pacs": 0,
    }


def test_a_delta_on_a_host_that_nobody_spoke_of_has_no_basis(server, op1) -> None:
    change = Delta(
        subject=NAS,
        cause="change",
        basis=Basis(seq=1, hash="0" * 64),
        agent_version="0.1.0",
        os=op1.full().os,
        policy=op1.policy(),
        verdicts=(),
        imaging=None,
    )
    assert told(op1, change) == ["basis"]
    assert "nas" not in rows(server)


def test_its_facts_are_its_own(server, op1) -> None:
    document = {
        "fact": "tls_policy",
        "schema": 1,
        "status": "unknown",
        "value": {"$unknown": "unreachable"},
        "reasons": [{"code": "unreachable", "at": "tls_policy"}],
        "source": [],
        "confidence": "authoritative",
        "privilege": "user",
        "observed_at": "2026-11-23T08:00:00Z",
        "ttl": "3600s",
        "cost": {"wall_ms": 0, "cpu_ms": 0, "spawned": 0},
    }
    facts = Facts(subject=NAS, catalogue="1.1", facts={"tls_policy": document})
    told(op1, full(op1), facts)
    nas = row_id(op1.agent, NAS.id)
    place = server.clinic.place
    assert fleet.facts(place, nas).document["tls_policy"]["value"] == {"$unknown": "unreachable"}
    assert fleet.facts(place, op1.agent) is None


@pytest.mark.threat("foreign-machines")
def test_no_agent_speaks_of_another_agents_host_or_of_a_machine(server, op1) -> None:
    op2 = server.machine("OP2")
    told(op1, full(op1, verdict("smb1-off")))
    told(op2, full(op2, verdict("smb1-off", "fail")))
    mine = full(op1, verdict("smb1-off", "fail"), subject=replace(NAS, id=op2.agent))
    told(op1, mine)
    place = server.clinic.place
    assert fleet.machine(place, row_id(op1.agent, NAS.id)).n_fail == 0
    assert fleet.machine(place, row_id(op2.agent, NAS.id)).n_fail == 1
    assert fleet.machine(place, op2.agent).n_fail == 0


@pytest.mark.threat("foreign-machines")
def test_no_agent_brings_in_hosts_without_end(server, op1, monkeypatch) -> None:
    monkeypatch.setattr(hosts, "MOST", 2)
    said = [full(op1, subject=host(number, f"nas-{number}")) for number in (1, 2, 3)]
    assert told(op1, *said) == ["stored", "stored", "limits"]
    assert told(op1, full(op1, verdict("smb1-off"), subject=host(1, "nas-1"))) == ["stored"]


def test_a_host_is_taken_back_by_a_report_without_verdicts_and_may_return(server, op1) -> None:
    told(op1, full(op1, verdict("smb1-off", "fail")))
    told(op1, full(op1))
    assert "nas" not in rows(server)
    assert counts.by_rule(server.clinic.place, server.now) == {}
    told(op1, full(op1, verdict("smb1-off")))
    assert rows(server)["nas"].n_pass == 1


def test_a_host_is_silent_when_its_visitor_is_and_when_nobody_speaks_of_it(server, op1) -> None:
    told(op1, op1.full(verdict("smb1-off")), full(op1, verdict("smb1-off")))
    assert silent(server, server.now) == set()
    assert silent(server, server.now + timedelta(days=8)) == {"OP1", "nas"}
    server.passes(hours=37)
    op1.sync()
    assert silent(server, server.now) == {"nas"}


def silent(server: Server, now: Any) -> set[str]:
    said = {name for name, row in rows(server).items() if fleet.is_silent(row, now)}
    asked = set(fleet.machines(server.clinic.place).filter(fleet.silent(now)).values_list("host"))
    others = set(fleet.machines(server.clinic.place).exclude(fleet.silent(now)).values_list("host"))
    assert {name for (name,) in asked} == said
    assert {name for (name,) in others} == set(rows(server)) - said
    return said


def test_a_new_epoch_asks_for_a_new_basis(server, op1) -> None:
    told(op1, op1.full(), full(op1, verdict("smb1-off")))
    nas = op1.newest
    change = replace(op1.delta(verdict("smb1-off", "fail")), subject=NAS, basis=nas)
    op1.sync(op1.gap())
    op1.basis = nas
    assert told(op1, change) == ["basis"]


def test_rebuild_comes_to_the_same_rows(server, op1) -> None:
    told(op1, op1.full(verdict("smb1-off")), full(op1, verdict("smb1-off")))
    change = replace(op1.delta(verdict("smb1-off", "fail")), subject=NAS, basis=op1.newest)
    server.passes(minutes=5)
    told(op1, change, full(op1, verdict("firewall-on", "fail"), subject=PACS))
    assert rebuild.check(server.home, server.clinic.org) == ()
    Row.objects.at(server.clinic.place).filter(host="nas").update(n_fail=7)
    assert [one.table for one in rebuild.rebuild(server.home, server.clinic.org)] == ["machine"]
    assert rows(server)["nas"].n_fail == 1
