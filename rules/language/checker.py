"""Which tree is each part of a leaf, and of which type?

Every wrong part is told once and complains no further. What is compared on one side of `and`,
`or`, `?:` is known on the other.
"""

from dataclasses import replace

from rules.compiled.operations import NOTHING, NULL, join
from rules.compiled.tree import Node
from rules.facts.types import BOOL, List, Nullable, Type
from rules.language import adopt, names
from rules.language.checked import BROKEN, Leaf, Typed, type_words
from rules.language.demands import is_bool, not_null
from rules.language.flow import NEVER, Known, domain, these
from rules.language.functions import call
from rules.language.near import READERS
from rules.language.operands import binary
from rules.language.settled import settle
from rules.language.syntax import (
    Binary,
    Call,
    Choice,
    Constant,
    Expression,
    Index,
    ListOf,
    MapOf,
    Member,
    Name,
    Unary,
    path,
)


class Checker:
    """Checks the parts of one leaf under what is known where they stand."""

    def __init__(self, leaf: Leaf, known: Known, patterns: frozenset[str] = frozenset()) -> None:
        self.leaf = leaf
        self.known = known
        self.patterns = patterns

    def under(self, known: Known) -> "Checker":
        """The same check where more is known."""
        return Checker(self.leaf, self.known.both(known), self.patterns)

    def inside(self, name: str, of: Type, *, is_pattern: bool = False) -> "Checker":
        """The same check inside a loop, where a name stands for each item."""
        patterns = self.patterns | {name} if is_pattern else self.patterns - {name}
        return Checker(self.leaf.within({name: of}), self.known.without({name}), patterns)

    def check(self, part: Expression, want: Type | None = None, subject: str = "") -> Typed:
        """Type a part; a literal is read as `want`, beside `subject`."""
        match part:
            case Constant():
                return _truth(part, adopt.constant(self.leaf, part, want, subject))
            case Choice():
                typed = self._choice(part, want, subject)
            case ListOf():
                return self._list(part, want, subject)
            case Name():
                typed = self._known(part, names.name(self.leaf, part, want))
            case _:
                typed = self._plain(part)
        settle(self, part, typed)
        return typed

    def _plain(self, part: Expression) -> Typed:
        match part:
            case Member():
                return self._known(part, self._member(part))
            case Binary():
                return self._logic(part) if part.op in ("and", "or") else binary(self, part)
            case Unary():
                return self._unary(part)
            case Call():
                return call(self, part)
            case Index():
                return self._index(part)
        return self._map(part)

    def _known(self, part: Expression, typed: Typed) -> Typed:
        """A value with what is known of it: without null, or as a condition on itself."""
        words = path(part)
        if words is None or typed.type is BROKEN:
            return typed
        kept = self.known.of.get(words) or domain(typed.type)
        if isinstance(typed.type, Nullable) and not kept.may_be_null:
            typed = replace(typed, type=typed.type.of)
        if typed.type != BOOL:
            return typed
        true, false = (self.known.narrowed(words, kept & these(value)) for value in (True, False))
        return replace(typed, if_true=true, if_false=false)

    def _member(self, part: Member) -> Typed:
        of = self.check(part.of)
        if of.type is BROKEN or not not_null(self, of, part.of):
            return self._made("get", part, (of.node, part.word), BROKEN)
        return self._made("get", part, (of.node, part.word), names.field(self.leaf, part, of.type))

    def _logic(self, part: Binary) -> Typed:
        self._warn_of_mixing(part)
        is_and = part.op == "and"
        left = self.check(part.left)
        right = self.under(left.if_true if is_and else left.if_false).check(part.right)
        is_sound = all([is_bool(self, left, part.left), is_bool(self, right, part.right)])
        if is_and:
            true = left.if_true.both(right.if_true)
            false = left.if_false.either(left.if_true.both(right.if_false))
        else:
            true = left.if_true.either(left.if_false.both(right.if_true))
            false = left.if_false.both(right.if_false)
        made = self._made(part.op, part, (left.node, right.node), BOOL if is_sound else BROKEN)
        return replace(made, if_true=true, if_false=false)

    def _warn_of_mixing(self, part: Binary) -> None:
        for side in (part.left, part.right):
            is_and = isinstance(side, Binary) and side.op == "and" and not side.is_enclosed
            if part.op == "or" and is_and:
                message = "and beside or: which belongs together?"
                help_ = f"put the and in parentheses: ({self.leaf.words(side)})"
                self.leaf.say("DL403", message, side.span, help_)

    def _unary(self, part: Unary) -> Typed:
        of = self.check(part.of)
        if part.op == "not":
            help_ = (
                f"not takes what stands right after it: write not ({self.leaf.words(part.of)} …)"
            )
            is_sound = is_bool(self, of, part.of, help_ if path(part.of) else "")
            made = self._made("not", part, (of.node,), BOOL if is_sound else BROKEN)
            return replace(made, if_true=of.if_false, if_false=of.if_true)
        gives = of.type
        if gives is not BROKEN and not not_null(self, of, part.of):
            gives = BROKEN
        if gives is not BROKEN and of.kind not in ("int", "double"):
            self.leaf.say("DL304", f"- does not go with {type_words(of.type)}", part.span)
            gives = BROKEN
        return self._made(f"neg.{of.kind}", part, (of.node,), gives)

    def _choice(self, part: Choice, want: Type | None, subject: str) -> Typed:
        condition = self.check(part.condition)
        is_sound = is_bool(self, condition, part.condition)
        then, other = self._branches(part, condition, want, subject)
        nodes = (condition.node, then.node, other.node)
        if not is_sound or BROKEN in (then.type, other.type):
            return self._made("if", part, nodes, BROKEN)
        joined = join(then.type, other.type)
        if joined is None:
            message = f"one branch is {type_words(then.type)}, the other {type_words(other.type)}"
            self.leaf.say("DL304", message, part.span, _spell_out(then, other))
        true, false = condition.if_true, condition.if_false
        return replace(
            self._made("if", part, nodes, joined or BROKEN),
            if_true=true.both(then.if_true).either(false.both(other.if_true)),
            if_false=true.both(then.if_false).either(false.both(other.if_false)),
        )

    def _branches(
        self, part: Choice, condition: Typed, want: Type | None, subject: str
    ) -> tuple[Typed, Typed]:
        """Both branches; of an operand one that is a literal is read as what the other is."""
        if_true, if_false = self.under(condition.if_true), self.under(condition.if_false)
        if want is adopt.ANY and adopt.is_literal(part.then):
            other = if_false.check(part.other, want)
            return if_true.check(part.then, other.type, self.leaf.words(part.other)), other
        then = if_true.check(part.then, want, subject)
        if want is adopt.ANY:
            want, subject = then.type, self.leaf.words(part.then)
        return then, if_false.check(part.other, want, subject)

    def _list(self, part: ListOf, want: Type | None, subject: str) -> Typed:
        item_want = want.of if isinstance(want, List) else None
        items = [self.check(item, item_want, subject) for item in part.items]
        node = Node("list", self.leaf.place(part), tuple(item.node for item in items))
        common: Type = NOTHING
        for typed, item in zip(items, part.items, strict=True):
            if typed.type is BROKEN or not self._is_item(typed, item, subject):
                return Typed(node, BROKEN)
            joined = join(common, typed.type)
            if joined is None:
                message = f"{type_words(typed.type)} stands among {type_words(List(common, ''))}"
                self.leaf.say("DL304", message, item.span, _spell_out(typed, Typed(node, common)))
                return Typed(node, BROKEN)
            common = joined
        return Typed(node, List(common, "item"))

    def _is_item(self, typed: Typed, item: Expression, subject: str) -> bool:
        if typed.type == NULL and subject:
            help_ = f"write {subject} == null or {subject} in […]"
            self.leaf.say("DL307", "null cannot stand in this list", item.span, help_)
            return False
        return not_null(self, typed, item)

    def _index(self, part: Index) -> Typed:
        of, index = self.check(part.of), self.check(part.index)
        gives: Type = BROKEN
        if BROKEN not in (of.type, index.type):
            if isinstance(of.type, List) and index.kind == "int":
                help_ = f"write {self.leaf.words(part.of)}.exists(x, …) or .all(x, …)"
                self.leaf.say("DL410", "the order of a list is rarely meant", part.span, help_)
                gives = of.type.of
            else:
                message = f"[ ] takes a list and an int, and gets {type_words(of.type)}"
                self.leaf.say("DL309", message, part.span, _dotted(self.leaf, part, of))
        return self._made("index", part, (of.node, index.node), gives)

    def _map(self, part: Expression) -> Typed:
        if isinstance(part, MapOf):
            help_ = "a list stands in [ ]; facts are named without { }"
            self.leaf.say("DL206", "there are no maps in rules", part.span, help_)
        return self._made("list", part, (), BROKEN)

    def _made(self, op: str, part: Expression, args: tuple[object, ...], of: Type) -> Typed:
        return Typed(Node(op, self.leaf.place(part), args), of)


def _truth(part: Constant, typed: Typed) -> Typed:
    """A constant as a condition: one of its two ways is never taken."""
    if part.kind != "bool":
        return typed
    return replace(typed, if_false=NEVER) if part.value else replace(typed, if_true=NEVER)


def _dotted(leaf: Leaf, part: Index, of: Typed) -> str:
    """`user["name"]` is `user.name`."""
    key = part.index.value if isinstance(part.index, Constant) else None
    if of.kind != "record" or not isinstance(key, str):
        return ""
    return f"write {leaf.words(part.of)}.{key[:40]}"


def _spell_out(one: Typed, other: Typed) -> str:
    """How a text becomes what stands beside it where no literal adopts."""
    for text, of in ((one, other), (other, one)):
        if text.kind == "string" and of.kind in READERS:
            return f'write {of.kind}("…") for the text'
    return ""
