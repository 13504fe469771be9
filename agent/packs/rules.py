"""By which rules is this machine judged now, and on which terms?

By those that its clinic's signed assignment names, if they are installed, whole, and of its own
org and clinic; else by the pack that the package carries, and then every report says `builtin`.
However old they are, they are judged by: age only changes what `policy` says.

- Where a machine stands (site, groups, role) decides which settings of a tailoring reach it, so
  the signed assignment says so. One that it does not name keeps what its enrolment said: no
  controller can move a machine to looser rules.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from agent.errors import AgentError, HomeError, PacksRefused
from agent.identity.machine import Identity
from agent.packs.record import InForce, News, Record, State
from agent.packs.sound import sound
from agent.paths import Home
from evidence import shape
from evidence.bodies import PackRef, Policy
from evidence.distribution import Assignment, Stand
from evidence.errors import EvidenceError
from evidence.messages import Enrolled
from evidence.words import MachineRole
from rules.compiled import assignment as places
from rules.compiled.rule import Pack, Rule
from rules.compiled.setting import Tailoring
from rules.compiled.tailoring import Tailorings
from rules.engine.judge import judge
from rules.engine.result import Result
from rules.engine.tailor import tailor
from rules.facts.base import Reading

_NOWHERE = Stand()
_UNPLACED = places.Assignment()


@dataclass(frozen=True, slots=True)
class Rules:
    """Packs, what is set otherwise in them, and what `policy` says of them.

    `every` is how often the assignment wants a patrol; `fault` is why rules that were installed
    are not judged by.
    """

    packs: tuple[Pack, ...]
    policy: Policy
    tailored: Tailorings | None = None
    place: places.Assignment = _UNPLACED
    every: timedelta | None = None
    news: News | None = None
    fault: str | None = None

    @property
    def digest(self) -> str:
        """Changes when a verdict may: with packs, settings, or the place of the machine."""
        packs = [pack.sha256 for pack in self.packs]
        tailored = self.tailored.sha256 if self.tailored else None
        place = self.place
        stands = [place.org, place.clinic, sorted(place.groups), place.machine]
        return _digest([packs, tailored, stands])

    @property
    def said(self) -> str:
        """Changes when what a report says of the policy does."""
        return _digest(shape.to_json(self.policy))

    def numbered(self) -> Iterator[tuple[int, Rule]]:
        """Every rule, with the number of its pack in `policy`."""
        for number, pack in enumerate(self.packs):
            for rule in pack.rules:
                yield number, rule

    def judge(self, readings: Mapping[str, Reading], now: datetime) -> tuple[Result, ...]:
        """One result for each rule, in their order."""
        return tuple(
            result
            for pack in self.packs
            for result in judge(
                pack, readings, now, tailor(pack, self._tailored(pack), self.place, now)
            )
        )

    def of_host(self, name: str, role: MachineRole | None) -> Self:
        """The same rules for a host that this machine visits: it stands where that one does.

        Its groups are its site and its own role; as a machine it goes by its name in the settings.
        """
        groups = _groups(Stand(site=self.policy.site, role=role))
        return replace(
            self,
            place=replace(self.place, groups=groups, machine=name),
            policy=replace(self.policy, groups=(), role=role),
        )

    def _tailored(self, pack: Pack) -> tuple[Tailoring, ...]:
        there = self.tailored.tailorings if self.tailored else ()
        return tuple(one for one in there if one.extends(pack))


def in_force(
    home: Home, identity: Identity | None, now: datetime, carried: Callable[[], Pack]
) -> Rules:
    """The rules of a machine; `carried` is the built-in pack. PackRefused if that is damaged."""
    try:
        record = Record.load(home)
    except HomeError as error:
        return replace(_builtin(identity, carried()), fault=error.message)
    if identity is None or record.rules is None:
        return replace(_builtin(identity, carried()), news=record.news)
    try:
        return replace(_installed(home, identity, record.rules, now), news=record.news)
    except (AgentError, EvidenceError) as error:
        said = error.message if isinstance(error, AgentError) else str(error)
        return replace(_builtin(identity, carried()), news=record.news, fault=said)


def _builtin(identity: Identity | None, pack: Pack) -> Rules:
    stand = _enrolled(identity.enrolled) if identity else _NOWHERE
    return Rules((pack,), _policy("builtin", None, (_ref(pack),), stand))


def _installed(home: Home, identity: Identity, rules: InForce, now: datetime) -> Rules:
    """PacksRefused if they are not whole, or not this clinic's."""
    if (rules.org, rules.clinic) != (identity.org, identity.clinic):
        raise PacksRefused("the rules in force are of another clinic", _AGAIN)
    assignment = Assignment.from_bytes(_kept(home, rules.assignment))
    if (assignment.org, assignment.clinic) != (identity.org, identity.clinic):
        raise PacksRefused("the assignment in force is of another clinic", _AGAIN)
    names = [one.sha256 for one in assignment.packs]
    names += [assignment.tailoring.sha256] if assignment.tailoring else []
    found = sound(assignment, {name: _kept(home, name) for name in names})
    stand = assignment.machines.get(identity.agent) or _enrolled(identity.enrolled)
    refs = tuple(_ref(pack) for pack in found.packs)
    return Rules(
        found.packs,
        _policy(rules.state(now), rules, refs, stand),
        found.tailored,
        places.Assignment(
            org=assignment.names.org or assignment.org,
            clinic=assignment.names.clinic or assignment.clinic,
            groups=_groups(stand),
            machine=stand.name or identity.agent,
        ),
        assignment.every,
    )


def _kept(home: Home, sha256: str) -> bytes:
    file = home.kept / sha256
    try:
        data = file.read_bytes()
    except OSError as error:
        raise PacksRefused(f"{file} cannot be read: {error.strerror}", _AGAIN) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise PacksRefused(f"{file} is damaged", _AGAIN)
    return data


def _policy(
    state: State, rules: InForce | None, packs: tuple[PackRef, ...], stand: Stand
) -> Policy:
    return Policy(
        state=state,
        root=rules.root if rules else None,
        targets=rules.targets if rules else None,
        assignment=rules.assignment if rules else None,
        packs=packs,
        plan=None,
        site=stand.site,
        groups=stand.groups,
        role=stand.role,
    )


def _enrolled(enrolled: Enrolled) -> Stand:
    return Stand(site=enrolled.site, role=enrolled.role)


def _groups(stand: Stand) -> frozenset[str]:
    """The groups by which scopes call a place: sites and roles are groups too."""
    site = {places.of_site(stand.site)} if stand.site else set[str]()
    role = {places.of_role(stand.role)} if stand.role else set[str]()
    return frozenset({*stand.groups, *site, *role})


def _ref(pack: Pack) -> PackRef:
    return PackRef(pack=pack.pack, version=pack.version, sha256=pack.sha256)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


_AGAIN = "they are installed anew with the next rules that are fetched"
