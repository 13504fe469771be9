"""The promise under all others: whatever breaks on the way, nothing looks better than it is.

Each call that the collectors make to a machine is made to fail in each way, one at a time: with
reasons, empty, cut in half, garbage, a program that ends with 1 and says nothing, or in another
language. Then no exception leaves a collector, no rule that failed passes, a rule passes only if
it passed on the clean run, and no leaf that matters is healthier than it was.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from agent.facts.gather import gather
from agent.facts.index import collectors
from agent.host.base import Absent, Entry, Host, HostError, Key, Ran, Stat
from agent.host.programs import Program
from agent.host.recorded import Recorder
from agent.host.recording import Call
from agent.host.tree import TreeHost
from rules.compiled import builtin
from rules.compiled.rule import Pack
from rules.engine.judge import judge
from rules.facts.base import Reading, Status, Why
from rules.facts.index import CATALOGUE
from rules.verdict import Verdict
from tests.agent.facts.clinic import NOW, about, op1, pano_01
from tests.agent.facts.macs import front_mac, scan_mac
from tests.agent.facts.servers import Server, archive_1, pacs_01
from tests.agent.facts.windows.clinic import front_1, hyg_2, op_3, srv_1, with_images
from tests.agent.storage.machine import Machine
from tests.agent.storage.stacks import STACKS

GARBAGE = b"\xff\xfe\x00\x01 \n garbage: 7 \x9d\n\n=\n:" * 3
LOCALISED = b"Paketlisten werden gelesen... Fertig\n0 aktualisiert, 0 neu installiert.\n"

Spoil = Callable[[Any], Any]


def fails(why: Why) -> Spoil:
    def spoil(answer: Any) -> Any:
        raise HostError(why, "as the test wants it")

    return spoil


def changed(values: Mapping[str, tuple[str, object]], change: Callable[[bytes], bytes]) -> Any:
    """Values of the registry: texts keep their type, as what is translated does."""
    spoilt = {}
    for name, (kind, data) in values.items():
        raw = change(str(data).encode())
        spoilt[name] = (kind, raw.decode(errors="replace")) if kind == "sz" else (kind, raw)
    return spoilt


def with_bytes(change: Callable[[bytes], bytes]) -> Spoil:
    def spoil(answer: Any) -> Any:
        if isinstance(answer, Ran):
            return replace(answer, out=change(answer.out), err=change(answer.err))
        if isinstance(answer, Key):
            return replace(answer, values=changed(answer.values, change))
        return change(answer) if isinstance(answer, bytes) else answer

    return spoil


def ends_with_1(answer: Any) -> Any:
    return Ran(1, b"") if isinstance(answer, Ran) else answer


SPOILS: dict[str, Spoil] = {
    **{str(why): fails(why) for why in Why},
    "empty": with_bytes(lambda _: b""),
    "cut in half": with_bytes(lambda data: data[: len(data) // 2]),
    "garbage": with_bytes(lambda _: GARBAGE),
    "localised": with_bytes(lambda _: LOCALISED),
    "rc 1": ends_with_1,
}


@dataclass
class SpoiltHost:
    """A machine on which one call goes wrong."""

    host: Host
    call: Call
    spoil: Spoil

    @property
    def os(self) -> str:
        return self.host.os

    @property
    def elevated(self) -> bool:
        return self.host.elevated

    def run(self, program: Program, *args: str) -> Ran:
        return self._spoilt(Call("run", program, args), self.host.run(program, *args))

    def read(self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True):
        answer = self.host.read(path, limit, offset, whole=whole)
        return self._spoilt(Call("read", path), answer)

    def list(self, path: str, limit: int = 10_000) -> tuple[Entry, ...]:
        return self._spoilt(Call("list", path), self.host.list(path, limit))

    def stat(self, path: str) -> Stat:
        return self._spoilt(Call("stat", path), self.host.stat(path))

    def registry(self, key: str) -> Key | None:
        return self._spoilt(Call("registry", key), self.host.registry(key))

    def _spoilt(self, call: Call, answer: Any) -> Any:
        return self.spoil(answer) if call == self.call else answer


MACHINES: dict[str, Callable[[], Server]] = {
    "OP1": lambda: alone(op1()),
    "PANO-01": lambda: alone(pano_01()),
    "PACS-01": pacs_01,
    "ARCHIVE-1": archive_1,
    "HYG-2": lambda: Server(hyg_2(), with_images("C:\\OpenDentImages")),
    "FRONT-1": lambda: Server(front_1(), with_images("D:\\PDATA", "E:\\")),
    "OP-3": lambda: Server(op_3(), with_images("D:\\PDATA")),
    "SRV-1": lambda: Server(srv_1(), with_images("D:\\PDATA")),
    "FRONT-MAC": lambda: Server(front_mac(), with_images("/Users/Shared/xray")),
    "SCAN-MAC": lambda: Server(scan_mac(), with_images("/Users/Shared/xray", "/Volumes/KINGSTON")),
}
"""All is well on the first of each two, and nothing on the second."""


def alone(host: TreeHost) -> Server:
    """A machine whose agent has no settings and no memory."""
    return Server(host, about())


def stacked(name: str) -> TreeHost:
    machine = Machine()
    STACKS[name][0](machine)
    return machine.host()


@cache
def made(machine: str) -> Server:
    return MACHINES[machine]() if machine in MACHINES else alone(stacked(machine))


@cache
def clean(machine: str) -> dict[str, Reading]:
    return gather(made(machine).host, made(machine).about)


@cache
def cleanly(machine: str) -> dict[str, Verdict]:
    return verdicts(clean(machine))


def calls(machine: str, fact: str) -> list[Call]:
    """All calls of one collector, each once."""
    recorder = Recorder(made(machine).host)
    gather(recorder, made(machine).about, [fact])
    plain = (call if call.op == "run" else replace(call, args=()) for call in recorder.calls)
    return list(dict.fromkeys(plain))


@dataclass
class CarelessHost(SpoiltHost):
    """What nobody should write: whatever cannot be read is taken not to be there."""

    def _spoilt(self, call: Call, answer: Any) -> Any:
        try:
            return super()._spoilt(call, answer)
        except HostError as error:
            if call.op == "registry":
                return None
            raise Absent(call.subject) from error


def spoilt(
    machine: str, fact: str, kind: type[SpoiltHost] = SpoiltHost
) -> tuple[tuple[str, Reading], ...]:
    """What a fact comes to when one call goes wrong, and what that was: all calls, all ways."""
    return _spoilt(machine, fact, kind)


@cache
def _spoilt(machine: str, fact: str, kind: type[SpoiltHost]) -> tuple[tuple[str, Reading], ...]:
    """Different ways mostly come to the same: of equal readings the first stands for all."""
    server = made(machine)
    found: dict[tuple[object, ...], tuple[str, Reading]] = {}
    for call in calls(machine, fact):
        for name, spoil in SPOILS.items():
            reading = gather(kind(server.host, call, spoil), server.about, [fact])[fact]
            what = f"{name}: {call.op} {call.subject}"
            key = (
                reading.status,
                repr(reading.value),
                lies_in(what, OPTIONAL),
                lies_in(what, EDITED),
            )
            found.setdefault(key, (what, reading))
    return tuple(found.values())


def verdicts(readings: dict[str, Reading], pack: Pack | None = None) -> dict[str, Verdict]:
    return {result.rule: result.verdict for result in judge(pack or builtin.pack(), readings, NOW)}


@cache
def that_read(fact: str) -> Pack:
    """The rules of the pack on which a fact has any bearing."""
    pack = builtin.pack()
    return replace(pack, rules=tuple(rule for rule in pack.rules if fact in rule.reads))


PAIRS = [
    pytest.param(
        machine, one.fact.name, marks=pytest.mark.xdist_group(f"{machine} {one.fact.name}")
    )
    for machine in MACHINES
    for one in collectors(made(machine).host.os)
]
"""Every fact that anybody answers, on every machine that somebody made."""


@pytest.mark.threat("healthy-failure")
@pytest.mark.parametrize(("machine", "fact"), PAIRS)
def test_no_failure_of_one_call_passes(machine, fact) -> None:
    before = cleanly(machine)
    for what, reading in spoilt(machine, fact):
        assert reading.status is not Status.ERROR, what
        if lies_in(what, OPTIONAL):
            continue
        after = verdicts(clean(machine) | {fact: reading}, that_read(fact))
        for rule, verdict in after.items():
            if verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
                assert before[rule] is verdict, f"{rule}: {what}"


@pytest.mark.parametrize("machine", MACHINES)
def test_a_fact_has_no_bearing_on_a_rule_that_does_not_read_it(machine) -> None:
    before = cleanly(machine)
    for fact in clean(machine):
        without = {name: reading for name, reading in clean(machine).items() if name != fact}
        after = verdicts(without)
        changed = {rule for rule, verdict in after.items() if verdict is not before[rule]}
        assert changed <= {rule.id for rule in that_read(fact).rules}, fact


def is_gone(answer: Any) -> Any:
    raise Absent("as the test wants it")


@pytest.mark.parametrize(("machine", "fact"), PAIRS)
def test_what_goes_while_it_is_looked_at_breaks_no_collector(machine, fact) -> None:
    """A stick is pulled, a process ends: what is absent may be an answer, and never a traceback."""
    server = made(machine)
    for call in calls(machine, fact):
        if call.op not in ("run", "registry"):
            host = SpoiltHost(server.host, call, is_gone)
            reading = gather(host, server.about, [fact])[fact]
            assert reading.status is not Status.ERROR, f"{call.op} {call.subject}"


UNSWEPT = "the machines here have no ledger: tests/agent/facts/test_imaging.py sweeps"
ONE_WAY = {
    "remote-sessions-end": "of servers alone, and on Linux nobody reads the limit",
    "agent-reports": "what waits lies in the outbox, which no host is asked for",
    "dental-software-approved": "asks nothing until the practice names versions",
    "images-unchanged": UNSWEPT,
    "imaging-watched": UNSWEPT,
    "kept-no-longer-than-needed": UNSWEPT,
    "no-keys-beside-backups": UNSWEPT,
    "no-mass-change": UNSWEPT,
    "teaching-deidentified": UNSWEPT,
}
"""Rules that no machine here both passes and fails, and why."""


def test_every_rule_is_passed_by_a_machine_and_failed_by_another() -> None:
    both = {Verdict.PASS, Verdict.FAIL}
    one_way = {rule.id for rule in builtin.pack().rules if not both <= verdicts_of(rule.id)}
    assert one_way <= ONE_WAY.keys()


def verdicts_of(rule: str) -> set[Verdict]:
    return {cleanly(machine)[rule] for machine in MACHINES}


NOTHING_TO_LOSE = {("windows", "backups"): "no copy is declared or found on the PCs written here"}


def test_every_fact_that_is_answered_on_a_system_says_something_on_a_machine_of_it() -> None:
    """A collector that nobody's answers reach would have nothing to lose."""
    answered = {(made(pair.values[0]).host.os, pair.values[1]) for pair in PAIRS}
    said = {
        (made(machine).host.os, fact)
        for machine in MACHINES
        for fact, reading in clean(machine).items()
        if reading.status in (Status.OK, Status.PARTIAL)
    }
    assert answered - said <= NOTHING_TO_LOSE.keys()


