"""What do the functions of lists give? A loop binds a name of its own for each item."""

from rules.compiled.operations import SCALARS, bare, kind
from rules.compiled.tree import roots
from rules.facts.types import BOOL, List, Type
from rules.language.adopt import is_literal
from rules.language.checked import BROKEN, Check, Typed, type_words
from rules.language.demands import is_bool
from rules.language.signature import Function, Overload, broken, made, receiver, strict
from rules.language.syntax import Call, Expression, Name, path


def _distinct(check: Check, part: Call) -> Typed:
    of, where = receiver(check, part)
    item = bare(of.type.of) if isinstance(of.type, List) else None
    if item is not None and kind(item) not in (*SCALARS, "nothing"):
        message = f"distinct() takes a list of single values, and gets {type_words(of.type)}"
        help_ = f"write {check.leaf.words(where)}.map(x, x.field).distinct()"
        check.leaf.say("DL309", message, where.span, help_)
        return broken(check, part)
    name = f"distinct.{kind(item) if item and kind(item) in SCALARS else 'string'}"
    return strict(check, part, (of, where), Overload(name, ("list",), of.type))


def _loop(check: Check, part: Call) -> Typed:
    of, where = receiver(check, part)
    variable, body = part.args
    if not isinstance(variable, Name):
        help_ = f"write {part.name}(x, …)"
        check.leaf.say("DL311", f"{part.name}() needs a name first", variable.span, help_)
        return broken(check, part)
    if strict(check, part, (of, where), Overload(part.name, ("list",), BOOL)).type is BROKEN:
        check.inside(variable.name, BROKEN).check(body)
        return broken(check, part)
    item = of.type.of if isinstance(of.type, List) else BROKEN
    if variable.name in check.leaf.names:
        message = f"{variable.name} hides another {variable.name}"
        check.leaf.say("DL313", message, variable.span, "take another name")
    inside = check.inside(variable.name, item, is_pattern=_is_of_rule(where))
    inner = inside.check(body)
    gives = _gives(inside, part, of.type, inner)
    if gives is not BROKEN and variable.name not in roots(inner.node):
        message = f"this never looks at {variable.name}"
        check.leaf.settle("DL407", message, body.span, "ask it outside the loop")
    return made(check, part, part.name, (of.node, variable.name, inner.node), gives)


def _is_of_rule(part: Expression) -> bool:
    """Does the list stand in the rule itself, as a literal or a param?"""
    words = path(part)
    return is_literal(part) or (words is not None and words[0] == "params")


def _gives(check: Check, part: Call, of: Type, inner: Typed) -> Type:
    if inner.type is BROKEN:
        return BROKEN
    if part.name == "map":
        return List(inner.type, "item")
    if not is_bool(check, inner, part.args[1]):
        return BROKEN
    return of if part.name == "filter" else BOOL


FUNCTIONS: tuple[Function, ...] = (
    Function("l.all(x, p)", "bool", "p is true of every item; of none, too.", _loop),
    Function("l.exists(x, p)", "bool", "p is true of an item.", _loop),
    Function("l.exists_one(x, p)", "bool", "p is true of exactly one item.", _loop),
    Function("l.filter(x, p)", "list", "The items of which p is true.", _loop),
    Function("l.map(x, e)", "list", "What e is of each item.", _loop),
    Function("l.distinct()", "list", "Each value once, in its first place.", _distinct),
)
