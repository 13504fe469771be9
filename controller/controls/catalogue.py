"""Which controls and metrics does the release name, and on whose word?

The closed table rules/controls.yaml, read once. The law in force, the proposal, benchmarks and the
practice's own policy stand in columns of their own and are never merged.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import rules
from controller.errors import HomeProblem
from rules.compiled import instants
from rules.language import events, source
from rules.language.document import Mapping, Scalar, Sequence, Value

_FILE = Path(rules.__file__ or "").parent / "controls.yaml"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number or list of a control, and whose word it is."""

    name: str
    value: str
    basis: str
    source: str

    @property
    def words(self) -> str:
        """`after at most operatory: 5m`, with its source where there is one."""
        told = f"{self.name.replace('_', ' ')}: {self.value}"
        return f"{told} ({self.source})" if self.source else told


@dataclass(frozen=True, slots=True)
class Control:
    """One control. `proposed` are paragraphs of a proposal that is not law, all unconfirmed."""

    id: str
    title: str
    hipaa: tuple[str, ...]
    requirement: str
    proposed: tuple[str, ...]
    asks: str
    other: tuple[str, ...]
    mode: tuple[str, ...]
    check: str
    thresholds: tuple[Threshold, ...]
    evidence: str
    renew: str
    not_covered: str

    def numbers(self, basis: str) -> list[str]:
        """The thresholds of one basis, in words."""
        return [one.words for one in self.thresholds if one.basis == basis]

    @property
    def in_force(self) -> list[str]:
        """Numbers that the law in force itself sets."""
        return self.numbers("in_force")

    @property
    def in_proposal(self) -> list[str]:
        """What the proposal would ask, with its numbers."""
        return [*((self.asks,) if self.asks else ()), *self.numbers("proposed")]

    @property
    def benchmark(self) -> list[str]:
        """Numbers of benchmarks, and their other texts."""
        return [*self.numbers("benchmark"), *self.other]

    @property
    def policy(self) -> list[str]:
        """Numbers that the practice itself signs."""
        return self.numbers("practice_policy")


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure that leadership is shown."""

    id: str
    name: str
    definition: str
    unit: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The whole table, its date and its hash, which stand on every export."""

    as_of: str
    proposal: str
    sha256: str
    controls: tuple[Control, ...]
    metrics: tuple[Metric, ...]


@cache
def catalogue() -> Catalogue:
    """The table of this release; HomeProblem if the installation is damaged."""
    data = _FILE.read_bytes()
    read = source.read(_FILE.name, data)
    value, problems = (
        (None, [read]) if not isinstance(read, source.Source) else events.compose(read)
    )
    if problems or not isinstance(value, Mapping):
        raise HomeProblem(f"{_FILE.name} of this release cannot be read", help="install it anew")
    table = _plain(value)
    said = table["sources"]["proposed"]
    return Catalogue(
        as_of=table["as_of"],
        proposal=f"{said['text']}, {said['published']}; last seen as a proposal "
        f"{said['last_seen_as_proposal']}",
        sha256=hashlib.sha256(data).hexdigest(),
        controls=tuple(map(_control, table["controls"])),
        metrics=tuple(_metric(one) for one in table["metrics"]),
    )


def span(control: str, name: str) -> timedelta:
    """A threshold of a control that is a length of time; HomeProblem if this release has none."""
    for one in catalogue().controls:
        for threshold in one.thresholds if one.id == control else ():
            if threshold.name == name:
                return timedelta(microseconds=instants.read_span(threshold.value) // 1_000)
    raise HomeProblem(f"{control} of {_FILE.name} has no {name}", help="install it anew")


def _plain(value: Value) -> Any:  # noqa: ANN401 - text, lists and mappings of it
    match value:
        case Scalar(text=text):
            return text
        case Sequence(items=items):
            return [_plain(item) for item in items]
        case Mapping(entries=entries):
            return {key.text: _plain(item) for key, item in entries}


def _control(row: dict[str, Any]) -> Control:
    proposed, evidence = row.get("proposed", {}), row.get("evidence", {})
    return Control(
        id=row["id"],
        title=row["title"],
        hipaa=tuple(row["hipaa"]),
        requirement=row["requirement"],
        proposed=tuple(proposed.get("cite", ())),
        asks=proposed.get("asks", ""),
        other=tuple(row.get("other", ())),
        mode=tuple(row["mode"]),
        check=row.get("check", ""),
        thresholds=tuple(map(_threshold, row.get("thresholds", ()))),
        evidence=evidence.get("type", ""),
        renew=evidence.get("renew", ""),
        not_covered=row.get("not_covered", ""),
    )


def _threshold(row: dict[str, Any]) -> Threshold:
    value = row["value"]
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return Threshold(row["name"], text, row["basis"], row.get("source", ""))


def _metric(row: dict[str, Any]) -> Metric:
    return Metric(row["id"], row["name"], row["definition"], row["unit"])
