"""Which acts change where a machine stands, and what do they leave in the books?

`pending` → `active` ⇄ `quarantined`; ends are `superseded`, `revoked` and `retired`, and nothing
leads out of an end. Each act is one transaction: the machine's row, a row of `audit` with who and
why, and a `state` line in the clinic's log.

- An end is the end of the machine's keys: a `revoke` line each, and a report by one of them with a
  later line is false, also offline.
- What was received stays, and its chain with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from uuid import UUID

from controller.errors import AlreadyDone, NotThere, Refusal
from controller.fleet.models import Machine, MachineKey, MachineState
from controller.fleet.queries import ENDED
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, Books, By, acting
from controller.ledger.append import Line
from controller.tenants.models import Site
from controller.tenants.scope import Place
from evidence.leaf import RevokeLeaf, StateLeaf

Lost: TypeAlias = Literal["lost", "stolen", "exposed", "left"]
"""Why keys are revoked: the computer is lost or stolen, its key was seen, or it left our hands."""

LONGEST_REASON = 200
_FROM = {
    MachineState.ACTIVE: (MachineState.PENDING, MachineState.QUARANTINED),
    MachineState.QUARANTINED: (MachineState.PENDING, MachineState.ACTIVE),
}
_LIVE = (MachineState.PENDING, MachineState.ACTIVE, MachineState.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks for an act on which machine, and why. `reason` is free text and stays in `audit`."""

    home: ControllerHome
    place: Place
    machine: UUID
    by: By
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    """What an act does: its name, the state after it, the word in the log, more for `audit`."""

    act: str
    to: MachineState
    why: str
    more: dict[str, Any] = field(default_factory=dict)


def approve(call: Call) -> Machine:
    """Approve a machine that waits, or is in quarantine. Copies that took turns are forgiven."""
    return _act(call, _Step("machine.approve", MachineState.ACTIVE, "approved"))


def quarantine(call: Call) -> Machine:
    """Take back the approval of a machine; it is logged in full meanwhile."""
    _require_reason(call)
    return _act(call, _Step("machine.quarantine", MachineState.QUARANTINED, "suspected"))


def revoke(call: Call, why: Lost) -> Machine:
    """End a machine's keys: what they sign from now on is false, for whoever checks."""
    _require_reason(call)
    return _act(call, _Step("machine.revoke", MachineState.REVOKED, why))


def retire(call: Call, disposal: str) -> Machine:
    """End a machine that is used no more, with what became of its disks.

    45 CFR 164.310(d)(2)(i) asks for policies on the final disposition of such media: the record of
    one disposal is what an auditor asks to see.
    """
    if not disposal.strip():
        raise Refusal(
            "what became of its disks?",
            help='say it in a sentence: "wiped with nwipe, disk shredded by Iron Box, 12 Nov"',
        )
    _require_length(disposal)
    kept = disposal.strip()

    def write(machine: Machine) -> None:
        machine.disposal = kept

    step = _Step("machine.retire", MachineState.RETIRED, "retired", {"disposal": kept})
    return _act(call, step, write)


def replace(call: Call, old: UUID) -> Machine:
    """Confirm that a machine is an older one set up anew: that one ends as superseded.

    Both histories stay. A machine that waits is approved by it.
    """
    with acting(call.home, call.by) as books:
        new, former = _machine(call.place, call.machine), _machine(call.place, old)
        _require_pair(new, former)
        if former.state in _LIVE:
            step = _Step("machine.supersede", MachineState.SUPERSEDED, "replaced")
            _write(books, former, call, step)
        new.replaces = former.id
        new.save(update_fields=["replaces"])
        if new.state in _FROM[MachineState.ACTIVE]:
            _write(books, new, call, _Step("machine.approve", MachineState.ACTIVE, "approved"))
        told = {"host": new.host, "replaces": str(former.id), "reason": call.reason}
        books.record(new.org_id, new.clinic_id, Act("machine.replace", str(new.id), after=told))
    return new


def move(call: Call, site: str | None) -> Machine:
    """Say in which building of its clinic a machine stands; None takes it out of any."""
    with acting(call.home, call.by) as books:
        machine = _machine(call.place, call.machine)
        before = machine.site.slug if machine.site else None
        machine.site = _site(machine, site)
        machine.save(update_fields=["site"])
        act = Act("machine.move", str(machine.id), {"site": before}, {"site": site})
        books.record(machine.org_id, machine.clinic_id, act)
    return machine


def _act(call: Call, step: _Step, write: Callable[[Machine], None] | None = None) -> Machine:
    with acting(call.home, call.by) as books:
        machine = _machine(call.place, call.machine)
        if write is not None:
            write(machine)
        _write(books, machine, call, step)
    return machine