def test_every_fact_of_the_catalogue_is_tried() -> None:
    assert {pair.values[1] for pair in PAIRS} == CATALOGUE.keys()


@pytest.mark.parametrize("name", [*STACKS, "FRONT-MAC", "SCAN-MAC", "HYG-2", "FRONT-1"])
def test_no_failure_makes_a_stack_stand_better(name) -> None:
    before = {one["name"]: one for one in clean(name)["volumes"].value}
    for what, reading in spoilt(name, "volumes"):
        assert reading.status is not Status.ERROR, what
        after = {one["name"]: one for one in items(reading)}
        for place, volume in after.items():
            if place in before and volume["protection"] in ("protected", "locked"):
                assert volume["protection"] == before[place]["protection"], what
        if not is_incomplete(reading):
            assert set(before) <= set(after), what


BETTER: dict[str, Callable[[Any], bool]] = {
    "after": lambda value: value is not None,
    "asks_password": lambda value: value is True,
    "admin": lambda value: value is False,
    "blank_password": lambda value: value is False,
    "control": lambda value: value in ("blocked", "read_only", "encrypted_only"),
    "enabled": lambda value: value is False,
    "interactive": lambda value: value is False,
    "reboot_required": lambda value: value is False,
    "supported": lambda value: value is True,
    "automatic": lambda value: value in ("on", "managed"),
    "last_scan": lambda value: value is not None,
    "exposure": lambda value: value == "loopback",
    "dicom": lambda value: value in ("tls", "mutual_tls", "no", "not_probed"),
    "synced": lambda value: value is True,
    "offset": lambda value: value is not None,
    "secure_boot": lambda value: value is True,
    "state": lambda value: value == "stopped",
    "inbound": lambda value: value == "block",
    **dict.fromkeys(
        ("rdp", "ssh", "ssh_passwords", "ssh_root", "vnc", "running"), lambda value: value is False
    ),
    "min_length": lambda value: value >= 8,
    "lockout_after": lambda value: value is not None,
    "complexity": lambda value: value is True,
    **dict.fromkeys(("blank_allowed", "auto_logon"), lambda value: value is False),
    "server_minimum": lambda value: value is not None,
    "fips_mode": lambda value: value is True,
    **dict.fromkeys(("smb1_server", "smb1_client", "guest"), lambda value: value is False),
    **dict.fromkeys(("signing_required", "encryption_required"), lambda value: value is True),
    "everyone": lambda value: value == "none",
    "encrypted": lambda value: value is True,
    "realtime": lambda value: value is True,
    "signatures": lambda value: value is not None,
    "mode": lambda value: value == "active",
    **dict.fromkeys(("success", "failure", "forwarded"), lambda value: value is True),
    "oldest_record": lambda value: value is not None,
    "setup_mode": lambda value: value is False,
    "sip": lambda value: value is True,
    "last_success": lambda value: value is not None,
    **dict.fromkeys(("ok", "offsite", "immutable"), lambda value: value is True),
    **dict.fromkeys(("covers_images", "covers_database"), lambda value: value is True),
}
"""Leaves that can be healthy, and the values that are; what is unknown is never one of them."""

