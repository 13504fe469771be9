"""Of what are the tables of keys made? Plain data, so that more than one reader can follow it.

A `Form` is a file; its keys have kinds; a kind is text, a leaf, a word of a closed set, a list, a
`Record` of further keys, and so on. `rules.language.structure` checks files by these tables, and
`rules.workbench.schema` writes them as JSON Schema; neither knows a key by its name.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rules.facts.types import Type


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a text must be spelt: `what` it is then, a pattern for all of it, and an example."""

    what: str
    pattern: str
    such_as: str
    limit: int | None = None
    code: str = "DL106"


@dataclass(frozen=True, slots=True)
class Text:
    """Text, quoted where YAML readers would take it for something else."""

    limit: int | None = None
    spelt: Spelling | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """An expression on one line."""


@dataclass(frozen=True, slots=True)
class Word:
    """One of a closed set of words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """The name of something that this release has: `what` it is, and which there are.

    `meant` says of a name that is none what its author may have in mind.
    """

    what: str
    names: Callable[[], Collection[str]]
    code: str = "DL109"
    meant: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A source that the table of citations has under this basis; else DL109 or DL110.

    With `sets_number` it must itself set a number, which law in force hardly ever does.
    """

    basis: str
    sets_number: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number; if `only` one is known, another is DL108."""

    least: int = 1
    only: int | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""


@dataclass(frozen=True, slots=True)
class ValueOf:
    """A value of the type that the text of another key names."""

    key: str
    types: Callable[[], Mapping[str, Type]]


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever stands there; who reads it checks it, because the tables cannot.

    With `facts` it is what a machine may have read, by the name under which it stands; editors are
    told of what type.
    """

    facts: Callable[[], Mapping[str, Type]] | None = None


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; `unique_by` is the key by which its records must differ, or their own text."""

    of: "Kind"
    least: int = 1
    most: int | None = None
    is_unique: bool = False
    unique_by: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """Values under names of the author's own, spelt in one way."""

    what: str
    spelt: Spelling
    of: "Kind"
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Either:
    """One kind or another, told apart by whether text, keys or a list stands there."""

    kinds: tuple["Kind", ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a record: its kind, what it is for in a line, and help for who left it out.

    `code` is the id by which its absence is told.
    """

    name: str
    kind: "Kind"
    about: str
    is_required: bool = False
    hint: str = ""
    code: str = "DL102"


def required(name: str, kind: "Kind", about: str, hint: str = "", code: str = "DL102") -> Key:
    """A key that must be there."""
    return Key(name, kind, about, is_required=True, hint=hint, code=code)


@dataclass(frozen=True, slots=True)
class Case:
    """With one key (None: with no case's key) go others: some are needed, some allowed.

    At most one case's key may be there; `both` is help for who wants two. A key that cases name
    stands beside their keys alone.
    """

    key: str | None
    needs: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    both: str = "leave one of them out"


@dataclass(frozen=True, slots=True)
class When:
    """If the text of `key` is `among` these words, keys are needed, refused, or of other kinds."""

    key: str
    among: tuple[str, ...]
    needs: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    kinds: tuple[tuple[str, "Kind"], ...] = ()
    code: str = "DL104"


@dataclass(frozen=True, slots=True)
class Record:
    """A closed set of keys; `rule_by` is the key that names the rule which problems are in."""

    what: str
    keys: tuple[Key, ...]
    cases: tuple[Case, ...] = ()
    whens: tuple[When, ...] = ()
    least: int = 0
    rule_by: str | None = None

    def key(self, name: str) -> Key | None:
        """The key of that name, if there is one."""
        return next((key for key in self.keys if key.name == name), None)

    @property
    def of_cases(self) -> frozenset[str]:
        """The keys that stand beside the key of a case alone."""
        keyed = (case for case in self.cases if case.key is not None)
        return frozenset(name for case in keyed for name in (*case.needs, *case.allows))


Kind: TypeAlias = (
    Text
    | Leaf
    | Word
    | Known
    | Citation
    | Whole
    | Truth
    | ValueOf
    | Anything
    | ListOf
    | Named
    | Either
    | Record
)


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file: the word after `dentinel:`, where it stands, and its keys."""

    name: str
    file: str
    keys: Record
