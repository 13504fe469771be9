"""A rule keeps its number, and means what the pack says that was published for it."""

import json
from dataclasses import replace

import pytest

from controller.ledger.actions import By
from controller.ledger.models import LogEntry
from controller.policy import actions, queries
from controller.policy.models import Rule
from evidence import distribution
from evidence.bodies import PackRef
from evidence.distribution import PackTarget
from evidence.leaf import PolicyLeaf, read
from rules.compiled import builtin, canonical
from rules.compiled.pack import load
from tests.controller.clinic import Machine, Server, verdict
from tests.controller.policy.author import Author, now

RULE = "volumes-encrypted"


def newer(version: str, severity: str, title: str) -> bytes:
    """The built-in pack as an author changed it."""
    document = json.loads(builtin.data())
    document["version"] = version
    for rule in document["rules"]:
        if rule["id"] == RULE:
            rule |= {"severity": severity, "title": title}
    return canonical.encode(document)


def publish(author: Author, data: bytes) -> PackRef:
    """Assign it to the clinic, sign and publish it."""
    pack = load(data)
    author.contents[distribution.pack_target(pack.pack, pack.version)] = data
    named = PackTarget(pack=pack.pack, version=pack.version, sha256=pack.sha256, length=len(data))
    author.assign(packs=(named,))
    order = actions.Order(author.org, author.handed())
    actions.publish(author.home, order, By("shell", "", now()))
    return PackRef(pack=pack.pack, version=pack.version, sha256=pack.sha256)


@pytest.fixture
def op1(server: Server) -> Machine:
    """A machine that has joined."""
    machine = Machine(server)
    machine.join(server.token())
    return machine


def report(machine: Machine, pack: PackRef, targets: int | None, said: str = "fail"):
    """A full report of a machine that is judged by that pack."""
    body = machine.full(verdict(RULE, said))
    state = "builtin" if targets is None else "fresh"
    policy = replace(body.policy, state=state, targets=targets, root=targets and 1, packs=(pack,))
    return machine.sync(machine.seal(replace(body, policy=policy)))


def rule(author: Author) -> Rule:
    (found,) = [one for one in queries.rules(place(author)).values() if one.name == RULE]
    return found


def place(author: Author):
    from controller.tenants.scope import Place

    return Place(author.org)


def leaves(author: Author) -> list[PolicyLeaf]:
    lines = LogEntry.objects.at(place(author)).filter(kind="policy")
    found = [read(bytes(one.line)) for one in lines]
    return [one for one in found if isinstance(one, PolicyLeaf)]


def test_a_published_rule_has_the_severity_and_title_of_its_pack(author, op1: Machine) -> None:
    pack = publish(author, newer("1.1.0", "low", "Every disk of North Quay is encrypted"))
    report(op1, pack, 2)
    assert rule(author).severity == "low"
    told = queries.described(place(author))[rule(author).rule_no]
    assert told.title == "Every disk of North Quay is encrypted"


def test_a_number_stays_when_the_pack_moves_on(author, op1: Machine) -> None:
    report(op1, publish(author, newer("1.0.1", "critical", "Disks are encrypted")), 2)
    before = rule(author)
    report(op1, publish(author, newer("1.1.0", "low", "Disks are encrypted")), 3, "pass")
    after = rule(author)
    assert (before.rule_no, before.severity, after.severity) == (after.rule_no, "critical", "low")


def test_what_is_published_while_it_serves_is_known_without_a_restart(author, op1) -> None:
    report(op1, publish(author, newer("1.1.0", "low", "Disks are encrypted")), 2)
    report(op1, publish(author, newer("1.2.0", "medium", "Disks are encrypted")), 3)
    assert rule(author).severity == "medium"


def test_an_older_version_that_still_runs_does_not_bring_its_severity_back(author, op1) -> None:
    old = publish(author, newer("1.1.0", "low", "Disks are encrypted"))
    report(op1, publish(author, newer("1.2.0", "medium", "Disks are encrypted")), 3)
    report(op1, old, 2)
    assert rule(author).severity == "medium"


@pytest.mark.threat("lost-author-key")
def test_the_first_machine_that_runs_signed_rules_puts_them_into_the_log(
    author, op1: Machine, server: Server
) -> None:
    pack = publish(author, newer("1.1.0", "low", "Disks are encrypted"))
    other = Machine(server, "OP2")
    other.join(server.token())
    for machine in (op1, other, op1):
        report(machine, pack, 2)
    (leaf,) = leaves(author)
    published = queries.publications(place(author))[0]
    assert (leaf.targets, leaf.sha256) == (2, published.sha256)
    assert [(one.clinic.slug, one.targets) for one in queries.runs(place(author))] == [
        ("bright-smiles", 2)
    ]


def test_rules_that_nobody_published_here_leave_no_leaf(author, op1: Machine) -> None:
    pack = publish(author, newer("1.1.0", "low", "Disks are encrypted"))
    report(op1, pack, 7)
    report(op1, pack, None)
    assert leaves(author) == []
