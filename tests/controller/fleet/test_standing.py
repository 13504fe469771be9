"""Where a machine stands: who may move it where, and that the log and the audit say so."""

import json
from io import BytesIO
from uuid import UUID, uuid4

import pytest

from controller.errors import AlreadyDone, NotThere, Refusal
from controller.exports import gather
from controller.findings import counts
from controller.findings import queries as findings
from controller.fleet import directives, queries, standing
from controller.fleet.models import Machine as Row
from controller.fleet.models import MachineKey
from controller.fleet.standing import Call
from controller.ledger.actions import By
from controller.ledger.models import Audit
from controller.tenants.scope import Place
from evidence import messages, trust_policy
from evidence.messages import Hardware
from evidence.verify import run
from tests.controller.clinic import MORNING, Machine, Server, finding, imaging, verdict
from tests.controller.tables import check_logs, rows

DR_LEE = UUID("11111111-1111-4111-8111-111111111111")


@pytest.fixture
def op1(server: Server) -> Machine:
    op1 = server.machine("OP1")
    op1.sync(op1.seal(op1.full(verdict("volumes-encrypted"))))
    return op1


def call(machine: Machine, reason: str = "break-in of 12 Nov") -> Call:
    server = machine.server
    by = By("dr_lee", "192.0.2.1", server.now, DR_LEE)
    return Call(server.home, server.clinic.place, UUID(machine.agent), by, reason)


def logged(server: Server, kind: str) -> list[dict[str, object]]:
    found = rows(server.home, "SELECT line FROM log_entry WHERE kind = ? ORDER BY idx", kind)
    return [json.loads(line) for (line,) in found]


def row(machine: Machine) -> Row:
    return queries.machine(machine.server.clinic.place, UUID(machine.agent))


def test_a_machine_in_quarantine_counts_again_when_it_is_approved(op1: Machine) -> None:
    standing.quarantine(call(op1, "was at a repair shop"))
    assert op1.sync()[1].state == "quarantined"
    standing.approve(call(op1))

    assert op1.sync(op1.event())[1].state == "active"
    told = [(one["state"], one["why"], one["by"]) for one in logged(op1.server, "state")]
    assert told == [
        ("quarantined", "suspected", str(DR_LEE)),
        ("active", "approved", str(DR_LEE)),
    ]
    check_logs(op1.server.home)


def test_the_reason_stands_in_the_audit_and_not_in_the_log(op1: Machine) -> None:
    standing.quarantine(call(op1, "was at a repair shop"))
    act = Audit.objects.at(op1.server.clinic.place).get(action="machine.quarantine")

    assert (act.actor, act.object, act.before) == ("dr_lee", op1.agent, {"state": "active"})
    assert act.after["reason"] == "was at a repair shop"
    assert b"repair" not in b"".join(
        line for (line,) in rows(op1.server.home, "SELECT line FROM log_entry")
    )


def test_a_joiner_of_a_token_with_many_uses_waits_for_approval(server: Server) -> None:
    op2 = server.machine("OP2", max_uses=3)
    assert op2.enrolled.state == "pending"
    assert [one.host for one in queries.pending(server.clinic.place)] == ["OP2"]
    standing.approve(call(op2))

    assert op2.sync()[1].state == "active"


@pytest.mark.parametrize("end", ["revoke", "retire", "replace"])
def test_an_end_stops_the_machine_and_ends_its_keys(op1: Machine, end: str) -> None:
    if end == "revoke":
        standing.revoke(call(op1), "stolen")
    elif end == "retire":
        standing.retire(call(op1), "disk shredded by Iron Box")
    else:
        op1.server.passes(hours=1)
        standing.replace(call(op1.server.machine("OP1")), UUID(op1.agent))

    status, answer = op1.sync(op1.event())
    assert (status, answer.code) == (403, "stopped")
    assert answer.state == {"revoke": "revoked", "retire": "retired"}.get(end, "superseded")
    assert {one["keyid"] for one in logged(op1.server, "revoke")} == {
        op1.report_key.keyid,
        op1.courier_key.keyid,
    }
    for act in (standing.approve, standing.quarantine):
        with pytest.raises(Refusal, match="that is an end"):
            act(call(op1))


def test_what_was_done_is_not_done_twice(op1: Machine) -> None:
    with pytest.raises(AlreadyDone):
        standing.approve(call(op1))


def test_retiring_needs_a_word_on_the_disks(op1: Machine) -> None:
    with pytest.raises(Refusal, match="disks"):
        standing.retire(call(op1), " ")
    standing.retire(call(op1), "wiped, given to a school")
    assert row(op1).disposal == "wiped, given to a school"
    assert row(op1).ended_at == MORNING


def test_a_reason_is_asked_for(op1: Machine) -> None:
    with pytest.raises(Refusal, match="say why"):
        standing.revoke(call(op1, " "), "lost")


def test_a_machine_of_another_org_is_not_there(op1: Machine) -> None:
    theirs = Call(op1.server.home, Place(uuid4()), UUID(op1.agent), By("x", "", MORNING), "x")
    with pytest.raises(NotThere):
        standing.quarantine(theirs)