# A file that a person edits is as valid when it is shorter: nobody can tell that a line is gone.
# LocalHost reads a file to its end, so what is missing here has been taken out of the file itself.
OPTIONAL = ("/etc/pam.d/", "/etc/security/", "/etc/gdm3/", "/etc/rsyslog")
EDITED = ("/etc/sudoers", "/etc/login.defs", "/etc/profile", *OPTIONAL)


def lies_in(what: str, edited: tuple[str, ...]) -> bool:
    """Was it only the text of such a file that went wrong?"""
    way, _, call = what.partition(": ")
    return way not in list(Why) and any(path in call for path in edited)


@pytest.mark.parametrize(
    ("machine", "fact"), [pair for pair in PAIRS if pair.values[1] not in ("host", "volumes")]
)
def test_no_failure_makes_a_leaf_healthier(machine, fact) -> None:
    assert list(healthier(machine, fact)) == []


def test_who_takes_a_failure_for_an_absence_is_caught() -> None:
    found = list(healthier("PANO-01", "users", CarelessHost))
    assert any(line.startswith("[front_desk].lock.after: ") for line in found)


def test_who_takes_a_closed_key_for_an_absent_one_is_caught() -> None:
    found = list(healthier("FRONT-1", "password_policy", CarelessHost))
    assert any(line.startswith(".auto_logon: ") for line in found)


