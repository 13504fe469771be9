"""How do programs read what the checks found? `outcome` is proven, false, incomplete or usage."""

from collections.abc import Mapping
from itertools import pairwise

from evidence import shape
from evidence.bundle import LogRange
from evidence.strict_json import Json
from evidence.verify.case import Problem, Standing
from evidence.verify.keys import LogKey
from evidence.verify.restarts import Restart
from evidence.verify.run import Outcome


def document(outcome: Outcome) -> Mapping[str, Json]:
    """Everything that the text says, and each problem whole."""
    manifest, stated = outcome.manifest, outcome.stated
    return {
        "outcome": outcome.standing.value,
        "demo": outcome.is_demo,
        "clinic": manifest.clinic_name if manifest else None,
        "from": shape.moment(manifest.from_) if manifest else None,
        "to": shape.moment(manifest.to) if manifest else None,
        "machines": outcome.machines,
        "reports": outcome.told.reports,
        "facts_gone": outcome.told.facts_gone,
        "erased": outcome.told.erased,
        "silent_days": outcome.silence.silent,
        "days": outcome.silence.of,
        "waivers": [shape.to_json(each) for each in stated.waivers],
        "attestations": [shape.to_json(each) for each in stated.attestations],
        "org_entries": [shape.to_json(each) for each in outcome.org],
        "witnesses": {each.witness: shape.moment(each.at) for each in outcome.witnesses},
        "builtin_rules": outcome.builtin,
        "first_roots_of_rules": list(outcome.first_roots),
        "log": _log(outcome),
        "key": str(outcome.key) if outcome.key else None,
        "key_changes": [_change(*pair) for pair in pairwise(outcome.log_keys)],
        "restarts": [_restart(each) for each in outcome.restarts],
        "checks": {check: _met(standing) for check, standing in outcome.checks.items()},
        "problems": [_problem(problem) for problem in outcome.problems],
    }


def _log(outcome: Outcome) -> Json:
    signed = outcome.checkpoint
    if signed is None:
        return None
    return shape.to_json(LogRange(origin=signed.origin, first=outcome.log.first, end=signed.size))


def _change(before: LogKey, after: LogKey) -> dict[str, Json]:
    return {
        "leaf": after.since,
        "at": shape.moment(after.at),
        "old": str(before.verifier),
        "new": str(after.verifier),
        "stolen": after.is_theft,
    }


def _restart(one: Restart) -> dict[str, Json]:
    return {
        "old": one.old,
        "why": one.why,
        "signed": one.signed,
        "here": one.here,
        "missing": one.missing,
        "returned": one.returned,
    }


def _problem(problem: Problem) -> dict[str, Json]:
    return {
        "check": problem.check,
        "standing": problem.standing.value,
        "what": problem.what,
        "file": problem.file,
        "line": problem.line,
        "expected": problem.expected,
        "found": problem.found,
    }


def _met(standing: Standing) -> str:
    return "met" if standing is Standing.PROVEN else standing.value
