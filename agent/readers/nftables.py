"""Does the kernel's packet filter stop what nobody asked for? (`nft -j list ruleset`)

The JSON of libnftables-json(5). What comes in meets every base chain of the hook `input`; one that
drops is enough. A chain drops by its policy, or by a last rule that drops or rejects whatever
reaches it; and it does not if, before that, a rule accepts whatever reaches it. Chains are
followed where they are jumped to without a condition.

- A condition that any new connection meets, such as `ct state new`, `meta l4proto tcp` or the name
  of a network card, is none where a rule accepts, and is one where a rule drops.
- What some rule sends back to the chain above is not dropped by a later rule of that chain: ufw
  so drops what is not for this machine.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeAlias

from agent.readers.errors import ParseError

Family: TypeAlias = Literal["ip", "ip6"]
Json: TypeAlias = Any
_Name: TypeAlias = tuple[str, str, str]

_FAMILIES: Mapping[str, tuple[Family, ...]] = {
    "ip": ("ip",),
    "ip6": ("ip6",),
    "inet": ("ip", "ip6"),
}
_PASSES_ON = frozenset({"counter", "log", "comment", "mangle", "notrack", "ct helper"})
"""Statements that everything goes through: they neither select nor decide."""

_XT_PASSES_ON = frozenset({"comment", "LOG", "NFLOG", "CHECKSUM"})
_DEPTH = 32

_Picks: TypeAlias = Literal["none", "any new", "some"]
_VERDICTS: Mapping[str, bool] = {"drop": True, "reject": True, "accept": False}
_NEW: Mapping[str, tuple[str, ...]] = {
    '{"ct": {"key": "state"}}': ("new",),
    '{"meta": {"key": "l4proto"}}': ("tcp", "udp"),
    '"field": "protocol"': ("tcp", "udp"),
    '{"fib": {"result": "type"': ("local",),
}
"""By what is compared (libnftables-json(5)): the values of any new connection to this machine."""

_INTERFACE = ('{"meta": {"key": "iifname"}}', '{"meta": {"key": "iif"}}')


@dataclass(frozen=True, slots=True)
class _Chain:
    """`decides` by its policy, if it is a base chain of input; the statements of its rules."""

    drops: bool | None
    rules: list[Sequence[Mapping[str, Json]]] = field(default_factory=list)


def blocks(data: bytes, cards: Collection[str] = ()) -> dict[Family, bool]:
    """By family of addresses: is what nobody asked for stopped? ParseError if it is no ruleset.

    `cards` are the names of the network cards by which others reach the machine. A rule that
    accepts on a condition that nft cannot show makes that unknowable: ParseError too.
    """
    ruleset = _Ruleset(_chains(data), cards)
    found: dict[Family, bool] = {"ip": False, "ip6": False}
    for name, chain in ruleset.chains.items():
        if chain.drops is not None and ruleset.stops(name, chain):
            found |= dict.fromkeys(_FAMILIES[name[0]], True)
    return found


def _chains(data: bytes) -> dict[_Name, _Chain]:
    chains: dict[_Name, _Chain] = {}
    for kind, said in _objects(data):
        try:
            if kind == "chain":
                chains[said["family"], said["table"], said["name"]] = _Chain(_policy(said))
            elif kind == "rule":
                name = said["family"], said["table"], said["chain"]
                chains[name].rules.append(_statements(said["expr"]))
        except (KeyError, TypeError) as error:
            raise ParseError("a chain or rule without its place") from error
    return chains


def _objects(data: bytes) -> Iterator[tuple[str, Mapping[str, Json]]]:
    try:
        document = json.loads(data)
        listed = document["nftables"]
        first = listed[0]["metainfo"]["json_schema_version"]
    except (ValueError, RecursionError, KeyError, TypeError, IndexError) as error:
        raise ParseError("no ruleset of nftables") from error
    if first != 1 or not all(isinstance(one, dict) and len(one) == 1 for one in listed):
        raise ParseError("a ruleset of another form")
    for one in listed:
        kind, said = next(iter(one.items()))
        if not isinstance(said, dict):
            raise ParseError("an object of the ruleset is none")
        yield kind, said


def _policy(chain: Mapping[str, Json]) -> bool | None:
    """Does a base chain of input drop what falls through? None: it is no such chain."""
    hooked = chain.get("type") == "filter" and chain.get("hook") == "input"
    if not hooked or chain["family"] not in _FAMILIES:
        return None
    return bool(chain.get("policy") == "drop")


def _statements(expression: Json) -> Sequence[Mapping[str, Json]]:
    if not isinstance(expression, list):
        raise ParseError("a rule without statements")
    if not all(isinstance(one, dict) and len(one) == 1 for one in expression):
        raise ParseError("a statement of another form")
    return expression


@dataclass(frozen=True, slots=True)
class _Ruleset:
    """All chains, and the cards by which others reach the machine."""

    chains: Mapping[_Name, _Chain]
    cards: Collection[str]

    def stops(self, name: _Name, chain: _Chain) -> bool:
        verdict = self._falls(name, _DEPTH)
        return chain.drops is True if verdict is None else verdict

    def _falls(self, name: _Name, depth: int) -> bool | None:
        """What becomes of whatever no rule picks out: stopped, let in; None: it falls through."""
        if depth == 0 or name not in self.chains:
            raise ParseError("chains that lead nowhere, or in a circle")
        sent_back = False
        for statements in self.chains[name].rules:
            word, target, picks = self._rule(statements)
            verdict = _VERDICTS.get(word)
            if word in ("jump", "goto") and picks != "some":
                verdict = self._falls((*name[:2], target), depth - 1)
            if picks == "some" or (picks == "any new" and verdict is not False):
                sent_back = sent_back or word == "return"
            elif verdict is True:
                return None if sent_back else True
            elif verdict is False or word in ("return", "goto"):
                return verdict
        return None

    def _rule(self, statements: Sequence[Mapping[str, Json]]) -> tuple[str, str, _Picks]:
        """What a rule decides (nothing: no word), where it jumps to, and what it picks out."""
        picks: _Picks = "none"
        for statement in statements:
            word, value = next(iter(statement.items()))
            if word in ("accept", "drop", "reject", "return"):
                return word, "", picks
            if word in ("jump", "goto"):
                return word, str(value["target"]) if isinstance(value, dict) else "", picks
            if word == "match" and self._meets_any_new(value):
                picks = "any new" if picks == "none" else picks
            elif word == "xt":
                picks = "some" if _picks(value, statements) else picks
            elif word not in _PASSES_ON:
                picks = "some"
        return "", "", picks

    def _meets_any_new(self, match: Json) -> bool:
        """Does a condition hold for any new connection by TCP or UDP, or for all but a few?"""
        if not isinstance(match, dict):
            return False
        right = match.get("right")
        values = right.get("set") if isinstance(right, dict) else right
        said = values if isinstance(values, list) else [values]
        if match.get("op") == "!=":
            return "new" not in said
        left = json.dumps(match.get("left"))
        if left in _INTERFACE:
            names = [one for one in said if isinstance(one, str)]
            return any(fnmatchcase(card, name) for card in self.cards for name in names)
        return any(key in left and any(one in said for one in new) for key, new in _NEW.items())


def _picks(extension: Json, statements: Sequence[Mapping[str, Json]]) -> bool:
    """Does an extension of iptables pick something out? Shown by its name alone."""
    name = extension.get("name") if isinstance(extension, dict) else None
    if name is None and any("accept" in one for one in statements):
        raise ParseError("a rule accepts on a condition that nft does not show")
    return name not in _XT_PASSES_ON
