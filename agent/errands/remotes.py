"""What is to be said now of the hosts that this machine visits?

Part of the patrol, after its own results are kept and sealed. Each host is a subject of its own: a
random id that is kept in `local.sqlite`, the label that the settings give it, and the SHA-256 of
the key by which it is known. Its address leaves in no report.

- A visit that was in vain is an event, once: `untrusted_host` is somebody's business at once.
- A host that has left the settings is said to be judged no more, by a full report without verdicts.
- Whatever a host has answered, a statement on it can be sealed: if it is too much, it is
  `too_large` that is said.
"""

import base64
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from agent.errands import results, statements
from agent.errands.hosts import Replay
from agent.errands.results import Results
from agent.errands.statements import Speaker
from agent.errands.telling import Telling
from agent.errors import OutboxFull
from agent.identity.machine import Identity
from agent.outbox.seal import Sealer
from agent.paths import Home
from agent.settings import HostSetting
from evidence.bodies import Full, Subject
from evidence.errors import EvidenceError
from rules.facts.base import Why

_WHOLE = 120.0
"""Seconds for all hosts of one patrol; those that are not reached are the next one's first."""

_FACT = "host"


@dataclass(frozen=True, slots=True)
class Remotes:
    """The hosts of one patrol; without a sealer they are judged and nothing is said."""

    replay: Replay
    sealed: tuple[Sealer, Identity] | None
    is_whole: bool

    @property
    def _home(self) -> Home:
        return self.replay.about.home

    def go(self, hosts: Iterable[HostSetting], whole: float = _WHOLE) -> None:
        """Judge each host of which there is news, and say what is new; `whole` is in seconds."""
        known = [host for host in hosts if host.pins]
        self._let_go({host.name for host in known})
        until = time.monotonic() + whole
        for host in sorted(known, key=lambda host: _changed_at(self._home.judged(host.name))):
            if time.monotonic() > until:
                sys.stderr.write("patrol: not all hosts could be judged in time\n")
                return
            self._one(host)

    def _one(self, host: HostSetting) -> None:
        path = self._home.judged(host.name)
        before = results.load_from(path)
        after = self.replay.look(host, before, is_whole=self.is_whole)
        if not after.readings:
            return  # nobody has been there yet
        results.save_to(path, after)
        if self.sealed is not None:
            results.save_to(path, self._told(host, before, after))

    def _told(self, host: HostSetting, before: Results, after: Results) -> Results:
        key = _host_key(host, after)
        subject = self._subject(host.name, key) if key else None
        if self.sealed is None or subject is None:
            return after
        sealer, identity = self.sealed
        self._tell_refusal(sealer, subject, before, after)
        telling = self._telling(sealer, identity, subject, host)
        try:
            return telling.tell(after, is_start=False)
        except EvidenceError as error:
            sys.stderr.write(f"patrol: host={host.name}: {error}\n")
            return telling.tell(self.replay.unread(host, after, Why.TOO_LARGE), is_start=False)

    def _tell_refusal(
        self, sealer: Sealer, subject: Subject, before: Results, after: Results
    ) -> None:
        was = before.visited and before.visited.why
        why = after.visited and after.visited.why
        if why and why != was and subject.id:
            try:
                sealer.event("visit_failed", code=why, ref=subject.id.replace("-", ""))
            except OutboxFull:
                return  # the verdicts say it too

    def _telling(
        self, sealer: Sealer, identity: Identity, subject: Subject, host: HostSetting | None
    ) -> Telling:
        memory = self.replay.about.memory
        speaker = Speaker(
            numbers=partial(memory.number, host=subject.label or ""),
            fact_key=identity.fact_key,
            rules=self.replay.rules.of_host(subject.label or "", host.role if host else None),
            subject=subject,
        )
        return Telling(sealer, speaker, identity.anchor, self.replay.about.now)

    def _subject(self, name: str, host_key: str) -> Subject | None:
        """The host as it stands in reports; None where its id could not be kept."""
        memory = self.replay.about.memory
        if memory.path is None:
            return None
        known = memory.noted(_FACT, name)
        if known is None:
            known = str(uuid4())
            memory.note(_FACT, name, known, self.replay.about.now)
            memory.save()
        return Subject(kind="remote", id=known, label=name, host_key=host_key)

    def _let_go(self, names: set[str]) -> None:
        """Of hosts that have left the settings nothing is kept, and nothing is claimed."""
        for name, path in list(_judged(self._home)):
            if name in names:
                continue
            if not self._taken_back(name, results.load_from(path)):
                return  # later: there is no room for it now
            for left in (path, self._home.recording(name), self._home.visited(name)):
                left.unlink(missing_ok=True)

    def _taken_back(self, name: str, last: Results) -> bool:
        if self.sealed is None or last.said.host_key is None:
            return True
        sealer, identity = self.sealed
        subject = self._subject(name, last.said.host_key)
        if subject is None:
            return False
        speaker = self._telling(sealer, identity, subject, None).speaker
        try:
            sealer.seal(
                Full(
                    subject=subject,
                    cause="order",
                    agent_version=statements.agent_version(),
                    os=statements.system(last.readings.get("host")),
                    policy=speaker.policy,
                    verdicts=(),
                    imaging=None,
                )
            )
        except OutboxFull:
            return False
        return True


def _judged(home: Home) -> Iterator[tuple[str, Path]]:
    """The hosts of which there are results, by name."""
    for path in home.run.glob("host-*.json"):
        yield path.stem.removeprefix("host-"), path


def _host_key(host: HostSetting, seen: Results) -> str | None:
    """SHA-256 of the key that it showed, if the settings pin it; else of the first that they do."""
    shown = seen.visited.pin if seen.visited else None
    pin = shown if shown in host.pins else host.pins[0]
    text = pin.rpartition("SHA256:")[2]
    try:
        digest = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return None
    return digest.hex() if len(digest) == 32 else None


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
