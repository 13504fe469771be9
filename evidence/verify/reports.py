"""Is each report the one that was logged, signed by its machine?

R2, R3 and R5. A file of reports is matched to the log by the hash of each envelope. One that no
line knows was changed after it was logged: its place in the chain says which report it was. L2 is
asked on the way: the checkpoint that a machine quotes must be one of this log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence import bodies, envelope, report
from evidence.bodies import Delta, Full, KeyRotate, LocalEvent, Policy
from evidence.bundle import REPORTS, Manifest, reports_of
from evidence.envelope import Envelope
from evidence.errors import EvidenceError, LeavesTooMuch, Malformed, Refused
from evidence.keys import PublicKey
from evidence.leaf import RejectedLeaf, ReportLeaf
from evidence.report import Header, Report
from evidence.verify.case import Case, Place
from evidence.verify.keys import Enrolment, KeyHistory
from evidence.verify.log import Log
from evidence.verify.opened import Opened
from evidence.verify.rules import Use


@dataclass(slots=True)
class Machine:
    """One machine's lines of the log in order, and what its file gave for each.

    `seen` are the lines for which there is an envelope, `prev` what it says of the one before,
    both by their place in `lines`. `heard` are the lines in which it says that the log was begun
    anew.
    """

    agent: str
    name: str
    joined: Enrolment | None
    key: PublicKey | None
    lines: list[tuple[int, ReportLeaf | RejectedLeaf]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    prev: dict[int, str] = field(default_factory=dict)
    heard: list[int] = field(default_factory=list)

    def title(self, at: int) -> str:
        """How people call a report: `Report 1:212 of OPERATORY-3`."""
        _, said = self.lines[at]
        return f"Report {said.epoch}:{said.seq} of {self.name}"


def machines_of(log: Log, history: KeyHistory) -> dict[str, Machine]:
    """Every machine that has a report in these lines of the log."""
    found: dict[str, Machine] = {}
    for index, said in log.leaves.items():
        if isinstance(said, ReportLeaf | RejectedLeaf):
            machine = found.get(said.agent)
            if machine is None:
                joined = history.machines.get(said.agent)
                name, key = history.name_of(said.agent), joined.key if joined else None
                machine = found[said.agent] = Machine(said.agent, name, joined, key)
            machine.lines.append((index, said))
    return found


@dataclass(frozen=True, slots=True)
class ReportChecks:
    """R2, R3 and R5 over one bundle; `uses` is which rules reports name, for P1."""

    opened: Opened
    log: Log
    history: KeyHistory
    manifest: Manifest | None
    case: Case
    uses: dict[Policy, Use] = field(default_factory=dict)

    def check_file(self, machine: Machine) -> None:
        """Every line of a machine's file against the lines of the log."""
        name = reports_of(machine.agent)
        logged = {
            said.env: at
            for at, (_, said) in enumerate(machine.lines)
            if isinstance(said, ReportLeaf)
        }
        last = -1
        try:
            for number, line in self.opened.lines(name):
                place = Place(file=name, line=number)
                sealed = _envelope(line)
                at = logged.get(sealed.sha) if sealed else None
                if sealed is None or at is None:
                    at = self._changed(machine, sealed, last, place)
                elif at in machine.seen:
                    self.case.false("R3", f"{machine.title(at)} stands twice", place)
                else:
                    self._check_order(machine, at, last, place)
                    self._check(machine, at, sealed, place)
                last = max(last, at)
        except Malformed as wrong:
            self.case.false("R3", str(wrong), Place(file=name))

    def check_strangers(self, machines: Mapping[str, Machine]) -> None:
        """R3: there is no file of a machine that these lines of the log do not know."""
        known = {reports_of(agent) for agent in machines}
        for name in self.opened.members:
            if name.startswith(REPORTS) and name not in known:
                self.case.false("R3", f"{name} is of no machine in the log", Place(file=name))

    def _check_order(self, machine: Machine, at: int, last: int, place: Place) -> None:
        if at < last:
            what = f"{machine.title(at)} stands after a later one, not in the order of the chain"
            self.case.false("R3", what, place)

    def _changed(self, machine: Machine, sealed: Envelope | None, last: int, place: Place) -> int:
        """An envelope that no line knows: the report whose place it claims, or holds."""
        at = _claimed(machine, sealed)
        at = last + 1 if at is None else at
        found = sealed.sha if sealed else "no envelope"
        if at >= len(machine.lines) or at in machine.seen:
            what = f"a report of {machine.name} is in the bundle that was never logged"
            self.case.false("R3", what, _with(place, None, found))
            return last
        machine.seen.add(at)
        what = f"{machine.title(at)} was changed after it was logged"
        self.case.false("R3", what, _with(place, machine.lines[at][1].env, found))
        if sealed:
            self._check_signature(machine, at, sealed, place)
        return at

    def _check(self, machine: Machine, at: int, sealed: Envelope, place: Place) -> None:
        machine.seen.add(at)
        self._check_signature(machine, at, sealed, place)
        try:
            header, body = report.read_header(sealed.payload)
            machine.prev[at] = header.prev
            self._check_header(machine, at, header, place)
            whole = Report(header, bodies.read(header.kind, body))
        except (Malformed, LeavesTooMuch, Refused) as wrong:
            self.case.false("R5", f"{machine.title(at)} says what it may not: {wrong}", place)
            return
        try:
            report.require_signers(sealed, whole)
        except EvidenceError as wrong:
            self.case.false("R2", f"{machine.title(at)}: {wrong}", place)
        self._check_quote(machine, at, header, place)
        self._note(machine, at, whole, place)

    def _note(self, machine: Machine, at: int, whole: Report, place: Place) -> None:
        """What of a report others hang on: a new key, a restart, the rules by which was judged."""
        body = whole.body
        if isinstance(body, KeyRotate) and body.purpose == "report":
            machine.key = PublicKey.from_hex(body.public)
        if isinstance(body, LocalEvent) and body.event == "log_restarted":
            machine.heard.append(machine.lines[at][0])
        if isinstance(body, Full | Delta) and body.policy not in self.uses:
            self.uses[body.policy] = Use(machine.title(at), whole.header.clinic, place)

    def _check_quote(self, machine: Machine, at: int, header: Header, place: Place) -> None:
        """L2: the log that this machine saw is this one, and was no longer than it was then."""
        seen, index = header.log, machine.lines[at][0]
        if seen is None:
            return
        same = self.log.was(seen.size, bytes.fromhex(seen.root))
        if same is False or (index >= 0 and seen.size > index and not self.log.was_restarted):
            what = f"{machine.title(at)} quotes a checkpoint of another history of this log"
            self.case.false("L2", what, _with(place, None, f"{seen.size} entries, {seen.root}"))
        elif same is None and self.log.was_restarted:
            what = f"{machine.title(at)} quotes a checkpoint of entries that were lost at a restart"
            self.case.lacks("L2", what, place)

    def _check_signature(self, machine: Machine, at: int, sealed: Envelope, place: Place) -> None:
        key, index = machine.key, machine.lines[at][0]
        if key is None:
            return
        try:
            report.verify(sealed, {key.keyid: key})
        except EvidenceError as wrong:
            what = f"{machine.title(at)} is not signed by the key that this computer registered"
            self.case.false("R2", f"{what}: {wrong}", _with(place, key.keyid, None))
        revoked = self.history.revoked.get((machine.agent, key.keyid))
        if revoked is not None and index > revoked:
            what = f"{machine.title(at)} is signed by a key that was revoked before"
            self.case.false("R2", what, _with(place, None, key.keyid))

    def _check_header(self, machine: Machine, at: int, header: Header, place: Place) -> None:
        said = machine.lines[at][1]
        kind = said.rk if isinstance(said, ReportLeaf) else header.kind
        logged: tuple[object, ...] = (said.agent, said.epoch, said.seq, kind)
        claimed: tuple[object, ...] = (header.agent, header.epoch, header.seq, header.kind)
        if self.manifest:
            logged += (self.manifest.org, self.manifest.clinic)
            claimed += (header.org, header.clinic)
        if logged != claimed:
            what = (
                f"{machine.title(at)} says another place, kind or clinic than its line of the log"
            )
            self.case.false("R3", what, _with(place, _words(logged), _words(claimed)))


def _envelope(line: bytes) -> Envelope | None:
    try:
        return envelope.from_json(line)
    except Malformed:
        return None


def _claimed(machine: Machine, sealed: Envelope | None) -> int | None:
    """The place in the chain that an envelope claims for itself, if it can still be read."""
    try:
        header, _ = report.read_header(sealed.payload if sealed else b"")
    except Malformed:
        return None
    claim = (header.epoch, header.seq)
    found = (at for at, (_, said) in enumerate(machine.lines) if (said.epoch, said.seq) == claim)
    return next(found, None)


def _words(said: tuple[object, ...]) -> str:
    return " ".join(map(str, said))


def _with(place: Place, expected: str | None, found: str | None) -> Place:
    return Place(file=place.file, line=place.line, expected=expected, found=found)