# `enabled` is healthy for a firewall or an antivirus, and not for an account.
def is_better(fact: str, leaf: str, value: Any) -> bool:
    if leaf == "enabled" and fact in ("firewall", "antivirus"):
        return value is True
    return leaf in BETTER and BETTER[leaf](value)


def healthier(machine: str, fact: str, kind: type[SpoiltHost] = SpoiltHost) -> Iterator[str]:
    """Leaves that look better than on the clean run, and what was spoilt."""
    before = dict(leaves(clean(machine)[fact].value, ""))
    for what, reading in spoilt(machine, fact, kind):
        if lies_in(what, EDITED):
            continue
        for path, value in leaves(reading.value, ""):
            if path not in before or is_unknown(value) or before[path] == value:
                continue
            if is_better(fact, path.rpartition(".")[2], value):
                yield f"{path}: {what}"


def leaves(value: Any, at: str) -> Iterator[tuple[str, Any]]:
    """Each leaf by its path; items go by their first field, so that one more moves no other."""
    if isinstance(value, dict) and "$items" in value:
        yield from leaves(value["$items"], at)
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                yield from leaves(item, f"{at}[{next(iter(item.values()))}]")
    elif isinstance(value, dict) and "$unknown" not in value:
        for name, inner in value.items():
            yield from leaves(inner, f"{at}.{name}")
    else:
        yield at, value


def items(reading: Reading) -> list[dict[str, Any]]:
    value = reading.value
    if isinstance(value, dict):
        return value.get("$items", [])
    return value or []


def is_incomplete(reading: Reading) -> bool:
    return isinstance(reading.value, dict)


def is_unknown(value: Any) -> bool:
    return isinstance(value, dict)
