"""Is what a clinic is assigned whole, its own, and not older than what it has?"""

import hashlib
from collections.abc import Iterator, Mapping
from uuid import UUID

from controller.errors import Refusal
from evidence import distribution
from evidence.distribution import Assignment
from evidence.errors import EvidenceError
from rules.compiled import tailoring
from rules.compiled.pack import load
from rules.compiled.rule import Pack
from rules.errors import PackRefused, TailoringRefused

_ENDING = "/assignment.json"


def read(contents: Mapping[str, bytes]) -> Iterator[Assignment]:
    """Every assignment among targets; Refusal for one that no machine could read."""
    for name, data in contents.items():
        if not name.endswith(_ENDING):
            continue
        try:
            found = Assignment.from_bytes(data)
        except EvidenceError as error:
            raise Refusal(
                f"{name} cannot be read: {error}", help="is the author's dentinel newer than this?"
            ) from error
        if distribution.assignment_target(found.clinic) != name:
            raise Refusal(f"{name} is the assignment of another clinic")
        yield found


def require_own(found: Assignment, org: UUID, clinics: Mapping[UUID, str]) -> None:
    """Refusal unless it is for a clinic of this org."""
    if found.org != str(org) or UUID(found.clinic) not in clinics:
        raise Refusal(
            f"it assigns rules to the clinic {found.clinic}, which is not of this org",
            help="give the author a new list: `dentinel-controller packs online-keys`",
        )


def require_no_older(found: Assignment, held: bytes | None) -> None:
    """Refusal for a lower serial, or for the same one with other content."""
    if held is None:
        return
    before = Assignment.from_bytes(held)
    if found.serial < before.serial or (found.serial == before.serial and found != before):
        raise Refusal(
            f"serial {found.serial} of the clinic {found.clinic} does not follow {before.serial}",
            help="take what is published first: `dentinel-controller packs show -o FILE`, "
            "`dentinel pack take FILE`, then sign again",
        )


def require_whole(found: Assignment, contents: Mapping[str, bytes]) -> None:
    """Refusal unless every pack, tailoring and table that it names is there by its hash."""
    named = {distribution.pack_target(one.pack, one.version): one.sha256 for one in found.packs} | {
        distribution.table_target(one.table): one.sha256 for one in found.data
    }
    if found.tailoring is not None:
        named[distribution.tailoring_target(found.clinic)] = found.tailoring.sha256
    for name, digest in named.items():
        if hashlib.sha256(contents.get(name, b"")).hexdigest() != digest:
            raise Refusal(f"{name} is missing, or is not what the clinic is assigned")
    own = {(one.pack, one.version) for one in found.packs}
    assigned = [of for of, _ in packs(contents) if (of.pack, of.version) in own]
    _require_apart(assigned)
    data = contents.get(distribution.tailoring_target(found.clinic))
    if found.tailoring is not None and data is not None:
        _require_fits(data, assigned)


def packs(contents: Mapping[str, bytes]) -> Iterator[tuple[Pack, bytes]]:
    """Every pack among targets; Refusal for one that this release cannot read."""
    for name, data in contents.items():
        if name.startswith("packs/"):
            try:
                yield load(data), data
            except PackRefused as refused:
                raise Refusal(
                    f"{name}: {refused}", help="is the author's dentinel newer than this?"
                ) from refused


def _require_apart(assigned: list[Pack]) -> None:
    """A rule goes by its id alone: a machine takes no two packs that both have it."""
    ids = [rule.id for pack in assigned for rule in pack.rules]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise Refusal(
            f"two packs of one clinic have the rule {twice[0]}",
            help="the author gives one of them another id, and signs again",
        )


def _require_fits(data: bytes, known: list[Pack]) -> None:
    try:
        tailoring.load(data, known)
    except TailoringRefused as refused:
        raise Refusal(
            str(refused), help="the author mends the tailoring and signs again"
        ) from refused
