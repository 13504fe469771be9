"""What has the last patrol found, and what of it has been said to the controller already?

One file, `run/results.json`, for the next patrol and for `dentinel status`: written whether the
machine has joined a controller or not; and one more for each host that is visited. They hold facts
in clear, for root alone, and no path below an imaging folder. A file that cannot be read is as
none: everything is read and said anew.
"""

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from agent import paths
from agent.errands.visited import Visited
from agent.host.clocks import Clocks
from agent.packs.rules import Rules
from agent.paths import Home
from evidence import shape
from rules.engine.result import Result
from rules.facts import form
from rules.facts.base import Reading, Status, Why
from rules.facts.form import Json

_FORM = 1


@dataclass(frozen=True, slots=True)
class Said:
    """What the chain holds of this machine: digests of what was sealed last, by name.

    `news` and `state` are of the rules: what came of their installation, and their age.
    """

    anchor: str | None = None
    full_at: datetime | None = None
    policy: str | None = None
    news: str | None = None
    state: str | None = None
    verdicts: Mapping[str, str] = field(default_factory=dict)
    imaging: str | None = None
    host_key: str | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """The newest verdict of each rule and the newest reading of each fact.

    `verdicts` are results in the form of `dentinel audit --format json`, by rule; `rules` is the
    digest of the rules that gave them, `policy` what was said of these. Of a host that is visited
    `visited` says from which visit they are.
    """

    clocks: Clocks | None = None
    rules: str | None = None
    policy: Mapping[str, Json] = field(default_factory=dict)
    verdicts: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    read: Mapping[str, Clocks] = field(default_factory=dict)
    said: Said = field(default_factory=Said)
    visited: Visited | None = None
    trouble: str | None = None
    """What kept the last patrol from sealing, in a sentence."""

    def without(self, names: Container[str]) -> Self:
        """As if these facts had never been read."""
        left = {name: one for name, one in self.readings.items() if name not in names}
        return replace(self, readings=left)

    def fresh(self, now: Clocks) -> frozenset[str]:
        """The facts that need not be read again before they are older than they may be.

        One whose age nobody can tell, or that ran out of time, is none of them.
        """
        return frozenset(name for name, one in self.readings.items() if self._holds(name, one, now))

    def _holds(self, name: str, reading: Reading, now: Clocks) -> bool:
        age = now.age(self.read[name]) if name in self.read else None
        is_whole = reading.status in (Status.OK, Status.PARTIAL) and not any(
            reason.code is Why.TIMEOUT for reason in reading.reasons
        )
        return is_whole and age is not None and age < reading.ttl

    def renewed(self, rules: Rules, results: tuple[Result, ...]) -> Self:
        """With these verdicts in place of the old; those of rules that are gone go."""
        verdicts = {**self.verdicts, **{one.rule: one.to_json() for one in results}}
        known = (rule.id for _, rule in rules.numbered() if rule.id in verdicts)
        return replace(
            self,
            rules=rules.digest,
            policy=shape.to_json(rules.policy),
            verdicts={rule: verdicts[rule] for rule in known},
        )


def load(home: Home) -> Results:
    """The results of the last patrol of this home; empty ones if there are none to be read."""
    return load_from(home.results)


def load_from(path: Path) -> Results:
    """The results in one file; empty ones if there are none to be read."""
    try:
        document = json.loads(path.read_bytes())
        if document["form"] != _FORM:
            return Results()
        return _read(document)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Results()


def save(home: Home, results: Results) -> None:
    """Write them for the next patrol; HomeError if the home does not allow it."""
    save_to(home.results, results)


def save_to(path: Path, results: Results) -> None:
    """Write results into one file; HomeError if the home does not allow it."""
    paths.write(path, json.dumps(_form(results)).encode())


def _form(results: Results) -> dict[str, Json]:
    clocks, said = results.clocks, results.said
    return {
        "form": _FORM,
        "visited": results.visited and results.visited.to_json(),
        "trouble": results.trouble,
        "clocks": clocks and _clocks(clocks),
        "rules": results.rules,
        "policy": dict(results.policy),
        "verdicts": dict(results.verdicts),
        "readings": {name: form.to_json(reading) for name, reading in results.readings.items()},
        "read": {name: _clocks(clocks) for name, clocks in results.read.items()},
        "said": {
            "anchor": said.anchor,
            "full_at": said.full_at and form.timestamp(said.full_at),
            "policy": said.policy,
            "news": said.news,
            "state": said.state,
            "verdicts": dict(said.verdicts),
            "imaging": said.imaging,
            "host_key": said.host_key,
        },
    }


def _read(document: Mapping[str, Json]) -> Results:
    clocks, said, visited = document["clocks"], document["said"], document.get("visited")
    return Results(
        clocks=clocks and _read_clocks(clocks),
        rules=document.get("rules"),
        policy=dict(document.get("policy", {})),
        verdicts=dict(document["verdicts"]),
        readings={name: form.from_json(one) for name, one in document["readings"].items()},
        read={name: _read_clocks(one) for name, one in document.get("read", {}).items()},
        said=Said(
            anchor=said["anchor"],
            full_at=said["full_at"] and form.instant(said["full_at"]),
            policy=said.get("policy"),
            news=said.get("news"),
            state=said.get("state"),
            verdicts=dict(said["verdicts"]),
            imaging=said["imaging"],
            host_key=said.get("host_key"),
        ),
        visited=visited and Visited.from_json(visited),
        trouble=document.get("trouble"),
    )


def _clocks(clocks: Clocks) -> Json:
    return {"at": form.timestamp(clocks.at), "boot": clocks.boot, "uptime": clocks.uptime}


def _read_clocks(document: Json) -> Clocks:
    at, boot, uptime = document["at"], document["boot"], document["uptime"]
    return Clocks(form.instant(at), str(boot), float(uptime))
