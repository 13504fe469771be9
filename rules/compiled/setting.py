"""What does a practice set otherwise than a pack does: one thing at a time, and for whom?

Params, severities and switched-off rules are set, never a leaf. A setting is checked and applied
by the functions below on the author's side and on the machine's, so both mean the same by it.
"""

from dataclasses import dataclass

from rules.compiled.assignment import Match
from rules.compiled.grant import NO_GRANT, Grant
from rules.compiled.infer import of_literal
from rules.compiled.literal import Literal
from rules.compiled.operations import join
from rules.compiled.rule import Pack, Param
from rules.compiled.versions import lies_in
from rules.errors import Place

PARAM = "params."
SEVERITY = "severity"
DISABLED = "disabled"
OFF = Literal(kind="bool", value=True)
"""The one value of `disabled`."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that one scope sets for one rule: `params.max_idle`, `severity` or `disabled`.

    A whole `value`, or for a list what to `add` and to `remove`.
    """

    match: Match
    rule: str
    thing: str
    place: Place
    value: Literal | None = None
    add: tuple[Literal, ...] = ()
    remove: tuple[Literal, ...] = ()
    grant: Grant = NO_GRANT

    @property
    def param(self) -> str | None:
        """The name of the param that it sets, if it sets one."""
        return self.thing.removeprefix(PARAM) if self.thing.startswith(PARAM) else None

    def contends_with(self, other: "Setting") -> bool:
        """Do both set the same thing at one level, and at one time?"""
        mine, theirs = (self.rule, self.thing), (other.rule, other.thing)
        at_once = self.match.level == other.match.level and self.grant.overlaps(other.grant)
        return mine == theirs and at_once


@dataclass(frozen=True, slots=True)
class Tailoring:
    """What is set for one pack, in a range of its versions: `2.3.x`, `2.x` or `2.3.1`."""

    pack: str
    versions: str
    settings: tuple[Setting, ...]

    def extends(self, pack: Pack) -> bool:
        """Is it about this pack, in this version?"""
        return self.pack == pack.pack and lies_in(pack.version, self.versions)


def is_endless(param: Param) -> bool:
    """Needs a looser value of it no end? A list that says `loosen: true` needs none."""
    return param.loosen and param.default.kind == "list"


def misfit(param: Param, setting: Setting) -> str | None:
    """Why what is set is no value of the param, or no change of a list; None if it is."""
    edits = (*setting.add, *setting.remove)
    if (setting.value is None) != bool(edits):
        return "set a value, or add and remove"
    if edits and param.default.kind != "list":
        return f"{param.name} is one value: only a list has something to add or remove"
    value = setting.value or Literal("list", edits)
    try:
        fits = join(of_literal(value), param.type) == param.type
    except ValueError:
        fits = False
    return None if fits else f"it is no {param.type_text}, as {param.name} is"


def result(setting: Setting, below: Literal) -> Literal:
    """The value of a param after a setting, on top of the value below it.

    A list loses what is to be removed, and gets what is to be added at its end.
    """
    if setting.value is not None:
        return setting.value
    kept = [item for item in below.value if item not in setting.remove]
    return Literal("list", (*kept, *(item for item in setting.add if item not in kept)))
