"""How does what a rule said on a machine become what is said of it elsewhere?

The engine's result names users, volumes and values as they are; a verdict in a report holds what
may leave of them (evidence.minimum) and nothing more. Pure: clear values in, a statement out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from evidence import minimum
from evidence.bodies import ItemVerdict, RuleVerdict
from evidence.minimum import Numbers
from evidence.strict_json import Json
from rules.compiled.rule import Rule
from rules.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Veil:
    """What hides names: the numbers of this machine, and its clinic's fact key."""

    numbers: Numbers
    key: bytes


def verdict(pack: int, rule: Rule, result: Mapping[str, Json], veil: Veil) -> RuleVerdict:
    """One verdict, with what may leave of the items that did not pass.

    `pack` counts in the packs of the report's policy; `result` is in the form of
    `dentinel audit --format json`.
    """
    return RuleVerdict(
        rule=rule.id,
        pack=pack,
        verdict=Verdict(result["verdict"]),
        why=result["why"],
        n=tuple(result["n"]),
        items=tuple(_item(rule, item, veil) for item in result["items"]),
        ms=result["ms"],
    )


def _item(rule: Rule, item: Mapping[str, Json], veil: Veil) -> ItemVerdict:
    path = ".".join(rule.over.path) if rule.over else ""
    return ItemVerdict(
        item=minimum.redact_item(path, item["item"], veil.numbers, veil.key),
        clause=item["clause"],
        verdict=Verdict(item["verdict"]),
        why=item["why"],
        seen=minimum.redact_seen(item["seen"], veil.numbers, veil.key),
    )
