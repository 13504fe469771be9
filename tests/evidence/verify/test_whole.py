"""Is all else in the bundle true: audits, witnesses, rules, what people signed, the org's acts?"""

import io
import json
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.formats import encode_canonical

from evidence import report
from evidence.bodies import KeyRotate
from evidence.bundle import Contents
from evidence.checkpoint import Checkpoint, Continuation, LogProof
from evidence.errors import Malformed
from evidence.leaf import ReportLeaf, RevokeLeaf
from evidence.merkle import prove_inclusion
from evidence.records import DocumentRecord, Elsewhere, KeyRecord
from evidence.report import Report
from evidence.trust_policy import FirstRoot
from evidence.verify import rules, words
from evidence.verify.case import CHECKS, Standing
from evidence.verify.run import Outcome, verify
from tests.evidence.clinic import ORG, ORIGIN, PACK, STARTED, BrightSmiles, full, key, uuid, written
from tests.evidence.verify.practice import (
    DOCUMENT,
    ROOT_1,
    SEEN_AT,
    Practice,
    cosigned,
    delegating,
    org_proofs,
    root,
    targets,
)


@pytest.fixture(scope="module")
def practice() -> Practice:
    return Practice()


def judged(practice: BrightSmiles, contents: Contents, kept: str | None = None) -> Outcome:
    return verify(io.BytesIO(written(contents, practice.receipt)), practice.policy, kept)


def wrong(outcome: Outcome) -> dict[str, Standing]:
    return {name: how for name, how in outcome.checks.items() if how is not Standing.PROVEN}


FALSE, LACKS = Standing.FALSE, Standing.INCOMPLETE


def test_all_checks_are_met_by_a_true_bundle(practice: Practice) -> None:
    outcome = judged(practice, practice.whole())

    assert outcome.problems == ()
    assert list(outcome.checks) == list(CHECKS)
    assert [(each.witness, each.at) for each in outcome.witnesses] == [("accountant", SEEN_AT)]
    assert (len(outcome.stated.waivers), len(outcome.stated.attestations)) == (1, 1)
    assert [each.n for each in outcome.org] == [1, 3]
    assert not outcome.builtin


def test_so_they_are_by_one_that_ends_before_the_newest_checkpoint(practice: Practice) -> None:
    end = practice.audited
    contents = replace(practice.whole(end), waivers=(), attestations=())

    assert judged(practice, contents).problems == ()


# L2: checkpoints that others kept.


@pytest.mark.threat("split-view")
def test_the_last_audit_saw_another_history(practice: Practice) -> None:
    forged = Checkpoint(ORIGIN, practice.audited, b"\7" * 32).sign(practice.log_key)

    assert wrong(judged(practice, replace(practice.whole(), before=forged))) == {"L2": FALSE}


def test_a_checkpoint_of_the_last_audit_that_the_log_did_not_sign(practice: Practice) -> None:
    forged = Checkpoint(ORIGIN, practice.audited, b"\7" * 32).sign(key("somebody"))

    assert wrong(judged(practice, replace(practice.whole(), before=forged))) == {"L2": FALSE}


@pytest.mark.parametrize("size", [2, 5, 9])
def test_a_checkpoint_that_the_reader_kept_is_met(practice: Practice, size: int) -> None:
    assert judged(practice, practice.whole(), practice.noted(size)).problems == ()


@pytest.mark.threat("split-view")
def test_a_reader_with_another_history_in_his_safe_finds_it(practice: Practice) -> None:
    kept = Checkpoint(ORIGIN, 5, b"\5" * 32).sign(practice.log_key)
    outcome = judged(practice, practice.whole(), kept)

    assert wrong(outcome) == {"L2": FALSE}
    assert "the checkpoint that you brought" in outcome.problems[0].what


def test_a_kept_checkpoint_may_be_the_newest(practice: Practice) -> None:
    end, size = practice.audited, len(practice.lines)
    contents = replace(practice.whole(end), waivers=(), attestations=())
    other = Checkpoint(ORIGIN, size, b"\5" * 32).sign(practice.log_key)

    assert judged(practice, contents, practice.noted(size)).problems == ()
    assert wrong(judged(practice, contents, other)) == {"L2": FALSE}


