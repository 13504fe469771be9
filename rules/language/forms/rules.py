"""Which keys has a file of rules, form rules/v1?"""

from rules.compiled import catalogue, limits
from rules.compiled.rule import BASES, IF_NONE, SEVERITIES, SYSTEMS, TIGHTEN
from rules.language.forms.base import (
    Case,
    Citation,
    Either,
    Form,
    Key,
    Known,
    Leaf,
    ListOf,
    Named,
    Record,
    Spelling,
    Text,
    Truth,
    ValueOf,
    When,
    Whole,
    Word,
    required,
)
from rules.language.forms.keys import (
    CITE,
    CONTROLS,
    ID,
    LINE,
    SENTENCE,
    TEXT,
    VERSION,
    head,
    one_or_more,
    pack_name,
)
from rules.language.param_types import lists, meant, needing_basis, ordered, param_types, words

_ON = {"windows": "Windows", "macos": "macOS", "linux": "Linux", "any": "any other system"}
QUANTIFIERS = ("every", "no", "some")
_TWO = "write two rules"
_BASIS_HINT = "benchmark or proposed with a source, or practice_policy"
_WORD = r"[a-z_][a-z0-9_]*"
_PARAM_NAME = Spelling("name of a param", _WORD, "max_idle", limits.NAME_LENGTH)
_DEFINE_NAME = Spelling("name of a define", _WORD, "fresh", limits.NAME_LENGTH)


def _lists() -> tuple[str, ...]:
    return tuple(".".join(path) for path in catalogue.lists())


def _meant_list(name: str) -> str:
    """A fact that holds lists is none itself."""
    inside = [path for path in _lists() if path.startswith(f"{name}.")]
    return f"write {' or '.join(inside)}" if inside else ""


_LIST = Known("list of items", _lists, "DL309", _meant_list)
_TAG = Text(limits.NAME_LENGTH)


def _tighten(*words: str) -> tuple[tuple[str, Word], ...]:
    return (("tighten", Word(words)),)


def _sourced(basis: str, *, sets_number: bool = False) -> When:
    kinds = (("source", Citation(basis, sets_number)),)
    return When("basis", (basis,), needs=("source",), kinds=kinds, code="DL110")


PARAM = Record(
    "a param",
    (
        required(
            "type", Known("type of a param", param_types, "DL103", meant), "What its values are."
        ),
        required("default", ValueOf("type", param_types), "Its value unless it is tailored."),
        Key("min", ValueOf("type", param_types), "The least value that a tailoring may set."),
        Key("max", ValueOf("type", param_types), "The greatest value that a tailoring may set."),
        Key("tighten", Word(TIGHTEN), "In which direction a changed value is stricter."),
        Key("loosen", Truth(), "true: every change counts as loosening, and is shown."),
        Key("basis", Word(BASES), "Whose word the value is.", hint=_BASIS_HINT),
        Key("source", Text(), "The citation that the value comes from.", hint="such as CIS"),
        Key("about", LINE, "What it is for, in a line."),
    ),
    cases=(Case("tighten"), Case("loosen")),
    whens=(
        When("type", ordered(), kinds=_tighten("at-most", "at-least")),
        When("type", lists(), kinds=_tighten("subset", "superset")),
        When("type", ("bool",), kinds=_tighten("only-true", "only-false")),
        When("type", words(), refuses=("tighten",)),
        When("type", ("bool", *words(), *lists()), refuses=("min", "max")),
        When("type", needing_basis(), needs=("basis",), code="DL110"),
        _sourced("benchmark"),
        _sourced("proposed"),
        _sourced("in_force", sets_number=True),
        When("basis", ("practice_policy",), kinds=(("source", Citation("practice_policy")),)),
    ),
)


def _clause(of: str) -> Record:
    return Record(
        f"an entry of {of}",
        (
            required("that", Leaf(), "What must be true."),
            required("say", TEXT, "What is said if it is not; ${path} names a value."),
        ),
    )


FIX = Record(
    "fix",
    tuple(Key(system, TEXT, f"How to mend it on {_ON[system]}.") for system in SYSTEMS),
    least=1,
)

RULE = Record(
    "a rule",
    (
        required("id", Text(spelt=ID), "A claim in kebab-case; unique in the pack, never reused."),
        required("title", LINE, "What is true when the rule passes, in a line."),
        Key("plain", SENTENCE, "One sentence for the owner of the practice."),
        required(
            "severity", Word(SEVERITIES), "How bad it is when the rule fails.", "severity: high"
        ),
        required("controls", CONTROLS, "The controls that it serves.", "controls: [ENC-01]"),
        required("cite", CITE, "Its sources, by basis.", "cite: {in_force: [164.312(a)(1)]}"),
        Key("when", Leaf(), "Where it is false, the rule is not-applicable."),
        Key(
            "params",
            Named("a param", _PARAM_NAME, PARAM, limits.PARAMS),
            "What a tailoring may change, by name.",
        ),
        Key(
            "define",
            Named("a define", _DEFINE_NAME, Leaf(), limits.DEFINES),
            "Names for expressions that several leaves use.",
        ),
        Key(
            "must",
            ListOf(_clause("must"), most=limits.CLAUSES),
            "What must be true of the machine, and what is said if it is not.",
            hint="add must, or every, no or some",
        ),
        Key("every", _LIST, "The list of which each selected item must hold each_must."),
        Key("no", _LIST, "The list of which no item may meet where."),
        Key("some", _LIST, "The list of which at_least items must meet where."),
        Key("where", Either(one_or_more(Leaf())), "Which items count; of a list all must hold."),
        Key(
            "each_must",
            ListOf(_clause("each_must"), most=limits.CLAUSES),
            "What must be true of each selected item.",
        ),
        Key(
            "if_none",
            Word(IF_NONE),
            "What an empty list means.",
            hint="say what an empty list means: pass, fail, unknown or not-applicable",
        ),
        Key("at_least", Whole(), "How many items must meet where; 1 unless it is said."),
        Key("say", TEXT, "What is said if it fails; ${path} names a value."),
        Key("fix", Either((TEXT, FIX)), "How to mend it: a text, or texts by system."),
        Key("tags", ListOf(_TAG, most=limits.WORDS, is_unique=True), "Words to find it by."),
        Key("since", Text(spelt=VERSION), "The version of the pack that had it first, quoted."),
        Key(
            "replaces",
            ListOf(Text(spelt=ID), most=limits.WORDS, is_unique=True),
            "Ids of older rules whose history goes on here.",
        ),
    ),
    cases=(
        Case(None, needs=("must",)),
        Case("every", needs=("each_must", "if_none"), allows=("where",)),
        Case("no", needs=("where", "say"), both=_TWO),
        Case("some", needs=("where", "say"), allows=("at_least",), both=_TWO),
    ),
    rule_by="id",
)

RULES = Form(
    "rules/v1",
    "<topic>.yaml",
    Record(
        "a file of rules",
        (
            head("rules/v1"),
            pack_name("The pack that the rules belong to."),
            required("rules", ListOf(RULE, most=limits.RULES_IN_FILE), "The rules."),
        ),
    ),
)
