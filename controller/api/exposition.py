"""How are numbers written for Prometheus and what reads its form?

The text format, version 0.0.4 (Prometheus documentation, "Exposition formats"): for each family
its help and type, then a line a sample. A `Meter` becomes a counter, or a summary without
quantiles: `_count` and `_sum`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from controller.meters import Meter

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number as it is now, for each set of labels."""

    name: str
    about: str
    samples: dict[tuple[tuple[str, str], ...], float] = field(default_factory=dict)


def written(gauges: Iterable[Gauge], meters: Iterable[Meter]) -> str:
    """All of it, as it is sent."""
    lines = [line for one in gauges for line in _gauge(one)]
    lines += [line for one in meters for line in _meter(one)]
    return "\n".join(lines) + "\n"


def _gauge(one: Gauge) -> Iterator[str]:
    yield from _head(one.name, one.about, "gauge")
    for labels, value in one.samples.items():
        yield f"{one.name}{_labels(labels)} {_number(value)}"


def _meter(one: Meter) -> Iterator[str]:
    name = one.name if one.measured else f"{one.name}_total"
    yield from _head(name, one.about, "summary" if one.measured else "counter")
    for of, n, much in one.read():
        labels = _labels(tuple(zip(one.labels, of, strict=True)))
        yield f"{name}{'_count' if one.measured else ''}{labels} {_number(n)}"
        if one.measured:
            yield f"{name}_sum{labels} {_number(much)}"


def _head(name: str, about: str, kind: str) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"


def _labels(labels: tuple[tuple[str, str], ...]) -> str:
    said = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{said}}}" if said else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
