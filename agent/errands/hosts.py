"""How do the machines stand that carry no agent, by what their last visits left?

The patrol's part: it replays each recording through the same collectors, judges the facts by the
same rules, and keeps the results beside its own, one file a host.

- What a host answered is a remote's word. It is judged as that of this host and of nobody else, and
  only after the results of this machine are kept: whatever it says, it can make them neither better
  nor later. It is bounded in size, in time for each fact, and in time for all hosts of one patrol.
- A host whose last visit was in vain is unknown in every fact, for the reason of that visit.
- A fact holds for as long as its ttl, or as hosts are visited, whichever is longer; at twice that
  the engine calls it `stale_source`.
- What a collector asks and the recording does not hold is `not_collected`.
"""

from dataclasses import dataclass, replace

from agent.errands import visited
from agent.errands.results import Results
from agent.errands.visited import Visited
from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.index import afar
from agent.facts.memory import Memory
from agent.facts.question import Question
from agent.host import recording
from agent.host.base import Absent, Host, HostError
from agent.host.recorded import RecordedHost
from agent.host.recording import NotARecording
from agent.host.silent import SilentHost
from agent.packs.rules import Rules
from agent.settings import HostSetting, Settings
from rules.facts.base import Reading, Why

MOST_BYTES = 24 << 20
"""Of one recording: what a visit may hear (8 MiB), as it stands in JSON."""

MOST_CALLS = 50_000
"""Of one recording: a visit asks a few thousand questions."""

_SECONDS = 5.0
"""For each fact: nothing waits in a replay, it is only read."""


@dataclass(frozen=True, slots=True)
class Replay:
    """One patrol's look at what visits left: `host` is this machine, `about` what it knows."""

    host: Host
    about: About
    rules: Rules

    def rules_of(self, setting: HostSetting) -> Rules:
        """The rules of this machine, for that host."""
        return self.rules.of_host(setting.name, setting.role)

    def look(self, setting: HostSetting, before: Results, *, is_whole: bool) -> Results:
        """The results of one host: anew after a visit, or in a patrol of everything."""
        seen = visited.read(self.about.home, self.host, setting.name)
        is_new = seen is not None and seen != before.visited
        rules = self.rules_of(setting)
        is_other = before.rules != rules.digest
        if not (is_new or before.readings) or not (is_new or is_whole or is_other):
            return before
        readings = self._readings(setting, seen) if seen and is_new else before.readings
        found = replace(before, readings=readings, visited=seen or before.visited)
        return self._judged(rules, found)

    def _judged(self, rules: Rules, results: Results) -> Results:
        """With a verdict on each rule, as of now."""
        said = rules.judge(results.readings, self.about.now)
        return replace(results, verdicts={}).renewed(rules, said)

    def unread(self, setting: HostSetting, before: Results, why: Why) -> Results:
        """The results of a host of which nothing can be said, and why."""
        seen = Visited(self.about.now)
        readings = self._gathered(setting, seen, SilentHost(why))
        return self._judged(self.rules_of(setting), replace(before, readings=readings))

    def _readings(self, setting: HostSetting, seen: Visited) -> dict[str, Reading]:
        host: Host = SilentHost(seen.why) if seen.why else self._replayed(setting.name, seen)
        return self._gathered(setting, seen, host)

    def _gathered(self, setting: HostSetting, seen: Visited, host: Host) -> dict[str, Reading]:
        about = About(Settings(role=setting.role), self.about.home, Memory.none(), seen.at)
        every = self.about.settings.visit_every
        return {
            name: reading._replace(ttl=max(reading.ttl, every))
            for name, reading in gather(host, about, None, afar(host.os), _patience).items()
        }

    def _replayed(self, name: str, seen: Visited) -> Host:
        """The recording of that very visit; a host that says why not, if it cannot be used."""
        path = self.about.home.recording(name).as_posix()
        try:
            said = self.host.read(path, MOST_BYTES)
            if said.count(b"\n") > MOST_CALLS:
                return SilentHost(Why.TOO_LARGE)
            header, calls = recording.read(said.decode())
        except (NotARecording, UnicodeDecodeError, RecursionError):
            return SilentHost(Why.PARSE_ERROR)
        except MemoryError:  # the guard bounds what an errand may have
            return SilentHost(Why.TOO_LARGE)
        except Absent:
            return SilentHost(Why.NOT_COLLECTED)
        except HostError as error:
            return SilentHost(error.why)
        if header.taken_at != seen.at:
            return SilentHost(Why.STALE_SOURCE)
        return RecordedHost(header, calls, unrecorded=Why.NOT_COLLECTED)


def _patience(question: Question) -> None:
    question.answered.wait(_SECONDS)
