"""A file is laid out in one way; it says what it said, and every comment stands where it stood."""

import re
from pathlib import Path

import pytest

from rules.errors import Problem
from rules.language import source
from rules.language.events import compose
from rules.language.forms.index import FORMS
from rules.workbench.layout import text as layout
from rules.workbench.layout.read import Unreadable
from rules.workbench.layout.text import comments, laid_out

RULES, TESTS, PACK = FORMS["rules/v1"], FORMS["rule-tests/v1"], FORMS["pack/v1"]
HEAD = "dentinel: rules/v1\npack: north-quay\n"


def test_keys_stand_in_the_order_of_the_page_and_lists_two_deeper() -> None:
    typed = f"""{HEAD}rules:
- severity: high
  title: Swap is encrypted
  id: swap-encrypted
  cite: {{ benchmark: [CIS],in_force: [ "164.312(a)(2)(iv)" ] }}
  controls: [ENC-01]
  if_none: pass
  each_must:
  -   say: it is off
      that: volume.protection=='protected'
  every: volumes
"""
    assert (
        laid_out(RULES, typed)
        == f"""{HEAD}rules:
  - id: swap-encrypted
    title: Swap is encrypted
    severity: high
    controls: [ENC-01]
    cite: {{in_force: ["164.312(a)(2)(iv)"], benchmark: [CIS]}}
    every: volumes
    each_must:
      - that: volume.protection == "protected"
        say: it is off
    if_none: pass
"""
    )


def test_comments_go_with_the_line_below_them_and_stay_behind_their_own() -> None:
    typed = f"""# ours
{HEAD}
rules:   # all of them
    # about swap
    - title: Swap   # the title
      # the id
      id: swap-encrypted
      must:
        # one
        - that: a   # why a
          say: x
        # last of must

      # behind the rule

    # about the next
    - id: next
# the end
"""
    assert (
        laid_out(RULES, typed)
        == f"""# ours
{HEAD}
rules:   # all of them
  # about swap
  # the id
  - id: swap-encrypted
    title: Swap   # the title
    must:
      # one
      - that: a   # why a
        say: x
      # last of must

    # behind the rule

  # about the next
  - id: next
# the end
"""
    )


def test_a_comment_behind_a_value_keeps_its_column_while_there_is_room() -> None:
    typed = f"""{HEAD}rules:
  - id: a          # one
    title: Long    # two
    when: a&&b     # three
    severity: high# no comment
"""
    assert (
        laid_out(RULES, typed)
        == f"""{HEAD}rules:
  - id: a          # one
    title: Long    # two
    severity: high# no comment
    when: a and b  # three
"""
    )


@pytest.mark.parametrize(
    ("typed", "should_be"),
    [
        ("when: 'a==\"x\"'", 'when: a == "x"'),
        ("when: \"a=='x'\"", 'when: a == "x"'),
        ("when: '\"x\" in a'", "when: '\"x\" in a'"),
        ("when: \"'x' in a\"", "when: '\"x\" in a'"),
        ("when: 'a ? b : c'", "when: 'a ? b : c'"),
        ('when: "a # b"', "when: 'a # b'"),
        ("when: '[1] == a'", "when: '[1] == a'"),
        ("title: 'one'", 'title: "one"'),
        ("title: 'it''s'", "title: 'it''s'"),
        ("title: 'a \"b\"'", "title: 'a \"b\"'"),
        ("title: 'C:\\x'", "title: 'C:\\x'"),
        ("title:   >-\n      folded\n      text", "title: >-\n      folded\n      text"),
        ("title:\n      on the next line", "title: on the next line"),
        ("title:  # why\n      next", "title:  # why\n      next"),
        ("must: [{say: x,that: a}]", "must: [{that: a, say: x}]"),
        ("must: [{that: 'a in [b,c]', say: x}]", "must: [{that: 'a in [b, c]', say: x}]"),
        ("must: []", "must: []"),
        ("must: {that: a}", "must: {that: a}"),
        ("when: 'null'", "when: 'null'"),
        ("when:   # why", "when:   # why"),
        ("tags: [a,{b}]", "tags: [a, {b}]"),
        ("tags:\n    -  # why\n      a\n    -", "tags:\n      # why\n      - a\n      -"),
        ("must: [{that: ,say: x}]", "must: [{that: , say: x}]"),
        ("where: [a&&b, 'c']", "where: [a and b, c]"),
        ("where:\n    - 'a'", "where:\n      - a"),
        ("define: {z: 'a', b: c}", "define: {z: a, b: c}"),
    ],
)
def test_values_are_written_in_one_way(typed, should_be) -> None:
    head = f"{HEAD}rules:\n  - id: a\n    "
    assert laid_out(RULES, f"{head}{typed}\n") == f"{head}{should_be}\n"
    assert laid_out(RULES, f"{head}{should_be}\n") == f"{head}{should_be}\n"


