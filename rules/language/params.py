"""What are the params of a rule: their types, defaults, and whose word each number is?

Every param of a number, duration, version or list has a basis. Law in force sets almost no
numbers: `basis: in_force` is an error unless the citation itself sets one (DL110).
"""

from rules.compiled import catalogue, limits
from rules.compiled.literal import Literal
from rules.compiled.load import BASES
from rules.compiled.operations import kind
from rules.compiled.rule import Param
from rules.errors import Problem
from rules.facts.types import Enum, List, Type
from rules.facts.types import Scalar as ScalarType
from rules.language.adopt import READERS
from rules.language.controls import Citations
from rules.language.document import Scalar, Sequence, Value
from rules.language.fields import Fields
from rules.language.model import ParamSource, RuleSource
from rules.language.suggest import did_you_mean

TIGHTEN = ("at-most", "at-least", "subset", "superset", "only-true", "only-false")
_NEEDS_BASIS = ("int", "double", "duration", "version", "list")
_NAMES_SOURCE = ("benchmark", "proposed", "in_force")


def read_params(
    rule: RuleSource, citations: Citations, problems: list[Problem]
) -> dict[str, Param]:
    """The params of a rule by name; what is wrong is added to `problems`."""
    found: dict[str, Param] = {}
    for source in rule.params[: limits.PARAMS]:
        fields = Fields(source.fields, f"param {source.name.text[:40]}", problems, rule.id)
        param = _param(source, fields, citations)
        fields.done()
        if param is not None:
            found[param.name] = param
    if len(rule.params) > limits.PARAMS:
        place = rule.params[limits.PARAMS].name.place
        help_ = f"at most {limits.PARAMS}"
        problems.append(Problem("DL003", "a rule has too many params", place, help_, rule.id))
    return found


def _param(source: ParamSource, fields: Fields, citations: Citations) -> Param | None:
    type_text = fields.text("type", required=True)
    default = fields.any("default", required=True)
    low, high = fields.any("min"), fields.any("max")
    tighten = fields.one_of("tighten", TIGHTEN)
    loosen = fields.flag("loosen")
    basis, named = fields.one_of("basis", BASES), fields.text("source")
    about = fields.text("about", limit=limits.TITLE_LENGTH)
    of = catalogue.param_type(type_text.text) if type_text is not None else None
    if of is None:
        if type_text is not None:
            _unknown_type(fields, type_text)
        return None
    _check_basis(fields, source, of, (basis, named), citations)
    values = [None if one is None else read_value(of, one, fields) for one in (default, low, high)]
    if values[0] is None or type_text is None:
        return None
    return Param(
        name=source.name.text,
        type_text=type_text.text,
        type=of,
        default=values[0],
        low=values[1],
        high=values[2],
        tighten=tighten.text if tighten else None,
        loosen=loosen,
        basis=basis.text if basis else None,
        source=named.text if named else None,
        about=about.text if about else None,
    )


def _unknown_type(fields: Fields, text: Scalar) -> None:
    known = [*catalogue.PARAM_TYPES, "list<string>", "enum(volume.cipher)"]
    help_ = did_you_mean(text.text, known) or f"such as {', '.join(known)}"
    fields.say("DL103", f"{text.text[:40]!r} is no type of a param", text.place, help_)


def _check_basis(
    fields: Fields,
    source: ParamSource,
    of: Type,
    said: tuple[Scalar | None, Scalar | None],
    citations: Citations,
) -> None:
    basis, named = said
    if basis is None:
        if kind(of) in _NEEDS_BASIS and fields.of.get("basis") is None:
            help_ = "benchmark or proposed with a source, or practice_policy"
            message = f"whose word is {source.name.text}? The param needs a basis"
            fields.say("DL110", message, source.name.place, help_)
        return
    if named is not None:
        citations.check(fields, basis.text, named)
    elif basis.text in _NAMES_SOURCE:
        fields.say("DL110", f"basis {basis.text} needs its source", basis.place)
    if basis.text == "in_force" and not (named and citations.sets_number(named.text)):
        help_ = "practice_policy, or benchmark with its source"
        fields.say("DL110", "the rule in force sets no such number", basis.place, help_)


def read_value(of: Type, value: Value, fields: Fields) -> Literal | None:
    """A value as the type of its param; None if it is none, with a problem."""
    if isinstance(of, List):
        if not isinstance(value, Sequence):
            fields.say("DL103", "this is a list", value.place, "write [one, two]")
            return None
        items = [read_value(of.of, item, fields) for item in value.items]
        return Literal("list", tuple(item for item in items if item is not None))
    if not isinstance(value, Scalar):
        fields.say("DL103", "this is one value", value.place)
        return None
    read = _enum(of, value, fields) if isinstance(of, Enum) else _scalar(of, value)
    if read is None and not isinstance(of, Enum):
        code = "DL305" if kind(of) in READERS else "DL103"
        fields.say(code, f"{value.text[:40]!r} is no {kind(of)}", value.place, _hint(of, value))
    return read


def _enum(of: Enum, value: Scalar, fields: Fields) -> Literal | None:
    if value.text in of.values:
        return Literal("enum", value.text)
    help_ = did_you_mean(value.text, of.values) or f"it is one of {', '.join(of.values)}"
    fields.say("DL306", f"this is never {value.text[:40]!r}", value.place, help_)
    return None


def _scalar(of: Type, value: Scalar) -> Literal | None:
    name = of.name if isinstance(of, ScalarType) else ""
    if name in READERS:
        try:
            return Literal(name, READERS[name](value.text))
        except ValueError:
            return None
    if name == "string":
        return None if value.is_ambiguous else Literal(name, value.text)
    reads = {"bool": value.as_bool, "int": value.as_int, "double": value.as_double}
    read = reads[name]()
    return None if read is None else Literal(name, read)


def _hint(of: Type, value: Scalar) -> str:
    if kind(of) == "string":
        return f'put quotes around it: "{value.text[:40]}"'
    hints = {"duration": "such as 15m", "version": 'such as "1.2"', "bool": "true or false"}
    return hints.get(kind(of), "")
