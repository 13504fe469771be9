"""Which keys has a tailoring, form tailoring/v1?"""

from rules.compiled import limits, versions
from rules.compiled.rule import SEVERITIES
from rules.language.forms.base import (
    Anything,
    Either,
    Form,
    Key,
    ListOf,
    Named,
    Record,
    Spelling,
    Text,
    Word,
    required,
)
from rules.language.forms.keys import DAY, ID, LINE, NAME, PACK_NAME, head
from rules.language.forms.scopes import SCOPE_KEYS

_ZONE = Text(spelt=Spelling("time zone", r"[A-Za-z0-9_+/-]{1,64}", "such as America/Chicago"))
_PARAM = Spelling("name of a param", r"[a-z_][a-z0-9_]*", "max_idle", limits.NAME_LENGTH)
_RANGE = Spelling(
    "version of a pack", versions.RANGE, '"2.3.1", "2.3.x" for every patch of it, or "2.x"'
)

_GRANT = {
    "reason": (LINE, "Why it is looser, in a line."),
    "approved_by": (NAME, "Who of the practice agreed."),
    "from": (Text(spelt=DAY), "The day or instant at which it begins, quoted; else at once."),
    "until": (Text(spelt=DAY), "The day or instant at which it ends; at most 366 days on."),
}
_BECAUSE = tuple(Key(name, kind, about) for name, (kind, about) in _GRANT.items())
_NEEDED = {"reason": "DL602", "approved_by": "DL602", "until": "DL606"}
_TO_DISABLE = "reason, approved_by and until: at most 366 days"

VALUE = Record(
    "a value with its reason",
    (
        Key("value", Anything(), "The value in place of the inherited one."),
        Key("add", ListOf(Anything()), "What is added to an inherited list."),
        Key("remove", ListOf(Anything()), "What is taken from an inherited list."),
        *_BECAUSE,
    ),
    least=1,
)

DISABLED = Record(
    "a disabled rule",
    tuple(
        required(key.name, key.kind, key.about, _TO_DISABLE, _NEEDED[key.name])
        if key.name in _NEEDED
        else key
        for key in _BECAUSE
    ),
)

MATCH = Record(
    "match",
    SCOPE_KEYS,
    least=1,
)

_WHOLE_LIST = ListOf(Anything(), least=0)

SCOPE = Record(
    "a scope",
    (
        required("match", MATCH, "Which machines it is about; all its keys must match."),
        Key(
            "set",
            Named("a rule", ID, Named("a param", _PARAM, Either((Anything(), _WHOLE_LIST, VALUE)))),
            "Values of params, by rule.",
        ),
        Key("severity", Named("a rule", ID, Word(SEVERITIES)), "Other severities, by rule."),
        Key("disable", Named("a rule", ID, DISABLED), "Rules that are switched off, and why."),
    ),
    least=2,
)

TAILORING = Form(
    "tailoring/v1",
    "anywhere",
    Record(
        "a tailoring",
        (
            head("tailoring/v1"),
            required(
                "extends",
                Record(
                    "extends",
                    (
                        required("pack", Text(spelt=PACK_NAME), "The pack that it changes."),
                        required("version", Text(spelt=_RANGE), "Its version, quoted; x: any."),
                    ),
                ),
                "What it changes.",
            ),
            Key("zone", _ZONE, "The time zone of its days, as America/Chicago; else UTC."),
            required(
                "scopes", ListOf(SCOPE, most=limits.SETTINGS), "What is other for which machines."
            ),
        ),
    ),
)
