"""Each mistake has its id, its place to the character, and help that leads on.

One case a problem: the rule with the mistake between « and », and what is said of it.
"""

from dataclasses import dataclass

import pytest

from rules.errors import Problem


@dataclass(frozen=True)
class Mistake:
    """A rule body; the mistake stands between « and »."""

    id: str
    message: str
    help: str
    body: str


def must(leaf: str) -> str:
    return f"must:\n  - that: {leaf}\n    say: wrong"


def each(leaf: str, where: str = 'volume.kind == "fixed"') -> str:
    return (
        f"every: volumes\nwhere: {where}\neach_must:\n  - that: {leaf}\n    say: wrong\n"
        "if_none: pass"
    )


PARAM = "{type: duration, default: 15m, basis: practice_policy}"


def with_param(text: str, leaf: str = "agent.cpu_day <= params.limit") -> str:
    return f"params:\n  limit: {text}\n{must(leaf)}"


MISTAKES = [
    Mistake("DL201", "unexpected '='", "write ==", must("agent.memory «=» 7")),
    Mistake("DL201", "unexpected '&'", "write and", must("agent.elevated «&» agent.elevated")),
    Mistake("DL201", "unexpected '}'", "", "must:\n  - {that: '«}»agent.elevated', say: wrong}"),
    Mistake("DL201", "unexpected 'agent'", "", must("agent.elevated «agent»")),
    Mistake("DL201", "a number runs into more text", '"15m"', must("agent.cpu_day < «15m»")),
    Mistake(
        "DL201",
        "not stands before one side of in only",
        "write not (agent.memory in …)",
        must("«not agent.memory» in [1]"),
    ),
    Mistake("DL201", "a name must follow the dot", "", must('agent.«"x"»')),
    Mistake(
        "DL201",
        "something must follow the comma",
        "",
        "must:\n  - {that: 'has(agent.memory,«)»', say: wrong}",
    ),
    Mistake(
        "DL201",
        "] or a comma is missing",
        "",
        "must:\n  - {that: 'agent.memory in [1 «2»]', say: wrong}",
    ),
    Mistake(
        "DL201",
        "a text names values, it computes none",
        "a path and no more",
        "must:\n  - that: agent.elevated\n    say: wrong «${agent.memory + 1}»",
    ),
    Mistake("DL202", "the leaf ends too early", "", must("agent.elevated and«»")),
    Mistake("DL202", ") is missing here", "", must("(agent.elevated«»")),
    Mistake("DL202", "this string does not end", 'add "', must('host.name == «"C»')),
    Mistake(
        "DL203", "a string holds a control character", "\\\\", must('host.name == «"C:\\new"»')
    ),
    Mistake("DL203", "this escape stands for nothing", "\\\\", must('host.name == "«\\q»"')),
    Mistake("DL204", "no 64-bit number", "", must("agent.memory < «9223372036854775808»")),
    Mistake("DL204", "too large for a number", "", must("agent.memory < «1e999»")),
    Mistake("DL205", "for is a reserved word", "list.all(x, …)", must("«for» == 1")),
    Mistake("DL206", "there is no uint", "leave out the u", must("agent.memory == «7u»")),
    Mistake("DL206", "there are no bytes", "string", must("«b»'x' == host.name")),
    Mistake(
        "DL206", "no maps in rules", "", "must:\n  - {that: '«{1: 2}» == host.name', say: wrong}"
    ),
    Mistake("DL206", "type() is not part", "", must("«type»(host.name)")),
    Mistake("DL301", "there is no 'agnet' here", 'did you mean "agent"?', must("«agnet».elevated")),
    Mistake(
        "DL301",
        "there is no 'users2' here",
        'did you mean "users"?',
        "must:\n  - that: agent.elevated\n    say: wrong «${users2}»",
    ),
    Mistake(
        "DL302",
        'agent has no field "memry"',
        'did you mean "memory"?',
        must("agent.«memry» > 1"),
    ),
    Mistake(
        "DL302",
        "there is no param 'limt'",
        'did you mean "limit"?',
        with_param(PARAM, "agent.cpu_day < params.«limt»"),
    ),
    Mistake(
        "DL302",
        "there is no field 'memry'",
        'did you mean "memory"?',
        "must:\n  - that: agent.elevated\n    say: wrong «${agent.memry}»",
    ),
    Mistake(
        "DL303",
        "there is no function agee()",
        'did you mean "age"?',
        must('«agee»(host.boot_time) < "1d"'),
    ),
    Mistake(
        "DL303",
        "there is no function all()",
        "write volumes.all(x, p)",
        must("«all»(volumes, v, v.holds_imaging)"),
    ),
    Mistake(
        "DL303",
        "there is no function age()",
        "write age(host.boot_time)",
        must('host.boot_time.«age»() < "1d"'),
    ),
    Mistake(
        "DL304",
        "a duration and an int do not go together with <",
        'such as "90s"',
        must("«agent.cpu_day < 90»"),
    ),
    Mistake("DL304", "do not go together with ==", "", must("«host.name == agent.memory»")),
    Mistake("DL304", "do not go together with +", "", must("«agent.memory + host.name» == 1")),
    Mistake("DL304", "- does not go with a string", "", must("«-host.name» == 1")),
    Mistake("DL304", "a string stands among", "", must("agent.memory in [1, «host.name»]")),
    Mistake("DL304", "one branch is an int", "", must("'«(agent.elevated ? 1 : host.name)» == 1'")),
    Mistake("DL305", '"15 min" is no duration', "15m", must('agent.cpu_day < «"15 min"»')),
    Mistake("DL305", '"x" is no version', "10.0.19045", must('agent.version < «"x"»')),
    Mistake("DL305", '"2026" is no timestamp', "2026-11-22T", must('host.boot_time < «"2026"»')),
    Mistake(
        "DL305",
        "'x' is no duration",
        "15m",
        with_param("{type: duration, default: «x», basis: practice_policy}"),
    ),
    Mistake(
        "DL306",
        'volume.kind is never "fixd"',
        'did you mean "fixed"?',
        each('volume.kind == «"fixd"»'),
    ),
    Mistake(
        "DL306",
        'volume.role is never "disk"',
        "it is one of system",
        each('volume.role in ["data", «"disk"»]'),
    ),
    Mistake(
        "DL306",
        "this is never 'rot13'",
        "",
        with_param(
            "{type: enum(volume.cipher), default: «rot13», basis: practice_policy}",
            "volumes.all(v, v.cipher == params.limit)",
        ),
    ),
    Mistake(
        "DL307",
        "user.lock.after may be null (never)",
        "user.lock.after != null and",
        'every: users\neach_must:\n  - that: «user.lock.after» <= "15m"\n    say: wrong\n'
        "if_none: pass",
    ),
    Mistake(
        "DL307", "volume.percent may be null (none)", "!= null", each("«volume.percent» + 1 > 2")
    ),
    Mistake("DL307", "may be null (none)", "== true", each("«volume.used_space_only»")),
    Mistake("DL307", "null cannot stand here", "== null or != null", must("agent.memory < «null»")),
    Mistake("DL308", "must be true or false, and is an int", "", must("«agent.memory»")),
    Mistake(
        "DL308",
        "must be true or false, and is a string",
        "",
        must("agent.elevated and «host.name»"),
    ),
    Mistake(
        "DL309",
        "in needs a list on its right",
        "host.name.contains(…)",
        must("'\"C\" in «host.name»'"),
    ),
    Mistake("DL309", "takes a list, and gets a string", "", must("«host.name».all(x, true)")),
    Mistake(
        "DL309",
        "a list of records and has no fields",
        "all(x, x.kind …)",
        must("volumes.«kind» == 1"),
    ),
    Mistake(
        "DL309",
        "contains() looks into text",
        '"users" in agent.over_budget',
        must('«agent.over_budget.contains("users")»'),
    ),
    Mistake(
        "DL309",
        "distinct() takes a list of single values",
        "",
        must("«volumes».distinct().size() == 1"),
    ),
    Mistake(
        "DL309",
        "there is no list of items 'volums'",
        'did you mean "volumes"?',
        'every: «volums»\neach_must:\n  - {that: volume.kind == "fixed", say: wrong}\n'
        "if_none: pass",
    ),
    Mistake(
        "DL309",
        "host is a record, not one value",
        "",
        "must:\n  - that: agent.elevated\n    say: wrong «${host}»",
    ),
    Mistake(
        "DL309",
        "only lists have a size()",
        "",
        "must:\n  - that: agent.elevated\n    say: wrong «${host.name.size()}»",
    ),
    Mistake("DL309", "[ ] takes a list and an int", "", must("«host.name[0]» == 1")),
    Mistake(
        "DL310",
        "pass this for ever",
        "write age(patching.last_scan)",
        must('patching.last_scan == null or «now - patching.last_scan» <= "7d"'),
    ),
    Mistake("DL311", "age() takes one argument", "", must('«age(now, now)» < "1d"')),
    Mistake("DL311", "size() takes no arguments", "", must("«volumes.size(1)» > 1")),
    Mistake(
        "DL311", "age() takes a timestamp, and gets an int", "", must('age(«agent.memory») < "1d"')
    ),
    Mistake("DL311", "has() takes a field", "has(x.field)", must("has(«agent»)")),
    Mistake("DL311", "all() needs a name first", "all(x, …)", must("volumes.all(«1», true)")),
    Mistake("DL311", "a pattern is a literal or a param", "", must("host.name.glob(«host.name»)")),
    Mistake(
        "DL311",
        "startsWith() takes a string, and gets an int",
        "",
        must("host.name.startsWith(«7»)"),
    ),
    Mistake("DL312", "never compared for equality", "write 7", must("«agent.memory == 7.0»")),
    Mistake(
        "DL313", "host hides another host", "", must("volumes.all(«host», host.holds_imaging)")
    ),
    Mistake(
        "DL313",
        "agent hides another agent",
        "",
        "define:\n  «agent»: host.os\n" + must("agent.elevated"),
    ),
    Mistake("DL401", "this is always true", "", must("«1 < 2»")),
    Mistake("DL401", "agent.memory is never null", "", must("«agent.memory != null»")),
    Mistake(
        "DL402",
        "nothing uses limit",
        "",
        "params:\n  «limit»: " + PARAM + "\n" + must("agent.elevated"),
    ),
    Mistake(
        "DL402",
        "nothing uses fixed",
        "",
        "define:\n  «fixed»: agent.elevated\n" + must("agent.elevated"),
    ),
    Mistake(
        "DL403",
        "which belongs together?",
        "parentheses",
        must("agent.elevated or «agent.elevated and agent.memory < 1»"),
    ),
    Mistake(
        "DL404",
        "every value of volume.kind",
        "",
        each('volume.kind in «["fixed", "removable", "network", "memory"]»'),
    ),
    Mistake(
        "DL405",
        "volume.mount never leaves",
        "(on the machine)",
        'no: volumes\nwhere: volume.holds_imaging\nsay: "wrong «${volume.mount}»"',
    ),
    Mistake("DL406", "neither * nor ?", "write ==", must('host.name.glob(«"PANO"»)')),
    Mistake("DL407", "this never looks at the volume", "under must", each("«agent.elevated»")),
    Mistake("DL408", "volumes.holds is", "", ""),
    Mistake("DL410", "rarely meant", "exists(x, …)", must("«volumes[0]».holds_imaging")),
    Mistake("DL309", "takes a list or string, and gets", "", must("«agent.memory».size() == 1")),
    Mistake("DL304", "do not go together with in", "", must("«agent.memory in agent.over_budget»")),
    Mistake(
        "DL307", "may be null", "", must("volumes.exists(v, v.holds_imaging and -«v.percent» < 1)")
    ),
]
MISTAKES = [mistake for mistake in MISTAKES if mistake.body]


