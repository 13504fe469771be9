"""Is this bundle true?"""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evidence import envelope, messages, report, strict_json
from evidence.bodies import KeyRotate
from evidence.envelope import PayloadType
from evidence.errors import NoBundle
from evidence.keys import SigningKey
from evidence.leaf import (
    ErasedLeaf,
    ForkLeaf,
    KeysLeaf,
    RejectedLeaf,
    ReportLeaf,
    RestartLeaf,
    RevokeLeaf,
)
from evidence.messages import Notice
from evidence.records import KeyRecord
from evidence.report import Report
from evidence.trust_policy import TrustPolicy
from evidence.verify.case import CHECKS, Problem, Standing
from evidence.verify.run import Outcome, verify
from tests.evidence.clinic import (
    HASH,
    ORIGIN,
    STARTED,
    BrightSmiles,
    edited,
    files,
    full,
    key,
    lines_of,
    packed,
    uuid,
    written,
)

MET = dict.fromkeys(CHECKS, Standing.PROVEN)


def judged(data: bytes, clinic: BrightSmiles) -> Outcome:
    return verify(io.BytesIO(data), clinic.policy)


def signed_anew(data: bytes, clinic: BrightSmiles, **changes: bytes | None) -> bytes:
    """An exporter who lies: other files, and a manifest that names them, truly signed."""
    held = files(data)
    named = {each.replace("/", "_").replace(".", "_"): each for each in held}
    for name, content in changes.items():
        if content is None:
            del held[named[name]]
        else:
            held[named[name]] = content
    sealed = envelope.from_json(held.pop("manifest.json"))
    payload = strict_json.read(sealed.payload)
    payload["files"] = {name: _record(content) for name, content in held.items()}
    again = envelope.sign(PayloadType.EVIDENCE, strict_json.write(payload), clinic.receipt)
    return packed({**held, "manifest.json": envelope.to_json(again)})


def _record(content: bytes) -> dict[str, Any]:
    return {"sha256": messages.request_hash(content), "size": len(content)}


def reports_of(clinic: BrightSmiles, name: str) -> str:
    return f"reports_{clinic.machines[name].agent}_jsonl"


def told(outcome: Outcome, check: str) -> list[Problem]:
    return [problem for problem in outcome.problems if problem.check == check]


# What is true is proven.


def test_a_true_bundle_is_proven(clinic: BrightSmiles) -> None:
    outcome = judged(clinic.export(), clinic)

    assert outcome.problems == ()
    assert outcome.checks == MET
    assert (outcome.standing, outcome.exit_code) == (Standing.PROVEN, 0)
    assert (outcome.machines, outcome.told.reports, outcome.told.here) == (2, 5, 5)


@pytest.mark.parametrize("first", range(9))
def test_so_is_one_that_begins_anywhere_in_the_log(clinic: BrightSmiles, first: int) -> None:
    outcome = judged(clinic.export(first), clinic)

    assert outcome.problems == ()
    assert outcome.standing is Standing.PROVEN


def test_so_is_that_of_a_clinic_where_nobody_has_joined() -> None:
    clinic = BrightSmiles()

    assert judged(clinic.export(), clinic).standing is Standing.PROVEN


def test_so_is_one_with_a_new_key(clinic: BrightSmiles) -> None:
    clinic.rotate(clinic.machines["OP1"])
    clinic.send(clinic.machines["OP1"], full())

    assert judged(clinic.export(), clinic).problems == ()


def test_so_is_one_with_another_courier_key(clinic: BrightSmiles) -> None:
    new = key("OP1 courier, renewed")
    body = KeyRotate(purpose="courier", keyid=new.keyid, public=new.public.hex, reason="age")
    clinic.send(clinic.machines["OP1"], body, new)
    clinic.send(clinic.machines["OP1"], full())

    assert judged(clinic.export(), clinic).problems == ()


