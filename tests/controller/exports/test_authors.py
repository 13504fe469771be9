"""Whose rules evidence names is not taken on the word of whoever holds the controller."""

import hashlib
import shutil
from dataclasses import dataclass, replace
from io import BytesIO

import pytest
from tuf.api.metadata import Metadata

from agent.packs.author import roots
from agent.packs.author.signing import add_signature
from controller.exports.gather import policy
from controller.identity.shelf import Shelf
from controller.ledger.actions import By
from controller.policy import actions
from evidence import trust_policy
from evidence.bodies import PackRef
from evidence.roster import PublicKeys
from evidence.trust_policy import TrustPolicy
from evidence.verify import words
from tests.controller.clinic import Machine, Server, verdict
from tests.controller.exports.test_gather import exported, run
from tests.controller.policy.author import Author, key, listed, now

PASSED = verdict("volumes-encrypted", "pass")


def publish(author: Author, *, anew: bool = False) -> None:
    order = actions.Order(author.org, author.handed(), anew=anew)
    actions.publish(author.home, order, By("shell", "", now()))


def judged_by(author: Author, machine: Machine) -> None:
    """The machine reports, judged by what this author has assigned."""
    body = machine.full(PASSED)
    assigned = author.assignment
    packs = tuple(PackRef(pack=p.pack, version=p.version, sha256=p.sha256) for p in assigned.packs)
    said = replace(
        body.policy, state="fresh", root=author.chain[-1].signed.version,
        targets=author.signed.signed.version, packs=packs,
        assignment=hashlib.sha256(assigned.to_bytes()).hexdigest(),
    )  # fmt: skip
    machine.sync(machine.seal(replace(body, policy=said)))


@dataclass
class Handed:
    """A clinic whose author has published, and what its owner was handed that day."""

    server: Server
    author: Author
    policy: str

    @property
    def trusted(self) -> TrustPolicy:
        return trust_policy.read(self.policy)

    def verified(self, by: TrustPolicy) -> run.Outcome:
        return run.verify(BytesIO(exported(self.server)), by)


@pytest.fixture
def handed(server: Server) -> Handed:
    author = Author(server.home, server.clinic.org, server.clinic.id).begin()
    publish(author)
    op1 = Machine(server)
    op1.join(server.token())
    judged_by(author, op1)
    return Handed(server, author, policy(server.home, server.clinic.place))


def test_the_policy_that_is_printed_names_the_authors_first_root(handed: Handed) -> None:
    root = handed.author.chain[0].to_bytes()

    assert Shelf(handed.server.home).first_roots(handed.author.org) == [root]
    assert handed.trusted.first_roots(str(handed.author.org)) == {hashlib.sha256(root).hexdigest()}
    assert "Ask him, and not the controller" in handed.policy


def test_rules_of_the_author_are_proven_to_whoever_holds_it(handed: Handed) -> None:
    outcome = handed.verified(handed.trusted)
    assert outcome.problems == ()


def test_with_a_policy_from_before_the_author_they_are_nobodys(handed: Handed) -> None:
    outcome = handed.verified(replace(handed.trusted, rules=()))

    assert outcome.standing == "incomplete"
    assert [problem.check for problem in outcome.problems] == ["P1"]
    assert (outcome.problems[0].found,) == outcome.first_roots


def thief_at(server: Server) -> Author:
    """Somebody who signs with keys of his own, by the author's own tools."""
    thief = Author(server.home, server.clinic.org, server.clinic.id, by="thief")
    holders = [
        PublicKeys(name=one, root=key(f"thief {one}").public.hex) for one in ("root-a", "root-b")
    ]
    holders.append(PublicKeys(name="author", targets=key("thief").public.hex))
    online = listed(server.home, server.clinic.org)
    thief.chain = [Metadata(roots.first(holders, roots.Thresholds(1), online, now()))]
    thief.used = online.used.targets
    add_signature(thief.chain[0], key("thief root-a"))
    return thief