def problems_of(check_rule, body: str) -> tuple[list[Problem], tuple[int, int, int] | None]:
    """All problems but missing tests, and the line and columns that the mistake stands on."""
    keys = {
        line.partition(":")[0] for line in body.split("\n") if line and not line.startswith(" ")
    }
    head = {
        "id": "a-rule",
        "title": "A rule of North Quay",
        "severity": "high",
        "controls": "[ENC-01]",
        "cite": "{in_force: [164.312(a)(2)(iv)]}",
    }
    bare = {key.strip("«»") for key in keys}
    lines = [f"{key}: {value}" for key, value in head.items() if key not in bare]
    lines += body.split("\n")
    text = "".join(f"{'  - ' if n == 0 else '    '}{line}\n" for n, line in enumerate(lines))
    text = f"dentinel: rules/v1\npack: north-quay\nrules:\n{text}"
    place = None
    for number, line in enumerate(text.split("\n"), 1):
        if "«" in line:
            start = line.index("«") + 1
            place = (number, start, line.index("»"))
    checked = check_rule(rules=text.replace("«", "").replace("»", ""))
    return [problem for problem in checked.problems if problem.id != "DL409"], place


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.id} {m.message[:30]}")
def test_a_mistake_is_told_where_it_stands(check_rule, mistake) -> None:
    found, place = problems_of(check_rule, mistake.body)
    told = [
        problem
        for problem in found
        if problem.id == mistake.id and mistake.message in problem.message
    ]
    assert told, [(problem.id, problem.message) for problem in found]
    problem = told[0]
    assert mistake.help in problem.help
    line, start, end = place
    assert (problem.place.line, problem.place.column) == (line, start)
    if end > start:
        assert problem.place.end == end
    assert problem.level == ("warning" if mistake.id.startswith("DL4") else "error")


