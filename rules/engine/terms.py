"""On which terms is one rule judged on one machine: with which values, whose, and until when?"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rules.compiled import instants, literal
from rules.compiled.canonical import Json
from rules.compiled.literal import Literal
from rules.compiled.rule import Param, Rule
from rules.compiled.tighten import Change
from rules.engine.decode import of_literal
from rules.engine.values import Value

if TYPE_CHECKING:  # what is set is loaded where anything is
    from rules.compiled.setting import Setting

GIVEN = "given"


class Origin(NamedTuple):
    """Who set a value, `pack`, `given` or a scope, and what that does to the values it covers."""

    by: str
    change: Change = Change.SAME
    setting: "Setting | None" = None

    @property
    def is_loosened(self) -> bool:
        """Is the value looser than one that it covers? Then every reader is told."""
        return self.change is Change.LOOSENED

    def to_json(self) -> dict[str, Json]:
        """`origin`, and what was said when it was set."""
        said: dict[str, Json] = {"origin": self.by}
        if self.setting is None:
            return said
        grant = self.setting.grant
        return {
            **said,
            "level": self.setting.match.level,
            "change": str(self.change),
            "at": f"{self.setting.place.file}:{self.setting.place.line}",
            **_given("reason", grant.reason),
            **_given("approved_by", grant.approved_by),
            **_given("since", _instant(grant.since)),
            **_given("until", _instant(grant.until)),
        }

    def __str__(self) -> str:
        return self.by


OF_PACK = Origin("pack")


class Step(NamedTuple):
    """One value that was set for this machine; `state` is holds, ahead, ended or too-long."""

    form: Json
    origin: Origin
    state: str = "holds"


class Effective(NamedTuple):
    """A param as it was judged by: its value, in the engine and in JSON form, and its origin.

    `steps` are all values that were set for this machine, the pack's first.
    """

    param: Param
    value: Value
    form: Json
    origin: Origin
    steps: tuple[Step, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Value, origin, and whose word the pack's value is."""
        basis = {"basis": self.param.basis} if self.param.basis else {}
        source = {"source": self.param.source} if self.param.source else {}
        return {"value": self.form, **self.origin.to_json(), **basis, **source}


class Broken(NamedTuple):
    """Why a rule cannot be judged here: settings that decide nothing. `code` is DL602 or DL603."""

    code: str
    settings: "tuple[Setting, ...]"

    def to_json(self) -> list[Json]:
        """Which scopes set which thing, and where."""
        return [
            {
                "thing": one.thing,
                "origin": str(one.match),
                "at": f"{one.place.file}:{one.place.line}",
            }
            for one in self.settings
        ]


class Terms(NamedTuple):
    """How one rule is judged here; `disabled` says who switched it off."""

    params: Mapping[str, Effective]
    severity: str
    severity_by: Origin = OF_PACK
    disabled: Origin | None = None
    broken: Broken | None = None

    def to_json(self) -> dict[str, Json]:
        """Severity and params with their origins, and what was switched off or decides nothing."""
        off = {} if self.disabled is None else {"disabled": self.disabled.to_json()}
        broken = {} if self.broken is None else {"undecided": self.broken.to_json()}
        return {
            "severity": {"value": self.severity, **self.severity_by.to_json()},
            "params": {name: param.to_json() for name, param in self.params.items()},
            **off,
            **broken,
        }


@lru_cache(maxsize=4096)
def plain(rule: Rule) -> Terms:
    """The terms of the pack itself."""
    return Terms({name: default(param) for name, param in rule.params.items()}, rule.severity)


def default(param: Param) -> Effective:
    """A param with the value of its pack."""
    return effective(param, param.default, OF_PACK)


def effective(
    param: Param, value: Literal, origin: Origin, steps: tuple[Step, ...] = ()
) -> Effective:
    """A param with this value."""
    return Effective(param, of_literal(value), literal.plain(value), origin, steps)


def _instant(at: int | None) -> str | None:
    return None if at is None else instants.write_timestamp(at)


def _given(key: str, text: str | None) -> dict[str, Json]:
    return {} if text is None else {key: text}
