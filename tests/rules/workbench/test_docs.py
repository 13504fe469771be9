"""A page about a pack tells all that it asks, and mixes no source with another."""

import re

import pytest

from rules.compiled.rule import BASES
from rules.language.controls import citations
from rules.workbench.docs.packs import pack_page
from rules.workbench.markdown import code, page, plain, table

SOURCED = """
    plain: Somebody looks after this machine.
    when: host.os == "linux"
    params:
      most: {type: duration, default: 15m, min: 1m, max: 1h, tighten: at-most, basis: benchmark,
             source: CIS, about: how long}
      names: {type: list<string>, default: ["a|b", "`c`"], loosen: true, basis: practice_policy}
    define:
      few: users.filter(u, u.admin)
    must:
      - {that: few.size() < 3, say: "${few.size()} | administrators"}
    every: users
    where: user.enabled
    each_must:
      - that: user.lock.after != null and user.lock.after <= params.most
        say: ${user.name} <b>waits</b>
      - {that: not (user.name in params.names), say: wrong}
    if_none: unknown
    fix: {windows: Do it., any: "Do ${params.most}."}
"""


@pytest.fixture
def told(compile_rule) -> str:
    return pack_page(compile_rule(SOURCED))


def test_every_part_of_a_rule_is_told(told) -> None:
    for part in (
        "# North Quay",
        "## a-rule",
        "**A rule of North Quay.** Severity high.",
        "> Somebody looks after this machine.",
        'Applies when `host.os == "linux"`.',
        "| `few` | `users.filter(u, u.admin)` |",
        "Each user of `users` with `user.enabled` is asked; if there is none, it is unknown.",
        "| `user.lock.after != null and user.lock.after <= params.most` |",
        "| `most` how long | 15m | benchmark: CIS | at least 1m, at most 1h | less is stricter |",
        "| Windows | Do it. |",
        "Reads the facts `host`, `users`.",
    ):
        assert part in told


def test_what_is_law_and_what_is_not_stand_in_rows_of_their_own(baseline) -> None:
    table_of = citations().table
    for line in pack_page(baseline).splitlines():
        if not line.startswith(("| Law", "| Proposed", "| Benchmark", "| The practice's")):
            continue
        bases = {table_of[one].basis for one in re.findall(r"`([^`]+)`", line) if one in table_of}
        assert len(bases) == 1
        assert bases <= {*BASES}


def test_a_number_stands_beside_whose_word_it_is(baseline) -> None:
    page_ = pack_page(baseline)
    assert (
        "| `max_idle` how long a computer may stand idle before it locks | 15m | benchmark: CIS"
        in page_
    )
    assert "proposed rule, not law: 90FR898/patching" in page_


def test_text_of_an_author_is_never_markup(told) -> None:
    assert r"`${few.size()} \| administrators`" in told
    assert "`${user.name} <b>waits</b>`" in told
    assert r"`a\|b`, `` `c` ``" in told


def test_the_same_pack_gives_the_same_page(compile_rule) -> None:
    assert pack_page(compile_rule(SOURCED)) == pack_page(compile_rule(SOURCED))


@pytest.mark.parametrize(
    ("quantifier", "said"),
    [
        ("no: users\nwhere: user.guest\nsay: wrong", "No user of `users` may be such that"),
        (
            "some: users\nwhere: user.guest\nat_least: 2\nsay: wrong",
            "At least 2 of `users` must be such that",
        ),
    ],
)
def test_a_list_is_asked_in_words(compile_rule, quantifier, said) -> None:
    told = pack_page(compile_rule(quantifier))
    assert said in told
    assert "- `user.guest`" in told
    assert "Else it says: `wrong`" in told


def test_every_rule_and_statement_of_the_built_in_pack_is_told(baseline) -> None:
    told = pack_page(baseline)
    for rule in baseline.rules:
        assert f"\n## {rule.id}\n" in told
    for kind in baseline.attestations:
        assert f"| `{kind.id}` " in told


def test_markdown_reads_text_as_text() -> None:
    assert plain("a *b* [c](d) <e> | f_g") == r"a \*b\* \[c\](d) \<e\> \| f\_g"
    assert code("a`b``c") == "``` a`b``c ```"
    assert table(("a",), []) == []
    assert table(("a", "b"), [("x | y", "`z|`")])[2] == r"| x \| y | `z\|` |"
    assert page(["", "a", "", "", "", "b", ""]) == "a\n\nb\n"