def test_every_mistake_of_a_file_is_told_at_once(check_rule) -> None:
    body = """
severty: high
controls: [ENC-99]
when: host.rol == "nas"
must:
  - {that: agent.memry > 1 and agent.versin > "x", say: wrong}
every: volumes
where: volume.knd == "fixed"
each_must:
  - {that: volume.protecton == "protected" or volume.kind == "fixd", say: "${volume.nam}"}
"""
    found, _ = problems_of(check_rule, body.strip())
    ids = sorted(problem.id for problem in found)
    assert ids == ["DL101", "DL104", "DL109", *["DL302"] * 6, "DL306"]


def test_a_broken_part_complains_once(check_rule) -> None:
    found, _ = problems_of(check_rule, must("agent.nothing + 1 < 2 and not agent.nothing.x"))
    assert [problem.id for problem in found] == ["DL302", "DL302"]


def test_a_plain_sentence_without_a_fact_path(check_rule) -> None:
    body = must("agent.elevated") + "\nplain: It is bad if «volume.protection» is off."
    found, (line, start, end) = problems_of(check_rule, body)
    assert [(p.id, p.place.line, p.place.column, p.place.end) for p in found] == [
        ("DL408", line, start, end)
    ]


NARROWING = [
    'user.lock.after != null and user.lock.after <= "15m"',
    'null != user.lock.after and user.lock.after <= "15m"',
    'user.lock.after == null or user.lock.after <= "15m"',
    'has(user.lock.after) and user.lock.after <= "15m"',
    'not has(user.lock.after) or user.lock.after <= "15m"',
    'user.lock.after != null ? user.lock.after <= "15m" : false',
    'user.lock.after == "15m" and user.lock.after <= "15m"',
    'user.lock.after != "15m" or user.lock.after <= "15m"',
    'not (user.lock.after == null) and user.lock.after <= "15m"',
    '(user.lock.after != null and user.enabled) and user.lock.after <= "15m"',
    'user.enabled and user.lock.after != null and user.lock.after <= "15m"',
]
NO_NARROWING = [
    'user.lock.after <= "15m" and user.lock.after != null',
    'user.lock.after != null or user.lock.after <= "15m"',
    '(user.lock.after != null or user.enabled) and user.lock.after <= "15m"',
    'user.lock.after == null and user.lock.after <= "15m"',
    'user.last_seen != null and user.lock.after <= "15m"',
    'users.exists(u, u.lock.after != null) and user.lock.after <= "15m"',
]


@pytest.mark.parametrize("leaf", NARROWING)
def test_what_was_compared_with_null_may_be_used(check_rule, leaf) -> None:
    body = f"every: users\neach_must:\n  - {{that: '{leaf}', say: wrong}}\nif_none: pass"
    assert problems_of(check_rule, body)[0] == []


@pytest.mark.parametrize("leaf", NO_NARROWING)
def test_what_may_still_be_null_may_not(check_rule, leaf) -> None:
    body = f"every: users\neach_must:\n  - {{that: '{leaf}', say: wrong}}\nif_none: pass"
    assert "DL307" in {problem.id for problem in problems_of(check_rule, body)[0]}


def test_one_entry_of_where_narrows_the_next_and_each_must(check_rule) -> None:
    body = """
every: users
where:
  - user.lock.after != null
  - user.lock.after < "1h"
each_must:
  - {that: user.lock.after <= "15m", say: wrong}
if_none: pass
"""
    assert problems_of(check_rule, body.strip())[0] == []
