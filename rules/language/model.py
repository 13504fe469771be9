"""What does a rule look like as it was written, once its keys are in order?

Structure alone: which keys, of which kind, which need or exclude each other. What the leaves mean
is asked afterwards, and a fault here hides none there.
"""

import re
from dataclasses import dataclass

from rules.compiled import limits
from rules.compiled.load import BASES, IF_NONE, SEVERITIES, SYSTEMS
from rules.errors import Place, Problem
from rules.language.document import Mapping, Scalar, Sequence, Value
from rules.language.fields import Fields

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
QUANTIFIERS = ("every", "no", "some")


@dataclass(frozen=True, slots=True)
class ClauseSource:
    """An entry of `must` or `each_must`."""

    that: Scalar
    say: Scalar | None


@dataclass(frozen=True, slots=True)
class ParamSource:
    """A param as it was written; `fields` knows its keys."""

    name: Scalar
    fields: Mapping


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A rule as it was written."""

    id: str
    of: Mapping
    place: Place
    title: Scalar | None
    plain: Scalar | None
    severity: Scalar | None
    controls: tuple[Scalar, ...]
    cite: tuple[tuple[str, tuple[Scalar, ...]], ...]
    when: Scalar | None
    params: tuple[ParamSource, ...]
    define: tuple[tuple[Scalar, Scalar], ...]
    must: tuple[ClauseSource, ...]
    quantifier: str | None
    over: Scalar | None
    where: tuple[Scalar, ...]
    each_must: tuple[ClauseSource, ...]
    if_none: Scalar | None
    at_least: int
    say: Scalar | None
    fix: tuple[tuple[str, Scalar], ...]
    tags: tuple[Scalar, ...]
    since: Scalar | None
    replaces: tuple[Scalar, ...]

    @property
    def leaves(self) -> int:
        """How many expressions the rule has."""
        clauses = len(self.must) + len(self.each_must)
        return clauses + len(self.where) + len(self.define) + (self.when is not None)


def is_id(text: str) -> bool:
    """Kebab-case, at most 48 characters."""
    return len(text) <= limits.ID_LENGTH and _ID.fullmatch(text) is not None


def read_rule(of: Mapping, problems: list[Problem]) -> RuleSource:
    """Read the keys of a rule; what is wrong is added to `problems`."""
    name = of.get("id")
    identifier = name.text if isinstance(name, Scalar) else ""
    fields = Fields(of, "a rule", problems, identifier)
    _check_id(fields)
    quantifiers = [word for word in QUANTIFIERS if of.get(word) is not None]
    quantifier = quantifiers[0] if quantifiers else None
    rule = RuleSource(
        id=identifier,
        of=of,
        place=name.place if isinstance(name, Scalar) else of.place,
        title=fields.text("title", required=True, limit=limits.TITLE_LENGTH),
        plain=fields.text("plain", limit=limits.PLAIN_LENGTH),
        severity=fields.one_of("severity", SEVERITIES, required=True),
        controls=fields.texts("controls", required=True),
        cite=_cite(fields, problems, identifier),
        when=fields.leaf("when"),
        params=_params(fields),
        define=_define(fields),
        must=_clauses(fields, "must", problems, identifier),
        quantifier=quantifier,
        over=_over(fields, quantifier),
        where=fields.leaves("where"),
        each_must=_clauses(fields, "each_must", problems, identifier),
        if_none=fields.one_of("if_none", IF_NONE),
        at_least=(fields.number("at_least") or (1, None))[0],
        say=fields.text("say"),
        fix=_fix(fields, problems, identifier),
        tags=fields.texts("tags"),
        since=fields.text("since"),
        replaces=fields.texts("replaces"),
    )
    fields.done()
    _check_keys(fields, rule, quantifiers)
    return rule


def _over(fields: Fields, quantifier: str | None) -> Scalar | None:
    paths = {word: fields.text(word) for word in QUANTIFIERS}
    return paths[quantifier] if quantifier else None


def _check_id(fields: Fields) -> None:
    name = fields.text("id", required=True)
    if name is not None and not is_id(name.text):
        help_ = "words in small letters and digits with - between, at most 48: screen-locks"
        fields.say("DL106", f"{name.text[:60]!r} is no id", name.place, help_)


def _check_keys(fields: Fields, rule: RuleSource, quantifiers: list[str]) -> None:
    """Which keys need or exclude each other."""
    if len(quantifiers) > 1:
        key = fields.of.key(quantifiers[1])
        message = f"a rule has one of every, no and some, and this has {' and '.join(quantifiers)}"
        fields.say("DL104", message, key.place if key else rule.place, "write two rules")
    if not rule.must and rule.quantifier is None:
        fields.say("DL107", "the rule asks nothing", rule.place, "add must or every")
    needs = {
        None: (),
        "every": ("each_must", "if_none"),
        "no": ("where", "say"),
        "some": ("where", "say"),
    }[rule.quantifier]
    for key_name in needs:
        if fields.of.get(key_name) is None:
            message = f"`{rule.quantifier}` needs `{key_name}`"
            fields.say(
                "DL104", message, rule.over.place if rule.over else rule.place, _why(key_name)
            )
    for key_name, goes_with in _GOES_WITH.items():
        key = fields.of.key(key_name)
        if key is not None and rule.quantifier not in goes_with:
            message = f"`{key_name}` goes with {' or '.join(goes_with)}"
            fields.say("DL104", message, key.place)


_GOES_WITH = {
    "where": QUANTIFIERS,
    "each_must": ("every",),
    "if_none": ("every",),
    "at_least": ("some",),
    "say": ("no", "some"),
}


def _why(key: str) -> str:
    if key == "if_none":
        return "say what an empty list means: pass, fail, unknown or not-applicable"
    return ""


def _cite(
    fields: Fields, problems: list[Problem], rule: str
) -> tuple[tuple[str, tuple[Scalar, ...]], ...]:
    of = fields.mapping("cite")
    if of is None:
        if fields.of.get("cite") is None:
            help_ = "cite: {in_force: [164.312(a)(1)]}"
            fields.say("DL102", "a rule needs cite", fields.of.place, help_)
        return ()
    cite = Fields(of, "cite", problems, rule)
    found = tuple((basis, texts) for basis in BASES if (texts := cite.texts(basis)))
    cite.done()
    if not found:
        fields.say("DL107", "cite names no source", of.place)
    return found


def _params(fields: Fields) -> tuple[ParamSource, ...]:
    of = fields.mapping("params")
    return tuple(
        ParamSource(name, value)
        for name, value in _named(fields, of, "a param")
        if isinstance(value, Mapping)
    )


def _define(fields: Fields) -> tuple[tuple[Scalar, Scalar], ...]:
    of = fields.mapping("define")
    named = [(name, fields.as_leaf(name.text, one)) for name, one in _named(fields, of, "a define")]
    return tuple((name, leaf) for name, leaf in named if leaf is not None)


def _named(fields: Fields, of: Mapping | None, what: str) -> list[tuple[Scalar, Value]]:
    entries = [] if of is None else list(of.entries)
    for name, value in entries:
        if not _WORD.fullmatch(name.text):
            help_ = "small letters, digits and _"
            fields.say("DL106", f"{name.text[:40]!r} is no name of {what}", name.place, help_)
        if what == "a param" and not isinstance(value, Mapping):
            help_ = "{type: duration, default: 15m, basis: practice_policy}"
            fields.say("DL103", "a param has keys", value.place, help_)
    return entries


def _clauses(
    fields: Fields, key: str, problems: list[Problem], rule: str
) -> tuple[ClauseSource, ...]:
    found = []
    for of in fields.mappings(key):
        clause = Fields(of, f"an entry of {key}", problems, rule)
        that, say = clause.leaf("that", required=True), clause.text("say", required=True)
        clause.done()
        if that is not None:
            found.append(ClauseSource(that, say))
    return tuple(found)


def _fix(fields: Fields, problems: list[Problem], rule: str) -> tuple[tuple[str, Scalar], ...]:
    value = fields.any("fix")
    if isinstance(value, Scalar):
        return (("any", value),)
    if isinstance(value, Sequence):
        fields.say("DL103", "fix is text, or texts by system", value.place)
    if not isinstance(value, Mapping):
        return ()
    fix = Fields(value, "fix", problems, rule)
    texts = [(system, fix.text(system)) for system in SYSTEMS]
    fix.done()
    return tuple((system, text) for system, text in texts if text is not None)
