"""Does a leaf mean something, by the types of the fact catalogue? And which tree is it then?

A leaf is checked to its end: each wrong part is told once and complains no further. What is
compared with `null` on one side of `and`, `or`, `?:` is known not to be null on the other.
"""

from collections.abc import Mapping
from dataclasses import replace

from rules.compiled.operations import NOTHING, join
from rules.compiled.scope import PARAMS
from rules.compiled.tree import Node, paths
from rules.facts.types import BOOL, List, Nullable, Record, Type
from rules.language import adopt
from rules.language.checked import BROKEN, NO_PATHS, Leaf, Paths, Typed, type_words
from rules.language.functions import call, is_bool
from rules.language.operands import binary, not_null
from rules.language.parse import parse
from rules.language.suggest import did_you_mean
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
from rules.language.tokens import LeafError


def check_leaf(leaf: Leaf, surely: Paths = NO_PATHS, *, wants_bool: bool = True) -> Typed | None:
    """The checked tree of a leaf, or None; what is wrong stands in `leaf.problems`."""
    try:
        part = parse(leaf.scalar.text)
    except LeafError as odd:
        leaf.say(odd.code, odd.message, odd.span, odd.help)
        return None
    check = Checker(leaf, surely)
    typed = check.check(part)
    if wants_bool and not is_bool(check, typed, part):
        return None
    if typed.type is BROKEN or any(problem.level == "error" for problem in leaf.problems):
        return None
    if wants_bool and not list(paths(typed.node)):
        leaf.say("DL401", "this is always the same", part.span, "leave it out")
    return typed


