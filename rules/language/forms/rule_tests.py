"""Which keys has a file of tests, form rule-tests/v1?"""

from rules.compiled import catalogue, limits
from rules.compiled.codes import MEANINGS
from rules.facts.base import Why
from rules.language.forms.base import (
    Anything,
    Form,
    Key,
    ListOf,
    Named,
    Record,
    Spelling,
    Text,
    Truth,
    When,
    Whole,
    Word,
    required,
)
from rules.language.forms.keys import ID, INSTANT, LINE, SENTENCE, TEXT, head, pack_name
from rules.verdict import Verdict

_WORD = r"[a-z_][a-z0-9_]*"
_FACT = Spelling("name of a fact", _WORD, "volumes", limits.NAME_LENGTH)
_FIELD = Spelling("name of a field", _WORD, "protection", limits.NAME_LENGTH)
_PARAM = Spelling("name of a param", _WORD, "max_idle", limits.NAME_LENGTH)
_FIXTURE = Spelling(
    "name of a fixture", r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", "good-c", limits.NAME_LENGTH
)
_REASONS = (*Why, *(code for code in MEANINGS if code.startswith("DL8")))
_WITHOUT_REASON = (Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE)

ITEM = Record(
    "an expected item",
    (
        Key("item", Text(), "The name of the item that failed."),
        Key("clause", Whole(least=0), "The clause that failed, from 0, must first."),
        Key("say", TEXT, "What is said of it, word for word."),
    ),
    least=1,
)

EXPECT = Record(
    "expect",
    (
        required("verdict", Word(tuple(Verdict)), "The verdict of the rule."),
        Key("why", Word(_REASONS), "The reason code of an unknown or an error."),
        Key("items", ListOf(ITEM, least=0), "Exactly the items that failed."),
    ),
    whens=(When("verdict", _WITHOUT_REASON, refuses=("why",)),),
)

TEST = Record(
    "a test",
    (
        required("name", LINE, "What holds, in a sentence."),
        required("rule", Text(spelt=ID), "The rule that is judged."),
        Key("todo", Truth(), "true: a known gap, which must not meet expect yet."),
        Key("now", Text(spelt=INSTANT), "The instant at which it is judged."),
        Key("params", Named("a param", _PARAM, Anything()), "Values in place of defaults."),
        Key(
            "facts",
            Named("a fact", _FACT, Anything(catalogue.facts)),
            "What was read; all else is unknown.",
        ),
        required("expect", EXPECT, "What must come of it.", "expect: {verdict: pass}"),
    ),
    rule_by="rule",
)

EQUIVALENT = Record(
    "an entry of equivalent",
    (
        required("at", Text(), "The mutant, as rules test --mutate prints it."),
        required("why", SENTENCE, "Why nobody can ever see the change."),
    ),
)

RULE_TESTS = Form(
    "rule-tests/v1",
    "<topic>_test.yaml",
    Record(
        "a test file",
        (
            head("rule-tests/v1"),
            pack_name("The pack whose rules are tested."),
            Key("now", Text(spelt=INSTANT), "The instant of every test that says none itself."),
            Key(
                "fixtures",
                Named("a fixture", _FIXTURE, Named("a field", _FIELD, Anything())),
                "Records that tests use by name: {$use: good-c}.",
            ),
            required(
                "tests", ListOf(TEST, most=limits.TESTS_IN_FILE, unique_by="name"), "The tests."
            ),
            Key("equivalent", ListOf(EQUIVALENT), "Mutants that change nothing, and why."),
        ),
    ),
)