@pytest.mark.parametrize("size", [3, 99])
def test_a_kept_checkpoint_beyond_the_bundle_says_nothing(size: int) -> None:
    clinic = BrightSmiles()
    clinic.send(clinic.enroll("OP1"), full())
    kept = Checkpoint(ORIGIN, size, b"\5" * 32).sign(clinic.log_key)

    assert wrong(judged(clinic, clinic.contents(first=4), kept)) == {"L2": LACKS}


@pytest.mark.parametrize("signer", ["log", "somebody"])
def test_a_kept_checkpoint_of_another_log_says_nothing(practice: Practice, signer: str) -> None:
    origin = ORIGIN if signer == "somebody" else "dentinel/other/log/1"
    kept = Checkpoint(origin, 5, b"\5" * 32).sign(key(signer))

    assert wrong(judged(practice, practice.whole(), kept)) == {"L2": LACKS}


def quoting(size: int, root: bytes) -> BrightSmiles:
    """OP1 quotes in its second report that it saw this log."""
    clinic = BrightSmiles()
    op1 = clinic.enroll("OP1")
    clinic.send(op1, STARTED)
    header = replace(op1.header(full(), clinic.now), log=report.LogSeen(size=size, root=root.hex()))
    sealed = report.seal(Report(header, full()), op1.key)
    op1.head = header.step(sealed.sha).head
    op1.sealed.append(sealed)
    clinic.log_report(op1, sealed, "full")
    return clinic


def test_a_machine_quotes_what_it_saw() -> None:
    seen = quoting(3, b"\0" * 32).tree()[0][3].root
    clinic = quoting(3, seen)

    assert judged(clinic, clinic.contents()).problems == ()


@pytest.mark.threat("split-view")
@pytest.mark.parametrize("size", [3, 4, 40])
def test_a_machine_that_was_shown_another_log_is_the_witness(size: int) -> None:
    clinic = quoting(size, b"\3" * 32)
    outcome = judged(clinic, clinic.contents())

    assert wrong(outcome) == {"L2": FALSE}
    assert "Report 1:2 of OP1 quotes a checkpoint of another history" in outcome.problems[0].what


# L3, C2, C3: the newest checkpoint and who saw it.


@pytest.mark.threat("split-view")
def test_the_newest_checkpoint_must_go_on_from_this_one(practice: Practice) -> None:
    fork = Checkpoint(ORIGIN, len(practice.lines) + 4, b"\7" * 32).sign(practice.log_key)
    contents = practice.whole(practice.audited)
    newest = replace(contents.newest or Continuation(0, (), ""), note=cosigned(fork))
    outcome = judged(practice, replace(contents, newest=newest, waivers=(), attestations=()))

    assert wrong(outcome) == {"L3": FALSE, "C3": LACKS}


def test_a_quorum_that_nobody_met_is_missing(practice: Practice) -> None:
    assert wrong(judged(practice, replace(practice.whole(), newest=None))) == {"C3": LACKS}


def test_a_cosignature_that_does_not_hold_is_false(practice: Practice) -> None:
    forged = cosigned(practice.noted(len(practice.lines)), by=key("somebody"))
    contents = replace(practice.whole(), newest=Continuation(len(practice.lines), (), forged))

    assert wrong(judged(practice, contents)) == {"C2": FALSE, "C3": LACKS}


# P1: the rules.


TUF_HARM = {
    "a changed pack": ({"packs": {sha256(PACK).hexdigest(): PACK + b" "}}, FALSE),
    "no pack": ({"packs": {}}, LACKS),
    "no root": ({"tuf": {"7.targets.json": targets(7, "author")}}, LACKS),
    "no targets": ({"tuf": {"1.root.json": root(1, "safe", "spare")}}, LACKS),
}


@pytest.mark.parametrize("harm", TUF_HARM)
def test_rules_that_are_not_whole(practice: Practice, harm: str) -> None:
    changes, standing = TUF_HARM[harm]

    assert wrong(judged(practice, replace(practice.whole(), **changes))) == {"P1": standing}


