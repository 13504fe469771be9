"""How does the data-flow map of a clinic stand: what was declared against what machines show?

What is seen and not declared fails, what is declared as seen and is seen no more is due, and what
a machine does not say is unknown. A declared flow that no machine can show is a person's word.
"""

from collections.abc import Iterator

from controller.controls import marks
from controller.controls.parts import Part
from controller.paperwork import dataflow
from controller.paperwork.binder import Binder
from controller.paperwork.dataflow import Map
from controller.paperwork.registers.base import Mark
from controller.paperwork.registers.dataflow import REGISTER

CONTROL = "AST-02"
_SHOWN = "what machines show of the way of images"
_NAMED = 3


def part(held: Binder) -> Part:
    """The register of flows, held against what machines show."""
    found = list(_marks(dataflow.drawn(held)))
    nothing = Mark("unknown", f"nothing stands in the register “{REGISTER.title}”")
    return marks.part(f"the register “{REGISTER.title}”", found or [nothing])


def _marks(drawn: Map) -> Iterator[Mark]:
    for one in drawn.of("seen"):
        yield Mark("fail", f"seen, not declared: {one.seen[0]}")
    for one in drawn.lines:
        yield from (Mark("due", f"declared, seen no more: {key}") for key in one.gone)
    for host, _ in drawn.gaps:
        yield Mark("unknown", f"{host} does not say all of it")
    declared = sum(one.entry is not None for one in drawn.lines)
    if declared:
        flows = "flow" if declared == 1 else "flows"
        n = len(drawn.of("both"))
        yield Mark("pass", f"{declared} {flows} declared, {n} of them seen")


def by_machines(control: str, held: Binder) -> Part | None:
    """What machines show for a control by facts that no rule judges: whether each says it all."""
    if control != CONTROL:
        return None
    drawn = dataflow.drawn(held)
    if drawn.gaps:
        hosts = [host for host, _ in drawn.gaps]
        more = f" and {len(hosts) - _NAMED} more" if len(hosts) > _NAMED else ""
        words = f"not known of {', '.join(hosts[:_NAMED])}{more}."
        return Part("rule", _SHOWN, "unknown", words)
    n = sum(len(one.seen) for one in drawn.lines)
    if not n:
        return Part("rule", _SHOWN, "unknown", "no machine shows any.")
    return Part("rule", _SHOWN, "pass", f"{n:,} folders, shares, DICOM ports and copies are seen.")
