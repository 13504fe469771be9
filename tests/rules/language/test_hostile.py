"""Whatever is thrown at the reader of rules, it gives a value or problems, and stays alive."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.compiled import builtin, limits
from rules.errors import Problem
from rules.language import events, source
from rules.language.files import read_file, read_pack, read_rules
from rules.language.meaning import check_rule
from rules.language.parse import parse
from rules.language.tokens import LeafError

BOMB = "a: &a [x,x]\n" + "".join(
    f"{name}: &{name} [*{last},*{last}]\n"
    for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def ids(data: bytes | str) -> list[str]:
    data = data.encode() if isinstance(data, str) else data
    read = source.read("rules.yaml", data)
    if isinstance(read, Problem):
        return [read.id]
    return [problem.id for problem in events.compose(read)[1]]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("[" * 100_000, "DL003"),
        ("{a: " * 20_000, "DL003"),
        ("- " * 500_000, "DL003"),
        ("- x\n" * 60_000, "DL003"),
        (BOMB, "DL004"),
        ("x: &a [*a]\n", "DL004"),
        ("x: !!python/object/apply:os.system [id]\n", "DL004"),
        ("x: !!str y\n", "DL004"),
        ("!x {a: b}\n", "DL004"),
        ("<<: {a: b}\n", "DL004"),
        ("? [a, b]\n: c\n", "DL004"),
        ("a: *b\n", "DL004"),
        (b"x" * (limits.SOURCE_BYTES + 1), "DL001"),
        (b"a: \xff\n", "DL001"),
        (b"a: \x00\n", "DL001"),
        (b"a: \x1b[31m\n", "DL001"),
        (b"a: \xc2\x85b\n", "DL001"),
        ("a: b\rc: d\n", "DL001"),
        ("a: \u2028b\n", "DL001"),
        ("a: b\n".encode("utf-16"), "DL001"),
        ("a: 1\na: 2\n", "DL005"),
        ("a: 1\n---\nb: 2\n", "DL006"),
        ("", "DL006"),
        ("# nothing\n", "DL006"),
        ("a: b: c\n", "DL002"),
        ("a: [b\n", "DL002"),
        ("a:\n\t- b\n", "DL002"),
        ("a: @b\n", "DL002"),
        ("a: =\n", "DL004"),
        ("%YAML 9.9\n---\na: b\n", "DL002"),
    ],
)
def test_a_hostile_file_is_refused_before_it_is_built(data, code) -> None:
    assert ids(data) == [code]


def test_a_problem_in_the_bytes_has_its_place() -> None:
    problem = source.read("rules.yaml", b"a: b\nc: \x00\n")
    assert isinstance(problem, Problem)
    assert (problem.place.line, problem.place.column) == (2, 4)
    later = source.read("rules.yaml", b"a: b\nc: \xff\n")
    assert isinstance(later, Problem)
    assert later.place.line == 2


def test_a_byte_order_mark_is_dropped() -> None:
    assert ids(b"\xef\xbb\xbfa: b\r\nc: d\r\n") == []


def chain(length: int) -> str:
    return "a" + " and a" * length


@pytest.mark.parametrize(
    "leaf",
    [
        "(" * 4_000,
        "!" * 4_000,
        "-" * 4_000,
        "!" * 70 + "a",
        "- " * 70 + "a",
        "[" * 4_000,
        "{" * 4_000,
        "a" + "[0]" * 1_300,
        "a" + ".b" * 2_000,
        chain(600),
        "a ? b : " * 400 + "c",
        "f(" * 1_000,
        "x" * 5_000,
        "a in [" + "1," * 1_000 + "1]",
        "(" * 5_000,
    ],
)
def test_a_leaf_without_end_ends_in_a_limit(leaf) -> None:
    with pytest.raises(LeafError) as odd:
        parse(leaf)
    assert odd.value.code in ("DL003", "DL202")


@pytest.mark.parametrize("leaf", [chain(62), "not " * 62 + "a", "(" * 60 + "a" + ")" * 60])
def test_a_leaf_at_its_limits_is_read(leaf) -> None:
    assert parse(leaf).depth <= limits.LEAF_DEPTH


@given(st.text(max_size=60))
@example('"\\')
@example("'''")
@example("1e")
@example("0x")
@example("r")
@example("\\u{1}")
def test_no_text_does_more_to_the_parser_than_be_refused(text) -> None:
    try:
        parse(text)
    except LeafError as odd:
        start, end = odd.span
        assert 0 <= start < end <= len(text) + 1


PIECES = st.sampled_from(
    [
        *"()[]{}.,?:+-*/%<>!",
        *["and", "or", "not", "in", "==", "<=", "true", "null", "1", "1.5", '"15m"', "now"],
        *["volume", "volumes", "host.role", "params.limit", "agent", "memory", "after", "x"],
        *["size()", "all(x,", "filter(x,", "age(", "has(", "glob(", "contains(", "map(x,"],
    ]
)
RULE = """dentinel: rules/v1
pack: north-quay
rules:
  - id: a-rule
    title: x
    severity: low
    controls: [ENC-01]
    cite: {{in_force: [164.312(b)]}}
    params: {{limit: {{type: int, default: 1, basis: practice_policy}}}}
    every: volumes
    each_must:
      - {{that: '{leaf}', say: wrong}}
    if_none: pass
"""


def check(text: str) -> list[Problem]:
    problems: list[Problem] = []
    file = read_file("rules.yaml", text.encode("utf-8", "replace"), problems)
    if file is not None and file.form == "rules/v1":
        for one in read_rules(file, problems)[1]:
            check_rule(one, "1.0", problems)
    if file is not None and file.form == "pack/v1":
        read_pack(file, problems)
    return problems


@given(st.lists(PIECES, max_size=16).map(" ".join))
def test_no_leaf_does_more_to_the_checker_than_be_refused(leaf) -> None:
    for problem in check(RULE.format(leaf=leaf)):
        assert problem.message
        assert problem.place.column < problem.place.end


SHIPPED = [file.read_text() for file in sorted(builtin.FOLDER.glob("*.yaml"))]
ODD = [
    ":",
    "-",
    "\n",
    " ",
    "  ",
    '"',
    "'",
    "{",
    "}",
    "[",
    "]",
    "#",
    "&",
    "*",
    "!",
    "|",
    "0",
    "~",
    "ä",
]


@given(st.data())
def test_no_mutation_of_a_file_does_more_than_make_problems(data) -> None:
    text = data.draw(st.sampled_from(SHIPPED))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(st.sampled_from(ODD)) + text[at + cut :]
    for problem in check(text):
        assert problem.message
