"""A page shows the values that the machine judged by, and who set them."""

import hashlib
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from controller.fleet.models import Machine as Row
from controller.ledger.actions import By
from controller.pages import lines
from controller.policy import actions
from controller.policy.queries import Described
from controller.policy.terms import otherwise
from controller.tenants.scope import Place
from evidence import distribution
from evidence.bodies import PackRef
from evidence.distribution import Bytes
from rules.compiled import builtin
from rules.language.files import read_file
from rules.workbench import tailorings
from tests.controller.clinic import MORNING, Machine, Server, verdict
from tests.controller.policy.author import Author, now

RULE = "screen-locks"
TEXT = b"""dentinel: tailoring/v1
extends: {pack: dental-baseline, version: "1.x"}
scopes:
  - match: {group: role:operatory}
    set: {screen-locks: {max_idle: 7m}}
  - match: {clinic: bright-smiles}
    severity: {screen-locks: low}
    disable:
      volumes-encrypted:
        {reason: it leaves us, approved_by: dr_lee, from: "2026-11-01", until: "2027-03-31"}
"""


@pytest.fixture
def tailored(author: Author) -> Author:
    """Bright Smiles, which sets some things otherwise; published."""
    problems: list = []
    file = read_file("bright-smiles.yaml", TEXT, problems)
    checked = tailorings.check_tailorings([file], [builtin.pack()], date(2026, 11, 23))
    data = tailorings.build(checked, {file.name: hashlib.sha256(TEXT).hexdigest()})
    author.contents[distribution.tailoring_target(str(author.clinic))] = data
    author.assign(
        tailoring=Bytes(sha256=hashlib.sha256(data).hexdigest()),
        names=distribution.Names(org="north-quay", clinic="bright-smiles"),
    )
    actions.publish(author.home, actions.Order(author.org, author.handed()), By("shell", "", now()))
    return author


def reported(author: Author, server: Server, **policy) -> Row:
    """OP1, after it said by what it is judged."""
    machine = Machine(server)
    machine.join(server.token())
    pack = PackRef(pack="dental-baseline", version="1.0.0", sha256=builtin.pack().sha256)
    body = machine.full(verdict(RULE, "fail"))
    sha = hashlib.sha256(author.assignment.to_bytes()).hexdigest()
    said = {"state": "fresh", "targets": 2, "root": 1, "assignment": sha, "packs": (pack,)}
    made = replace(body, policy=replace(body.policy, **{**said, **policy}))
    machine.sync(machine.seal(made))
    return Row.objects.at(Place(author.org)).get(agent_id=machine.agent)


def of(author: Author, row: Row):
    folder = author.home.tuf(author.org)
    found = otherwise(folder, Place(author.org), row, [builtin.pack()], MORNING)
    return {rule: one for (_, rule), one in found.items()}


def test_values_are_those_of_where_the_machine_stands(tailored, server: Server) -> None:
    found = of(tailored, reported(tailored, server, role="operatory"))[RULE]
    assert found.lines[0].startswith("max_idle is 7m: group role:operatory, tightened; pack: 15m")
    assert (found.severity, found.is_looser) == ("low", False)
    elsewhere = of(tailored, reported(tailored, server, role="server"))[RULE]
    assert elsewhere.params == {}


def test_a_rule_that_is_switched_off_says_who_why_and_until_when(tailored, server) -> None:
    found = of(tailored, reported(tailored, server))["volumes-encrypted"]
    assert found.is_looser
    assert "(dr_lee: it leaves us)" in found.lines[0]
    assert "until 2027-0" in found.lines[0]


def test_a_machine_by_the_built_in_rules_has_nothing_set(tailored, server: Server) -> None:
    row = reported(tailored, server, state="builtin", targets=None, root=None, assignment=None)
    assert of(tailored, row) == {}


def test_an_assignment_that_is_not_here_changes_nothing(tailored, server: Server) -> None:
    assert of(tailored, reported(tailored, server, assignment="ab" * 32)) == {}


def test_the_line_of_a_rule_wants_what_was_set(tailored, server: Server) -> None:
    row = reported(tailored, server, role="operatory")
    folder, place = tailored.home.tuf(tailored.org), Place(tailored.org)
    known = lines.Known("linux", is_silent=False, facts={}, otherwise=otherwise(
        folder, place, row, [builtin.pack()], MORNING))  # fmt: skip
    state = SimpleNamespace(
        rule_no=1, evidence={}, verdict="fail", pack_sha=builtin.pack().sha256,
        observed_since=MORNING, known_since=MORNING,
    )  # fmt: skip
    line = lines.line(state, Described(RULE, "", "high"), builtin.pack(), known)
    assert any("7m (set here; 15m by benchmark" in one for one in line.expected), line.expected
    assert line.severity == "low"
