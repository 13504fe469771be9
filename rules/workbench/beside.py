"""Which tailorings, waivers and lists of who gets what lie beside packs, and are they sound?

They may extend a pack that is checked with them, or the built-in one. Beside a pack that has
errors of its own their keys alone are checked: what they mean is asked once the pack is mended.
Of who gets what the keys alone are checked here: which clinics there are is known at signing.
"""

from collections.abc import Sequence
from datetime import date

from rules.compiled import builtin
from rules.compiled.rule import Pack
from rules.errors import Problem
from rules.language import assignments
from rules.language.document import Mapping, Scalar
from rules.language.files import File, read_entry
from rules.workbench import tailorings, waivers
from rules.workbench.build import build
from rules.workbench.packs import Checked


def check_beside(checked: Sequence[Checked], today: date | None) -> list[Problem]:
    """What is wrong with the files of these folders that are no part of a pack."""
    problems: list[Problem] = []
    for file in _files(checked, assignments.FORM):
        assignments.read_assignment(file, problems)
    of_tailorings = _files(checked, tailorings.FORM)
    of_waivers = _files(checked, waivers.FORM)
    if not of_tailorings and not of_waivers:
        return problems
    broken = {one.pack.pack for one in checked if one.has_errors and one.pack is not None}
    packs = _packs(checked)
    for file in [one for one in of_tailorings if _extended(one) in broken]:
        of_tailorings.remove(file)
        read_entry(file, problems)
    for file in of_waivers if broken else ():
        read_entry(file, problems)
    problems += tailorings.check_tailorings(of_tailorings, packs, today).problems
    problems += [] if broken else waivers.check_waivers(of_waivers, packs).problems
    return problems


def _files(checked: Sequence[Checked], form: str) -> list[File]:
    return [file for one in checked for file in one.of_form(form)]


def _packs(checked: Sequence[Checked]) -> list[Pack]:
    """Those under check that are sound, and the built-in one if it is not among them."""
    found = [build(one)[0] for one in checked if not (one.is_loose or one.has_errors)]
    names = {one.pack.pack for one in checked if one.pack is not None and not one.is_loose}
    return found if builtin.NAME in names else [*found, builtin.pack()]


def _extended(file: File) -> str:
    """The pack that a tailoring says it extends."""
    extends = file.of.get("extends")
    pack = extends.get("pack") if isinstance(extends, Mapping) else None
    return pack.text if isinstance(pack, Scalar) else ""