def _write(books: Books, machine: Machine, call: Call, step: _Step) -> None:
    _require_step(machine, step.to)
    before = machine.state
    machine.state = step.to
    if step.to in ENDED:
        machine.ended_at = call.by.at
        _end_keys(books, machine, step.why)
        _end_hosts(books, machine)
    elif step.to is MachineState.ACTIVE:
        machine.turns, machine.other_boot_at, machine.clone_suspected_at = 0, None, None
    machine.save(
        update_fields=[
            *("state", "ended_at", "disposal"),
            *("turns", "other_boot_at", "clone_suspected_at"),
        ]
    )
    _log(books, machine, step.why)
    after = {"state": str(step.to), "host": machine.host, "reason": call.reason, **step.more}
    act = Act(step.act, str(machine.id), {"state": str(before)}, after)
    books.record(machine.org_id, machine.clinic_id, act)


def _log(books: Books, machine: Machine, why: str) -> None:
    leaf = StateLeaf(
        at=books.by.at,
        agent=str(machine.agent_id),
        state=str(machine.state),  # type: ignore[arg-type]
        why=why,
        by=str(books.by.user) if books.by.user else None,
    )
    line = Line("state", leaf.to_line(), machine.id.hex)
    books.leaf(machine.org_id, machine.clinic_id, line)


def _end_keys(books: Books, machine: Machine, why: str) -> None:
    """A `revoke` line for each key in force, up to which it counts."""
    whole = MachineKey.objects.at(Place(machine.org_id)).filter(machine=machine)
    for key in whole.filter(valid_to_leaf=None).order_by("-purpose"):
        leaf = RevokeLeaf(
            at=books.by.at,
            agent=str(machine.agent_id),
            keyid=key.key_id,
            why=why,
            by=str(books.by.user) if books.by.user else None,
        )
        line = Line("revoke", leaf.to_line(), machine.id.hex)
        key.valid_to_leaf = books.leaf(machine.org_id, machine.clinic_id, line)
        key.save(update_fields=["valid_to_leaf"])


def _end_hosts(books: Books, machine: Machine) -> None:
    """Nobody visits the hosts of a machine that has ended: they end with it."""
    hosts = Machine.objects.at(Place(machine.org_id)).filter(visitor=machine)
    for host in hosts.exclude(state__in=ENDED).order_by("host", "id"):
        host.state, host.ended_at = MachineState.RETIRED, books.by.at
        host.save(update_fields=["state", "ended_at"])
        _log(books, host, "visitor_ended")


def _machine(place: Place, machine: UUID) -> Machine:
    found = Machine.objects.at(place).select_related("site").filter(pk=machine).first()
    if found is None:
        raise NotThere("there is no such machine here")
    return found


def _site(machine: Machine, slug: str | None) -> Site | None:
    if slug is None:
        return None
    whole = Site.objects.at(Place(machine.org_id)).filter(clinic_id=machine.clinic_id)
    found = whole.filter(slug=slug, ended_at__isnull=True).first()
    if found is None:
        raise NotThere(
            f"its clinic has no site {slug!r}",
            help="to another clinic it moves by joining that one: make a join string there, and run"
            " `dentinel enroll JOIN --new-identity` on it",
        )
    return found


def _require_step(machine: Machine, to: MachineState) -> None:
    if machine.state == to:
        raise AlreadyDone(f"{machine.host} is {to} already")
    if machine.state in ENDED:
        raise Refusal(
            f"{machine.host} is {machine.state}, and that is an end",
            help="a computer that is used again joins anew: `dentinel enroll JOIN --new-identity`",
        )
    if machine.visitor_id is not None and to is not MachineState.RETIRED:
        raise Refusal(
            f"{machine.host} carries no agent: it stands as the machine that visits it does"
        )
    if machine.state not in _FROM.get(to, _LIVE):
        raise Refusal(f"{machine.host} is {machine.state}, which does not lead to {to}")


def _require_pair(new: Machine, former: Machine) -> None:
    if new.id == former.id or new.visitor_id or former.visitor_id:
        raise Refusal("two machines that joined are needed: the new one, and the one that it was")
    if new.state in ENDED:
        raise Refusal(f"{new.host} is {new.state}, and that is an end")
    if new.enrolled_at < former.enrolled_at:
        raise Refusal(f"{former.host} joined after {new.host}: name the newer one first")


def _require_reason(call: Call) -> None:
    if not call.reason.strip():
        raise Refusal(
            "say why, in a few words", help="they stand in the audit log beside your name"
        )
    _require_length(call.reason)


def _require_length(text: str) -> None:
    if len(text) > LONGEST_REASON:
        raise Refusal(f"{LONGEST_REASON} characters are the most that are kept of this")
