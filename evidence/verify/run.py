"""Is this bundle true? All checks, in one pass from the container to the chain.

Offline, by the standard library and cryptography alone, and by nothing of the controller. Exit
codes: 0 proven, 1 something is false, 2 something is missing, or nothing could be checked.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from evidence import envelope
from evidence.bundle import MANIFEST, Manifest
from evidence.checkpoint import Checkpoint
from evidence.envelope import Envelope, PayloadType
from evidence.errors import Refused
from evidence.leaf import EnrollLeaf, Leaf
from evidence.note import Verifier
from evidence.trust_policy import TrustPolicy
from evidence.verify import authors, documents, org, restarts, rules, signers, witnesses
from evidence.verify import log as logs
from evidence.verify.audits import Audits
from evidence.verify.case import Case, Place, Problem, Standing, worst
from evidence.verify.documents import Stated
from evidence.verify.keys import KeyHistory, LogKey, read_keys
from evidence.verify.links import Told, check_complete, check_gaps, check_links, erased
from evidence.verify.log import Log
from evidence.verify.opened import Opened, check_files, open_bundle, read_manifest
from evidence.verify.reports import Machine, ReportChecks, machines_of
from evidence.verify.restarts import Restart
from evidence.verify.witnesses import Sighting

EXIT = {Standing.PROVEN: 0, Standing.FALSE: 1, Standing.INCOMPLETE: 2}


@dataclass(frozen=True, slots=True)
class Silence:
    """On how many computer-days of the period nothing came; told, and not held against anybody."""

    silent: int
    of: int


@dataclass(frozen=True, slots=True)
class Trust:
    """What the reader brings by another way than the bundle: a policy, a checkpoint he kept."""

    policy: TrustPolicy | None = None
    checkpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What all checks together say, and what they looked at."""

    standing: Standing
    checks: Mapping[str, Standing]
    problems: tuple[Problem, ...]
    manifest: Manifest | None
    log: Log
    key: Verifier | None
    log_keys: tuple[LogKey, ...]
    restarts: tuple[Restart, ...]
    machines: int
    told: Told
    silence: Silence
    witnesses: tuple[Sighting, ...]
    stated: Stated
    org: tuple[Leaf, ...]
    builtin: bool
    first_roots: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """As the command ends."""
        return EXIT[self.standing]

    @property
    def is_demo(self) -> bool:
        """Was it made by a demonstration, where all keys lie on one disk?"""
        return self.log.origin.startswith("dentinel-demo/")

    @property
    def checkpoint(self) -> Checkpoint | None:
        """What the log was, as it was signed."""
        return self.log.checkpoint


def verify(file: BinaryIO, policy: TrustPolicy | None, kept: str | None = None) -> Outcome:
    """Check a bundle in a seekable file; nothing in it makes this raise but an unreadable disk.

    `policy` and `kept`, the text of a checkpoint, are what the reader has by another way. NoBundle
    if it is a file of another kind, about which nothing can be said.
    """
    case, trust = Case(), Trust(policy, kept)
    opened = open_bundle(file, case)
    page = read_manifest(opened, case)
    manifest = page[1] if page else None
    check_files(opened, manifest, case)
    log = logs.read_log(opened, case)
    history = read_keys(opened, log, manifest, case)
    _check_exporter(page[0] if page else None, history, case)
    key = signers.check(opened, log, policy, history, case)
    logs.check_root(log, manifest, case)
    checks = ReportChecks(opened, log, history, manifest, case)
    told, machines = _check_reports(checks)
    check_gaps(log, history, case)
    begun = restarts.check(log, machines, case)
    roots = rules.read_roots(opened, case)
    first_roots = authors.check(roots, manifest, policy, checks.uses, case)
    rules.check(opened, log, roots, checks.uses, case)
    return Outcome(
        witnesses=_check_seen(opened, log, trust, history, case),
        stated=documents.check(opened, log, case),
        org=tuple(org.check(opened, log, policy, case)),
        standing=worst(case.problems),
        checks=case.standings(),
        problems=tuple(case.problems),
        manifest=manifest,
        log=log,
        key=key,
        log_keys=history.keys_of(log.origin),
        restarts=begun,
        machines=len(machines),
        told=told,
        silence=_silence(log, history, manifest, told),
        builtin=any(policy.targets is None for policy in checks.uses),
        first_roots=first_roots,
    )


def _check_reports(checks: ReportChecks) -> tuple[Told, Collection[Machine]]:
    """R1 to R5, machine by machine; what was counted, and the machines."""
    told, case = Told(), checks.case
    machines, gone = machines_of(checks.log, checks.history), erased(checks.log)
    for machine in machines.values():
        if machine.joined is None:
            case.false("H1", f"{machine.name} reports, and how it joined is not in the bundle")
        checks.check_file(machine)
        check_links(machine, checks.log, case)
        check_complete(machine, gone, checks.manifest, case, told)
    checks.check_strangers(machines)
    return told, machines.values()


def _check_seen(
    opened: Opened, log: Log, trust: Trust, history: KeyHistory, case: Case
) -> tuple[Sighting, ...]:
    """L2, L3, C2 and C3: whoever else has seen this log."""
    audits = Audits(log, signers.known_keys(log, trust.policy, history), case)
    audits.check_before(opened)
    newest = audits.check_newest(opened)
    if trust.checkpoint is not None:
        audits.check_brought(trust.checkpoint, newest.checkpoint if newest else None)
    return witnesses.check(trust.policy, [log.note, *([newest.note] if newest else [])], case)


def _check_exporter(sealed: Envelope | None, history: KeyHistory, case: Case) -> None:
    """B2: the manifest is signed by a receipt key that the log itself names."""
    if sealed is None:
        case.false("B2", "without a manifest nobody says what this bundle is")
        return
    try:
        envelope.verify(sealed, history.receipt, {PayloadType.EVIDENCE})
    except Refused as wrong:
        case.false(
            "B2", f"the manifest is not signed by the controller: {wrong}", Place(file=MANIFEST)
        )


def _silence(log: Log, history: KeyHistory, manifest: Manifest | None, told: Told) -> Silence:
    """From the day after a machine joined, or the period began, to the day before its end."""
    if manifest is None:
        return Silence(0, 0)
    joined_at = {
        said.agent: said.at for said in log.leaves.values() if isinstance(said, EnrollLeaf)
    }
    end = min(manifest.to, manifest.made).date().isoformat()
    silent = of = 0
    for agent in history.machines:
        start = max(joined_at.get(agent, manifest.from_), manifest.from_).date().isoformat()
        days = max((date.fromisoformat(end) - date.fromisoformat(start)).days, 0)
        heard = sum(start <= day < end for who, day in told.days if who == agent)
        of, silent = of + days, silent + days - heard
    return Silence(silent, of)
