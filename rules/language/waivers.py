"""Which failures does a file of waivers accept, and does each say enough?

The leaves of `items` are typed over the item of the rule's list, as rules are, and judged on what
left the machine: a field that never leaves is refused (DL608), and a name that leaves only as a
number or a hash is compared as such, or matches nothing (DL605).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo

from rules.compiled import catalogue, marks, scope, tree
from rules.compiled.literal import Literal
from rules.compiled.objections import unknown_rule
from rules.compiled.rule import Over, Pack, Rule
from rules.compiled.tree import Node
from rules.compiled.waiver import Waiver
from rules.errors import Problem
from rules.facts.types import TIMESTAMP, Mark, Type
from rules.language.check import check_leaf
from rules.language.checked import Leaf
from rules.language.dates import check_period, granted
from rules.language.document import Scalar
from rules.language.document import Sequence as Listed
from rules.language.entry import Entry
from rules.language.files import File, read_entry
from rules.language.scopes import read_match
from rules.language.suggest import did_you_mean

_LEAVES_AS = {
    Mark.KEYED: (re.compile(r"k:[A-Za-z0-9_-]{12}"), 'a hash: "k:7Q2fM1xTz0aB"'),
    Mark.NUMBERED: (re.compile(r"[a-z_]+-[1-9][0-9]*"), 'a number: "user-3"'),
}


def read_waivers(
    file: File, packs: Sequence[Pack], zone: tzinfo, problems: list[Problem]
) -> tuple[Waiver, ...]:
    """The waivers of a file that are sound; what is wrong is added to `problems`.

    `zone` is the clinic's: in it a day begins and ends.
    """
    entries = read_entry(file, problems).entries("waivers")
    found = (_waiver(entry, packs, zone) for entry in entries)
    return tuple(waiver for waiver in found if waiver is not None)


def _waiver(entry: Entry, packs: Sequence[Pack], zone: tzinfo) -> Waiver | None:
    before = _errors(entry)
    name, match = entry.scalar("id"), read_match(entry.entry("scope"))
    rule = _rule(entry, packs)
    grant = granted(entry, zone, approver="risk_owner")
    check_period(grant, entry.scalar("until"), None, entry)
    items = _items(entry, rule) if rule is not None else ()
    if name is None or match is None or rule is None or not entry.lost_nothing:
        return None
    is_granted = grant.is_signed and grant.since is not None and grant.until is not None
    if not is_granted or len(items) < _asked(entry) or _errors(entry) > before:
        return None
    return Waiver(name.text, rule.id, match, grant, name.place, items, entry.text("compensating"))


def _errors(entry: Entry) -> int:
    return sum(problem.level == "error" for problem in entry.teller.problems)


def _asked(entry: Entry) -> int:
    """How many leaves there must be: one that is lost, or none at all, makes a waiver wider."""
    items = entry.value("items")
    return max(1, len(items.items)) if isinstance(items, Listed) else 0


def _rule(entry: Entry, packs: Sequence[Pack]) -> Rule | None:
    """The rule that a waiver names, or the one that took its place; DL601 or DL607 otherwise."""
    named = entry.scalar("rule")
    if named is None or not packs:
        return None
    rules = [rule for pack in packs for rule in pack.rules]
    for rule in rules:
        if named.text in (rule.id, *rule.replaces):
            return rule
    told = [unknown_rule(pack, named.text, named.place) for pack in packs]
    problem = next((one for one in told if one.id == "DL607"), told[0])
    help_ = problem.help or did_you_mean(named.text, [rule.id for rule in rules])
    entry.say(problem.id, problem.message, named.place, help_)
    return None


def _items(entry: Entry, rule: Rule) -> tuple[Node, ...]:
    leaves = entry.scalars("items")
    if leaves and rule.over is None:
        message = f"{rule.id} is about the machine, and has no items"
        entry.say("DL104", message, leaves[0].place, "leave items out: the waiver is for all of it")
    if rule.over is None:
        return ()
    names = of_item(rule.over)
    found = (_leaf(entry, leaf, names, rule) for leaf in leaves)
    return tuple(node for node in found if node is not None)


def of_item(over: Over) -> dict[str, Type]:
    """What a leaf of a waiver sees: the item of the list that its rule walks, and the time."""
    found = scope.item(over.path)
    return {scope.NOW: TIMESTAMP, **(dict((found,)) if found else {})}


def _leaf(entry: Entry, text: Scalar, names: Mapping[str, Type], rule: Rule) -> Node | None:
    leaf = Leaf(text, names, rule.id)
    typed = check_leaf(leaf)
    entry.teller.problems.extend(leaf.problems)
    if typed is None:
        return None
    for field in marks.local_fields(typed.node, names):
        message = f"{field.args[1]} never leaves the machine, so nothing here can ask for it"
        entry.say("DL608", message, field.place, "ask for another field of the item")
    for words, constant, node in _compared(typed.node):
        _check_outside(entry, words, constant, node)
    return typed.node


def _check_outside(entry: Entry, words: tuple[str, ...], constant: Literal, node: Node) -> None:
    """A clear name beside a field that leaves as a number or a hash can never be found."""
    field = catalogue.field(words)
    pattern, shape = _LEAVES_AS.get(field.leaves.mark, (None, "")) if field else (None, "")
    texts = [one.value for one in (constant.value if constant.kind == "list" else (constant,))]
    if pattern is not None and not all(pattern.fullmatch(str(text)) for text in texts):
        message = f"{'.'.join(words)} leaves the machine as {shape}"
        entry.say("DL605", message, node.place, "copy it from what the controller shows")


def _compared(leaf: Node) -> Iterator[tuple[tuple[str, ...], Literal, Node]]:
    """Each field that stands beside a constant text, or before a list of them."""
    for node in tree.walk(leaf):
        if node.op not in ("eq.string", "ne.string", "in.string"):
            continue
        for one, other in (node.args, node.args[::-1]):
            words = tree.path(one)
            texts = _texts(other)
            if words is not None and texts is not None:
                yield words, texts, other


def _texts(node: Node) -> Literal | None:
    if node.op == "value":
        return node.args[0] if node.args[0].kind in ("string", "list") else None
    if node.op == "list" and all(part.op == "value" for part in node.parts):
        return Literal("list", tuple(part.args[0] for part in node.parts))
    return None