@pytest.mark.threat("unsigned-rules")
@pytest.mark.parametrize(
    "forged",
    [
        {"7.targets.json": targets(7, "online")},
        {"7.targets.json": targets(7, "author", pack=b"other")},
        {"7.targets.json": targets(7, "author", assignment=b"looser settings")},
        {"7.targets.json": targets(8, "author")},
        {"7.targets.json": b"{}"},
        {"1.root.json": root(1, "safe", signed_by=("online",))},
        {"2.root.json": root(2, "online")},
        {"2.root.json": root(2, "online", signed_by=("safe", "spare"))},
    ],
)
def test_rules_that_their_author_did_not_sign(practice: Practice, forged: dict[str, bytes]) -> None:
    contents = practice.whole()

    outcome = judged(practice, replace(contents, tuf={**contents.tuf, **forged}))
    assert wrong(outcome) == {"P1": FALSE}


@pytest.fixture
def swapped(practice: Practice) -> Contents:
    """Whoever holds the controller put a repository of his own in the place of the author's."""
    tuf = {
        "1.root.json": root(1, "thief"),
        "2.root.json": root(2, "thief"),
        "7.targets.json": targets(7, "author"),
    }
    return replace(practice.whole(), tuf=tuf)


@pytest.mark.threat("swapped-author")
def test_rules_that_hang_on_another_first_root_than_the_policy_names(
    practice: Practice, swapped: Contents
) -> None:
    outcome = judged(practice, swapped)

    assert wrong(outcome) == {"P1": FALSE}
    (problem,) = outcome.problems
    assert (problem.expected, problem.found) == (ROOT_1, *outcome.first_roots)


@pytest.mark.parametrize("first_roots", [(), (FirstRoot(uuid("another org"), ROOT_1),)])
def test_whose_rules_they_are_nobody_has_said(
    practice: Practice, first_roots: tuple[FirstRoot, ...]
) -> None:
    policy = replace(practice.policy, rules=first_roots)
    outcome = verify(io.BytesIO(practice.export()), policy)

    assert wrong(outcome) == {"P1": LACKS}
    assert outcome.problems[0].found == ROOT_1
    assert "nobody has said whose root that is" in words.text(outcome)
    assert f"hang on root {ROOT_1}" in words.text(outcome)


def test_after_a_repository_was_begun_anew_the_policy_names_both_roots(practice: Practice) -> None:
    both = (FirstRoot(ORG, "0" * 64), FirstRoot(ORG, ROOT_1))
    outcome = verify(io.BytesIO(practice.export()), replace(practice.policy, rules=both))

    assert wrong(outcome) == {}


def test_a_clinic_whose_own_author_signed_its_assignment_is_told_apart(practice: Practice) -> None:
    contents = practice.whole()
    tuf = {**contents.tuf, "7.targets.json": delegating(7, "author")}

    # (The log holds the hash of the targets that were published, and these are others.)
    outcome = judged(practice, replace(contents, tuf=tuf))
    assert {problem.standing for problem in outcome.problems if "not here" in problem.what} == {
        LACKS
    }


def test_two_names_of_one_key_are_one_signer() -> None:
    twice = json.loads(root(1, "safe"))
    held = twice["signed"]
    (keyid,) = held["roles"]["root"]["keyids"]
    held["keys"]["b" * 64] = held["keys"][keyid]
    held["roles"]["root"] = {"keyids": [keyid, "b" * 64], "threshold": 2}
    sig = key("safe").sign(rules.canonical(held)).hex()
    twice["signatures"] = [{"keyid": each, "sig": sig} for each in (keyid, "b" * 64)]
    made = rules.Metadata.read(json.dumps(twice).encode(), "root", 1)

    with pytest.raises(Malformed, match="not signed by the keys"):
        made.require(made, "root")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_canonical_json_is_that_of_securesystemslib(value: object) -> None:
    try:
        theirs = encode_canonical(value).encode("utf-8")
    except UnicodeEncodeError:
        return

    assert rules.canonical(value) == theirs


# W1, W2.


def test_a_waiver_that_was_changed_after_it_was_granted(practice: Practice) -> None:
    contents = practice.whole()
    (record,) = contents.waivers
    forged = replace(record, document=DOCUMENT.replace(b"2027", b"2037"))
    outcome = judged(practice, replace(contents, waivers=[forged]))

    assert wrong(outcome) == {"W1": FALSE}
    assert "was changed after it was logged" in outcome.problems[0].what


