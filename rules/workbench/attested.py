"""Are the attestations of a pack sound beside its rules, whose name space they share?"""

from collections.abc import Iterable, Mapping

from rules.compiled.attestation import Attestation
from rules.errors import Place, Problem
from rules.language.attestations import read_attestations
from rules.language.document import Scalar
from rules.language.files import File, PackSource


def check_attestations(
    files: Iterable[File],
    pack: PackSource | None,
    rules: Mapping[str, Place],
    problems: list[Problem],
) -> dict[str, Attestation]:
    """The sound kinds by id; `rules` are the places of the ids that rules have."""
    found: dict[str, Attestation] = {}
    taken = dict(rules)
    retired = {one[0] for one in pack.retired} if pack is not None else set()
    for file in files:
        named, kinds = read_attestations(file, problems)
        _check_pack(named, pack, problems)
        for kind, name in kinds:
            problems += _check_id(name, taken, retired)
            taken.setdefault(kind.id, name.place)
            found.setdefault(kind.id, kind)
    return found


def _check_pack(named: Scalar | None, pack: PackSource | None, problems: list[Problem]) -> None:
    if named is not None and pack is not None and named.text != pack.pack:
        message = f"this folder is the pack {pack.pack!r}, not {named.text[:40]!r}"
        problems.append(Problem("DL104", message, named.place))


def _check_id(name: Scalar, taken: Mapping[str, Place], retired: set[str]) -> list[Problem]:
    if name.text in retired:
        help_ = "an id is never reused: take another"
        return [Problem("DL701", f"the id {name.text!r} was retired", name.place, help_)]
    before = taken.get(name.text)
    if before is None or before.file == name.place.file:  # told with the keys of its file
        return []
    help_ = f"it stands in {before} already; rules and attestations share their ids"
    return [Problem("DL105", f"the id {name.text!r} stands twice", name.place, help_)]
