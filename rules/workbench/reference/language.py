"""What may stand in a leaf: types, operators, functions, reserved words; and how big may it be?"""

import ast
from collections.abc import Iterator
from pathlib import Path

from rules.compiled import limits
from rules.compiled.catalogue import PARAM_TYPES
from rules.language.functions import FUNCTIONS
from rules.language.operands import OPERATORS
from rules.language.tokens import RESERVED
from rules.workbench.markdown import code, codes, plain, table

TYPES = {
    "bool": ("`true`, `false`", ""),
    "int": ("`42`, `0x2A`", "64 bits; overflow is an error"),
    "double": ("`1.5`", "64 bits, IEEE 754"),
    "string": ('`"C:"`', "compared by code point"),
    "duration": ('`"90s"`, `"15m"`, `"1d12h"`', "units `w d h m s ms us ns`"),
    "timestamp": ('`"2026-11-22T10:00:00Z"`', "RFC 3339 with a zone, years 1 to 9999"),
    "version": ('`"10.0.19045"`', "one to eight numbers; `1.2 == 1.2.0`"),
}
_ALSO = (
    ("string, without case", '`"RemoteRegistry"`', "compared after NFC with case folded"),
    ("words of a field", '`"protected"`', "a closed set; a word that it never holds is DL306"),
    ("record", "", "fields by name: `user.lock.after`"),
    ("list", "`[22, 443]`", "knows whether it is complete"),
    ("T, or null", "`null`", "known to be absent, never, disabled: ask `x != null and …` first"),
)
_ABOUT = """
A leaf is one line: a profile of CEL, the Common Expression Language, checked against the types of
the fact catalogue before it ships. Beside a value of a domain type a literal is read as that type:
`user.lock.after <= "15m"`. Nothing else converts by itself. `and or not` are the same as
`&& || !`.
"""
_UNKNOWN = """
## Unknown and error

A fact that was not read makes a leaf **unknown**; one whose collector broke, or an operation that
cannot be done, makes it an **error**. `false and …` is false and `true or …` is true whatever
stands on the other side; else unknown goes before error in `and` and `or`, and error before
unknown everywhere else. A list that is not complete can prove that something is there, never that
nothing is.
"""


def lines() -> Iterator[str]:
    """The page of expressions and limits."""
    yield "# Leaves"
    yield _ABOUT
    yield "## Types"
    yield ""
    rows = ((code(name), *TYPES[name]) for name in PARAM_TYPES)
    yield from table(("type", "written", "about"), (*rows, *_ALSO))
    yield "A param may be of the first seven, of `enum(volume.cipher)` (the words of that field),"
    yield "or a list of these, such as `list<string>`."
    yield ""
    yield "## Operators"
    yield ""
    rows = ((code(one.written), plain(one.takes), plain(one.gives)) for one in OPERATORS)
    yield from table(("operator", "takes", "gives"), rows)
    yield "## Functions"
    yield ""
    rows = ((code(one.written), plain(one.gives), plain(one.about)) for one in FUNCTIONS)
    yield from table(("function", "gives", "about"), rows)
    yield _UNKNOWN
    yield "## Reserved words"
    yield ""
    yield f"{codes(sorted(RESERVED))}. After a dot every word is allowed."
    yield ""
    yield "## Limits"
    yield ""
    yield "The checker tells what is over a limit. A machine refuses the whole pack, and ends a"
    yield "rule that costs too much with an error for that rule alone."
    yield ""
    yield from table(("limit", "of"), ((_number(value), about) for value, about in limited()))


def limited() -> Iterator[tuple[int, str]]:
    """Each limit and what it counts, as rules.compiled.limits has them."""
    body = ast.parse(Path(limits.__file__).read_text(encoding="utf-8")).body
    for before, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(before, ast.Assign) and isinstance(before.targets[0], ast.Name):
            name = before.targets[0].id
            if not isinstance(after, ast.Expr) or not isinstance(after.value, ast.Constant):
                raise TypeError(f"limits.py does not say below {name} what it counts")
            yield getattr(limits, name), str(after.value.value)


def _number(value: int) -> str:
    for unit, size in (("Mi", 1 << 20), ("Ki", 1 << 10)):
        if value % size == 0:
            return f"{value // size} {unit}"
    return f"{value:,}"