def test_documents_that_are_missing_doubled_or_of_another_kind(practice: Practice) -> None:
    contents = practice.whole()
    (record,) = contents.waivers
    (statement,) = contents.attestations

    assert wrong(judged(practice, replace(contents, waivers=[]))) == {"W1": LACKS}
    assert wrong(judged(practice, replace(contents, waivers=[record] * 2))) == {"W1": FALSE}
    both = replace(contents, waivers=[record, statement], attestations=[])
    assert wrong(judged(practice, both))["W1"] is FALSE
    nowhere = DocumentRecord(2, DOCUMENT)
    assert wrong(judged(practice, replace(contents, waivers=[record, nowhere]))) == {"W1": FALSE}


def test_an_entry_of_the_org_that_is_not_in_its_log(practice: Practice) -> None:
    first, second = org_proofs()
    assert first.extra is not None
    forged = replace(first, extra=first.extra.replace(b'"n":1', b'"n":9'))
    bare = LogProof(first.index, first.path, first.note)

    for each in (forged, bare, replace(second, index=0)):
        assert wrong(judged(practice, replace(practice.whole(), org=[each]))) == {"W2": FALSE}


def test_the_log_of_the_org_needs_a_key_too(practice: Practice) -> None:
    lone = replace(practice.policy, logs=(practice.verifier,), witnesses=(), quorum="none")
    outcome = verify(io.BytesIO(written(practice.whole(), practice.receipt)), lone)

    assert wrong(outcome) == {"W2": LACKS}


# Keys from before the bundle.


def later(clinic: BrightSmiles, first: int, *more: KeyRecord) -> Contents:
    """An export from that line on, with records of keys from before."""
    contents = clinic.contents(first)
    nodes, signed = clinic.tree()[1], clinic.checkpoint()
    records = list(contents.keys)
    for one in more:
        path = prove(clinic, one.leaf, nodes)
        proof = LogProof(one.leaf, path, signed)
        records.append(replace(one, elsewhere=Elsewhere.of(clinic.lines[one.leaf], proof)))
    return replace(contents, keys=records)


def prove(
    clinic: BrightSmiles, leaf: int, nodes: dict[tuple[int, int], bytes]
) -> tuple[bytes, ...]:
    return tuple(prove_inclusion(leaf, len(clinic.lines), lambda *at: nodes[at]))


@pytest.mark.threat("stolen-key")
def test_a_report_after_the_revoke_leaf_is_false_though_that_is_from_before() -> None:
    clinic = BrightSmiles()
    op1 = clinic.enroll("OP1")
    clinic.send(op1, STARTED)
    leaf = clinic.log(
        RevokeLeaf(at=clinic.now, agent=op1.agent, keyid=op1.key.keyid, why="stolen", by=None)
    )
    clinic.send(op1, full())
    outcome = judged(clinic, later(clinic, leaf + 1, KeyRecord(leaf, None)))

    assert wrong(outcome) == {"R2": FALSE}
    assert "a key that was revoked before" in outcome.problems[0].what


def rotated() -> tuple[BrightSmiles, KeyRecord]:
    clinic = BrightSmiles()
    op1 = clinic.enroll("OP1")
    clinic.rotate(op1)
    record = KeyRecord(len(clinic.lines) - 1, op1.sealed[-1])
    clinic.send(op1, full())
    return clinic, record


def test_a_rotation_from_before_the_bundle_is_known() -> None:
    clinic, record = rotated()

    assert judged(clinic, later(clinic, record.leaf + 1, record)).problems == ()
    assert wrong(judged(clinic, later(clinic, record.leaf + 1))) == {"R2": FALSE}


def test_a_rotation_that_its_machine_did_not_sign_is_found() -> None:
    clinic, record = rotated()
    op1, thief = clinic.machines["OP1"], key("thief")
    body = KeyRotate(purpose="report", keyid=thief.keyid, public=thief.public.hex, reason="age")
    header = replace(op1.header(body, clinic.now), kind="key_rotate")
    forged = report.seal(Report(header, body), thief, thief)
    line = ReportLeaf(
        at=clinic.now, agent=op1.agent, epoch=9, seq=9, rk="key_rotate", env=forged.sha
    )
    leaf = clinic.log(line)
    clinic.send(op1, full())

    outcome = judged(clinic, later(clinic, leaf + 1, record, KeyRecord(leaf, forged)))
    assert wrong(outcome)["H1"] is FALSE


def test_packs_that_the_agent_carries_are_said_to_be_signed_by_nobody() -> None:
    clinic = BrightSmiles()
    clinic.send(clinic.enroll("OP1"), full())

    assert judged(clinic, clinic.contents()).builtin