@pytest.mark.threat("stolen-key")
def test_reports_after_a_revoke_line_are_false_for_whoever_checks(op1: Machine) -> None:
    """Whoever holds the database takes the revocation back: the log does not."""
    server = op1.server
    server.passes(hours=1)
    standing.revoke(call(op1), "stolen")
    assert outcome(server) == "proven"
    Row.objects.at(server.clinic.place).filter(pk=op1.agent).update(state="active")
    MachineKey.objects.at(server.clinic.place).update(valid_to_leaf=None)
    op1.sync(op1.event())

    assert outcome(server) == "false"


def outcome(server: Server) -> str:
    """How it stands with the signatures of a bundle of all that was received."""
    server.passes(hours=1)
    order = gather.Order(server.clinic.id, MORNING, server.now, By("shell", "", server.now))
    file = BytesIO()
    gather.evidence(server.home, server.clinic.place, order, file)
    policy = gather.policy(server.home, server.clinic.place)
    return str(run.verify(file, trust_policy.read(policy)).checks["R2"])


def reimaged(op1: Machine, **hw: str) -> Machine:
    """The same computer, set up anew."""
    server = op1.server
    server.passes(hours=1)
    again = Machine(server, "OP1")
    values = {"board": None, "install": None, "disk": None, **hw}
    assert again.enrol(again.request(server.token(), hw=Hardware(**values))).status == 200
    return again


@pytest.mark.parametrize("part", ["board", "disk"])
def test_a_reimaged_machine_is_proposed_as_the_one_it_was(op1: Machine, part: str) -> None:
    Row.objects.at(op1.server.clinic.place).update(hw={part: "ab" * 32})
    again = reimaged(op1, **{part: "ab" * 32})
    proposed = queries.likely_former(op1.server.clinic.place, row(again))
    assert [str(one.id) for one in proposed] == [op1.agent]

    standing.replace(call(again), UUID(op1.agent))
    assert op1.sync()[1].state == "superseded"
    assert str(row(again).replaces) == op1.agent
    assert queries.likely_former(op1.server.clinic.place, row(again)) == []
    assert len(rows(op1.server.home, "SELECT 1 FROM report WHERE standing = 'stored'")) == 1


def test_nothing_is_superseded_by_itself(op1: Machine) -> None:
    Row.objects.at(op1.server.clinic.place).update(hw={"board": "ab" * 32})
    reimaged(op1, board="ab" * 32)
    assert op1.sync()[1].state == "active"


def test_another_computer_is_not_proposed(op1: Machine) -> None:
    Row.objects.at(op1.server.clinic.place).update(hw={"board": "ab" * 32, "disk": None})
    assert queries.likely_former(op1.server.clinic.place, row(reimaged(op1, board="cd" * 32))) == []


def test_a_former_id_that_an_agent_names_is_a_proposal(op1: Machine) -> None:
    server = op1.server
    server.passes(hours=1)
    again = Machine(server, "OP1-NEW")
    again.enrol(again.request(server.token(), replaces=op1.agent))

    proposed = queries.likely_former(server.clinic.place, row(again))
    assert [one.host for one in proposed] == ["OP1"]
    assert op1.sync()[1].state == "active"


def test_the_older_one_does_not_replace_the_newer(op1: Machine) -> None:
    again = reimaged(op1)
    with pytest.raises(Refusal, match="joined after"):
        standing.replace(call(op1), UUID(again.agent))


def test_an_order_of_a_person_reaches_the_machine_until_it_is_done(op1: Machine) -> None:
    directives.ask(call(op1), "rescan")
    (first,) = op1.sync()[1].directives
    assert first.do == "rescan"
    assert op1.sync()[1].directives == ()
    op1.server.passes(hours=6)
    assert op1.sync()[1].directives == (first,)

    ref = first.id.replace("-", "")
    from evidence.bodies import LocalEvent

    op1.sync(op1.seal(LocalEvent(event="directive", code="rescan", ref=ref, n=0)))
    op1.server.passes(hours=7)
    assert op1.sync()[1].directives == ()


def test_keys_of_a_year_are_ordered_to_be_new(op1: Machine) -> None:
    op1.server.passes(days=364)
    assert op1.sync()[1].directives == ()
    op1.server.passes(days=1)
    assert [one.do for one in op1.sync()[1].directives] == ["rotate_keys"]


def test_a_machine_that_has_ended_takes_no_orders(op1: Machine) -> None:
    standing.revoke(call(op1), "lost")
    with pytest.raises(Refusal):
        directives.ask(call(op1), "rescan")


def test_a_revoked_machine_hears_so_signed_and_bound_to_its_request(op1: Machine) -> None:
    standing.revoke(call(op1), "lost")
    body = op1.body()
    answer = op1.read(op1.server.post("/v1/sync", body), body)
    assert (answer.code, answer.req) == ("stopped", messages.request_hash(body))


def test_what_has_ended_counts_no_more(op1: Machine) -> None:
    server = op1.server
    op2 = server.machine("OP2")
    bad = finding("IMG_0001.dcm")
    op2.sync(op2.seal(op2.full(verdict("screen-locks", "fail"), imaging=imaging(bad))))
    place = server.clinic.place
    assert sum(one.failing for one in counts.by_rule(place, server.now).values()) == 1
    assert findings.open_findings(place).count() == 1
    standing.revoke(call(op2), "stolen")

    assert sum(one.failing for one in counts.by_rule(place, server.now).values()) == 0
    assert sum(one.proven for one in counts.by_rule(place, server.now).values()) == 1
    assert findings.open_findings(place).count() == 0
    assert [one.machines for one in findings.standings(place, server.now)] == [1]
