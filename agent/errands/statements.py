"""What does this machine say to its controller, of what it has found on itself or on a host?

Verdicts, facts and imaging folders as bodies of reports, with what may leave of them and nothing
more (evidence.minimum). Pure: clear values in, statements out.

- A digest says whether something has changed since it was last said. Times are left out of it (a
  list of patches that was looked at again is the same list), and so are the counts of files: an
  X-ray more on a safe disk is no news.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agent.errands import cutting
from agent.packs.rules import Rules
from agent.version import VERSION
from evidence import minimum, readings, shape, told
from evidence.bodies import SELF, Facts, Policy, RuleVerdict, Subject
from evidence.errors import EvidenceError
from evidence.finding import Imaging
from evidence.minimum import Numbers
from evidence.told import Veil
from evidence.words import Os
from rules.facts import form
from rules.facts.base import Reading
from rules.facts.form import Json
from rules.facts.index import CATALOGUE_VERSION

_REPORT_BYTES = 192 * 1024
"""How much a report of facts may hold: three quarters of what a payload may, for its frame."""
_OTHER = {"family": "other", "version": None, "arch": "other"}
_LEAVES = {"family": "os", "version": "os_version", "arch": "arch"}
_QUIET = frozenset({"as_of", "files", "counts"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks and of whom: what hides names, and by which rules that machine was judged."""

    numbers: Numbers
    fact_key: bytes
    rules: Rules
    subject: Subject = SELF

    @property
    def policy(self) -> Policy:
        """By which rules was judged, as it stands in reports."""
        return self.rules.policy

    def verdicts(self, results: Mapping[str, Mapping[str, Json]]) -> tuple[RuleVerdict, ...]:
        """The verdicts of these rules, in the order of the packs."""
        veil = Veil(self.numbers, self.fact_key)
        return tuple(
            told.verdict(number, rule, results[rule.id], veil)
            for number, rule in self.rules.numbered()
            if rule.id in results
        )

    def imaging(self, reading: Reading | None) -> Imaging | None:
        """The imaging folders and findings; None if nothing of them was read."""
        if reading is None or not isinstance(reading.value, dict) or "$unknown" in reading.value:
            return None
        return Imaging.from_fact(
            minimum.redact(reading.fact, reading.value, self.numbers, self.fact_key)
        )

    def facts(self, read: Iterable[Reading]) -> Iterable[Facts]:
        """Facts, in as many reports as their size asks for."""
        parcel: dict[str, Json] = {}
        size = 0
        for reading in read:
            whole = readings.redact(reading, self.numbers, self.fact_key)
            document = cutting.fitted(whole, _REPORT_BYTES)
            weight = len(json.dumps(document))
            if parcel and size + weight > _REPORT_BYTES:
                yield self._facts(parcel)
                parcel, size = {}, 0
            parcel[reading.fact] = document
            size += weight
        if parcel:
            yield self._facts(parcel)

    def _facts(self, parcel: Mapping[str, Json]) -> Facts:
        return Facts(subject=self.subject, catalogue=CATALOGUE_VERSION, facts=dict(parcel))


def agent_version() -> str:
    """The release of this agent."""
    return VERSION


def system(reading: Reading | None) -> Os:
    """The operating system, from the fact `host`; what was not read of it is left open."""
    value = reading.value if reading is not None and isinstance(reading.value, dict) else {}
    read = {ours: value.get(theirs) for ours, theirs in _LEAVES.items()}
    words = {name: leaf for name, leaf in read.items() if isinstance(leaf, str)}
    try:
        return shape.read(Os, {**_OTHER, **words}, closed=True)
    except EvidenceError:
        return shape.read(Os, _OTHER, closed=True)


def digest_of_verdict(result: Mapping[str, Json]) -> str:
    """Changes when the verdict of a rule does, or what was seen."""
    told = ("verdict", "why", "n", "items")
    return _digest({name: result[name] for name in told})


def digest_of_imaging(imaging: Imaging) -> str:
    """Changes when a finding or the standing of a folder does."""
    findings = [
        [f.id, f.root, f.role, f.verdict, f.kind, f.reason, f.volume, f.reach, f.state]
        for f in imaging.findings
    ]
    return _digest([imaging.roots, findings, imaging.unlisted, imaging.coverage])


def _digest(value: Json) -> str:
    return hashlib.sha256(json.dumps(_still(value), sort_keys=True).encode()).hexdigest()


def _still(value: Json) -> Json:
    """The value without times and without counts that change with every file."""
    if isinstance(value, Mapping):
        return {name: _still(inner) for name, inner in value.items() if name not in _QUIET}
    if isinstance(value, list | tuple):
        return [_still(inner) for inner in value]
    return None if isinstance(value, str) and _is_time(value) else value


def _is_time(text: str) -> bool:
    try:
        form.instant(text)
    except ValueError:
        return False
    return True