def test_so_is_one_with_a_key_that_was_revoked_and_not_used_again(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    clinic.log(RevokeLeaf(at=clinic.now, agent=op1.agent, keyid=op1.key.keyid, why="sold", by=None))

    assert judged(clinic.export(), clinic).problems == ()


def test_so_is_one_after_the_receipt_key_changed(clinic: BrightSmiles) -> None:
    new = key("receipt, renewed")
    change(clinic, Notice(kind="receipt", old=clinic.receipt.public.hex, new=new.public.hex,
                          from_leaf=len(clinic.lines), why="age"), new)  # fmt: skip
    clinic.receipt = new

    assert judged(clinic.export(), clinic).problems == ()


def change(clinic: BrightSmiles, notice: Notice, *others: SigningKey) -> None:
    sealed = messages.seal(notice, clinic.receipt, *others)
    clinic.keys.append(KeyRecord(len(clinic.lines), sealed))
    clinic.log(KeysLeaf(at=clinic.now, env=sealed.sha))


def test_facts_may_be_gone_after_ninety_days(clinic: BrightSmiles) -> None:
    pano = clinic.machines["PANO-01"]
    sealed = pano.seal(STARTED, clinic.now)
    clinic.log_report(pano, sealed, "facts")
    pano.sealed.remove(sealed)
    contents = clinic.contents()
    later = replace(contents, about=replace(contents.about, made=clinic.now + timedelta(days=91)))
    outcome = judged(written(later, clinic.receipt), clinic)

    assert outcome.problems == ()
    assert outcome.told.facts_gone == 1


# What is missing is said.


def test_without_a_policy_nobody_has_said_whose_key_it_is(clinic: BrightSmiles) -> None:
    outcome = verify(io.BytesIO(clinic.export()), None)

    assert outcome.exit_code == 2
    assert outcome.checks == MET | {"K1": Standing.INCOMPLETE}
    assert outcome.problems[0].found == str(clinic.verifier)


def test_a_policy_for_another_log_does_not_help(clinic: BrightSmiles) -> None:
    other = TrustPolicy((BrightSmiles("dentinel/other").verifier,))
    outcome = verify(io.BytesIO(clinic.export()), other)

    assert outcome.checks == MET | {"K1": Standing.INCOMPLETE}


def test_a_policy_that_asks_for_witnesses_is_not_met_in_silence(clinic: BrightSmiles) -> None:
    asking = replace(clinic.policy, quorum="accountant")
    outcome = verify(io.BytesIO(clinic.export()), asking)

    assert outcome.standing is Standing.INCOMPLETE
    assert [problem.check for problem in outcome.problems] == ["C3"]


def test_a_report_that_is_not_there_is_missed(clinic: BrightSmiles) -> None:
    contents = clinic.contents()
    op1 = clinic.machines["OP1"]
    contents.reports[op1.agent].pop(1)  # type: ignore[attr-defined]
    outcome = judged(written(contents, clinic.receipt), clinic)

    assert outcome.checks == MET | {"R1": Standing.INCOMPLETE}
    assert "Report 1:2 of OP1" in outcome.problems[0].what


def test_a_file_of_reports_that_is_not_there_is_missed(clinic: BrightSmiles) -> None:
    contents = clinic.contents()
    del contents.reports[clinic.machines["OP1"].agent]  # type: ignore[attr-defined]
    outcome = judged(written(contents, clinic.receipt), clinic)

    assert outcome.checks == MET | {"R1": Standing.INCOMPLETE}
    assert len(outcome.problems) == 3


def test_an_erased_report_is_told_apart(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    clinic.log(ErasedLeaf(at=clinic.now, leaves=(4,), why="order"))
    contents = clinic.contents()
    contents.reports[op1.agent].pop(0)  # type: ignore[attr-defined]
    outcome = judged(written(contents, clinic.receipt), clinic)

    assert outcome.told.erased == 1
    assert "was erased" in outcome.problems[0].what
    assert outcome.standing is Standing.INCOMPLETE


def test_young_facts_must_be_there(clinic: BrightSmiles) -> None:
    pano = clinic.machines["PANO-01"]
    sealed = pano.seal(STARTED, clinic.now)
    clinic.log_report(pano, sealed, "facts")
    pano.sealed.remove(sealed)

    assert judged(clinic.export(), clinic).checks == MET | {"R1": Standing.INCOMPLETE}


def test_a_new_epoch_is_a_gap(clinic: BrightSmiles) -> None:
    clinic.begin_epoch(clinic.machines["OP1"])
    clinic.send(clinic.machines["OP1"], full())
    outcome = judged(clinic.export(), clinic)

    assert outcome.checks == MET | {"G1": Standing.INCOMPLETE}
    assert "OP1 began epoch 2" in outcome.problems[0].what


def test_a_rejected_report_keeps_its_place_and_is_told(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    sealed = op1.seal(full(), clinic.now)
    op1.sealed.remove(sealed)
    clinic.log(RejectedLeaf(at=clinic.now, agent=op1.agent, epoch=1, seq=op1.head.seq,
                            env=sealed.sha, why="privacy"))  # fmt: skip
    clinic.send(op1, full())
    outcome = judged(clinic.export(), clinic)

    assert outcome.checks == MET | {"G1": Standing.INCOMPLETE}
    assert "1:4 of OP1 was rejected (privacy)" in outcome.problems[0].what


def test_a_fork_and_a_restart_are_told(clinic: BrightSmiles) -> None:
    agent = clinic.machines["OP1"].agent
    clinic.log(ForkLeaf(at=clinic.now, agent=agent, epoch=1, seq=2, env=HASH, held=HASH))
    clinic.log(RestartLeaf(at=clinic.now, old=ORIGIN, size=9, root=HASH, why="restored"))
    outcome = judged(clinic.export(), clinic)

    assert outcome.checks == MET | {"G1": Standing.INCOMPLETE}
    assert [problem.line for problem in outcome.problems] == [10, 11]


def test_a_log_that_says_nothing_of_the_one_before_it_is_found() -> None:
    clinic = BrightSmiles(f"{ORIGIN.removesuffix('/1')}/2")
    clinic.send(clinic.enroll("OP1"), full())

    assert "does not begin with" in told(judged(clinic.export(), clinic), "L1")[0].what


def test_a_line_of_a_newer_controller_is_folded_and_told(clinic: BrightSmiles) -> None:
    clinic.lines.append(b'{"v":1,"kind":"newer","at":"2026-11-02T08:00:00.000Z"}')
    outcome = judged(clinic.export(), clinic)

    assert outcome.checks == MET | {"G1": Standing.INCOMPLETE}


# What is false is found.


def test_one_flipped_byte_in_a_report_says_which(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    for number in range(3):
        data = clinic.export()
        name = f"reports/{op1.agent}.jsonl"
        line = lines_of(files(data)[name])[number]
        at = data.index(line) + len(line) // 2
        flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        outcome = judged(flipped, clinic)

        assert outcome.exit_code == 1
        what = [problem.what for problem in told(outcome, "R3")]
        assert what == [f"Report 1:{number + 1} of OP1 was changed after it was logged"]
        assert told(outcome, "R3")[0].line == number + 1
        assert outcome.checks["R1"] is Standing.PROVEN


@pytest.mark.parametrize("place", ["payload", "sig", "keyid", "payloadType"])
def test_a_report_is_known_wherever_it_was_changed(clinic: BrightSmiles, place: str) -> None:
    op1 = clinic.machines["OP1"]
    name = f"reports/{op1.agent}.jsonl"
    data = clinic.export()
    lines = list(lines_of(files(data)[name]))
    at = lines[1].index(f'"{place}":"'.encode()) + len(place) + 10
    lines[1] = lines[1][:at] + bytes([lines[1][at] ^ 1]) + lines[1][at + 1 :]
    changed = signed_anew(data, clinic, **{reports_of(clinic, "OP1"): b"\n".join([*lines, b""])})
    outcome = judged(changed, clinic)

    assert outcome.standing is Standing.FALSE
    assert any("Report 1:2 of OP1" in problem.what for problem in outcome.problems)
    assert not any("1:1 of OP1" in problem.what for problem in outcome.problems)
    assert not any("1:3 of OP1" in problem.what for problem in outcome.problems)


def test_a_line_taken_from_the_log_is_found(clinic: BrightSmiles) -> None:
    data = clinic.export()
    lines = lines_of(files(data)["log/entries.jsonl"])
    cut = signed_anew(data, clinic, log_entries_jsonl=b"\n".join([*lines[:-1], b""]))

    assert judged(cut, clinic).checks["L1"] is Standing.FALSE


def test_a_log_written_anew_is_not_the_one_that_was_known(clinic: BrightSmiles) -> None:
    known = clinic.policy
    clinic.log_key = key("another log")
    outcome = verify(io.BytesIO(clinic.export()), known)

    assert outcome.checks["C1"] is Standing.FALSE


def test_a_checkpoint_that_the_log_did_not_sign_is_found(clinic: BrightSmiles) -> None:
    forged = edited(
        clinic.export(), "log/checkpoint", lambda note: note.replace(b"\n9\n", b"\n8\n")
    )
    outcome = judged(forged, clinic)

    assert outcome.checks["C1"] is outcome.checks["L1"] is Standing.FALSE


def test_a_manifest_by_somebody_else_is_found(clinic: BrightSmiles) -> None:
    outcome = judged(written(clinic.contents(), key("somebody")), clinic)

    assert outcome.checks == MET | {"B2": Standing.FALSE}


def test_a_report_under_a_revoked_key_is_found(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    clinic.log(RevokeLeaf(at=clinic.now, agent=op1.agent, keyid=op1.key.keyid, why="lost", by=None))
    clinic.send(op1, full())
    outcome = judged(clinic.export(), clinic)

    assert outcome.checks == MET | {"R2": Standing.FALSE}
    assert "Report 1:4 of OP1 is signed by a key that was revoked" in outcome.problems[0].what


def test_a_report_under_the_old_key_is_found(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    old = op1.key
    clinic.rotate(op1)
    op1.key = old
    clinic.send(op1, full())

    assert judged(clinic.export(), clinic).checks == MET | {"R2": Standing.FALSE}


def test_a_new_key_that_did_not_sign_is_found(clinic: BrightSmiles) -> None:
    op1, new = clinic.machines["OP1"], key("never used")
    body = KeyRotate(purpose="report", keyid=new.keyid, public=new.public.hex, reason="age")
    payload = Report(op1.header(body, clinic.now), body).to_bytes()
    sealed = envelope.sign(PayloadType.REPORT, payload, op1.key, key("thief"))
    op1.head = op1.header(body, clinic.now).step(sealed.sha).head
    op1.sealed.append(sealed)
    clinic.log_report(op1, sealed, "key_rotate")

    assert judged(clinic.export(), clinic).checks == MET | {"R2": Standing.FALSE}


def test_a_report_of_another_place_than_its_line_is_found(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    sealed = op1.seal(full(), clinic.now)
    clinic.log(
        ReportLeaf(at=clinic.now, agent=op1.agent, epoch=1, seq=4, rk="delta", env=sealed.sha)
    )

    assert judged(clinic.export(), clinic).checks == MET | {"R3": Standing.FALSE}


def test_a_report_of_another_clinic_is_found(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    header = replace(op1.header(full(), clinic.now), clinic=uuid("North Quay"))
    sealed = report.seal(Report(header, full()), op1.key)
    op1.head = header.step(sealed.sha).head
    op1.sealed.append(sealed)
    clinic.log_report(op1, sealed, "full")

    assert judged(clinic.export(), clinic).checks == MET | {"R3": Standing.FALSE}


def test_a_report_that_does_not_follow_is_found(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    header = replace(op1.header(full(), clinic.now), prev="7" * 64)
    sealed = report.seal(Report(header, full()), op1.key)
    op1.head = header.step(sealed.sha).head
    op1.sealed.append(sealed)
    clinic.log_report(op1, sealed, "full")
    outcome = judged(clinic.export(), clinic)

    assert outcome.checks == MET | {"R4": Standing.FALSE}
    assert "Report 1:4 of OP1" in outcome.problems[0].what


def test_a_place_that_was_left_out_is_found(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    op1.sealed.remove(op1.seal(full(), clinic.now))
    clinic.send(op1, full())

    assert judged(clinic.export(), clinic).checks == MET | {"R4": Standing.FALSE}


def test_a_report_that_holds_what_may_not_leave_is_found(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    document = strict_json.read(Report(op1.header(full(), clinic.now), full()).to_bytes())
    document["body"]["verdicts"][0]["items"][0]["item"] = "Smith, John"
    sealed = envelope.sign(PayloadType.REPORT, strict_json.write(document), op1.key)
    op1.head = op1.header(full(), clinic.now).step(sealed.sha).head
    op1.sealed.append(sealed)
    clinic.log_report(op1, sealed, "full")
    outcome = judged(clinic.export(), clinic)

    assert outcome.checks == MET | {"R5": Standing.FALSE}
    assert "Smith" not in str(outcome.problems)


def test_a_report_that_was_never_logged_is_found(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    contents = clinic.contents()
    contents.reports[op1.agent].append(op1.seal(full(), clinic.now))  # type: ignore[attr-defined]
    outcome = judged(written(contents, clinic.receipt), clinic)

    assert outcome.checks["R3"] is Standing.FALSE
    assert "never logged" in told(outcome, "R3")[0].what


def test_a_report_that_stands_twice_is_found(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    contents = clinic.contents()
    contents.reports[op1.agent].append(op1.sealed[0])  # type: ignore[attr-defined]

    assert judged(written(contents, clinic.receipt), clinic).checks == MET | {"R3": Standing.FALSE}


def test_reports_out_of_their_order_are_found(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    contents = clinic.contents()
    contents.reports[op1.agent].reverse()  # type: ignore[attr-defined]

    assert judged(written(contents, clinic.receipt), clinic).checks == MET | {"R3": Standing.FALSE}


def test_reports_of_a_stranger_are_found(clinic: BrightSmiles) -> None:
    contents = clinic.contents()
    contents.reports[uuid("stranger")] = clinic.machines["OP1"].sealed  # type: ignore[index]

    assert judged(written(contents, clinic.receipt), clinic).checks == MET | {"R3": Standing.FALSE}


def test_a_file_of_reports_that_ends_within_a_line_is_found(clinic: BrightSmiles) -> None:
    name = f"reports/{clinic.machines['OP1'].agent}.jsonl"
    data = clinic.export()
    cut = signed_anew(data, clinic, **{reports_of(clinic, "OP1"): files(data)[name][:-1]})

    assert judged(cut, clinic).checks["R3"] is Standing.FALSE


KEY_DAMAGE: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "an enrolment is missing": lambda lines: lines[:2] + lines[3:],
    "a notice is missing": lambda lines: lines[1:],
    "an enrolment stands at another line": lambda lines: [*lines[:2], lines[3], lines[2]][:3],
    "a line is no record": lambda lines: [*lines, b"{}"],
    "an enrolment is changed": lambda lines: [
        *lines[:2],
        lines[2].replace(b'"payload":"ey', b'"payload":"ez'),
        lines[3],
    ],
    "another notice was logged": lambda lines: [
        lines[1].replace(b'"leaf":1', b'"leaf":0'),
        lines[0].replace(b'"leaf":0', b'"leaf":1'),
        *lines[2:],
    ],
    "a record is of no line": lambda lines: [*lines, lines[0].replace(b'"leaf":0', b'"leaf":99')],
    "a record is of another kind of line": lambda lines: [
        lines[2].replace(b'"leaf":2', b'"leaf":0'),
        *lines[1:],
    ],
    "a machine joins twice": lambda lines: [*lines, lines[2]],
}


@pytest.mark.parametrize("damage", KEY_DAMAGE)
def test_a_history_of_keys_that_is_not_whole_is_found(clinic: BrightSmiles, damage: str) -> None:
    data = clinic.export()
    lines = KEY_DAMAGE[damage](list(lines_of(files(data)["keys.jsonl"])))
    outcome = judged(signed_anew(data, clinic, keys_jsonl=b"\n".join([*lines, b""])), clinic)

    assert outcome.checks["H1"] is Standing.FALSE


def test_keys_that_end_within_a_line_are_found(clinic: BrightSmiles) -> None:
    data = clinic.export()
    cut = signed_anew(data, clinic, keys_jsonl=files(data)["keys.jsonl"][:-1])

    assert judged(cut, clinic).checks["H1"] is Standing.FALSE


def test_a_proof_of_another_log_does_not_hold(clinic: BrightSmiles) -> None:
    before = clinic.contents(first=7)
    clinic.send(clinic.machines["OP1"], full())
    mixed = replace(clinic.contents(first=7), keys=before.keys)

    assert judged(written(mixed, clinic.receipt), clinic).checks["H1"] is Standing.FALSE


def test_a_line_without_its_proof_does_not_hold(clinic: BrightSmiles) -> None:
    contents = clinic.contents(first=7)
    bare = [replace(record, elsewhere=None) for record in contents.keys]
    mixed = replace(contents, keys=bare)

    assert judged(written(mixed, clinic.receipt), clinic).checks["H1"] is Standing.FALSE


def test_a_notice_nobody_vouches_for_is_found(clinic: BrightSmiles) -> None:
    notice = Notice(kind="log", old=None, new=str(clinic.verifier), from_leaf=0, why="opened")
    clinic.keys[0:2] = []
    clinic.keys.insert(0, KeyRecord(0, messages.seal(notice, clinic.receipt)))

    assert judged(clinic.export(), clinic).checks["H1"] is Standing.FALSE


def test_any_notice_may_be_in_the_log(clinic: BrightSmiles) -> None:
    change(clinic, Notice(kind="ca", old="PEM", new="PEM", from_leaf=9, why="age"))

    assert judged(clinic.export(), clinic).problems == ()


@pytest.mark.parametrize(
    "name",
    ["README.txt", "keys.jsonl", "log/checkpoint", "log/entries.jsonl", "log/frontier.json",
     "manifest.json"],
)  # fmt: skip
@pytest.mark.parametrize("content", [b"", b"\n", b"{}", b"[]", b"\xff\xfe", b"9" * 100])
def test_a_file_that_is_something_else_is_found(
    clinic: BrightSmiles, name: str, content: bytes
) -> None:
    outcome = judged(edited(clinic.export(), name, lambda _: content), clinic)

    assert outcome.standing is Standing.FALSE
    assert outcome.checks["B1"] is Standing.FALSE


@pytest.mark.parametrize(
    "frontier",
    [{"size": "x", "hashes": []}, {"size": 1.5, "hashes": []}, {"size": None, "hashes": []},
     {"size": 1, "hashes": [5]}, {"size": 1, "hashes": ["zz"]}, {"size": 1, "hashes": []},
     {"size": 0, "hashes": 5}, {"hashes": []}, [0, []], None],
)  # fmt: skip
def test_a_frontier_of_any_kind_does_no_harm(clinic: BrightSmiles, frontier: object) -> None:
    damaged = signed_anew(clinic.export(), clinic, log_frontier_json=strict_json.write(frontier))

    assert judged(damaged, clinic).checks["L1"] is Standing.FALSE


def test_every_file_is_needed(clinic: BrightSmiles) -> None:
    data = clinic.export()
    for name in files(data):
        without = packed({each: body for each, body in files(data).items() if each != name})
        outcome = judged(without, clinic)

        assert outcome.standing is Standing.FALSE
        assert outcome.checks["B1"] is Standing.FALSE


@pytest.mark.parametrize("name", ["run.sh", "../etc/passwd", "reports/x.jsonl", "log/", "a\x1b[2J"])
def test_a_file_that_no_bundle_has_is_found(clinic: BrightSmiles, name: str) -> None:
    held = files(clinic.export())
    manifest = held.pop("manifest.json")
    more = dict(sorted((held | {name: b"x"}).items()))

    assert judged(packed(more | {"manifest.json": manifest}), clinic).checks["B1"] is Standing.FALSE


def test_a_file_of_a_later_version_must_stand_in_the_manifest(clinic: BrightSmiles) -> None:
    held = files(clinic.export())
    manifest = held.pop("manifest.json")
    more = dict(sorted((held | {"waivers.jsonl": b""}).items()))

    assert judged(packed(more | {"manifest.json": manifest}), clinic).checks["B1"] is Standing.FALSE


def test_files_in_another_order_are_found(clinic: BrightSmiles) -> None:
    turned = packed(dict(reversed(files(clinic.export()).items())))

    assert judged(turned, clinic).checks == MET | {"B1": Standing.INCOMPLETE}


def test_a_manifest_written_otherwise_is_found(clinic: BrightSmiles) -> None:
    spaced = edited(clinic.export(), "manifest.json", lambda data: b" " + data)

    assert judged(spaced, clinic).checks == MET | {"B1": Standing.FALSE}


def test_a_manifest_about_another_log_is_found(clinic: BrightSmiles) -> None:
    def lies(data: bytes) -> bytes:
        payload = strict_json.read(envelope.from_json(data).payload)
        payload["log"]["first"] = 3
        again = envelope.sign(PayloadType.EVIDENCE, strict_json.write(payload), clinic.receipt)
        return envelope.to_json(again)

    outcome = judged(edited(clinic.export(), "manifest.json", lies), clinic)
    assert outcome.checks == MET | {"L1": Standing.FALSE}


@pytest.mark.parametrize("data", [b"", b"PK", b"hello", b"{}" * 1000])
def test_of_what_is_no_bundle_nothing_is_said(clinic: BrightSmiles, data: bytes) -> None:
    with pytest.raises(NoBundle):
        judged(data, clinic)


def test_an_archive_of_other_files_is_no_bundle(clinic: BrightSmiles) -> None:
    with pytest.raises(NoBundle):
        judged(packed({"letter.docx": b"Dear Dr. Lee"}), clinic)


def test_a_bundle_that_was_cut_short_is_false(clinic: BrightSmiles) -> None:
    assert judged(clinic.export()[:5000], clinic).exit_code == 1


def test_a_line_that_is_too_long_is_found(clinic: BrightSmiles) -> None:
    long = edited(
        clinic.export(), "log/entries.jsonl", lambda data: data + b"x" * 2_000_000 + b"\n"
    )

    assert judged(long, clinic).checks["L1"] is Standing.FALSE


def test_a_small_file_that_is_not_small_is_found(clinic: BrightSmiles) -> None:
    large = edited(clinic.export(), "log/checkpoint", lambda data: data + b"x" * 9_000_000)

    assert judged(large, clinic).checks["C1"] is Standing.FALSE


TRUE = BrightSmiles()
for _name in ("OP1", "PANO-01"):
    TRUE.send(TRUE.enroll(_name), STARTED)
TRUE.send(TRUE.machines["OP1"], full())
BUNDLE = TRUE.export()


@pytest.mark.threat("fooled-verifier")
@settings(max_examples=400)
@given(st.data())
def test_no_edit_of_a_true_bundle_is_proven(data: st.DataObject) -> None:
    """Any byte of the file changed, cut or doubled: never 0."""
    at = data.draw(st.integers(0, len(BUNDLE) - 1))
    match data.draw(st.sampled_from(["flip", "cut", "double", "truncate", "insert"])):
        case "flip":
            harm = bytes([BUNDLE[at] ^ data.draw(st.integers(1, 255))])
            changed = BUNDLE[:at] + harm + BUNDLE[at + 1 :]
        case "cut":
            changed = BUNDLE[:at] + BUNDLE[at + data.draw(st.integers(1, 200)) :]
        case "double":
            changed = BUNDLE[:at] + BUNDLE[at : at + 50] + BUNDLE[at:]
        case "truncate":
            changed = BUNDLE[:at]
        case _:
            changed = BUNDLE[:at] + data.draw(st.binary(min_size=1, max_size=20)) + BUNDLE[at:]
    try:
        outcome = judged(changed, TRUE)
    except NoBundle:
        return

    assert outcome.exit_code in (1, 2)
    assert json.dumps([problem.what for problem in outcome.problems])


@settings(max_examples=300)
@given(st.data())
def test_no_edit_within_a_file_is_proven_though_the_container_is_whole(
    data: st.DataObject,
) -> None:
    """Any file changed by bytes or by lines, in a container that was made anew around it."""
    held = files(BUNDLE)
    name = data.draw(st.sampled_from(sorted(held)))
    body = held[name]
    at = data.draw(st.integers(0, len(body) - 1))
    lines = body.split(b"\n")
    swapped = data.draw(st.permutations(lines)) if len(lines) > 2 else lines[::-1]
    edits = {
        "flip": body[:at] + bytes([body[at] ^ data.draw(st.integers(1, 255))]) + body[at + 1 :],
        "cut": body[:at],
        "insert": body[:at] + b" " + body[at:],
        "swap": b"\n".join(swapped),
        "repeat": body + body,
    }
    changed = data.draw(st.sampled_from(sorted(edits)))
    if edits[changed] != body:
        assert judged(edited(BUNDLE, name, lambda _: edits[changed]), TRUE).exit_code in (1, 2)


@pytest.mark.threat("fooled-verifier")
@settings(max_examples=200)
@given(st.data())
def test_no_lie_of_the_exporter_is_proven(data: st.DataObject) -> None:
    """Any file of evidence changed, and the manifest truly signed anew by the controller."""
    held = files(BUNDLE)
    names = [n for n in held if n.startswith(("log/", "reports/", "keys"))]
    name = data.draw(st.sampled_from(names))
    body = held[name]
    at = data.draw(st.integers(0, len(body) - 1))
    changed = body[:at] + bytes([body[at] ^ data.draw(st.integers(1, 255))]) + body[at + 1 :]
    # Base64 in its other alphabet is the same evidence.
    assume(changed.translate(bytes.maketrans(b"-_", b"+/")) != body)
    argument = name.replace("/", "_").replace(".", "_")

    assert judged(signed_anew(BUNDLE, TRUE, **{argument: changed}), TRUE).exit_code in (1, 2)
