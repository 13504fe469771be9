"""What does one machine show of the way that images take: folders, shares, DICOM, backup copies?

A pure function of what the machine last said. What it does not say is told as a gap, and never as
nothing; a list that is not whole ends nothing. Names are labels and closed words of the fact
catalogue: no path has a field to stand in.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from controller.paperwork.seen import Told

GAP = "flow_gap"
"""Of the `kinds` of this one a machine does not say whether it has any."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One of them: `what` is a kind of KINDS, `name` what it goes by on its machine."""

    what: str
    name: str
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a machine shows, and of which kinds that is the whole."""

    flows: tuple[Flow, ...]
    whole: frozenset[str]


def shown(told: Told) -> Shown:
    """Everything of that sort on one machine."""
    flows: list[Flow] = []
    gaps: list[str] = []
    for what, kind in KINDS.items():
        listed, is_whole = _list(kind.of(told))
        for item in listed:
            flow = kind.read(item)
            is_whole = is_whole and flow is not None
            flows += [] if flow is None or not flow.name else [Flow(what, flow.name, flow.more)]
        gaps += [] if is_whole else [what]
    return Shown((*flows, *_gap(*gaps)), frozenset({GAP, *KINDS} - {*gaps}))


def silent() -> Shown:
    """What a machine shows that was never heard."""
    return Shown(_gap("facts"), frozenset({GAP}))


def _gap(*kinds: str) -> tuple[Flow, ...]:
    return (Flow(GAP, "gap", {"kinds": list(kinds)}),) if kinds else ()


_NONE = Flow("", "")


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where a kind stands in what was told; `read` gives None of an item that does not say it."""

    of: Callable[[Told], Any]
    read: Callable[[Mapping[str, Any]], Flow | None]


def _folder(root: Mapping[str, Any]) -> Flow | None:
    words = {name: root.get(name) for name in ("role", "owner", "cloud_sync")}
    label = root.get("label")
    if not isinstance(label, str) or not all(isinstance(one, str) for one in words.values()):
        return None
    by = root.get("served_by")
    return Flow("", label, {**words, "served_by": by if isinstance(by, str) else None})


def _share(share: Mapping[str, Any]) -> Flow | None:
    holds, name = share.get("holds_imaging"), share.get("name")
    if holds is False:
        return _NONE
    if holds is not True or not isinstance(name, str):
        return None
    return Flow("", name, {"kind": _word(share.get("kind")), "encrypted": _sure(share)})


def _dicom(listener: Mapping[str, Any]) -> Flow | None:
    spoken, port = listener.get("dicom"), listener.get("port")
    if spoken in ("no", "not_probed"):
        return _NONE
    if not isinstance(spoken, str) or not isinstance(port, int):
        return None
    return Flow("", str(port), {"encrypted": spoken != "plain"})


def _copy(copy: Mapping[str, Any]) -> Flow | None:
    name, to, holds = (copy.get(one) for one in ("name", "destination", "covers_images"))
    if holds is False:
        return _NONE
    if not isinstance(name, str) or not isinstance(to, str) or holds is not True:
        return None
    return Flow("", name, {"to": to, "encrypted": _sure(copy)})


def _sure(item: Mapping[str, Any]) -> bool | None:
    value = item.get("encrypted")
    return value if isinstance(value, bool) else None


def _word(value: Any) -> str:  # noqa: ANN401 - JSON
    return value if isinstance(value, str) else ""


def _of(value: Any, name: str) -> Any:  # noqa: ANN401 - JSON
    return value.get(name) if isinstance(value, dict) else None


def _list(value: Any) -> tuple[Iterator[Mapping[str, Any]], bool]:  # noqa: ANN401 - JSON
    """The records of a list, and whether they are all: an incomplete one stands in `$items`."""
    is_whole = isinstance(value, list)
    listed = value.get("$items", []) if isinstance(value, dict) else value
    items = listed if isinstance(listed, list) else []
    return (one for one in items if isinstance(one, dict)), is_whole


KINDS: dict[str, _Kind] = {
    "flow_folder": _Kind(lambda told: _of(told.imaging, "roots"), _folder),
    "flow_share": _Kind(lambda told: told.shares, _share),
    "flow_dicom": _Kind(lambda told: told.listeners, _dicom),
    "flow_copy": _Kind(lambda told: _of(told.backups, "copies"), _copy),
}
"""What is looked for. To look for another, add its line."""
