"""What does the controller itself check, by control? To add a check, add its line to CHECKS.

What stands in a register is read by `registered`, what people said of it by `overseen`. A control
of mode C with a line in none of them is unknown, and says so. Some hold by how the controller is
built: their words say that they were not measured.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from controller.controls.parts import Part


@dataclass(frozen=True, slots=True)
class Clinic:
    """What the checks of a clinic look at; machines are those that are approved."""

    machines: int
    lost: int
    clocks_wrong: int
    clocks_unset: int
    rules_unsigned: int
    rules_old: int
    ended: int
    ended_unrecorded: int
    people: int
    without_factor: int
    failing: int
    idle_minutes: int


CONTROLLER = "the controller"
Check = Callable[[Clinic], tuple[str, str]]
"""State and words."""

_NOBODY = ("unknown", "no machine is approved")


def part(control: str, clinic: Clinic) -> Part | None:
    """The controller's own check of a control, if there is one."""
    check = CHECKS.get(control)
    return Part("check", CONTROLLER, *check(clinic)) if check else None


def _built(words: str) -> Check:
    return lambda _: ("pass", f"By how the controller is built, not measured: {words}.")


def _lost(clinic: Clinic) -> tuple[str, str]:
    if clinic.lost:
        told = f"{clinic.lost} of {clinic.machines} machines unheard for over 30 days, not retired"
        return "fail", f"{told}."
    return ("pass", f"0 of {clinic.machines} machines lost.") if clinic.machines else _NOBODY


def _clocks(clinic: Clinic) -> tuple[str, str]:
    if not clinic.machines:
        return _NOBODY
    if clinic.clocks_wrong:
        return "fail", f"{clinic.clocks_wrong} of {clinic.machines} clocks differ from ours."
    if clinic.clocks_unset:
        return "unknown", f"{clinic.clocks_unset} of {clinic.machines} clocks cannot be believed."
    return "pass", f"{clinic.machines} of {clinic.machines} clocks agree with ours."


def _rules(clinic: Clinic) -> tuple[str, str]:
    if not clinic.machines:
        return _NOBODY
    if clinic.rules_old:
        return "fail", f"{clinic.rules_old} of {clinic.machines} machines judge by old rules."
    if clinic.rules_unsigned:
        told = f"{clinic.rules_unsigned} of {clinic.machines} machines judge by built-in rules"
        return "unknown", f"{told}: no pack is assigned."
    return "pass", f"{clinic.machines} of {clinic.machines} machines judge by the signed rules."


def _disposals(clinic: Clinic) -> tuple[str, str]:
    if clinic.ended_unrecorded:
        told = f"{clinic.ended_unrecorded} of {clinic.ended} retired machines"
        return "fail", f"{told} have no record of their disks."
    if not clinic.ended:
        return "not-applicable", "No machine was retired."
    return "pass", f"{clinic.ended} of {clinic.ended} retired machines have a record."


def _factors(clinic: Clinic) -> tuple[str, str]:
    if not clinic.people:
        return "unknown", "Nobody of this clinic has an account."
    done = clinic.people - clinic.without_factor
    told = f"{done} of {clinic.people} people of this clinic have set up a second factor"
    return "pass", f"{told}; nobody gets in without one."


def _logoff(clinic: Clinic) -> tuple[str, str]:
    idle, whole = clinic.idle_minutes, settings.SESSION_COOKIE_AGE // 3600
    return "pass", f"Sessions end after {idle} minutes without an act, and after {whole} hours."


def _open(clinic: Clinic) -> tuple[str, str]:
    told = f"{clinic.failing} failures are open, each with the time since when"
    return "pass", f"{told}; waivers carry owner, reason and end."


CHECKS: dict[str, Check] = {
    "GOV-03": _built("what judged a machine is kept six years at least; a purge refuses less"),
    "RSK-02": _open,
    "AST-01": _lost,
    "ACC-04": _factors,
    "ACC-06": _built("break-glass gives a named person an hour, told to every administrator"),
    "ACC-09": _logoff,
    "AUD-02": _built("reports are signed and chained, and logged where nothing can be rewritten"),
    "AUD-05": _clocks,
    "HRD-04": _rules,
    "PAT-04": _built("patch cadence is measured from each report, what is pending counted"),
    "MED-04": _disposals,
    "INC-03": _built("“A computer is lost” gathers for counsel what was known of any machine"),
    "INC-04": _built("an incident is entered on a page, with its time and who entered it"),
    "PRV-02": _built("what may leave a machine is a closed type, at sealing and at intake"),
    "CTL-01": _built("every page asks for role and clinic; a stranger's address is not there"),
    "CTL-02": _factors,
    "CTL-03": _logoff,
    "CTL-04": _built("each act of a person is a line of the signed log"),
    "CTL-05": _built("reports travel by TLS to a pinned authority and are signed both ways"),
    "CTL-06": _built("silence, gaps, forks and copies are shown as such, never as a pass"),
    "CTL-07": _built("only the author's offline key makes a rule effective"),
}