@pytest.fixture
def taken_over(handed: Handed) -> Handed:
    """A thief owns the controller: another repository, another root, and a machine that joins.

    He keeps the author's where nobody sees it, and counts from 1 again.
    """
    server = handed.server
    server.home.tuf(handed.author.org).rename(server.home.root / "stolen")
    thief = thief_at(server).assign(patrol="86400s")
    publish(thief)
    op2 = Machine(server, "OP2")
    op2.join(server.token())
    judged_by(thief, op2)
    return handed


@pytest.mark.threat("swapped-author")
def test_another_repository_for_new_machines_is_false_to_whoever_holds_the_policy(
    taken_over: Handed,
) -> None:
    outcome = taken_over.verified(taken_over.trusted)

    assert outcome.standing == "false"
    assert {problem.check for problem in outcome.problems} == {"P1"}
    assert "\n\nThe rules hang on another first root than the" in words.text(outcome)


@pytest.mark.threat("swapped-author")
def test_the_authors_own_root_in_its_place_does_not_hide_what_was_run(taken_over: Handed) -> None:
    """The thief exports the true repository again: what OP2 was judged by hangs on none of it."""
    home = taken_over.server.home
    shutil.copytree(home.root / "stolen", home.tuf(taken_over.author.org), dirs_exist_ok=True)
    outcome = taken_over.verified(taken_over.trusted)

    assert outcome.standing == "false"
    assert "do not name the assignment of Report 1:1 of OP2" in words.text(outcome)


@pytest.fixture
def begun_anew(handed: Handed) -> Handed:
    """Every root key was lost: another author, other keys; OP3 joined before, OP2 after."""
    server, before = handed.server, handed.author
    op3 = Machine(server, "OP3")
    op3.join(server.token())
    publish(before.root(roots.Change(), "root-b").assign(patrol="1800s"))
    judged_by(before, op3)
    handed.author = Author(server.home, server.clinic.org, server.clinic.id).begin("new ")
    publish(handed.author, anew=True)
    op2 = Machine(server, "OP2")
    op2.join(server.token())
    judged_by(handed.author, op2)
    judged_by(before, op3)  # it has not joined again yet, and is judged as before
    return handed


@pytest.mark.threat("lost-author-key")
def test_reports_of_before_and_after_a_new_repository_are_both_proven(begun_anew: Handed) -> None:
    server = begun_anew.server
    outcome = begun_anew.verified(trust_policy.read(policy(server.home, server.clinic.place)))

    assert outcome.problems == ()
    assert len(outcome.first_roots) == 2


def test_a_repository_that_was_taken_away_leaves_what_it_signed_unproven(
    begun_anew: Handed,
) -> None:
    server = begun_anew.server
    known = trust_policy.read(policy(server.home, server.clinic.place))
    (aside,) = server.home.tuf(begun_anew.author.org).glob("aside-*")
    shutil.rmtree(aside)

    outcome = begun_anew.verified(known)

    assert outcome.standing == "incomplete"
    assert "Targets 1 of the rules, by which Report" in words.text(outcome)


@pytest.mark.threat("swapped-author")
def test_a_policy_from_before_the_new_repository_does_not_let_it_in(begun_anew: Handed) -> None:
    """An author who begins anew and a thief look the same: the reader has to be told."""
    outcome = begun_anew.verified(begun_anew.trusted)

    assert outcome.standing == "false"
    assert "they were begun anew with root 3" in words.text(outcome)


@pytest.mark.threat("fast-forward")
def test_reports_of_before_and_after_a_fast_forward_are_both_proven(handed: Handed) -> None:
    """New keys of the controller by a new root; no version of targets is used again."""
    server, author = handed.server, handed.author
    author.root(roots.Change(online=listed(server.home, author.org, new=True)), "root-a")
    publish(author.assign(patrol="1800s"))
    op2 = Machine(server, "OP2")
    op2.join(server.token())
    judged_by(author, op2)

    outcome = handed.verified(handed.trusted)

    assert outcome.problems == ()
    assert len(outcome.first_roots) == 1
