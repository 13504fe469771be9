"""What does the page of a problem id hold?"""

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """What an example is a part of; the tests put it there and see what is said."""

    BYTES = "bytes of a file, in Python's escapes"
    FILE = "a whole file"
    KEYS = "keys of a rule"
    LEAF = "a leaf about each user"
    TESTS = "a file of tests, below its head"
    MUTANTS = "the same, and the mutants are looked at"
    COVERAGE = "the same, and the coverage is looked at"
    TAILORING = "the scopes of a tailoring"
    WAIVER = "the keys of a waiver"
    PACK = "keys of pack.yaml, beside a version before it"
    COMPILED = "a part of a compiled pack"
    VALUE = "an expression that is evaluated openly, without the checker"
    FACTS = "facts by which a rule is judged"
    NONE = "nothing that can be shown"


@dataclass(frozen=True, slots=True)
class Page:
    """Why an id is told, and an example of it, wrong and right."""

    why: str
    shape: Shape
    wrong: str = ""
    right: str = ""
