"""On which terms was a machine judged: which values were not the pack's, and who set them?

From the machine's own newest full report, which says which signed assignment it runs, and from
that assignment and its tailoring as they lie in the repository for ever. So what a page shows is
what that machine judged by, also while a newer tailoring is on its way.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from controller.ledger import raw
from controller.ledger.models import Report
from controller.tenants.scope import Place
from evidence import distribution
from evidence.distribution import Assignment
from evidence.errors import EvidenceError
from rules.compiled import assignment as places
from rules.compiled import instants, tailoring
from rules.compiled.rule import Pack
from rules.engine.tailor import tailor
from rules.engine.terms import Effective, Origin, Terms
from rules.engine.words import basis, clean, words
from rules.errors import RulesError

if TYPE_CHECKING:
    from controller.fleet.models import Machine


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What holds for one rule on one machine other than its pack says, in words."""

    params: Mapping[str, Any]
    severity: str
    lines: tuple[str, ...]
    is_looser: bool


def otherwise(
    folder: Path, place: Place, machine: "Machine", packs: Iterable[Pack], now: datetime
) -> dict[tuple[str, str], Otherwise]:
    """By pack's digest and rule: what is set otherwise; nothing for the built-in policy.

    `folder` is the repository of the org. What cannot be read there is left out: the machine's
    verdicts stand without it.
    """
    policy = _policy(place, machine)
    if policy is None or policy.get("assignment") is None:
        return {}
    try:
        found = _assignment(folder, machine, policy["assignment"])
        if found is None or found.tailoring is None:
            return {}
        target = distribution.tailoring_target(found.clinic)
        data = _file(folder, target, found.tailoring.sha256)
        settings = tailoring.read(data).tailorings if data is not None else ()
        stands = _stands(found, policy, str(machine.agent_id))
        return {
            (pack.sha256, rule): _said(terms, pack, rule)
            for pack in packs
            for rule, terms in tailor(pack, settings, stands, now).items()
        }
    except (EvidenceError, RulesError):
        return {}


def _policy(place: Place, machine: "Machine") -> dict[str, Any] | None:
    """What the newest full report says of its rules."""
    row = (
        Report.objects.at(place)
        .filter(machine_id=machine.id, epoch=machine.epoch, seq=machine.full_seq)
        .exclude(raw=None)
        .first()
    )
    if row is None or row.raw is None:
        return None
    body: dict[str, Any] = json.loads(raw.unpack(bytes(row.raw)).payload)["body"]
    return body.get("policy")


def _assignment(folder: Path, machine: "Machine", sha256: str) -> Assignment | None:
    clinic = str(machine.clinic_id)
    data = _file(folder, distribution.assignment_target(clinic), sha256)
    return None if data is None else Assignment.from_bytes(data)


def _file(folder: Path, target: str, sha256: str) -> bytes | None:
    file = folder / distribution.TARGETS / distribution.target_file(target, sha256)
    return file.read_bytes() if file.is_file() else None


def _stands(found: Assignment, policy: Mapping[str, Any], agent: str) -> places.Assignment:
    """Where the machine stands, as the machine itself has it."""
    stand = found.machines.get(agent)
    site, role = policy.get("site"), policy.get("role")
    groups = {*(policy.get("groups") or ())}
    groups |= {places.of_site(site)} if site else set()
    groups |= {places.of_role(role)} if role else set()
    return places.Assignment(
        org=found.names.org or found.org,
        clinic=found.names.clinic or found.clinic,
        groups=frozenset(groups),
        machine=stand.name if stand and stand.name else agent,
    )


def _said(terms: Terms, pack: Pack, name: str) -> Otherwise:
    rule = pack.rule(name)
    changed = {key: one for key, one in terms.params.items() if one.origin.setting is not None}
    lines = [_param(key, one) for key, one in changed.items()]
    if rule is not None and terms.severity != rule.severity:
        lines.append(f"weighs {terms.severity}: {_by(terms.severity_by)}; pack: {rule.severity}")
    if terms.disabled is not None:
        lines.append(f"switched off: {_by(terms.disabled)}")
    if terms.broken is not None:
        lines += [f"undecided: {one.match} sets {one.thing}" for one in terms.broken.settings]
    origins = [*(one.origin for one in changed.values()), terms.severity_by]
    looser = terms.disabled is not None or any(one.is_loosened for one in origins)
    return Otherwise({key: one.form for key, one in changed.items()}, terms.severity,
                     tuple(lines), looser)  # fmt: skip


def _param(name: str, one: Effective) -> str:
    ours = next((step.form for step in one.steps if step.origin.setting is None), None)
    whose = f" ({basis(one.param)})" if one.param.basis else ""
    said = f"{name} is {words(one.param.type, one.form)}: {_by(one.origin)}"
    return f"{said}; pack: {words(one.param.type, ours)}{whose}"


def _by(origin: Origin) -> str:
    """`clinic bright-smiles, loosened until 2027-03-31 (dr_lee: the vendor certifies late)`."""
    if origin.setting is None:
        return str(origin)
    grant = origin.setting.grant
    does = f", {origin.change}" if origin.change.value in ("tightened", "loosened") else ""
    end = f" until {instants.to_datetime(grant.until):%Y-%m-%d}" if grant.until is not None else ""
    why = f" ({clean(grant.approved_by or '')}: {clean(grant.reason)})" if grant.reason else ""
    return f"{origin}{does}{end}{why}"
