"""What are the params of a rule: their types, defaults, and whose word each number is?

The table of keys holds what a param may say; here what is sound of it becomes a `Param`.
"""

from rules.compiled.literal import Literal
from rules.compiled.rule import Param
from rules.errors import Place, Problem
from rules.language.entry import Entry, Teller
from rules.language.model import ParamSource, RuleSource
from rules.language.param_types import param_types
from rules.language.written import read_value


def read_params(rule: RuleSource) -> dict[str, Param]:
    """The params of a rule by name; one that is broken is not there."""
    found = [_param(source) for source in rule.params]
    return {param.name: param for param in found if param is not None}


def _param(source: ParamSource) -> Param | None:
    of = source.of
    type_text, default = of.text("type"), _literal(of, "default")
    if type_text is None or default is None:
        return None
    param = Param(
        name=source.name.text,
        type_text=type_text,
        type=param_types()[type_text],
        default=default,
        low=_literal(of, "min"),
        high=_literal(of, "max"),
        tighten=of.text("tighten"),
        loosen=of.truth("loosen"),
        basis=of.text("basis"),
        source=of.text("source"),
        about=of.text("about"),
    )
    _check_bounds(param, of)
    return param


def _check_bounds(param: Param, of: Entry) -> None:
    """`min` not above `max` (DL104), and the default between them (DL604)."""
    low, high = param.low, param.high
    if low is not None and high is not None and low.value > high.value:
        of.say("DL104", "min is above max: no value lies between them", _at(of, "min"))
    elif low is not None and param.default.value < low.value:
        message = f"the default of {param.name} is below its min, {of.text('min')}"
        of.say("DL604", message, _at(of, "default"), "no tailoring could set it so")
    elif high is not None and param.default.value > high.value:
        message = f"the default of {param.name} is above its max, {of.text('max')}"
        of.say("DL604", message, _at(of, "default"), "no tailoring could set it so")


def _at(of: Entry, key: str) -> Place:
    value = of.value(key)
    return value.place if value is not None else of.place


def _literal(of: Entry, key: str) -> Literal | None:
    """A value that was found sound already, so nothing is told twice."""
    type_text, value = of.text("type"), of.value(key)
    unheard: list[Problem] = []
    if type_text is None or value is None:
        return None
    return read_value(param_types()[type_text], value, Teller(unheard))
