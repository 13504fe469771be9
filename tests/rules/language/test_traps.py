"""Each trap of YAML has its sentence, its place, and what to write in its stead."""

from types import ModuleType

import pytest

from rules.errors import Misused
from rules.language.events import parser


def must(leaf: str) -> str:
    return f"must:\n  - that: {leaf}\n    say: wrong"


def with_param(text: str, leaf: str = "agent.cpu_day <= params.limit") -> str:
    return f"params:\n  limit: {text}\n{must(leaf)}"


SAY = "must:\n  - that: agent.elevated\n    say: "

TRAPS = [
    # a colon and a blank
    ("DL002", "takes what stands before this : for a key", "quotes", SAY + "wrong«:» it"),
    (
        "DL002",
        "the : of a drive letter",
        "quotes around the whole text",
        must("agent.elevated") + "\nfix: Turn on BitLocker (manage-bde -on C«:» -RecoveryPassword)",
    ),
    ("DL002", "the : of `a ? b : c`", "quotes", must("agent.elevated ? true «:» false")),
    ("DL002", "a key has a blank after its colon", "key: value", "«w»hen:agent.elevated\nplain: x"),
    # what begins a text
    ("DL002", "ends at the next one", "quote the whole", must('"x" «=»= host.name')),
    ("DL002", "ends at the next one", "quote the whole", must("'x' «=»= host.name")),
    ("DL002", "a list or keys of what begins", "quotes", must("[1, 2]«.»size() > 1")),
    ("DL002", "YAML makes a list of what begins with [", "'[…'", must("«[»1, 2]")),
    ("DL002", "YAML makes keys of what begins with {", "'{…'", must("«{»a: 1}")),
    ("DL002", "no text may begin with this sign", "quotes", must("«%»x")),
    ("DL002", "no text may begin with this sign", "quotes", must("«@»x")),
    ("DL002", "no text may begin with this sign", "quotes", must("«`»x`")),
    ("DL002", "takes > and | for a text of several", "quotes", must("> «3»")),
    ("DL002", "takes > and | for a text of several", "quotes", must("|«|» agent.elevated")),
    ("DL002", "takes ? and a blank for the beginning", "quotes", must("«?» a")),
    ("DL002", "a list begins on the line below", "there", "must:\n  - that: «-» agent.elevated"),
    ("DL002", "beginning of an anchor", "write `and`", must("&«&» agent.elevated")),
    ("DL002", "beginning of an alias", "quotes", must("*« »agent.elevated")),
    # quotes and escapes
    ("DL002", 'this " is never closed', 'write " at its end', SAY + '«"»wrong'),
    ("DL002", "this ' is never closed", "write ' at its end", SAY + "«'»wrong"),
    ("DL002", "a backslash begins an escape", "two backslashes", SAY + '"C:«\\»Windows"'),
    ("DL203", "in say a backslash", "two backslashes", SAY + '"C:«\\n»ew"'),
    ("DL203", "makes a line break", "'…'", must("\"host.name == 'C:«\\n»ew'\"")),
    ("DL203", "makes a tab", "'…'", SAY + '"C:«\\t»emp"'),
    # braces
    (
        "DL002",
        "inside { } the brace of ${ ends the text",
        "quote the text",
        "must:\n  - {that: agent.elevated, say: $«{»host.name} is off}",
    ),
    (
        "DL002",
        "these signs end a text",
        "quotes",
        'must:\n  - {that: host.os in «[»"linux"], say: wrong}',
    ),
    (
        "DL002",
        "these signs end a text",
        "quotes",
        "must:\n  - {that: agent.elevated ? true «:» false, say: wrong}",
    ),
    (
        "DL002",
        "in { } a comma ends the text before 'b)'",
        "quotes",
        "must:\n  - {that: 'true', say: f(a, «b)»}",
    ),
    ("DL002", "this bracket is never closed", "close it", "tags: «[»one\nmust:\n  - that: x"),
    # indentation
    ("DL002", "a tab stands before the text", "spaces", "must:\n«\t»- that: agent.elevated"),
    ("DL002", "neither a key with its value nor", "write key: value", "must:\n«w»rong\nfix: x"),
    # signs of YAML's own
    ("DL004", "YAML takes !agent.elevated for a tag", "`not`", must("«!agent.elevated»")),
    ("DL004", "YAML takes !x for a tag", "`not`", must("«!x» and agent.elevated")),
    ("DL004", "YAML takes &x for an anchor", "quotes", must("«&x» and agent.elevated")),
    ("DL004", "YAML takes *x for an alias", "quotes", must("«*x»")),
    ("DL004", "a meaning of its own for a lone =", "quotes", must("«=»")),
    ("DL004", "`<<` merges other keys in", "write it out", "cite: {«<<»: {in_force: [CIS]}}"),
    ("DL004", "a key is one word", "quotes", "cite: {? «[»a] : b}"),
    ("DL005", "the key 'say' stands twice", "line 11", must("agent.elevated") + "\n    «say»: x"),
    # words that readers of YAML take for different things
    ("DL007", "say is text, and off reads as a bool to some", '"off"', SAY + "«off»"),
    ("DL007", "and Yes reads as a bool to some readers", '"Yes"', SAY + "«Yes»"),
    ("DL007", "and true reads as a bool", '"true"', SAY + "«true»"),
    ("DL007", "and 1.10 reads as a number", '"1.10"', "title: «1.10»"),
    ("DL007", "and 22.04 reads as a number", '"22.04"', "title: «22.04»"),
    ("DL007", "and 164.404 reads as a number", '"164.404"', "cite: {in_force: [«164.404»]}"),
    ("DL007", "and 12:30 reads as a number in base 60", '"12:30"', SAY + "«12:30»"),
    ("DL007", "and 0644 reads as a number in base 8", '"0644"', "controls: [«0644»]"),
    ("DL007", "and 0x1F reads as a number in base 16", '"0x1F"', SAY + "«0x1F»"),
    ("DL007", "and 1_000 reads as a number to some", '"1_000"', SAY + "«1_000»"),
    ("DL007", "and 1e3 reads as a number to some", '"1e3"', SAY + "«1e3»"),
    ("DL007", "and 2026-11-22 reads as a date", '"2026-11-22"', SAY + "«2026-11-22»"),
    (
        "DL007",
        "this is a version, and 1.10 reads as a number",
        '"1.10"',
        with_param("{type: version, default: «1.10», basis: practice_policy}"),
    ),
    (
        "DL007",
        "loosen is true or false, and not every reader takes no for that",
        "write false",
        with_param("{type: duration, default: 15m, loosen: «no», basis: practice_policy}"),
    ),
    # leaves
    ("DL008", "takes this for a comment", "quote the whole", must("agent.elevated« # and x»")),
    ("DL009", "on one line", "define", must("«agent.elevated»\n          and agent.elevated")),
    ("DL009", "on one line", "define", must("«|»\n      agent.elevated")),
    ("DL009", "on one line", "define", must("«>-»\n      agent.elevated")),
    ("DL103", "say is one line of text", ">-", SAY + "«|»\n      one\n      two"),
    ("DL107", "say has no value", "write one", SAY + "«null»"),
]


