"""Which operators are there, and who types each of them?

`and`, `or`, `not` and `?:` belong to the checker itself, because they say what is known.
"""

from dataclasses import dataclass

from rules.language import compare, compute
from rules.language.checked import Check, Typed
from rules.language.syntax import Binary


@dataclass(frozen=True, slots=True)
class Operator:
    """One line of the reference: how it is written, what it takes and gives."""

    written: str
    takes: str
    gives: str


OPERATORS: tuple[Operator, ...] = (
    Operator("and or not", "bool", "bool"),
    Operator("== !=", "two of one type; T? and null", "bool"),
    Operator(
        "< <= > >=",
        "two of int, double (may be mixed), string, duration, timestamp, version",
        "bool",
    ),
    Operator("in", "T, list<T>", "bool"),
    Operator(
        "+ -",
        "int, double, duration; timestamp ± duration; timestamp − timestamp; + also strings, lists",
        "the same; a duration",
    ),
    Operator("* / %", "int, double (no %)", "the same"),
    Operator("?:", "bool, two of one type", "that type"),
    Operator("list[i]", "int", "T"),
)
"""All operators, the loosest first; `&& || !` are other spellings of `and or not`."""


def binary(check: Check, part: Binary) -> Typed:
    """A comparison, a membership or a calculation."""
    if part.op in compare.OPS:
        return compare.comparison(check, part)
    return compare.membership(check, part) if part.op == "in" else compute.calculation(check, part)