class Checker:
    """Checks the parts of one leaf; `surely` holds the paths that are known not to be null."""

    def __init__(self, leaf: Leaf, surely: Paths) -> None:
        self.leaf = leaf
        self._surely = surely

    def within(self, names: Mapping[str, Type], surely: Paths = NO_PATHS) -> "Checker":
        """The same check with more names, and more that is surely not null."""
        inner = Leaf(
            self.leaf.scalar, {**self.leaf.names, **names}, self.leaf.rule, self.leaf.problems
        )
        kept = frozenset(words for words in self._surely if words[0] not in names)
        return Checker(inner, kept | surely)

    def check(self, part: Expression, want: Type | None = None, subject: str = "") -> Typed:
        """Type a part; a literal is read as `want`, beside `subject`."""
        match part:
            case Constant():
                return adopt.constant(self.leaf, part, want, subject)
            case Choice():
                return self._choice(part, want, subject)
            case ListOf():
                return self._list(part, want, subject)
        return self._plain(part)

    def _plain(self, part: Expression) -> Typed:
        match part:
            case Name():
                return self._known(part, self._name(part))
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
        if isinstance(typed.type, Nullable) and path(part) in self._surely:
            return replace(typed, type=typed.type.of)
        return typed

    def _name(self, part: Name) -> Typed:
        of = self.leaf.names.get(part.name)
        node = Node("name", self.leaf.scalar.part(*part.span), (part.name,))
        if of is None:
            help_ = did_you_mean(part.name, self.leaf.names)
            self.leaf.say("DL301", f"there is no {part.name[:40]!r} here", part.span, help_)
        return Typed(node, of or BROKEN)

    def _member(self, part: Member) -> Typed:
        of = self.check(part.of)
        node = Node("get", self.leaf.scalar.part(*part.span), (of.node, part.word))
        if of.type is BROKEN or not not_null(self, of, part.of):
            return Typed(node, BROKEN)
        if not isinstance(of.type, Record):
            help_ = "use all(x, …) or exists(x, …)" if isinstance(of.type, List) else ""
            message = f"{self.leaf.words(part.of)} is {type_words(of.type)} and has no fields"
            self.leaf.say("DL309", message, part.word_span, help_)
            return Typed(node, BROKEN)
        field = of.type.field(part.word)
        if field is None:
            names = [field.name for field in of.type.fields]
            message = f'{_article(of.type.name)} has no field "{part.word[:40]}"'
            if of.type.name == PARAMS:
                message = f"there is no param {part.word[:40]!r}"
            self.leaf.say("DL302", message, part.word_span, did_you_mean(part.word, names))
        return Typed(node, field.type if field else BROKEN)

    def _logic(self, part: Binary) -> Typed:
        self._warn_of_mixing(part)
        left = self.check(part.left)
        surely = left.if_true if part.op == "and" else left.if_false
        right = self.within({}, surely).check(part.right)
        is_sound = all([is_bool(self, left, part.left), is_bool(self, right, part.right)])
        node = Node(part.op, self.leaf.scalar.part(*part.span), (left.node, right.node))
        true, false = left.if_true & right.if_true, left.if_false & right.if_false
        if part.op == "and":
            true = left.if_true | right.if_true
        else:
            false = left.if_false | right.if_false
        return Typed(node, BOOL if is_sound else BROKEN, true, false)

    def _warn_of_mixing(self, part: Binary) -> None:
        for side in (part.left, part.right):
            is_and = isinstance(side, Binary) and side.op == "and" and not side.is_enclosed
            if part.op == "or" and is_and:
                message = "`and` beside `or`: say which belongs together"
                self.leaf.say("DL403", message, side.span, "put it in parentheses")

    def _unary(self, part: Unary) -> Typed:
        of = self.check(part.of)
        place = self.leaf.scalar.part(*part.span)
        if part.op == "not":
            is_sound = is_bool(self, of, part.of)
            node = Node("not", place, (of.node,))
            return Typed(node, BOOL if is_sound else BROKEN, of.if_false, of.if_true)
        node = Node(f"neg.{of.kind}", place, (of.node,))
        if of.type is BROKEN or not not_null(self, of, part.of):
            return Typed(node, BROKEN)
        if of.kind not in ("int", "double"):
            self.leaf.say("DL304", f"- does not go with {type_words(of.type)}", part.span)
            return Typed(node, BROKEN)
        return Typed(node, of.type)

    def _choice(self, part: Choice, want: Type | None, subject: str) -> Typed:
        condition = self.check(part.condition)
        is_sound = is_bool(self, condition, part.condition)
        then = self.within({}, condition.if_true).check(part.then, want, subject)
        other = self.within({}, condition.if_false).check(part.other, want, subject)
        node = Node(
            "if", self.leaf.scalar.part(*part.span), (condition.node, then.node, other.node)
        )
        if not is_sound or BROKEN in (then.type, other.type):
            return Typed(node, BROKEN)
        joined = join(then.type, other.type)
        if joined is None:
            message = f"one branch is {type_words(then.type)}, the other {type_words(other.type)}"
            self.leaf.say("DL304", message, part.span)
        return Typed(node, joined or BROKEN, then.if_true & other.if_true)

    def _list(self, part: ListOf, want: Type | None, subject: str) -> Typed:
        item_want = want.of if isinstance(want, List) else None
        items = [self.check(item, item_want, subject) for item in part.items]
        node = Node("list", self.leaf.scalar.part(*part.span), tuple(item.node for item in items))
        common: Type = NOTHING
        for typed, item in zip(items, part.items, strict=True):
            if typed.type is BROKEN:
                return Typed(node, BROKEN)
            if not not_null(self, typed, item):
                return Typed(node, BROKEN)
            joined = join(common, typed.type)
            if joined is None:
                message = f"{type_words(typed.type)} stands among {type_words(common)} and more"
                self.leaf.say("DL304", message, item.span)
                return Typed(node, BROKEN)
            common = joined
        return Typed(node, List(common, "item"))

    def _index(self, part: Index) -> Typed:
        of, index = self.check(part.of), self.check(part.index)
        node = Node("index", self.leaf.scalar.part(*part.span), (of.node, index.node))
        if BROKEN in (of.type, index.type):
            return Typed(node, BROKEN)
        if not isinstance(of.type, List) or index.kind != "int":
            self.leaf.say("DL309", "[ ] takes a list and an int", part.span)
            return Typed(node, BROKEN)
        self.leaf.say("DL410", "the order of a list is rarely meant", part.span, "use exists(x, …)")
        return Typed(node, of.type.of)

    def _map(self, part: Expression) -> Typed:
        if isinstance(part, MapOf):
            help_ = "name facts without ${ }"
            self.leaf.say("DL206", "there are no maps in rules", part.span, help_)
        return Typed(Node("list", self.leaf.scalar.part(*part.span), ()), BROKEN)


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