@pytest.mark.parametrize("trap", TRAPS, ids=lambda row: f"{row[0]} {row[1][:40]}")
def test_a_trap_is_told_where_it_stands(tells, trap) -> None:
    tells(*trap)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda row: f"{row[0]} {row[1][:40]}")
def test_a_trap_is_told_once(problems_in, trap) -> None:
    found = [one for one in problems_in(trap[3]) if one.id == trap[0]]
    assert len(found) == 1, found


@pytest.mark.parametrize(
    "line",
    [
        "title: A rule: of North Quay",
        "plain: 'x' is bad",
        "severity: !high",
        "fix: Turn on C: now",
        "when: [1, 2].size() > 1",
        'title: "A rule',
        "fix: @home",
    ],
)
def test_a_line_on_which_yaml_stops_hides_no_other(problems_in, line) -> None:
    found = problems_in(f"{line}\n{must('agent.memry > 1')}")
    assert sorted(one.id for one in found) in (["DL002", "DL302"], ["DL004", "DL302"])


def test_many_lines_on_which_yaml_stops_are_all_told(problems_in) -> None:
    body = "\n".join(f"  - that: agent.memory > {n}\n    say: a: b" for n in range(12))
    found = problems_in(f"must:\n{body}")
    assert [one.id for one in found] == ["DL002"] * 12
    assert len({one.place.line for one in found}) == 12


def test_a_param_that_only_a_broken_line_uses_is_not_called_unused(problems_in) -> None:
    body = with_param(
        "{type: duration, default: 15m, basis: practice_policy}",
        '"x" == host.name and agent.cpu_day < params.limit',
    )
    assert [one.id for one in problems_in(body)] == ["DL002"]


def test_without_libyaml_nothing_is_read() -> None:
    with pytest.raises(Misused, match="without libyaml"):
        parser(ModuleType("yaml"))