def test_what_runs_over_lines_moves_with_its_key_and_keeps_its_words() -> None:
    typed = f"""{HEAD}rules:
- id: a
  fix: |
    one
      two

    three
  title: a title
    over lines
  must: [
    {{that: 'a&&b', say: x}},   # why
    {{say: z, that: c}}
  ]
"""
    assert (
        laid_out(RULES, typed)
        == f"""{HEAD}rules:
  - id: a
    title: a title
      over lines
    must: [
      {{that: a and b, say: x}},   # why
      {{say: z, that: c}}
    ]
    fix: |
      one
        two

      three
"""
    )


def test_names_that_an_author_gave_keep_their_order() -> None:
    typed = f"""{HEAD}rules:
  - id: a
    define:
      z: a
      b: z
    params:
      z: {{default: 1, type: int}}
      a: {{type: int, default: 1}}
"""
    made = laid_out(RULES, typed)
    assert made.index("params:") < made.index("define:")
    assert made.index("z: {type: int, default: 1}") < made.index("a: {type: int")
    assert made.index("z: a") < made.index("b: z")


def test_facts_of_tests_stay_as_they_are_written() -> None:
    typed = """dentinel: rule-tests/v1
pack: a
tests:
  - rule: b
    name: one
    facts: { volumes: [ {protection: locked,name: 'C:'} ] }
    expect: {items: [{say: x, item: y}],verdict: fail}
"""
    assert (
        laid_out(TESTS, typed)
        == """dentinel: rule-tests/v1
pack: a
tests:
  - name: one
    rule: b
    facts: {volumes: [{protection: locked, name: 'C:'}]}
    expect: {verdict: fail, items: [{item: y, say: x}]}
"""
    )


def test_line_ends_stay_and_the_last_line_gets_one() -> None:
    typed = "dentinel: pack/v1\r\n# why\r\ntitle: a\r\npack: b"
    assert laid_out(PACK, typed) == "dentinel: pack/v1\r\npack: b\r\n# why\r\ntitle: a\r\n"


def test_what_stands_before_and_behind_the_document_stays() -> None:
    typed = "# first\n---\n# second\ndentinel: pack/v1\ntitle: a\npack: b\n...\n# last\n"
    assert laid_out(PACK, typed) == (
        "# first\n---\n# second\ndentinel: pack/v1\npack: b\ntitle: a\n...\n# last\n"
    )


def test_empty_lines_never_stand_in_a_row() -> None:
    typed = "\n\ndentinel: pack/v1\n\n\n\n# why\n\n\ntitle: a\n\n\n"
    assert laid_out(PACK, typed) == "dentinel: pack/v1\n\n# why\n\ntitle: a\n"


@pytest.mark.parametrize(
    "typed",
    [
        "a: {? b : c}\n",
        "a: &b c\n",
        "? dentinel\n: pack/v1\n",
        "--- {dentinel: pack/v1}\n",
        "{dentinel: pack/v1}\n",
    ],
)
def test_a_layout_that_is_not_ours_is_left_alone(typed) -> None:
    with pytest.raises(Unreadable):
        laid_out(PACK, typed)


def test_a_layout_that_would_not_say_the_same_is_not_believed(monkeypatch) -> None:
    whole = layout.write
    for lost in ("# why", "title: a"):
        monkeypatch.setattr(layout, "write", lambda one, lost=lost: whole(one).replace(lost, ""))
        with pytest.raises(Unreadable, match="would not say the same"):
            laid_out(PACK, "dentinel: pack/v1\n# why\ntitle: a\n")


def test_a_hash_in_a_text_is_no_comment() -> None:
    typed = "dentinel: pack/v1\ntitle: 'a # b'\npack: a#b  # c\n"
    assert comments(typed) == {"# c": 1}


GOLDEN = Path(__file__).parents[2] / "golden"


def test_the_files_of_every_mistake_are_laid_out_once_or_left_alone() -> None:
    kept = 0
    for file in sorted(GOLDEN.glob("*/**/*.yaml")):
        text = file.read_bytes().decode("utf-8", "replace")
        form = re.match(r"(?:#.*\n|\n)*dentinel: (\S+)", text)
        of = FORMS.get(form[1]) if form else None
        read = source.read(file.name, text.encode())
        if of is None or isinstance(read, Problem) or compose(read)[1]:
            continue
        once = laid_out(of, read.text)
        assert laid_out(of, once) == once, file
        kept += 1
    assert kept > 20
